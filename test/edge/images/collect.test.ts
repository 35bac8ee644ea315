import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { COLLECTING_MS } from "../../../lib/edge/images/collecting.ts";
import {
  collectingKey,
  historyKey,
  manifestKey,
  partKey,
} from "../../../lib/edge/images/manifest.ts";
import type { Manifest, Objects } from "../../../lib/ports.ts";
import { embeddedObjects } from "../../jobs/stream/embedded-objects.ts";
import {
  add,
  commitRow,
  editing,
  faulty,
  idsIn,
  newDataset,
  newStore,
  type TestStore,
} from "./harness.ts";

const objects = embeddedObjects();
const GRACE_MS = 3_600_000;

/** Versions 1 to `count`, each with its own content of part "p"; returns the keys of the parts, oldest first. */
async function grown(store: TestStore, dataset: string, count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let id = 1; id <= count; id++) {
    const { manifest } = await commitRow(store, dataset, "p", id);
    keys.push(partKey(dataset, manifest.parts.p!.sha256));
  }
  return keys;
}
const partKeys = async (dataset: string): Promise<string[]> =>
  (await objects().list(`images/${dataset}/`))
    .map(({ key }) => key)
    .filter((key) => key.endsWith(".zst"));

describe("collect", () => {
  it("removes old parts that none of the kept versions names, and nothing else", async () => {
    const dataset = newDataset();
    const store = newStore(objects(), { keepManifests: 2 });
    const keys = await grown(store, dataset, 5);
    expect(await store.collect(dataset), "all are young").toEqual({ removed: [], kept: 5 });
    store.pass(GRACE_MS + 60_000);
    const { removed, kept } = await store.collect(dataset);
    expect({ removed: [...removed].sort(), kept }).toEqual({
      removed: keys.slice(0, 3).sort(),
      kept: 2,
    });
    expect(await partKeys(dataset)).toEqual(keys.slice(3).sort());
    expect(await objects().get(collectingKey(dataset)), "the announcement is gone").toBeUndefined();
    expect(await idsIn(newStore(objects()), dataset, "p")).toEqual([1, 2, 3, 4, 5]);
    expect(
      (await store.versions(dataset)).map(({ seq }) => seq),
      "only whole versions",
    ).toEqual([5, 4]);
    expect(await store.collect(dataset)).toEqual({ removed: [], kept: 2 });
  });

  it("finds nothing to do in a dataset nobody has written", async () => {
    expect(await newStore(objects()).collect(newDataset())).toEqual({ removed: [], kept: 0 });
  });

  it("removes nothing by a manifest that a replica still shows, however often it does", async () => {
    const dataset = newDataset();
    const writer = newStore(objects(), { keepManifests: 1 });
    await grown(writer, dataset, 2);
    const key = manifestKey(dataset);
    const old = await objects().get(key);
    const [newest] = (await grown(writer, dataset, 3)).slice(-1);
    const events: string[] = [];
    const behind: Objects = {
      ...objects(),
      get: (k) => (k === key ? old : objects().get(k)) as never,
    };
    const collector = newStore(behind, {
      keepManifests: 1,
      log: ({ event }) => events.push(event),
    });
    collector.pass(GRACE_MS + 60_000);
    expect((await collector.collect(dataset)).removed).toEqual([]);
    expect(events).toContain("collection_postponed");
    expect(await partKeys(dataset)).toContain(newest);
    const second = newStore(objects(), { keepManifests: 1 });
    second.pass(GRACE_MS + 60_000);
    await second.collect(dataset);
    expect(await partKeys(dataset), "who sees the newest goes on").toEqual([newest]);
  });

  it("removes parts that a killed writer left behind", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const [named] = await grown(store, dataset, 1);
    const killed = faulty(objects(), (operation, key) => {
      if (operation === "put" && key.endsWith("manifest.json")) throw new Error("killed");
      return undefined;
    });
    await expect(commitRow(newStore(killed), dataset, "p", 2)).rejects.toThrow("killed");
    store.pass(GRACE_MS + 60_000);
    const { removed, kept } = await store.collect(dataset);
    expect(removed).toHaveLength(1);
    expect(kept).toBe(1);
    expect(await partKeys(dataset)).toEqual([named]);
  });

  it("forgets manifests beyond the longest list of versions", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    await grown(store, dataset, 1);
    const { body } = (await objects().get(manifestKey(dataset)))!;
    const current: Manifest = { ...JSON.parse(body.toString()), seq: 300 };
    await objects().put(manifestKey(dataset), Buffer.from(JSON.stringify(current)));
    for (const seq of [99, 100, 299]) await objects().put(historyKey(dataset, seq), body);
    expect((await store.collect(dataset)).removed).toEqual([historyKey(dataset, 99)]);
  });

  it("stops when a kept manifest cannot be read: what it names is not known", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const keys = await grown(store, dataset, 3);
    await objects().put(historyKey(dataset, 2), Buffer.from("{"));
    store.pass(GRACE_MS + 60_000);
    await expect(store.collect(dataset)).rejects.toMatchObject({ code: "IMAGE_REFUSED" });
    expect(await partKeys(dataset)).toEqual([...keys].sort());
  });

  it("leaves the work to a collector that is at it, and takes over from a dead one", async () => {
    const dataset = newDataset();
    const store = newStore(objects(), { keepManifests: 1 });
    await grown(store, dataset, 2);
    store.pass(GRACE_MS + 60_000);
    const announced = (startedMs: number) =>
      objects().put(
        collectingKey(dataset),
        Buffer.from(JSON.stringify({ started_ms: startedMs, parts: [] })),
      );
    const nowMs = Date.now() + GRACE_MS + 60_000;
    await announced(nowMs);
    expect((await store.collect(dataset)).removed).toEqual([]);
    await announced(nowMs - COLLECTING_MS - 1);
    expect((await store.collect(dataset)).removed).toHaveLength(1);
  });

  it("stops in the middle rather than work on an old announcement", async () => {
    const dataset = newDataset();
    const slow: { store?: TestStore } = {};
    const watched = faulty(objects(), (operation) => {
      if (operation === "remove") slow.store?.pass(COLLECTING_MS / 2);
      return undefined;
    });
    const store = newStore(watched, { keepManifests: 1 });
    slow.store = store;
    await grown(store, dataset, 4);
    store.pass(GRACE_MS + 60_000);
    expect((await store.collect(dataset)).removed).toHaveLength(1);
    expect((await store.collect(dataset)).removed, "the rest another time").toHaveLength(1);
  });
});

