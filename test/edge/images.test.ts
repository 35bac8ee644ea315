import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { manifestKey, partKey } from "../../lib/edge/images/manifest.ts";
import type { Draft } from "../../lib/ports.ts";
import { embeddedObjects } from "../jobs/stream/embedded-objects.ts";
import {
  add,
  commitRow,
  described,
  editing,
  faulty,
  idsIn,
  newDataset,
  newStore,
  once,
  SCHEMA,
} from "./images/harness.ts";

const objects = embeddedObjects();

describe("a snapshot", () => {
  it("of a dataset nobody has written has no parts", async () => {
    const store = newStore(objects());
    const snapshot = await store.snapshot(newDataset());
    expect(snapshot.manifest).toMatchObject({ seq: 0, parts: {} });
    await expect(snapshot.open("caps/2024")).rejects.toMatchObject({ code: "UNKNOWN_DATASET" });
    snapshot.release();
  });

  it("reads what another store has committed", async () => {
    const dataset = newDataset();
    const [writer, reader] = [newStore(objects()), newStore(objects())];
    expect((await reader.snapshot(dataset)).manifest.seq).toBe(0);
    const { outcome, manifest } = await commitRow(writer, dataset, "caps/2024", 7);
    expect(outcome).toBe("committed");
    const snapshot = await reader.snapshot(dataset);
    expect(snapshot.manifest).toEqual(manifest);
    const image = await snapshot.open("caps/2024");
    expect(image.text("select value from entry where id = :id", { ":id": 7 })).toBe("value 7");
    snapshot.release();
    expect(() => snapshot.workspace()).toThrow("was released");
    await expect(snapshot.open("caps/2024")).rejects.toThrow("was released");
  });

  it("stays what it was while others commit", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    await commitRow(store, dataset, "p", 1);
    const before = await store.snapshot(dataset);
    await commitRow(store, dataset, "p", 2);
    const after = await store.snapshot(dataset);
    const [old, young] = [await before.open("p"), await after.open("p")];
    expect(old.query("select id from entry")).toEqual([{ id: 1 }]);
    expect(young.query("select id from entry")).toEqual([{ id: 1 }, { id: 2 }]);
    expect(before.version()).not.toBe(after.version());
    before.release();
    after.release();
  });

  it("loads only the parts that are asked for, and each once for all who ask", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    for (const part of ["a", "b", "c"]) await commitRow(writer, dataset, part, 1);
    const gets: string[] = [];
    const counted = faulty(objects(), (operation, key) => {
      if (operation === "get" && key.endsWith(".zst")) gets.push(key);
      return undefined;
    });
    const reader = newStore(counted);
    const snapshots = await Promise.all(Array.from({ length: 8 }, () => reader.snapshot(dataset)));
    const images = await Promise.all(snapshots.map((snapshot) => snapshot.open("b")));
    expect(gets).toEqual([partKey(dataset, snapshots[0]!.manifest.parts.b!.sha256)]);
    for (const image of images) expect(image.query("select id from entry")).toEqual([{ id: 1 }]);
    for (const snapshot of snapshots) snapshot.release();
  });

  it("gives a workspace that joins parts and ends with the snapshot", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    await commitRow(store, dataset, "a", 1);
    await commitRow(store, dataset, "b", 1, "other");
    const snapshot = await store.snapshot(dataset);
    const workspace = snapshot.workspace();
    workspace.attach("a", await snapshot.open("a"));
    workspace.attach("b", await snapshot.open("b"));
    expect(
      workspace.query(
        "select a.entry.value || ' ' || b.entry.value as v from a.entry join b.entry using (id)",
      ),
    ).toEqual([{ v: "value 1 other" }]);
    snapshot.release();
    expect(() => workspace.query("select 1")).toThrow("the workspace is closed");
  });
});

