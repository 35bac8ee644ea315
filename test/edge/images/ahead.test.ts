/** A view that is renewed before its time is over. */
import { describe, expect, it } from "vitest";
import type { Objects } from "../../../lib/ports.ts";
import { embeddedObjects } from "../../jobs/stream/embedded-objects.ts";
import { commitRow, newDataset, newStore, type TestStore } from "./harness.ts";

const objects = embeddedObjects();

async function seqOf(reader: TestStore, dataset: string): Promise<number> {
  const snapshot = await reader.snapshot(dataset);
  snapshot.release();
  return snapshot.manifest.seq;
}

/** Counts looks at manifests, and holds their answers back from `hold` to `letGo`. */
function heldBack(from: Objects) {
  let gate: Promise<void> | undefined;
  let open = () => {};
  const counts = { looks: 0 };
  const held = <T>(look: () => Promise<T>): Promise<T> => {
    counts.looks++;
    const [answer, wait] = [look(), gate];
    return wait === undefined ? answer : wait.then(() => answer);
  };
  return {
    counts,
    objects: {
      ...from,
      get: (key) => (key.endsWith("manifest.json") ? held(() => from.get(key)) : from.get(key)),
      getIfChanged: (key, etag) => held(() => from.getIfChanged(key, etag)),
    } satisfies Objects,
    hold: () => {
      gate = new Promise((resolve) => {
        open = resolve;
      });
    },
    /** Resolves when what came back has been taken in. */
    letGo: async () => {
      open();
      gate = undefined;
      await new Promise((resolve) => setTimeout(resolve, 50));
    },
  };
}

describe("the view of a busy process", () => {
  it("is renewed beside the requests, none of which waits for the store", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    await commitRow(writer, dataset, "p", 1);
    const { counts, hold, letGo, objects: slow } = heldBack(objects());
    const reader = newStore(slow, { revalidateMs: 60_000 });
    expect(await seqOf(reader, dataset)).toBe(1);
    await commitRow(writer, dataset, "p", 2);
    hold();
    reader.pass(30_000);
    expect(await seqOf(reader, dataset)).toBe(1);
    expect(counts.looks, "young enough").toBe(1);
    reader.pass(20_000);
    expect([await seqOf(reader, dataset), await seqOf(reader, dataset)]).toEqual([1, 1]);
    expect(counts.looks, "one look for both").toBe(2);
    await letGo();
    expect(await seqOf(reader, dataset)).toBe(2);
    expect(counts.looks).toBe(2);
  });

  it("does not come from a look that was under way when the process was frozen", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    await commitRow(writer, dataset, "p", 1);
    const { hold, letGo, objects: slow } = heldBack(objects());
    const reader = newStore(slow, { revalidateMs: 60_000 });
    await seqOf(reader, dataset);
    reader.pass(50_000);
    hold();
    await seqOf(reader, dataset);
    // The look has its answer, of before the next commit, and this process does not see it yet.
    await new Promise((resolve) => setTimeout(resolve, 50));
    await commitRow(writer, dataset, "p", 2);
    reader.pass(600_000);
    const woken = seqOf(reader, dataset);
    await letGo();
    expect(await woken).toBe(2);
  });

  it("is looked for again, and told, when the look beside the requests fails", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    await commitRow(writer, dataset, "p", 1);
    let isDown = false;
    const from = objects();
    const reader = newStore(
      {
        ...from,
        getIfChanged: async (key, etag) => {
          if (isDown) throw new TypeError("broken on the way");
          return from.getIfChanged(key, etag);
        },
      },
      { revalidateMs: 60_000 },
    );
    await seqOf(reader, dataset);
    isDown = true;
    reader.pass(50_000);
    expect(await seqOf(reader, dataset)).toBe(1);
    reader.pass(20_000);
    await expect(seqOf(reader, dataset)).rejects.toThrow("broken on the way");
    isDown = false;
    expect(await seqOf(reader, dataset)).toBe(1);
  });
});
