// The shared option vectors: rows by column, and whether they are there.
import { existsSync, readFileSync } from "node:fs";
import { it } from "vitest";

export type Row = Readonly<Record<string, string>>;

export type Vectors = Readonly<{
  columns: readonly string[];
  rows: readonly (readonly (string | number)[])[];
}>;

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";

/** Runs the tests on a file of vectors, or says why not. */
export function onVectors<T>(name: string, tests: (file: T) => void): void {
  const file = `${shared}/vectors/${name}.json`;
  if (existsSync(file)) tests(JSON.parse(readFileSync(file, "utf8")) as T);
  else {
    console.warn(`skipped: "${file}" is absent (set EQUIPOISE_SHARED)`);
    it.skip(`equals the shared vectors of ${name}`, () => {});
  }
}

/** Rows as objects. */
export const named = ({ columns, rows }: Vectors): Row[] =>
  rows.map((row) => Object.fromEntries(columns.map((column, at) => [column, String(row[at])])));

export type Miss = Readonly<{ ratio: number; what: unknown }>;

/** The worst error as a multiple of what is allowed, and where; 1 is the limit. */
export function worst(misses: Iterable<Miss>): Miss {
  let most: Miss = { ratio: 0, what: undefined };
  // What is not a number is worse than all that are.
  for (const miss of misses) if (!(miss.ratio <= most.ratio)) most = miss;
  return most;
}
