import { setTimeout } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import { historyKey, manifestKey } from "../../../lib/edge/images/manifest.ts";
import type { Manifest } from "../../../lib/ports.ts";
import { embeddedObjects } from "../../jobs/stream/embedded-objects.ts";
import { add, commitRow, editing, faulty, idsIn, newDataset, newStore, once } from "./harness.ts";

const objects = embeddedObjects();

const timesOf = async (dataset: string, part: string): Promise<number[]> => {
  const snapshot = await newStore(objects()).snapshot(dataset);
  const image = await snapshot.open(part);
  const rows = image.query<{ times: number }>("select times from entry order by id");
  snapshot.release();
  return rows.map(({ times }) => times);
};

describe("many writers of one dataset", () => {
  it("of different parts all come through, one version each", async () => {
    const dataset = newDataset();
    const writers = Array.from({ length: 16 }, (_, n) => ({
      part: `p${n}`,
      store: newStore(objects(), { sleep: setTimeout }),
    }));
    const outcomes = await Promise.all(
      writers.map(({ part, store }, n) => commitRow(store, dataset, part, n)),
    );
    const seqs = outcomes.map(({ manifest }) => manifest.seq).sort((a, b) => a - b);
    expect(seqs).toEqual(Array.from({ length: 16 }, (_, n) => n + 1));
    const reader = newStore(objects());
    const { manifest } = await reader.snapshot(dataset);
    expect(manifest.seq).toBe(16);
    expect(Object.keys(manifest.parts)).toHaveLength(16);
    for (const [n, { part }] of writers.entries()) {
      expect(await idsIn(reader, dataset, part)).toEqual([n]);
    }
    expect(await timesOf(dataset, "p3")).toEqual([1]);
  });

  it("of one part all come through, and each sees the rows of those before", async () => {
    const dataset = newDataset();
    const stores = Array.from({ length: 6 }, () => newStore(objects()));
    await Promise.all(stores.map((store, n) => commitRow(store, dataset, "p", n)));
    expect(await timesOf(dataset, "p")).toEqual([1, 1, 1, 1, 1, 1]);
    const versions = await stores[0]!.versions(dataset);
    expect(versions.map(({ parts }) => parts.p!.rows)).toEqual([6, 5, 4, 3, 2, 1]);
    for (const [n, { parent_nonce: parent }] of versions.entries()) {
      expect(parent, "the versions form one chain").toBe(versions[n + 1]?.nonce ?? null);
    }
  });

  it("need one attempt each while they take turns by a lease", async () => {
    const dataset = newDataset();
    let holder = false;
    const lease = async () => {
      if (holder) return undefined;
      holder = true;
      return async () => {
        holder = false;
      };
    };
    const outcomes = await Promise.all(
      Array.from({ length: 4 }, (_, n) =>
        commitRow(newStore(objects(), { lease, leaseWaitMs: 5_000 }), dataset, `p${n}`, n),
      ),
    );
    expect(outcomes.map(({ attempts }) => attempts)).toEqual([1, 1, 1, 1]);
    expect(holder, "given back").toBe(false);
  });

  it("go on without a lease that is never free", async () => {
    const dataset = newDataset();
    const lease = async () => undefined;
    const store = newStore(objects(), { lease, sleep: async () => {} });
    expect((await commitRow(store, dataset, "p", 1)).outcome).toBe("committed");
  });
});

