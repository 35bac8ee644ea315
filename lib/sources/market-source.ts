/** The sources by name, as a command or a setting chooses them. */
import { createHash } from "node:crypto";
import { statSync } from "node:fs";
import { resolve } from "node:path";
import type { MarketSource } from "../ports.ts";
import { fileBytes } from "./bytes.ts";
import { csvSource } from "./csv.ts";
import { nasdaqScreener } from "./nasdaq-screener.ts";
import { expandPaths } from "./paths.ts";
import { simulatedMarket } from "./simulate.ts";

export const SOURCES = ["simulate", "csv", "nasdaq-screener"] as const;
export type SourceName = (typeof SOURCES)[number];

/** Names of files or patterns of them, in the order in which they are read. */
export type SourceFiles = Readonly<{
  paths: readonly string[];
  securities?: readonly string[];
  actions?: readonly string[];
  symbolChanges?: readonly string[];
  captures?: readonly string[];
}>;

export type SourceOptions =
  | Readonly<{
      source: "simulate";
      seed: number;
      tickers: number;
      /** Every session from the first one simulated on (YYYYMMDD); its rows depend on where this begins. */
      sessions: readonly number[];
    }>
  | Readonly<SourceFiles & { source: "csv" | "nasdaq-screener" }>;

/** @throws AppError BAD_FILE for a file that is missing, a directory, or a pattern that nothing matches */
export function marketSource(options: SourceOptions): MarketSource {
  if (options.source === "simulate") return simulation(options);
  const { paths, ...small } = expanded(options);
  const make = (some: readonly string[]): MarketSource =>
    options.source === "csv"
      ? csvSource({ ...small, paths: some })
      : nasdaqScreener({ ...small, paths: some });
  return readOneByOne(make, paths, small.captures);
}

function simulation({
  seed,
  tickers,
  sessions,
}: Extract<SourceOptions, { source: "simulate" }>): MarketSource {
  return {
    ...simulatedMarket({ seed, tickers, sessions }),
    origin: { seed, tickers, first_session: sessions[0] ?? 0 },
  };
}

function expanded(files: SourceFiles) {
  return {
    paths: expandPaths(files.paths),
    securities: expandPaths(files.securities ?? []),
    actions: expandPaths(files.actions ?? []),
    symbolChanges: expandPaths(files.symbolChanges ?? []),
    captures: expandPaths(files.captures ?? []),
  };
}

/** The same source, which can also read its files one at a time. */
function readOneByOne(
  make: (paths: readonly string[]) => MarketSource,
  paths: readonly string[],
  captures: readonly string[],
): MarketSource {
  const all = make(paths);
  let reading = { before: 0, source: all };
  return {
    ...all,
    files: paths,
    // A list of captures decides on which day a raw file counts.
    print: print([...paths, ...captures]),
    rows(reject, file) {
      if (file === undefined) {
        reading = { before: 0, source: all };
      } else {
        const before = paths.slice(0, file).reduce((sum, path) => sum + fileBytes(path), 0);
        reading = { before, source: make(paths.slice(file, file + 1)) };
      }
      return reading.source.rows(reject);
    },
    doneUnits: () => reading.before + reading.source.doneUnits(),
  };
}

/** Changes when a file is written again; the content itself is not read. */
function print(files: readonly string[]): string {
  const hash = createHash("sha256");
  for (const file of files) {
    const { size, mtimeMs } = statSync(file);
    hash.update(`${resolve(file)}\n${size}\n${mtimeMs}\n`);
  }
  return hash.digest("hex").slice(0, 32);
}
