// Two years of a gated market, loaded by processes of which each is killed after a while: what the gate remembers over
// months comes back from what is stored.
import { expect, it } from "vitest";
import { memoryObjects } from "../../bench/stores.ts";
import { faultyMarket } from "./faulty-market.ts";
import { figuresOf, hashesIn, Killed, load, mortal } from "./mortal.ts";

const YEARS = faultyMarket({ seed: 6, names: 44, from: 20230103, to: 20241231 });
/** Where a process dies that would note a month for so many times: what it did since the one before is lost. */
const NOTES_OF_A_LIFE = 7;
const LIVES = 4;

it("two years come to the same bytes in one life or in many", async () => {
  const once = memoryObjects();
  const whole = await load(once, YEARS);
  expect(whole).toMatchObject({ outcome: "committed", failed_days: 2, days: 502 });
  const store = memoryObjects();
  for (let life = 1; life < LIVES; life++) {
    const dying = load(mortal(store, NOTES_OF_A_LIFE, "ingest/").objects, YEARS);
    await expect(dying, `life ${life}`).rejects.toThrow(Killed);
    expect(await hashesIn(store), "seen by readers").toEqual({});
  }
  const last = await load(mortal(store, NOTES_OF_A_LIFE, "ingest/").objects, YEARS);
  expect(last.files_resumed).toBe((LIVES - 1) * (NOTES_OF_A_LIFE - 1));
  expect(figuresOf(last)).toEqual(figuresOf(whole));
  expect(await hashesIn(store)).toEqual(await hashesIn(once));
}, 60_000);