describe("a commit", () => {
  it("that changes nothing publishes nothing", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const first = await commitRow(store, dataset, "p", 1);
    const puts: string[] = [];
    const watched = newStore(
      faulty(objects(), (operation, key) => {
        if (operation === "put") puts.push(key);
        return undefined;
      }),
    );
    const second = await watched.commit(dataset, { id: "idle", note: "idle" }, (draft) =>
      editing("p", (db) =>
        db.run("update entry set value = 'x'; update entry set value = 'value 1'"),
      )(draft),
    );
    expect(second).toMatchObject({ outcome: "unchanged", attempts: 1, manifest: first.manifest });
    expect(puts).toEqual([]);
    const nothing = await watched.commit(
      dataset,
      { id: "none", note: "none" },
      async () => "result",
    );
    expect(nothing).toMatchObject({ outcome: "unchanged", result: "result" });
  });

  it("of a job that is there already is not done again", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const job = { id: "daily 2024-01-02", note: "ingest", builtFrom: { market: "v1" } };
    const first = await store.commit(dataset, job, editing("p", add(1)));
    expect(first.outcome).toBe("committed");
    expect(first.manifest).toMatchObject({
      note: "ingest",
      writer: "test",
      built_from: { market: "v1" },
    });
    await commitRow(store, dataset, "p", 2);
    const again = await newStore(objects()).commit(dataset, job, () => {
      throw new Error("the change must not run");
    });
    expect(again).toMatchObject({ outcome: "repeated", result: undefined, manifest: { seq: 2 } });
    expect(again.manifest.built_from, "kept by a commit that says nothing").toEqual({
      market: "v1",
    });
  });

  it("remembers the last 64 jobs", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const { manifest } = await commitRow(store, dataset, "p", 1);
    const jobs = Array.from({ length: 64 }, (_, n) => `old ${n}`);
    const full: Manifest = { ...manifest, recent_jobs: jobs };
    await objects().put(manifestKey(dataset), Buffer.from(JSON.stringify(full)));
    const next = await store.commit(dataset, { id: "new", note: "" }, editing("p", add(2)));
    expect(next.manifest.recent_jobs).toEqual([...jobs.slice(1), "new"]);
  });

  it("killed between part and manifest leaves readers untouched, and its repetition succeeds", async () => {
    const dataset = newDataset();
    await commitRow(newStore(objects()), dataset, "p", 1);
    const job = { id: "killed", note: "" };
    const killed = newStore(
      faulty(objects(), (operation, key) => {
        if (operation === "put" && key === manifestKey(dataset)) throw new Error("killed");
        return undefined;
      }),
    );
    await expect(killed.commit(dataset, job, editing("p", add(2)))).rejects.toThrow("killed");
    const reader = newStore(objects());
    expect(await idsIn(reader, dataset, "p")).toEqual([1]);
    expect((await reader.versions(dataset)).map(({ seq }) => seq)).toEqual([1]);
    const repeated = await newStore(objects()).commit(dataset, job, editing("p", add(2)));
    expect(repeated).toMatchObject({ outcome: "committed", attempts: 1, manifest: { seq: 2 } });
    expect(await timesOf(dataset, "p")).toEqual([1, 1]);
  });

  it("whose answer was lost is recognised by its nonce and not done twice", async () => {
    const dataset = newDataset();
    await commitRow(newStore(objects()), dataset, "p", 1);
    const { fault } = once(["put", "manifest.json", "down_after"]);
    const store = newStore(faulty(objects(), fault));
    let runs = 0;
    const outcome = await store.commit(dataset, { id: "lost", note: "" }, async (draft) => {
      await editing("p", add(1))(draft);
      return ++runs;
    });
    expect(outcome).toMatchObject({
      outcome: "committed",
      attempts: 2,
      result: 1,
      manifest: { seq: 2 },
    });
    expect(await timesOf(dataset, "p")).toEqual([2]);
    expect(await idsIn(store, dataset, "p"), "and the writer reads it").toEqual([1]);
  });

  it("whose answer was lost is recognised even when others have committed on top of it", async () => {
    const dataset = newDataset();
    await commitRow(newStore(objects()), dataset, "p", 1);
    const other = newStore(objects());
    const { fault } = once(["put", "manifest.json", "down_after"]);
    let others = 0;
    const store = newStore(faulty(objects(), fault), {
      sleep: async () => {
        if (others++ < 2) await commitRow(other, dataset, "p", 10 + others);
      },
    });
    const outcome = await store.commit(dataset, { id: "lost", note: "" }, editing("p", add(2)));
    expect(outcome).toMatchObject({ outcome: "committed", manifest: { seq: 2 } });
    const [current] = await other.versions(dataset);
    expect(current!.seq).toBe(3);
    expect(await timesOf(dataset, "p")).toEqual([1, 1, 1]);
  });

  it.each(["down_before", "conflict", "precondition_failed", "missing"] as const)(
    "whose manifest write meets %s starts again from what it reads",
    async (met) => {
      const dataset = newDataset();
      await commitRow(newStore(objects()), dataset, "p", 1);
      const { fault } = once(["put", "manifest.json", met], ["put", "manifest.json", met]);
      const store = newStore(faulty(objects(), fault));
      const outcome = await commitRow(store, dataset, "p", 2);
      expect(outcome).toMatchObject({ outcome: "committed", attempts: 3, manifest: { seq: 2 } });
      expect(store.events.map(({ event }) => event)).toEqual([
        "commit_retried",
        "commit_retried",
        "committed",
      ]);
      expect(await timesOf(dataset, "p")).toEqual([1, 1]);
    },
  );

  it("that starts from a stale manifest cannot undo what it did not see", async () => {
    const dataset = newDataset();
    const plan: { stale: boolean } = { stale: false };
    const behind = faulty(objects(), (operation, key) => {
      if (!plan.stale || operation !== "get" || !key.endsWith("manifest.json")) return undefined;
      plan.stale = false;
      return "stale";
    });
    const store = newStore(behind);
    await commitRow(store, dataset, "p", 1);
    await commitRow(store, dataset, "p", 2);
    plan.stale = true;
    const outcome = await commitRow(store, dataset, "p", 3);
    expect(outcome).toMatchObject({ attempts: 2, manifest: { seq: 3 } });
    expect(await idsIn(newStore(objects()), dataset, "p")).toEqual([1, 2, 3]);
  });

  it("gives up as WRITE_CONFLICT when others are always faster", async () => {
    const dataset = newDataset();
    const always = faulty(objects(), (operation, key) =>
      operation === "put" && key.endsWith("manifest.json") ? "precondition_failed" : undefined,
    );
    const store = newStore(always, { maxAttempts: 3, sleep: async () => {} });
    await expect(commitRow(store, dataset, "p", 1)).rejects.toMatchObject({
      code: "WRITE_CONFLICT",
      details: { dataset, attempts: 3 },
    });
  });

  it("gives up as DEPENDENCY_DOWN when the store stays away, and can be repeated", async () => {
    const dataset = newDataset();
    let isDown = true;
    const away = faulty(objects(), () => (isDown ? "down_before" : undefined));
    const store = newStore(away, { maxAttempts: 3, sleep: async () => {} });
    const job = { id: "patient", note: "" };
    const attempt = () => store.commit(dataset, job, editing("p", add(1)));
    await expect(attempt()).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    isDown = false;
    expect((await attempt()).outcome).toBe("committed");
  });

  it("that takes longer than half the grace time starts again with young parts", async () => {
    const dataset = newDataset();
    const puts: string[] = [];
    const store = newStore(
      faulty(objects(), (operation, key) => {
        if (operation === "put") puts.push(key.replace(/[0-9a-f]{64}/, "part"));
        return undefined;
      }),
      { graceMs: 1_000_000 },
    );
    let runs = 0;
    const outcome = await store.commit(dataset, { id: "slow", note: "" }, async (draft) => {
      await editing("p", add(1))(draft);
      if (++runs === 1) store.pass(600_000);
    });
    expect(outcome).toMatchObject({ outcome: "committed", attempts: 2 });
    expect(store.events[0]).toMatchObject({
      reason: "the attempt took longer than half the grace time",
    });
    const part = `images/${dataset}/part.sqlite.zst`;
    expect(puts, "put, found, renewed").toEqual([part, part, part, manifestKey(dataset)]);
  });

  it("keeps the manifest it replaces, byte for byte", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    await commitRow(store, dataset, "p", 1);
    const first = (await objects().get(manifestKey(dataset)))!.body;
    await commitRow(store, dataset, "p", 2);
    expect((await objects().get(historyKey(dataset, 1)))!.body.equals(first)).toBe(true);
  });

  it("finds its parts stored although the answers to their uploads were lost", async () => {
    const dataset = newDataset();
    const { fault, left } = once(
      ["put", ".zst", "down_after"],
      ["put", ".zst", "conflict"],
      ["put", ".zst", "down_before"],
    );
    const store = newStore(faulty(objects(), fault));
    expect(await commitRow(store, dataset, "p", 1)).toMatchObject({
      outcome: "committed",
      attempts: 1,
    });
    expect(left).toEqual([]);
    expect(await timesOf(dataset, "p")).toEqual([1]);
  });
});
