import { zstdCompressSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type PackedPart, pack, rewriteRows, unpack } from "../../../lib/edge/images/parts.ts";
import { loadSqlite, type PartDatabase } from "../../../lib/edge/sqljs.ts";
import type { SqlValue } from "../../../lib/ports.ts";

const sqlite = await loadSqlite();
const NOTHING = { rows: 0, from: null, to: null };
const SCHEMA = `
  create table cap(date integer not null, symbol integer not null, close real not null, note text,
    primary key(date, symbol)) strict, without rowid;
  create unique index cap_by_size on cap(date, close desc, symbol);
  create table name(symbol integer primary key, ticker text not null unique) strict;
  create view today as select * from cap;`;

/** Packs what `histories` leave behind, each starting from the packed outcome of the one before. */
async function packed(...histories: ((db: PartDatabase) => void)[]): Promise<PackedPart> {
  let outcome: PackedPart | undefined;
  for (const history of histories) {
    const db = sqlite.openPart(outcome?.raw);
    db.run("begin");
    history(db);
    db.run("commit");
    outcome = await pack(sqlite, db, NOTHING);
  }
  return outcome!;
}

const row = (date: number, symbol: number): SqlValue[] => [
  date,
  symbol,
  ((date * 31 + symbol * 17) % 97) / 7,
  symbol % 3 === 0 ? null : `note ${symbol}`.repeat(symbol % 50),
];
const INSERT = "insert or replace into cap(date, symbol, close, note)";
const rows = (from: number, to: number): SqlValue[] => {
  const values: SqlValue[] = [];
  for (let date = from; date < to; date++) {
    for (let symbol = 0; symbol < 40; symbol++) values.push(...row(date, symbol));
  }
  return values;
};

describe("the bytes of a part", () => {
  const straight = (db: PartDatabase) => {
    db.run(SCHEMA);
    db.insert(INSERT, 4, rows(0, 60));
    db.insert("insert into name", 2, [1, "A", 2, "B", 3, "C"]);
  };

  it("depend on the rows alone, not on the edits that led to them", async () => {
    const detour = await packed(
      (db) => {
        db.run(SCHEMA);
        db.insert("insert into name", 2, [3, "X", 9, "Z"]);
        db.insert(INSERT, 4, rows(30, 90));
      },
      (db) => {
        db.insert(INSERT, 4, rows(0, 30));
        db.run("delete from cap where date >= 60; update cap set close = close + 1");
        db.run("create table scratch(id integer primary key); drop table scratch");
      },
      (db) => {
        for (const date of [59, 3, 58, 7])
          db.run("delete from cap where date = :date", { ":date": date });
        db.run("delete from name");
        db.insert("insert into name", 2, [2, "B", 3, "C", 1, "A"]);
        db.insert(INSERT, 4, rows(0, 60));
      },
    );
    const direct = await packed(straight);
    expect(detour.raw.equals(direct.raw), "every byte").toBe(true);
    expect(detour.entry).toEqual(direct.entry);
  });

  it("carry no counters of changes", async () => {
    const { raw } = await packed(straight, (db) =>
      db.run("create view more as select 1; delete from cap"),
    );
    // File change counter, schema cookie, version-valid-for (SQLite file format, section 1.3).
    expect([24, 40, 92].map((offset) => raw.readUInt32BE(offset))).toEqual([1, 1, 1]);
  });

  it("stay the same when nothing is changed, edit after edit", async () => {
    const first = await packed(straight);
    const third = await packed(
      straight,
      () => {},
      (db) => db.run("update cap set close = close"),
    );
    expect(third.entry).toEqual(first.entry);
  });

  it("differ when one value differs", async () => {
    const first = await packed(straight);
    const second = await packed(straight, (db) =>
      db.run("update cap set close = close + 1e-9 where date = 5 and symbol = 5"),
    );
    expect(second.entry.sha256).not.toBe(first.entry.sha256);
  });

  it("are the same for rows written before and after a migration that adds a column", async () => {
    const migration = "alter table cap add column source integer not null default 7";
    const write = (db: PartDatabase) =>
      db.insert("insert into cap(date, symbol, close)", 3, [1, 1, 1, 1, 2, 2]);
    const migratedLater = await packed(
      (db) => {
        db.run(SCHEMA);
        write(db);
      },
      (db) => {
        db.run(migration);
        rewriteRows(db);
      },
    );
    const migratedFirst = await packed((db) => {
      db.run(SCHEMA);
      db.run(migration);
      write(db);
    });
    expect(migratedLater.entry).toEqual(migratedFirst.entry);
  });

  it("are the same for any order of writing, in any number of commits", async () => {
    const write = (db: PartDatabase, symbols: readonly number[]) => {
      for (const symbol of symbols) db.insert(INSERT, 4, row(1, symbol));
    };
    const everything = Array.from({ length: 120 }, (_, symbol) => symbol);
    const wanted = await packed((db) => {
      db.run(SCHEMA);
      write(db, everything);
    });
    await fc.assert(
      fc.asyncProperty(
        fc.shuffledSubarray(everything, { minLength: 120 }),
        fc.integer({ min: 0, max: 120 }),
        async (order, cut) => {
          const found = await packed(
            (db) => {
              db.run(SCHEMA);
              write(db, order.slice(0, cut));
            },
            (db) => write(db, order.slice(cut)),
          );
          expect(found.entry.sha256).toBe(wanted.entry.sha256);
        },
      ),
      { numRuns: 15 },
    );
  });

  it.each([
    ["plain", "create table plain(a)"],
    ["two", "create table two(a integer, b integer, primary key(a, b)) strict"],
    ["texts", "create table texts(a text primary key) strict"],
    ["sqlite_sequence", "create table counted(a integer primary key autoincrement) strict"],
  ])(
    "cannot be made of table %s, whose rowids tell the order of arrival",
    async (table, schema) => {
      const db = sqlite.openPart();
      db.run(schema);
      await expect(pack(sqlite, db, NOTHING)).rejects.toThrow(
        `table "${table}" must be WITHOUT ROWID`,
      );
      db.close();
    },
  );

  it("hold statistics, so that plans do not depend on luck", async () => {
    const { raw } = await packed(straight);
    const { image, close } = sqlite.openImage(raw);
    expect(image.query("select idx, stat from sqlite_stat1 where idx = 'cap_by_size'")).toEqual([
      { idx: "cap_by_size", stat: "2400 40 1 1" },
    ]);
    close();
  });
});

