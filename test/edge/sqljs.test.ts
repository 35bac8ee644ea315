import { afterEach, describe, expect, it } from "vitest";
import { parameterNames } from "../../lib/edge/sqljs/statements.ts";
import { loadSqlite, type PartDatabase } from "../../lib/edge/sqljs.ts";
import type { SqlValue } from "../../lib/ports.ts";

const sqlite = await loadSqlite();
const toClose: { close: () => void }[] = [];
afterEach(() => {
  for (const { close } of toClose.splice(0).reverse()) close();
});
const closing = <T extends { close: () => void }>(database: T): T => {
  toClose.push(database);
  return database;
};

const TABLE =
  "create table cap(date integer not null, symbol integer not null, close real, primary key(date, symbol)) strict, without rowid";

/** `days` x `symbols` rows of caps. */
function filled(days: number, symbols: number): PartDatabase {
  const part = closing(sqlite.openPart());
  part.run(TABLE);
  const values: SqlValue[] = [];
  for (let day = 1; day <= days; day++) {
    for (let symbol = 1; symbol <= symbols; symbol++) values.push(day, symbol, day + symbol / 100);
  }
  part.insert("insert into cap(date, symbol, close)", 3, values);
  return part;
}
const imageOf = (bytes: Buffer) => closing(sqlite.openImage(bytes)).image;
const COUNT = "select count(*) as rows from cap";

describe("parameterNames", () => {
  it("finds each named parameter once, and none in texts, names and comments", () => {
    expect(
      parameterNames(`select :a, ':no', "x:no", [y:no], \`z:no\` -- :no
        /* :no
        :no */ from t where b = :b_2 and a = :a and c = 'it''s :no'`),
    ).toEqual([":a", ":b_2"]);
  });
});

describe("an image", () => {
  it("answers rows with the names of the columns, and the first value as text", () => {
    const image = imageOf(filled(2, 3).bytes());
    expect(
      image.query("select date, close from cap where symbol = :symbol order by 1", {
        ":symbol": 2,
      }),
    ).toEqual([
      { date: 1, close: 1.02 },
      { date: 2, close: 2.02 },
    ]);
    expect(
      image.text("select json_group_array(symbol) from cap where date = :date", { ":date": 1 }),
    ).toBe("[1,2,3]");
    expect(image.text("select symbol from cap where date = 99")).toBeNull();
    expect(image.text("select null")).toBeNull();
  });

  it("keeps its answers right while more statements are used than it keeps compiled", () => {
    const image = imageOf(filled(1, 3).bytes());
    for (let round = 0; round < 2; round++) {
      for (let n = 0; n < 100; n++) {
        expect(
          image.query(`select ${n} + count(*) as n from cap where date = :date`, { ":date": 1 }),
        ).toEqual([{ n: n + 3 }]);
      }
    }
  });

  it("does not carry a parameter over from one run to the next", () => {
    const image = imageOf(filled(1, 3).bytes());
    const sql = "select symbol from cap where symbol = :symbol";
    expect(image.query(sql, { ":symbol": 1 })).toHaveLength(1);
    expect(() => image.query(sql)).toThrow("parameter :symbol was not given (given: nothing)");
    expect(() => image.query(sql, { symbol: 1 })).toThrow(
      "parameter :symbol was not given (given: symbol)",
    );
    expect(image.query(sql, { ":symbol": 2, ":other": 5 })).toEqual([{ symbol: 2 }]);
  });

  it("binds each parameter by its name, however often and in whatever order it comes", () => {
    const image = imageOf(filled(1, 1).bytes());
    const sql = "select :b || :a || :b || ':a' as joined, :c as c -- :d";
    const params = { ":a": "a", ":c": null, ":b": "b" };
    expect(image.query(sql, params)).toEqual([{ joined: "bab:a", c: null }]);
    expect(image.query(sql, { ...params, ":c": 1 })).toEqual([{ joined: "bab:a", c: 1 }]);
    expect(() => image.query("select ? + :a", { ":a": 1 })).toThrow("either :names or ?, not both");
  });

  it("names the columns of `select *` as the table has them now", () => {
    const part = filled(1, 1);
    const all = ["select * from cap", "select 1 as one, c.* from cap c"];
    const columns = (sql: string) => Object.keys(part.query<object>(sql)[0]!);
    for (const sql of all) expect(columns(sql)).not.toContain("renamed");
    const [first = ""] = columns(all[0]!);
    part.run(`alter table cap rename column "${first}" to renamed`);
    for (const sql of all) expect(columns(sql)).toContain("renamed");
    part.close();
  });

  it("names the statement when SQLite refuses it", () => {
    const image = imageOf(filled(1, 1).bytes());
    expect(() => image.query("select missing from cap")).toThrow(
      "no such column: missing, in: select missing from cap",
    );
  });

  it("is opened where it lies: no copy of the bytes is made", () => {
    const bytes = filled(100, 1_000).bytes();
    const before = process.memoryUsage().arrayBuffers;
    const image = imageOf(bytes);
    image.query(COUNT);
    expect(bytes.length).toBeGreaterThan(1_500_000);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(bytes.length / 10);
  });

  it("cannot be written", () => {
    const bytes = filled(2, 3).bytes();
    const before = Buffer.from(bytes);
    const image = imageOf(bytes);
    expect(() => image.query("delete from cap")).toThrow("attempt to write a readonly database");
    expect(() => image.query("create table other(a)")).toThrow(
      "attempt to write a readonly database",
    );
    expect(bytes.equals(before)).toBe(true);
  });

  it("refuses statements once it is closed", () => {
    const { image, close } = sqlite.openImage(filled(1, 1).bytes());
    close();
    close();
    expect(() => image.query(COUNT)).toThrow("its snapshot was released");
    expect(() => image.text(COUNT)).toThrow("its snapshot was released");
  });

  it("is refused when the bytes are not a database", () => {
    expect(() => sqlite.openImage(Buffer.alloc(4096, "x"))).toThrow("file is not a database");
  });
});