describe("the freshness of a snapshot", () => {
  it("looks again only after the time of revalidation, or when asked to", async () => {
    const dataset = newDataset();
    const [writer, reader] = [newStore(objects()), newStore(objects(), { revalidateMs: 60_000 })];
    await commitRow(writer, dataset, "p", 1);
    const seq = async (freshness = {}) => {
      const snapshot = await reader.snapshot(dataset, freshness);
      snapshot.release();
      return snapshot.manifest.seq;
    };
    expect(await seq()).toBe(1);
    await commitRow(writer, dataset, "p", 2);
    expect(await seq(), "believed for a moment").toBe(1);
    expect(await seq({ revalidate: true })).toBe(2);
    await commitRow(writer, dataset, "p", 3);
    expect(await seq()).toBe(2);
    reader.pass(60_001);
    expect(await seq()).toBe(3);
    await commitRow(writer, dataset, "p", 4);
    expect(await seq({ minSeq: 3 })).toBe(3);
    expect(await seq({ minSeq: 4 })).toBe(4);
  });

  it("waits for a version somebody promised, but not for ever", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    await commitRow(writer, dataset, "p", 1);
    let isPromised = true;
    const reader = newStore(objects(), {
      sleep: async () => {
        if (isPromised) await commitRow(writer, dataset, "p", 2);
        isPromised = false;
      },
    });
    const snapshot = await reader.snapshot(dataset, { minSeq: 2 });
    expect(snapshot.manifest.seq).toBe(2);
    const impatient = newStore(objects(), { sleep: async () => {} });
    await expect(impatient.snapshot(dataset, { minSeq: 9 })).rejects.toMatchObject({
      code: "UNKNOWN_VERSION",
      details: { seq: 2, min_seq: 9 },
    });
  });

  it("never goes back: an older or absent manifest from a stale replica is ignored", async () => {
    const dataset = newDataset();
    let isStale = false;
    const replica = faulty(objects(), (operation, key) =>
      isStale && operation.startsWith("get") && key.endsWith("manifest.json") ? "stale" : undefined,
    );
    const reader = newStore(replica);
    const writer = newStore(replica);
    await commitRow(writer, dataset, "p", 1);
    await commitRow(writer, dataset, "p", 2);
    expect((await reader.snapshot(dataset)).manifest.seq).toBe(2);
    isStale = true;
    expect((await replica.get(manifestKey(dataset)))!.body.toString()).toContain('"seq": 1');
    expect((await reader.snapshot(dataset, { revalidate: true })).manifest.seq).toBe(2);
    await objects().remove(manifestKey(dataset));
    isStale = false;
    expect((await reader.snapshot(dataset, { revalidate: true })).manifest.seq).toBe(2);
  });

  it("serves the last view for a while when the store is down, unless a fresh one was asked for", async () => {
    const dataset = newDataset();
    let isDown = false;
    const store = newStore(
      faulty(objects(), () => (isDown ? "down_before" : undefined)),
      { staleMs: 10_000 },
    );
    await commitRow(store, dataset, "p", 1);
    isDown = true;
    expect(await idsIn(store, dataset, "p")).toEqual([1]);
    expect(store.events.at(-1)).toMatchObject({ event: "stale_served", dataset, seq: 1 });
    const down = { code: "DEPENDENCY_DOWN" };
    await expect(store.snapshot(dataset, { revalidate: true })).rejects.toMatchObject(down);
    store.pass(10_001);
    await expect(store.snapshot(dataset)).rejects.toMatchObject(down);
    await expect(
      newStore(faulty(objects(), () => "down_before")).snapshot(dataset),
    ).rejects.toMatchObject(down);
  });
});