describe("a commit that needs an old part while a collector is at work", () => {
  const job = (id: string) => ({ id, note: "" });

  /** Content that version 1 had, version 2 has not, and a commit is about to bring back. */
  const scene = async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    const { manifest } = await writer.commit(dataset, job("1"), editing("p", add(1)));
    await writer.commit(dataset, job("2"), editing("p", add(2)));
    return { dataset, first: manifest, key: partKey(dataset, manifest.parts.p!.sha256) };
  };
  const bringBack = (dataset: string, through: Objects) =>
    newStore(through).commit(dataset, job("3"), async (draft) => {
      draft.drop("p");
      await editing("p", add(1))(draft);
    });

  /** A collector for which every object is old, except those that were put through `renewing`. */
  const aging = () => {
    const renewed = new Set<string>();
    const age = <T extends { key: string; modifiedMs: number }>(info: T): T =>
      renewed.has(info.key) ? info : { ...info, modifiedMs: info.modifiedMs - 2 * GRACE_MS };
    const aged: Objects = {
      ...objects(),
      list: async (prefix) => (await objects().list(prefix)).map(age),
      head: async (key) => {
        const info = await objects().head(key);
        return info && age(info);
      },
    };
    const renewing = faulty(objects(), (operation, key) => {
      if (operation === "put") renewed.add(key);
      return undefined;
    });
    return { aged, renewing };
  };

  const isWhole = async (dataset: string) => {
    expect(await idsIn(newStore(objects()), dataset, "p")).toEqual([1]);
    expect(await newStore(objects()).verify(dataset)).toEqual([{ part: "p", ok: true }]);
  };

  it("finds it there when it was renewed after the listing, although no manifest names it yet", async () => {
    const { dataset, key } = await scene();
    const { aged, renewing } = aging();
    const renewed = Promise.withResolvers<void>();
    const collected = Promise.withResolvers<void>();
    let commit: Promise<unknown> | undefined;
    const waiting: Objects = {
      ...renewing,
      async put(target, body, options) {
        if (target === manifestKey(dataset)) {
          renewed.resolve();
          await collected.promise;
        }
        return renewing.put(target, body, options);
      },
    };
    const collector = newStore(
      {
        ...aged,
        async list(prefix) {
          const found = await aged.list(prefix);
          commit = bringBack(dataset, waiting);
          await renewed.promise;
          return found;
        },
      },
      { keepManifests: 1 },
    );
    const { removed } = await collector.collect(dataset);
    collected.resolve();
    expect(removed).not.toContain(key);
    expect(await commit).toMatchObject({ outcome: "committed" });
    await isWhole(dataset);
  });

  it("finds it there when a manifest came to name it after the listing, however old it is", async () => {
    const { dataset, first, key } = await scene();
    const { aged } = aging();
    const third: Manifest = { ...first, seq: 3, nonce: "third" };
    const collector = newStore(
      {
        ...aged,
        async list(prefix) {
          const found = await aged.list(prefix);
          await objects().put(manifestKey(dataset), Buffer.from(JSON.stringify(third)));
          return found;
        },
      },
      { keepManifests: 1 },
    );
    expect((await collector.collect(dataset)).removed).not.toContain(key);
    await isWhole(dataset);
  });

  it("puts it again when the collector had looked at its age already", async () => {
    const { dataset, key } = await scene();
    const { aged, renewing } = aging();
    let commit: Promise<unknown> | undefined;
    const collector = newStore(
      {
        ...aged,
        async head(target) {
          const info = await aged.head(target);
          if (target !== key) return info;
          // The announcement stands: the commit cannot end before the collector does.
          commit = bringBack(dataset, renewing);
          await setTimeout(150);
          return info;
        },
      },
      { keepManifests: 1 },
    );
    expect((await collector.collect(dataset)).removed).toContain(key);
    expect(await commit).toMatchObject({ outcome: "committed" });
    await isWhole(dataset);
  });
});
