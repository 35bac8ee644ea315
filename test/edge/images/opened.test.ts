import { describe, expect, it } from "vitest";
import { IMAGES_MAX, openedParts } from "../../../lib/edge/images/opened.ts";
import { loadSqlite } from "../../../lib/edge/sqljs.ts";
import type { PartEntry } from "../../../lib/ports.ts";

const sqlite = await loadSqlite();
const file = (() => {
  const db = sqlite.openPart();
  db.run("create table t(a integer primary key); insert into t values (1), (2)");
  const bytes = db.bytes();
  db.close();
  return bytes;
})();
const entry = (name: string): PartEntry => ({
  sha256: name,
  bytes: 1,
  raw_bytes: file.length,
  rows: 2,
  from: null,
  to: null,
});
const COUNT = "select count(*) as n from t";

describe("open parts", () => {
  it("are loaded once for all who ask meanwhile, and again only after they were closed", async () => {
    let loads = 0;
    const opened = openedParts(
      loadSqlite,
      async () => {
        loads++;
        return file;
      },
      0,
    );
    expect(opened.isOpen(entry("a").sha256)).toBe(false);
    const leases = await Promise.all([1, 2, 3].map(() => opened.acquire("d", "p", entry("a"))));
    expect(opened.isOpen(entry("a").sha256)).toBe(true);
    expect([loads, opened.openBytes()]).toEqual([1, file.length]);
    leases[0]!.release();
    leases[0]!.release();
    leases[1]!.release();
    expect(leases[2]!.image.query(COUNT), "released twice by one, held by another").toEqual([
      { n: 2 },
    ]);
    leases[2]!.release();
    expect(opened.openBytes()).toBe(0);
    (await opened.acquire("d", "p", entry("a"))).release();
    expect(loads).toBe(2);
  });

  it("leave nothing behind when loading fails, for everyone who waited", async () => {
    let isBroken = true;
    const opened = openedParts(
      loadSqlite,
      async () => {
        if (isBroken) throw new Error("broken");
        return file;
      },
      1_000_000,
    );
    const results = await Promise.allSettled(
      [1, 2].map(() => opened.acquire("d", "p", entry("a"))),
    );
    expect(results.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    expect(opened.openBytes()).toBe(0);
    isBroken = false;
    const lease = await opened.acquire("d", "p", entry("a"));
    expect(lease.image.query(COUNT)).toEqual([{ n: 2 }]);
    opened.close();
  });

  it("are so many at most, however small they are, and those in use beside", async () => {
    const opened = openedParts(loadSqlite, async () => file, Number.MAX_SAFE_INTEGER);
    const names = Array.from({ length: IMAGES_MAX + 20 }, (_, at) => `part ${at}`);
    const held = await opened.acquire("d", "p", entry(names[0]!));
    for (const name of names) (await opened.acquire("d", "p", entry(name))).release();
    const isOpen = names.map((name) => opened.isOpen(name));
    expect(isOpen.filter(Boolean)).toHaveLength(IMAGES_MAX);
    expect([isOpen[0], isOpen[1], isOpen[20], isOpen[21]]).toEqual([true, false, false, true]);
    expect(held.image.query(COUNT)).toEqual([{ n: 2 }]);
    opened.close();
  });

  it("refuse bytes that are no database", async () => {
    const opened = openedParts(loadSqlite, async () => Buffer.alloc(4_096, 7), 0);
    await expect(opened.acquire("d", "p", entry("a"))).rejects.toThrow("file is not a database");
    expect(opened.openBytes()).toBe(0);
  });

  it("take a part that was just written instead of loading it", async () => {
    const opened = openedParts(
      loadSqlite,
      () => Promise.reject(new Error("no download")),
      1_000_000,
    );
    const written = await opened.adopt(entry("a"), file);
    const read = await opened.acquire("d", "p", entry("a"));
    expect(read.image).toBe(written.image);
    expect(read.raw).toBe(file);
    opened.close();
    expect(opened.openBytes()).toBe(0);
    expect(() => read.image.query(COUNT)).toThrow("was released");
  });

  it("are closed when the store closes while they are still loading", async () => {
    const loaded = Promise.withResolvers<Buffer>();
    const opened = openedParts(loadSqlite, () => loaded.promise, 1_000_000);
    const waiting = opened.acquire("d", "p", entry("a"));
    opened.close();
    loaded.resolve(file);
    const lease = await waiting;
    expect(() => lease.image.query(COUNT)).toThrow("was released");
    lease.release();
    expect(opened.openBytes()).toBe(0);
  });
});