describe("a part database", () => {
  it("changes a copy: the bytes it was opened from stay as they are", () => {
    const bytes = filled(2, 3).bytes();
    const before = Buffer.from(bytes);
    const part = closing(sqlite.openPart(bytes));
    part.run("delete from cap where date = 1");
    expect(part.query(COUNT)).toEqual([{ rows: 3 }]);
    expect(bytes.equals(before)).toBe(true);
    expect(imageOf(part.bytes()).query(COUNT)).toEqual([{ rows: 3 }]);
  });

  it.each([0, 1, 99, 100, 101, 250])("inserts %i rows, whatever the remainder", (symbols) => {
    const part = filled(1, symbols);
    const rows = part.query<{ symbol: number; close: number }>(
      "select symbol, close from cap order by symbol",
    );
    expect(rows).toEqual(
      Array.from({ length: symbols }, (_, n) => ({ symbol: n + 1, close: 1 + (n + 1) / 100 })),
    );
  });

  it("stores every kind of value as it was given", () => {
    const part = closing(sqlite.openPart());
    part.run("create table any_value(id integer primary key, value any) strict");
    const values = ["text 'quoted' ü €", "", -1, 2 ** 40, 0.1, null, new Uint8Array([0, 255])];
    part.insert(
      "insert into any_value",
      2,
      values.flatMap((value, id) => [id, value]),
    );
    expect(part.query("select value from any_value order by id")).toEqual(
      values.map((value) => ({ value })),
    );
  });

  it("refuses values that are not whole rows, and names the statement of a refused row", () => {
    const part = filled(1, 1);
    expect(() => part.insert("insert into cap", 3, [1, 2])).toThrow(
      "whole rows of 3 values, was 2",
    );
    expect(() => part.insert("insert into cap", 3, [1, 1, 1])).toThrow(
      "UNIQUE constraint failed: cap.date, cap.symbol, in: insert into cap",
    );
    part.insert("insert or replace into cap", 3, [1, 1, 7]);
    expect(part.query("select close from cap")).toEqual([{ close: 7 }]);
  });

  it("runs scripts, and refuses one that waits for a parameter", () => {
    const part = closing(sqlite.openPart());
    part.run(
      "create table a(x) -- a comment: with a colon\n; create table b(y); insert into b values (':text')",
    );
    expect(part.query("select y from b")).toEqual([{ y: ":text" }]);
    expect(() => part.run("insert into b values (:missing)")).toThrow(
      "parameter :missing was not given",
    );
    part.run("insert into b values (:y)", { ":y": 5 });
    expect(part.query("select count(*) as n from b")).toEqual([{ n: 2 }]);
  });

  it("steps through a prepared statement until the caller has enough", () => {
    const part = filled(2, 5);
    const statement = part.prepare(
      "select symbol, close from cap where date = :date order by symbol",
    );
    const seen: SqlValue[][] = [];
    statement.each({ ":date": 1 }, (values) => {
      seen.push([...values]);
      return seen.length < 2;
    });
    expect(seen).toEqual([
      [1, 1.01],
      [2, 1.02],
    ]);
    let rows = 0;
    statement.each({ ":date": 2 }, () => {
      rows++;
    });
    expect(rows, "an early stop leaves nothing behind").toBe(5);
    part.run("drop table cap");
    statement.free();
    statement.free();
    expect(() => statement.each({ ":date": 1 }, () => {})).toThrow("was freed");
  });

  it("is reset after a caller's exception and refuses to run inside itself", () => {
    const part = filled(1, 3);
    const statement = part.prepare("select symbol from cap");
    expect(() =>
      statement.each({}, () => {
        throw new Error("enough");
      }),
    ).toThrow("enough");
    expect(() => statement.each({}, () => statement.each({}, () => {}))).toThrow("already running");
    let rows = 0;
    statement.each({}, () => {
      rows++;
    });
    expect(rows).toBe(3);
  });
});