describe("a part with a broken rule", () => {
  it("carries the problem that the check found", async () => {
    const { problem } = await packed((db) => {
      db.run("create table positive(a integer primary key check (a > 0)) strict");
      db.run("pragma ignore_check_constraints = on; insert into positive values (-1)");
    });
    expect(problem).toBe("CHECK constraint failed in positive");
  });

  it.each([
    { rows: -1, from: null, to: null },
    { rows: 1, from: 2, to: 1 },
    { rows: 1, from: 1, to: null },
    { rows: Number.NaN, from: 1, to: 1 },
  ])("is not made when it is described as %o", async (description) => {
    const db = sqlite.openPart();
    await expect(pack(sqlite, db, description)).rejects.toThrow("days in order");
    db.close();
  });
});

describe("unpack", async () => {
  const part = await packed((db) => db.run(SCHEMA));

  it("gives back what was packed", async () => {
    expect(await unpack(part.packed, part.entry)).toEqual({ raw: part.raw });
  });

  it("finds any flipped bit and any missing byte", async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(part.packed.length * 8 - 1), fc.boolean(), async (bit, isCut) => {
        const damaged = isCut ? part.packed.subarray(0, bit >> 3) : Buffer.from(part.packed);
        if (!isCut) damaged[bit >> 3]! ^= 1 << (bit & 7);
        expect(await unpack(damaged, part.entry)).toHaveProperty("problem");
      }),
      { numRuns: 50 },
    );
  });

  it("refuses bytes that match their hash but not their length, and what is no database", async () => {
    const wrong = { ...part.entry, raw_bytes: part.entry.raw_bytes - 1 };
    expect(await unpack(part.packed, wrong)).toEqual({
      problem: expect.stringContaining("it does not unpack"),
    });
    const longer = { ...part.entry, raw_bytes: part.entry.raw_bytes + 1 };
    expect(await unpack(part.packed, longer)).toEqual({
      problem: `it must unpack to ${longer.raw_bytes} bytes, was ${part.raw.length}`,
    });
    const text = await packedText("this is text and no database at all");
    expect(await unpack(text.packed, text.entry)).toEqual({
      problem: "it is not an SQLite database",
    });
    const notPacked = await packedText("x", (bytes) => bytes);
    expect(await unpack(notPacked.packed, notPacked.entry)).toEqual({
      problem: expect.stringContaining("it does not unpack"),
    });
  });
});

async function packedText(text: string, pack: (bytes: Buffer) => Buffer = zstdCompressSync) {
  const { createHash } = await import("node:crypto");
  const packed = pack(Buffer.from(text));
  const sha256 = createHash("sha256").update(packed).digest("hex");
  const entry = {
    sha256,
    bytes: packed.length,
    raw_bytes: text.length,
    rows: 0,
    from: null,
    to: null,
  };
  return { packed, entry };
}