describe("open images", () => {
  it("are kept up to a bound, and a pinned one stays open beyond it", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    for (const part of ["a", "b", "c"]) await commitRow(writer, dataset, part, 1);
    const store = newStore(objects(), { maxOpenBytes: 1 });
    const held = await store.snapshot(dataset);
    const image = await held.open("a");
    const one = held.manifest.parts.a!.raw_bytes;
    for (const part of ["b", "c"]) expect(await idsIn(store, dataset, part)).toEqual([1]);
    expect(store.openBytes(), "only what is held").toBe(one);
    expect(image.query("select id from entry")).toEqual([{ id: 1 }]);
    held.release();
    held.release();
    await new Promise(setImmediate);
    expect(store.openBytes()).toBe(0);
    expect(() => image.query("select id from entry")).toThrow("its snapshot was released");
  });

  it("are closed in the order of their last use", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    for (const part of ["a", "b", "c"]) await commitRow(writer, dataset, part, 1, part);
    const gets: string[] = [];
    const { manifest } = await writer.snapshot(dataset);
    const names = new Map(
      Object.entries(manifest.parts).map(([n, e]) => [partKey(dataset, e.sha256), n]),
    );
    const counted = faulty(objects(), (operation, key) => {
      if (operation === "get" && names.has(key)) gets.push(names.get(key)!);
      return undefined;
    });
    const store = newStore(counted, { maxOpenBytes: 2 * manifest.parts.a!.raw_bytes });
    for (const part of ["a", "b", "a", "c", "a", "b"]) await idsIn(store, dataset, part);
    expect(gets).toEqual(["a", "b", "c", "b"]);
  });

  it("hold what was just written, so that a writer reads it without a download", async () => {
    const dataset = newDataset();
    const downloads: string[] = [];
    const store = newStore(
      faulty(objects(), (operation, key) => {
        if (operation === "get" && key.endsWith(".zst")) downloads.push(key);
        return undefined;
      }),
      { revalidateMs: 60_000 },
    );
    await commitRow(store, dataset, "p", 1);
    await commitRow(store, dataset, "p", 2);
    expect(await idsIn(store, dataset, "p")).toEqual([1, 2]);
    expect(downloads).toEqual([]);
  });
});

describe("a part that is not what its manifest says", () => {
  it.each(["truncated", "flipped"] as const)(
    "is read once more when it is %s on the way",
    async (fault) => {
      const dataset = newDataset();
      await commitRow(newStore(objects()), dataset, "p", 1);
      const { fault: plan, left } = once(["get", ".zst", fault]);
      const store = newStore(faulty(objects(), plan));
      expect(await idsIn(store, dataset, "p")).toEqual([1]);
      expect(left).toEqual([]);
      expect(store.events).toEqual([]);
    },
  );

  it("is refused, and the version before it is served until it is whole again", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    for (const id of [1, 2, 3]) await commitRow(writer, dataset, "p", id);
    await commitRow(writer, dataset, "q", 4);
    const store = newStore(objects());
    const { manifest } = await store.snapshot(dataset);
    const { sha256 } = manifest.parts.p!;
    const key = partKey(dataset, sha256);
    const whole = (await objects().get(key))!.body;
    await objects().put(key, whole.subarray(0, whole.length - 1));

    await expect(idsIn(store, dataset, "p")).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
      details: {
        dataset,
        part: "p",
        sha256,
        problem: `it must have ${whole.length} bytes, was ${whole.length - 1}`,
      },
    });
    expect(store.events).toEqual([
      expect.objectContaining({ event: "image_refused", dataset, part: "p", sha256 }),
    ]);
    expect(await idsIn(store, dataset, "p"), "versions 4 and 3 hold the refused part").toEqual([
      1, 2,
    ]);
    expect(store.events.at(-1)).toEqual({
      event: "previous_served",
      dataset,
      seq: 4,
      servedSeq: 2,
    });
    await expect(store.snapshot(dataset, { minSeq: 3 })).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
    });
    expect(await store.verify(dataset)).toEqual([
      {
        part: "p",
        ok: false,
        problem: expect.stringContaining(`it must have ${whole.length} bytes`),
      },
      { part: "q", ok: true },
    ]);

    await objects().put(key, whole);
    expect(await idsIn(store, dataset, "p"), "not tried again at once").toEqual([1, 2]);
    store.pass(60_001);
    expect(await idsIn(store, dataset, "p")).toEqual([1, 2, 3]);
    expect(await store.verify(dataset)).toEqual([
      { part: "p", ok: true },
      { part: "q", ok: true },
    ]);
  });

  it("is refused when its object is missing, and there may be no version to fall back to", async () => {
    const dataset = newDataset();
    const { manifest } = await commitRow(newStore(objects()), dataset, "p", 1);
    await objects().remove(partKey(dataset, manifest.parts.p!.sha256));
    const store = newStore(objects());
    await expect(idsIn(store, dataset, "p")).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
      message: expect.stringContaining("is missing"),
    });
    await expect(store.snapshot(dataset)).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
      message: expect.stringContaining("no earlier version is whole"),
    });
  });

  it("is repaired by writing it anew", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const { manifest } = await commitRow(store, dataset, "p", 1);
    const key = partKey(dataset, manifest.parts.p!.sha256);
    await objects().put(key, Buffer.from("damaged"));
    const reader = newStore(objects());
    await expect(idsIn(reader, dataset, "p")).rejects.toMatchObject({ code: "IMAGE_REFUSED" });
    const repaired = await reader.commit(
      dataset,
      { id: "repair", note: "repair" },
      async (draft) => {
        draft.drop("p");
        await editing("p", add(1))(draft);
      },
    );
    expect(repaired.outcome).toBe("unchanged");
    expect(await idsIn(reader, dataset, "p")).toEqual([1]);
    expect(await reader.verify(dataset)).toEqual([{ part: "p", ok: true }]);
  });
});