describe("a workspace", () => {
  it("joins its own tables with attached images, inside and outside a transaction", () => {
    const image = imageOf(filled(3, 4).bytes());
    const workspace = closing(sqlite.workspace());
    workspace.attach("caps", image);
    workspace.run(
      "begin; create table wanted(symbol integer primary key); insert into wanted values (2), (4)",
    );
    workspace.run(
      "create temp table found as select c.date, c.symbol from caps.cap c join wanted using (symbol)",
    );
    workspace.run("commit");
    expect(workspace.query("select count(*) as n from found")).toEqual([{ n: 6 }]);
    workspace.detach("caps");
    expect(() => workspace.query("select 1 from caps.cap")).toThrow("no such table: caps.cap");
  });

  it("cannot write an attached image", () => {
    const bytes = filled(30, 40).bytes();
    const before = Buffer.from(bytes);
    const image = imageOf(bytes);
    const workspace = closing(sqlite.workspace());
    workspace.attach("caps", image);
    for (const script of [
      "delete from caps.cap where date = 1",
      "create table caps.other(a)",
      "pragma caps.journal_mode = off; update caps.cap set close = 0",
      "pragma caps.user_version = 9",
    ]) {
      expect(() => workspace.run(script), script).toThrow("database is locked");
    }
    workspace.run("begin; delete from caps.cap");
    expect(() => workspace.run("commit")).toThrow("database is locked");
    workspace.run("rollback");
    expect(image.query(COUNT)).toEqual([{ rows: 1_200 }]);
    expect(workspace.query("select count(*) as rows from caps.cap")).toEqual([{ rows: 1_200 }]);
    expect(bytes.equals(before)).toBe(true);
  });

  it("attaches the same image to several workspaces, under several names", () => {
    const image = imageOf(filled(1, 2).bytes());
    const [one, two] = [closing(sqlite.workspace()), closing(sqlite.workspace())];
    one.attach("a", image);
    one.attach("b", image);
    two.attach("a", image);
    expect(one.query("select count(*) as n from a.cap, b.cap")).toEqual([{ n: 4 }]);
    expect(two.query("select count(*) as n from a.cap")).toEqual([{ n: 2 }]);
  });

  it("refuses a closed image and a name that is not a plain word", () => {
    const { image, close } = sqlite.openImage(filled(1, 1).bytes());
    const workspace = closing(sqlite.workspace());
    expect(() => workspace.attach("main", image)).toThrow('was "main"');
    expect(() => workspace.attach('x" as y', image)).toThrow("must be a lowercase word");
    close();
    expect(() => workspace.attach("caps", image)).toThrow("closed");
    expect(() => workspace.attach("caps", { ...image })).toThrow("not of this store");
  });

  it("gives its memory back when it is closed", () => {
    const workspace = sqlite.workspace();
    workspace.run("create table t(x)");
    const statement = workspace.prepare("select x from t");
    workspace.close();
    statement.free();
    expect(() => workspace.query("select 1")).toThrow("the workspace is closed");
    expect(() => statement.each({}, () => {})).toThrow("the workspace is closed");
  });
});
