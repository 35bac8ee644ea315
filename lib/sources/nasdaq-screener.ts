/**
 * Evening captures of the Nasdaq stock screener: closing price (not adjusted), net change, volume and market cap of
 * each US-listed symbol. Three forms, told apart by their beginning: one table over many sessions, a table by capture
 * time, and the vendor's raw JSON. Values stay as delivered; there is no open, high or low.
 */
import { beginningOf } from "./bytes.ts";
import { type FactFiles, inOrder, type Reading, readFacts } from "./csv.ts";
import { type DailyLayout, dailyBatches } from "./daily.ts";
import { readAll, readCaptures } from "./facts.ts";
import { bytesOf, type FileOrPath, type InputFile, inputFile } from "./input-file.ts";
import type { Capture, DailyBatch, MarketSource } from "./rows.ts";
import { captureOf, capturesBeside, countSymbols, readScreenerJson } from "./screener-json.ts";
import { matchHeader } from "./table.ts";
import { TickerTable } from "./tickers.ts";

const COLUMNS = [
  "exchange",
  "symbol",
  "last",
  "net_change",
  "pct_change",
  "volume",
  "market_cap",
] as const;
const HEADERS = [
  ["session_date", ...COLUMNS],
  ["captured_at_utc", ...COLUMNS],
];

export type ScreenerOptions = FactFiles &
  Readonly<{ paths: readonly FileOrPath[]; captures?: readonly FileOrPath[] }>;

/** @throws AppError BAD_FILE now when a daily file is missing, while reading when one is wrong */
export function nasdaqScreener(options: ScreenerOptions): MarketSource {
  const files = options.paths.map(inputFile);
  const tickers = new TickerTable();
  let doneBytes = 0;
  const read = (bytes: number) => {
    doneBytes += bytes;
  };
  const named = () => readAll(options.captures ?? [], readCaptures);
  return {
    name: "nasdaq-screener",
    kind: "real",
    isPointInTime: true,
    facts: async () => {
      const facts = await readFacts(options);
      const captures = await named();
      return {
        ...facts,
        captures: [...captures.rows, ...(await rawCaptures(files, captures.rows))],
        rejected: [...facts.rejected, ...captures.rejected],
      };
    },
    rows: (reject) => allRows(files, async () => (await named()).rows, { tickers, reject, read }),
    totalUnits: bytesOf(files),
    doneUnits: () => doneBytes,
  };
}

async function* allRows(
  files: readonly InputFile[],
  named: () => Promise<readonly Capture[]>,
  reading: Reading,
): AsyncGenerator<DailyBatch> {
  const captures = await named();
  yield* inOrder(files, (file) => readScreener(file, captures, reading));
}

/** One file of any of the three forms. @throws AppError BAD_FILE */
export async function* readScreener(
  file: InputFile,
  captures: readonly Capture[],
  reading: Reading,
): AsyncGenerator<DailyBatch> {
  if (await isJson(file)) {
    const list = captures.length > 0 ? captures : await capturesBeside(file);
    yield* readScreenerJson(file, list, reading);
  } else yield* dailyBatches({ file, layoutOf: (names) => layoutOf(file.name, names), ...reading });
}

function layoutOf(file: string, names: readonly string[]): DailyLayout {
  const isInstant = matchHeader(file, names, HEADERS) === 1;
  return {
    width: names.length,
    day: names.indexOf(isInstant ? "captured_at_utc" : "session_date"),
    isInstant,
    ticker: names.indexOf("symbol"),
    exchange: names.indexOf("exchange"),
    numbers: {
      close: names.indexOf("last"),
      volume: names.indexOf("volume"),
      marketCap: names.indexOf("market_cap"),
      netChange: names.indexOf("net_change"),
    },
  };
}

/** Captures of the raw files themselves, but for those a list names already. */
async function rawCaptures(
  files: readonly InputFile[],
  named: readonly Capture[],
): Promise<Capture[]> {
  const found: Capture[] = [];
  for (const file of files) {
    if (!(await isJson(file))) continue;
    const list = named.length > 0 ? named : await capturesBeside(file);
    const capture = { ...(await captureOf(file, list)), rows: await countSymbols(file) };
    const isNamed = named.some(
      (other) => other.exchange === capture.exchange && other.capturedAt === capture.capturedAt,
    );
    if (!isNamed) found.push(capture);
  }
  return found;
}

async function isJson(file: InputFile): Promise<boolean> {
  const beginning = (await beginningOf(file)).toString("utf8", 0, 4096);
  return /^\uFEFF?\s*[[{]/.test(beginning);
}