describe("a manifest that cannot be read", () => {
  it("is read once more, and then the last view stands", async () => {
    const dataset = newDataset();
    const [writer, reader] = [newStore(objects()), newStore(objects())];
    await commitRow(writer, dataset, "p", 1);
    await commitRow(writer, dataset, "p", 2);
    const { fault } = once(["get", "manifest.json", "truncated"]);
    expect(await idsIn(newStore(faulty(objects(), fault)), dataset, "p")).toEqual([1, 2]);

    expect(await idsIn(reader, dataset, "p")).toEqual([1, 2]);
    const whole = (await objects().get(manifestKey(dataset)))!.body;
    await objects().put(manifestKey(dataset), whole.subarray(0, 50));
    expect(await idsIn(reader, dataset, "p")).toEqual([1, 2]);
    expect(reader.events.at(-1)).toMatchObject({ event: "manifest_refused", dataset });

    const newcomer = newStore(objects());
    expect(await idsIn(newcomer, dataset, "p"), "the newest kept in the history").toEqual([1]);
    expect(newcomer.events.at(-1)).toMatchObject({ event: "previous_served", servedSeq: 1 });
    await expect(commitRow(newcomer, dataset, "p", 3)).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
    });

    await objects().put(manifestKey(dataset), whole);
    expect(await idsIn(newcomer, dataset, "p")).toEqual([1, 2]);
  });
});

