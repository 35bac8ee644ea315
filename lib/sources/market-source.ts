/** The sources by name, as a command or a setting chooses them. */
import { createHash } from "node:crypto";
import type { MarketSource, ObjectFiles } from "../ports.ts";
import { csvSource } from "./csv.ts";
import { bytesOf, type FileOrPath, type InputFile } from "./input-file.ts";
import { nasdaqScreener } from "./nasdaq-screener.ts";
import { isObjectName, objectsNamed } from "./object-file.ts";
import { expandPaths } from "./paths.ts";
import { simulatedMarket } from "./simulate.ts";

export const SOURCES = ["simulate", "csv", "nasdaq-screener"] as const;
export type SourceName = (typeof SOURCES)[number];

/** Files, names of files on disk or patterns of them, in the order in which they are read. */
export type SourceFiles = Readonly<{
  paths: readonly FileOrPath[];
  securities?: readonly FileOrPath[];
  actions?: readonly FileOrPath[];
  symbolChanges?: readonly FileOrPath[];
  captures?: readonly FileOrPath[];
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
  const make = (some: readonly InputFile[]): MarketSource =>
    options.source === "csv"
      ? csvSource({ ...small, paths: some })
      : nasdaqScreener({ ...small, paths: some });
  return readOneByOne(make, paths, small.captures);
}

/**
 * The same files with those in buckets (`s3://bucket/...`) found, each name in its place.
 *
 * @throws AppError BAD_FILE for names that mean no object or may not be read, DEPENDENCY_DOWN
 */
export async function withObjects(files: SourceFiles, objects: ObjectFiles): Promise<SourceFiles> {
  const found = async (values: readonly FileOrPath[] = []): Promise<FileOrPath[]> => {
    const all: FileOrPath[] = [];
    for (const value of values) {
      if (typeof value === "string" && isObjectName(value)) {
        all.push(...(await objectsNamed(value, objects)));
      } else all.push(value);
    }
    return all;
  };
  return {
    paths: await found(files.paths),
    securities: await found(files.securities),
    actions: await found(files.actions),
    symbolChanges: await found(files.symbolChanges),
    captures: await found(files.captures),
  };
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
  make: (paths: readonly InputFile[]) => MarketSource,
  paths: readonly InputFile[],
  captures: readonly InputFile[],
): MarketSource {
  const all = make(paths);
  let reading = { before: 0, source: all };
  return {
    ...all,
    files: paths.map(({ name }) => name),
    // A list of captures decides on which day a raw file counts.
    print: print([...paths, ...captures]),
    rows(reject, file) {
      if (file === undefined) {
        reading = { before: 0, source: all };
      } else {
        const before = bytesOf(paths.slice(0, file));
        reading = { before, source: make(paths.slice(file, file + 1)) };
      }
      return reading.source.rows(reject);
    },
    doneUnits: () => reading.before + reading.source.doneUnits(),
  };
}

/** Changes when a file is written again; the content itself is not read. */
function print(files: readonly InputFile[]): string {
  const hash = createHash("sha256");
  for (const file of files) hash.update(file.print);
  return hash.digest("hex").slice(0, 32);
}
