/**
 * Our own form of daily rows: date,ticker,open,high,low,close,volume,market_cap with ISO days, USD and blanks for
 * what is unknown; date, ticker and close are required, the columns may stand in any order. Securities and
 * actions stand in files of their own (see facts.ts).
 */
import { type DailyLayout, dailyBatches } from "./daily.ts";
import { readActions, readAll, readSecurities, readSymbolChanges } from "./facts.ts";
import { bytesOf, type FileOrPath, type InputFile, inputFile } from "./input-file.ts";
import type { CorporateAction, DailyBatch, MarketSource, Reject, TickerChange } from "./rows.ts";
import { matchHeader, type Read } from "./table.ts";
import { TickerTable } from "./tickers.ts";

const HEADER = ["date", "ticker", "open?", "high?", "low?", "close", "volume?", "market_cap?"];

export type FactFiles = Readonly<{
  securities?: readonly FileOrPath[];
  actions?: readonly FileOrPath[];
  symbolChanges?: readonly FileOrPath[];
}>;

export type CsvOptions = FactFiles &
  Readonly<{
    paths: readonly FileOrPath[];
    /** Whether each row says only what was known on its own day. A file does not tell, so false unless said. */
    isPointInTime?: boolean;
  }>;

/** @throws AppError BAD_FILE now when a daily file is missing, while reading when one is wrong */
export function csvSource(options: CsvOptions): MarketSource {
  const files = options.paths.map(inputFile);
  const tickers = new TickerTable();
  let doneBytes = 0;
  const read = (bytes: number) => {
    doneBytes += bytes;
  };
  return {
    name: "csv",
    kind: "real",
    isPointInTime: options.isPointInTime ?? false,
    facts: async () => ({ ...(await readFacts(options)), captures: [] }),
    rows: (reject) => inOrder(files, (file) => readCsv(file, { tickers, reject, read })),
    totalUnits: bytesOf(files),
    doneUnits: () => doneBytes,
  };
}

export type Reading = Readonly<{
  tickers: TickerTable;
  reject: Reject;
  read: (bytes: number) => void;
}>;

export function readCsv(file: InputFile, reading: Reading): AsyncGenerator<DailyBatch> {
  return dailyBatches({ file, layoutOf: (names) => layoutOf(file.name, names), ...reading });
}

function layoutOf(file: string, names: readonly string[]): DailyLayout {
  matchHeader(file, names, [HEADER]);
  const numbers: Record<string, number> = {};
  for (const name of ["open", "high", "low", "close", "volume"]) {
    if (names.includes(name)) numbers[name] = names.indexOf(name);
  }
  if (names.includes("market_cap")) numbers.marketCap = names.indexOf("market_cap");
  return {
    width: names.length,
    day: names.indexOf("date"),
    ticker: names.indexOf("ticker"),
    numbers,
  };
}

/** Batches of several files, one file after the other. */
export async function* inOrder(
  files: readonly InputFile[],
  read: (file: InputFile) => AsyncIterable<DailyBatch>,
): AsyncGenerator<DailyBatch> {
  for (const file of files) yield* read(file);
}

/** The facts of all the small files together. @throws AppError BAD_FILE */
export async function readFacts({ securities = [], actions = [], symbolChanges = [] }: FactFiles) {
  const records = await readAll(securities, readSecurities);
  const events = await readAll<Event>(actions, readEvents);
  const changes = await readAll(symbolChanges, readSymbolChanges);
  return {
    securities: records.rows,
    actions: events.rows.filter((row) => "action" in row),
    changes: [...changes.rows, ...events.rows.filter((row) => "oldTicker" in row)],
    rejected: [...records.rejected, ...events.rejected, ...changes.rejected],
  };
}

type Event = CorporateAction | TickerChange;

async function readEvents(file: FileOrPath): Promise<Read<Event>> {
  const { actions, changes, rejected } = await readActions(file);
  return { rows: [...actions, ...changes], rejected };
}
