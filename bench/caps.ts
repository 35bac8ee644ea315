/**
 * A generated market of prices and caps alone, for comparing engines: the same rows go into parts of our schema and
 * into a table of the peer. Deterministic; every name trades every session, nobody splits, no two caps are equal.
 */
import { existsSync, readFileSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { nextSession } from "../lib/market/sessions.ts";
import { uniform } from "./uniform.ts";

export type CapsShape = Readonly<{ names: number; days: number }>;

/** One session; position i holds symbol i + 1. */
export type CapsDay = Readonly<{
  date: number;
  close: Float64Array;
  /** USD. */
  marketCap: Float64Array;
}>;

/** The sessions from 2015 on, each as a small step from the one before. Arrays are used again for the next day. */
export function* capsDays({ names, days }: CapsShape): Generator<CapsDay> {
  const random = uniform(7);
  const shares = Float64Array.from({ length: names }, () => 1e7 / (random() + 0.002));
  const close = Float64Array.from({ length: names }, () => 10 + 190 * random());
  const marketCap = new Float64Array(names);
  let date = 20141231;
  for (let day = 0; day < days; day++) {
    date = nextSession(date);
    for (let i = 0; i < names; i++) {
      // Close to normal with 2 % a day, from the sum of three uniform numbers.
      close[i] = close[i]! * (1 + 0.04 * (random() + random() + random() - 1.5));
      marketCap[i] = close[i]! * shares[i]!;
    }
    yield { date, close, marketCap };
  }
}

const SCHEMA = join(import.meta.dirname, "..", "sql", "schema", "market", "caps", "001_caps.sql");

/**
 * Writes the market into caps parts, one file per year, or into one file whatever its length; what is there already
 * is used again.
 * @returns paths in time order
 */
export function capsFiles(folder: string, shape: CapsShape, isOneFile = false): string[] {
  const paths: string[] = [];
  let writer: CapsWriter | undefined;
  let year = 0;
  for (const day of capsDays(shape)) {
    const yearOfDay = isOneFile ? 1 : Math.floor(day.date / 10_000);
    if (yearOfDay !== year) {
      writer?.close();
      year = yearOfDay;
      const name = `caps-${shape.names}x${shape.days}-${isOneFile ? "all" : year}.sqlite`;
      const path = join(folder, name);
      paths.push(path);
      writer = existsSync(path) ? undefined : new CapsWriter(path);
    }
    writer?.add(day);
  }
  writer?.close();
  return paths;
}

class CapsWriter {
  readonly #path: string;
  readonly #db: DatabaseSync;
  readonly #statements = new Map<string, ReturnType<DatabaseSync["prepare"]>>();

  constructor(path: string) {
    this.#path = path;
    // What an interrupted run left is not a database to go on with.
    rmSync(`${path}.part`, { force: true });
    this.#db = new DatabaseSync(`${path}.part`);
    this.#db.exec(
      "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -65536",
    );
    this.#db.exec(readFileSync(SCHEMA, "utf8"));
    // Filled at once at the end; the definition stays the schema's.
    this.#db.exec(
      "create table definition as select sql from sqlite_schema where name = 'cap_by_size'",
    );
    this.#db.exec("drop index cap_by_size; begin");
  }

  add({ date, close, marketCap }: CapsDay): void {
    const rows = 100;
    for (let start = 0; start < close.length; start += rows) {
      const values: number[] = [];
      for (let i = start; i < Math.min(start + rows, close.length); i++) {
        values.push(date, i + 1, close[i]!, marketCap[i]!);
      }
      const places = Array(values.length / 4)
        .fill("(?, ?, ?, ?)")
        .join(", ");
      this.#statement(`insert into cap (date, symbol, close, market_cap) values ${places}`).run(
        ...values,
      );
    }
  }

  #statement(sql: string) {
    const known = this.#statements.get(sql) ?? this.#db.prepare(sql);
    this.#statements.set(sql, known);
    return known;
  }

  close(): void {
    const [row] = this.#db.prepare("select sql from definition").all() as { sql: string }[];
    this.#db.exec(`commit; ${row!.sql}`);
    this.#db.exec(
      "insert into coverage select symbol, min(date), max(date) from cap group by symbol; drop table definition; analyze; vacuum",
    );
    this.#db.close();
    renameSync(`${this.#path}.part`, this.#path);
  }
}
