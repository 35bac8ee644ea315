// A gated ingestion that is killed at any of its writes and started anew ends in the bytes of one that was not, and
// until then readers see what was there before.
import { describe, expect, it } from "vitest";
import { memoryObjects } from "../../bench/stores.ts";
import { ingestions } from "../../lib/jobs/ingest-runs.ts";
import type { Objects } from "../../lib/ports.ts";
import { faultyMarket } from "./faulty-market.ts";
import { figuresOf, hashesIn, Killed, load, mortal } from "./mortal.ts";

/** The end of one year and the beginning of another, in four files. */
const WINTER = faultyMarket({ seed: 5, names: 44, from: 20231101, to: 20240229 });

/** An ingestion nobody kills, and the writes it takes. */
async function unharmed() {
  const { objects, writes } = mortal(memoryObjects());
  const summary = await load(objects, WINTER);
  return { objects, summary, hashes: await hashesIn(objects), writes: writes() };
}

const runsIn = async (objects: Objects) => {
  const { ingestions: runs } = await ingestions(objects, { limit: 100 });
  return runs.map(({ outcome, finished_at }) => ({ outcome, isFinished: finished_at !== null }));
};

describe("a gated ingestion", () => {
  it("comes to the same bytes, figures and records, whichever of its writes killed it", async () => {
    const whole = await unharmed();
    expect(whole.summary).toMatchObject({ failed_days: 2, quarantined: { STALE_FILE: 22 } });
    expect(Object.keys(whole.summary.repaired), "rules that have had work").toHaveLength(6);
    let published = 0;
    let resumed = 0;
    for (let at = 1; at <= whole.writes; at++) {
      const store = memoryObjects();
      const dying = load(mortal(store, at).objects, WINTER);
      await expect(dying, `killed at write ${at}`).rejects.toThrow(Killed);
      const recorded = at === 1 ? [] : [{ outcome: "running", isFinished: false }];
      expect(await runsIn(store)).toEqual(recorded);
      const seen = await hashesIn(store);
      if (Object.keys(seen).length > 0) {
        expect(seen).toEqual(whole.hashes);
        published++;
        continue;
      }
      const summary = await load(store, WINTER);
      expect(await hashesIn(store), `killed at write ${at}`).toEqual(whole.hashes);
      expect(figuresOf(summary)).toEqual(figuresOf(whole.summary));
      expect(await store.list("ingest/"), "checkpoints").toEqual([]);
      expect(await runsIn(store)).toEqual([
        { outcome: "committed", isFinished: true },
        ...recorded,
      ]);
      resumed += summary.files_resumed;
    }
    // What is left to do then is to forget the checkpoint and to record the end.
    expect(published).toBe(2);
    expect(resumed).toBeGreaterThan(whole.writes);
  }, 60_000);

  it("changes nothing the second time, a split that only net changes tell included", async () => {
    const { objects, hashes } = await unharmed();
    expect((await load(objects, WINTER)).outcome).toBe("unchanged");
    expect(await hashesIn(objects)).toEqual(hashes);
  });
});
