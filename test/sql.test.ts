/** Every statement compiles against the schema its header names, and the header tells the truth about it. */
import { readFileSync } from "node:fs";
import { basename, dirname } from "node:path";
import initSqlJs, { type Database } from "sql.js";
import { describe, expect, it } from "vitest";
import { filesUnder } from "./files.ts";

const SQL = await initSqlJs();
const files = filesUnder("sql", ".sql");
const schemas = files.filter((file) => file.startsWith("sql/schema/"));
const statements = files.filter((file) => !schemas.includes(file));

const read = (file: string) => readFileSync(file, "utf8");
/** The statement itself: comments gone, texts emptied. */
const bare = (text: string) => text.replace(/--.*$/gm, "").replace(/'(?:[^']|'')*'/g, "''");

/** A line of the header with its continuation lines. */
function field(text: string, name: string): string {
  const lines = text.match(new RegExp(`^-- ${name} *: (.*(?:\\n-- {10,}\\S.*)*)`, "m"))?.[1];
  return (lines ?? "").replace(/\n-- +/g, " ").trim();
}

/** "a TEXT (x, y), b REAL" -> ["a TEXT", "b REAL"]; "none" -> []. */
function entries(header: string): string[] {
  const plain = header.replace(/\([^()]*\)/g, "").trim();
  if (plain === "none" || plain === "") return [];
  return plain.split(",").map((entry) => entry.trim());
}

const objectNames = /^create (table|view|index|unique index|trigger) (\w+)/gm;

/** Builds the parts a statement names, each under its alias, and the temporary tables it expects. */
function open(file: string, text: string): Database {
  const db = new SQL.Database();
  for (const entry of entries(field(text, "schema"))) {
    const [alias = "", folder = ""] = entry.split("=");
    if (alias !== "main") db.run(`attach ':memory:' as ${alias}`);
    const scripts = schemas.filter((schema) => dirname(schema) === `sql/schema/${folder}`);
    expect(scripts, `sql/schema/${folder} of the schema header`).not.toEqual([]);
    for (const script of scripts) {
      db.run(read(script).replace(objectNames, `create $1 ${alias}.$2`));
    }
  }
  for (const name of entries(field(text, "temp"))) db.run(read(`${dirname(file)}/${name}.sql`));
  return db;
}

describe("statements", () => {
  it.each(statements)("%s is what its header says", (file) => {
    const text = read(file);
    const db = open(file, text);
    try {
      const statement = db.prepare(text);
      const columns = entries(field(text, "columns"));
      const params = entries(field(text, "params"));
      expect({
        name: text.match(/^-- (\w+): \S/)?.[1],
        columns: statement.getColumnNames(),
        params: [
          ...new Set([...bare(text).matchAll(/(?<!:):[a-z_]\w*/g)].map(([name]) => name)),
        ].sort(),
      }).toEqual({
        name: basename(file, ".sql"),
        columns: columns.map((column) => column.split(" ")[0]),
        params: params.toSorted(),
      });
      for (const column of columns) expect(column).toMatch(/ (INTEGER|REAL|TEXT|BLOB)$/);
    } finally {
      db.close();
    }
  });

  it.each(statements)("%s is one statement that says its order and its reason", (file) => {
    const text = read(file);
    expect(bare(text).trim().match(/;/g), "one statement").toEqual([";"]);
    expect(bare(text).trim().endsWith(";")).toBe(true);
    expect(field(text, "rule")).not.toBe("");
    const order = field(text, "order");
    expect(order).not.toBe("");
    if (!order.startsWith("none") && !/json_/.test(text))
      expect(bare(text)).toMatch(/\border by\b/);
    expect(bare(text), "keywords are lower case").not.toMatch(
      /\b(SELECT|FROM|WHERE|JOIN|INSERT)\b/,
    );
  });
});

describe("schemas", () => {
  const folders = [...new Set(schemas.map((file) => dirname(file)))];

  it.each(folders)(
    "%s is numbered from 001 without a gap and builds strict tables in order",
    (folder) => {
      const scripts = schemas.filter((file) => dirname(file) === folder);
      expect(scripts.map((file) => basename(file).slice(0, 4))).toEqual(
        scripts.map((_, at) => `${String(at + 1).padStart(3, "0")}_`),
      );
      const db = new SQL.Database();
      try {
        for (const script of scripts) db.run(read(script));
        const loose = db.exec(
          "select name from pragma_table_list where schema = 'main' and type = 'table' and not strict and name not like 'sqlite_%'",
        );
        expect(loose).toEqual([]);
        // A view is compiled only when it is read.
        const views =
          db.exec("select name from sqlite_schema where type = 'view'")[0]?.values ?? [];
        for (const [view] of views) db.exec(`select * from ${view} limit 1`);
      } finally {
        db.close();
      }
    },
  );
});
