import { describe, expect, it } from "vitest";
import { manifestKey, partKey } from "../../../lib/edge/images/manifest.ts";
import { embeddedObjects } from "../../jobs/stream/embedded-objects.ts";
import { commitRow, idsIn, newDataset, newStore } from "./harness.ts";

const objects = embeddedObjects();

describe("versions", () => {
  it("lists what was published, newest first", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    expect(await store.versions(dataset)).toEqual([]);
    for (const id of [1, 2, 3]) await commitRow(store, dataset, "p", id);
    const versions = await store.versions(dataset);
    expect(versions.map(({ seq, parts }) => [seq, parts.p!.rows])).toEqual([
      [3, 3],
      [2, 2],
      [1, 1],
    ]);
  });
});

describe("rollback", () => {
  it("is a new version with the old parts, and can itself be rolled back", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    for (const id of [1, 2, 3]) await commitRow(store, dataset, "p", id);
    await commitRow(store, dataset, "q", 9);
    const back = await store.rollback(dataset, 2, "undo");
    expect(back).toMatchObject({
      outcome: "committed",
      manifest: { seq: 5, note: "rollback to 2" },
    });
    expect(Object.keys(back.manifest.parts)).toEqual(["p"]);
    expect(await idsIn(newStore(objects()), dataset, "p")).toEqual([1, 2]);
    expect(await store.rollback(dataset, 2, "undo")).toMatchObject({ outcome: "repeated" });
    expect(await store.rollback(dataset, 2, "undo again")).toMatchObject({ outcome: "unchanged" });
    await store.rollback(dataset, 4, "redo");
    expect(await idsIn(newStore(objects()), dataset, "q")).toEqual([9]);
    expect(await idsIn(newStore(objects()), dataset, "p")).toEqual([1, 2, 3]);
  });

  it("takes along what the old version was built from", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    for (const version of ["v1", "v2"]) {
      await store.commit(
        dataset,
        { id: version, note: "", builtFrom: { market: version } },
        (draft) =>
          draft.edit(
            "p",
            ["create table t(a text primary key) strict, without rowid;"],
            (db) => db.run("insert into t values (:a)", { ":a": version }),
            () => ({ rows: 1, from: null, to: null }),
          ),
      );
    }
    const { manifest } = await store.rollback(dataset, 1, "undo");
    expect(manifest.built_from).toEqual({ market: "v1" });
  });

  it("renews the age of the parts it names again", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const { manifest } = await commitRow(store, dataset, "p", 1);
    await commitRow(store, dataset, "p", 2);
    const key = partKey(dataset, manifest.parts.p!.sha256);
    const before = (await objects().head(key))!.modifiedMs;
    await new Promise((resolve) => setTimeout(resolve, 1_100));
    await store.rollback(dataset, 1, "undo");
    expect((await objects().head(key))!.modifiedMs).toBeGreaterThan(before);
  });

  it("refuses a version that never was or whose parts are gone or damaged", async () => {
    const dataset = newDataset();
    const store = newStore(objects());
    const first = await commitRow(store, dataset, "p", 1);
    const second = await commitRow(store, dataset, "p", 2);
    await commitRow(store, dataset, "p", 3);
    for (const seq of [0, 4, -1, 1.5]) {
      await expect(store.rollback(dataset, seq, "x"), String(seq)).rejects.toMatchObject({
        code: "UNKNOWN_VERSION",
      });
    }
    await objects().remove(partKey(dataset, first.manifest.parts.p!.sha256));
    await expect(store.rollback(dataset, 1, "x")).rejects.toMatchObject({
      code: "UNKNOWN_VERSION",
      message: expect.stringContaining("has been collected"),
    });
    await objects().put(partKey(dataset, second.manifest.parts.p!.sha256), Buffer.from("damaged"));
    await expect(store.rollback(dataset, 2, "x")).rejects.toMatchObject({ code: "IMAGE_REFUSED" });
    expect((await store.snapshot(dataset)).manifest.seq).toBe(3);
  });

  it("brings back a good version when the current one is damaged", async () => {
    const dataset = newDataset();
    const writer = newStore(objects());
    await commitRow(writer, dataset, "p", 1);
    const { manifest } = await commitRow(writer, dataset, "p", 2);
    await objects().put(partKey(dataset, manifest.parts.p!.sha256), Buffer.from("damaged"));
    const operator = newStore(objects());
    expect(await operator.rollback(dataset, 1, "rescue")).toMatchObject({ outcome: "committed" });
    expect(await idsIn(newStore(objects()), dataset, "p")).toEqual([1]);
    expect((await objects().get(manifestKey(dataset)))!.body.toString()).toContain("rollback to 1");
  });
});