describe("a draft", () => {
  const job = { id: "job", note: "test" };

  it("shows its parts as they will stand, while its base stays as it was", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    await commitRow(store, dataset, "p", 1);
    await commitRow(store, dataset, "gone", 1);
    const ids = async (from: Pick<Draft, "open">, part: string) =>
      (await from.open(part)).query<{ id: number }>("select id from entry").map(({ id }) => id);
    let late: Draft | undefined;
    const { result, manifest } = await store.commit(dataset, job, async (draft) => {
      late = draft;
      await editing("p", add(2))(draft);
      await editing("p", add(3))(draft);
      await editing("new", add(9))(draft);
      draft.drop("gone");
      expect(Object.keys(draft.parts()).sort()).toEqual(["new", "p"]);
      expect(draft.parts().p!.rows).toBe(3);
      return [await ids(draft, "p"), await ids(draft.base, "p"), await ids(draft, "new")];
    });
    expect(result).toEqual([[1, 2, 3], [1], [9]]);
    expect(Object.keys(manifest.parts)).toEqual(["new", "p"]);
    await expect(late!.open("p")).rejects.toThrow("its attempt has ended");
    await expect(editing("p", add(4))(late!)).rejects.toThrow("its attempt has ended");
  });

  it("migrates a part once, in the transaction of its change", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    await commitRow(store, dataset, "p", 1);
    const schema = [...SCHEMA, "alter table entry add column extra text not null default 'none';"];
    const version = (draft: Draft) =>
      draft.edit(
        "p",
        schema,
        (db) => db.run("update entry set extra = 'some' where id = 2"),
        described,
      );
    await store.commit(dataset, job, version);
    await store.commit(dataset, { ...job, id: "again" }, version);
    const snapshot = await store.snapshot(dataset);
    const image = await snapshot.open("p");
    expect(image.query("select extra from entry")).toEqual([{ extra: "none" }]);
    expect(image.query("pragma user_version")).toEqual([{ user_version: 2 }]);
    snapshot.release();
    const straight = await store.commit(dataset, { ...job, id: "straight" }, (draft) =>
      draft.edit("q", schema, add(1), described),
    );
    const { p, q } = straight.manifest.parts;
    expect(p!.sha256, "as if it had been made with the new schema").toBe(q!.sha256);
    await expect(commitRow(store, dataset, "p", 2)).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
      message: expect.stringContaining("has schema 2; this build knows 1"),
    });
  });

  it("publishes nothing when the change fails, and hands on the failure", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    await commitRow(store, dataset, "p", 1);
    const failing = store.commit(dataset, job, async (draft) => {
      await editing("p", add(2))(draft);
      await editing("p", add(3), (db) => db.run("insert into entry values (1, 'twice', 1)"))(draft);
    });
    await expect(failing).rejects.toThrow("UNIQUE constraint failed: entry.id");
    expect(await idsIn(store, dataset, "p")).toEqual([1]);
    expect((await commitRow(store, dataset, "p", 2)).manifest.seq).toBe(2);
  });

  it("of many parts keeps no more of them open than the bound allows", async () => {
    const dataset = newDataset();
    const store = newStore(objects(), { maxOpenBytes: 1 });
    const openBytes: number[] = [];
    await store.commit(dataset, job, async (draft) => {
      for (const part of ["a", "b", "c", "a"]) {
        await editing(part, add(openBytes.length))(draft);
        openBytes.push(store.openBytes());
      }
      expect((await draft.open("a")).query("select id from entry")).toEqual([{ id: 0 }, { id: 3 }]);
    });
    expect(openBytes).toEqual([0, 0, 0, 0]);
    await new Promise(setImmediate);
    expect(store.openBytes()).toBe(0);
  });

  it("does not let a part be edited by two at a time", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const racing = store.commit(dataset, job, (draft) =>
      Promise.all([editing("p", add(1))(draft), editing("p", add(2))(draft)]),
    );
    await expect(racing).rejects.toThrow('part "p" is being edited already');
  });

  it("keeps a part that fails its checks for inspection and never publishes it", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const schema = ["create table entry(id integer primary key check (id > 0)) strict;"];
    const broken = store.commit(dataset, job, (draft) =>
      draft.edit(
        "p",
        schema,
        (db) => db.run("pragma ignore_check_constraints = on; insert into entry values (-1)"),
        described,
      ),
    );
    await expect(broken).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
      message: expect.stringContaining("CHECK constraint failed in entry"),
    });
    const [kept] = await objects().list(`quarantine/${dataset}/`);
    expect(kept!.key).toMatch(new RegExp(`^quarantine/${dataset}/p/[0-9a-f]{64}\\.sqlite\\.zst$`));
    expect(await objects().list(`images/${dataset}/`)).toEqual([]);
    expect(store.events.at(-1)).toMatchObject({
      event: "part_quarantined",
      part: "p",
      key: kept!.key,
    });
  });

  it("names its objects by the hash of their bytes", async () => {
    const dataset = newDataset();
    const { manifest } = await commitRow(newStore(objects()), dataset, "p", 1);
    const { sha256, bytes } = manifest.parts.p!;
    const { body } = (await objects().get(partKey(dataset, sha256)))!;
    expect(body.length).toBe(bytes);
    expect(createHash("sha256").update(body).digest("hex")).toBe(sha256);
  });
});
