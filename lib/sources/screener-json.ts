/**
 * The raw answer of the Nasdaq screener: a JSON array of symbols, one file per exchange and evening.
 * It carries no day. The captures list may name its session; otherwise that is the New York day of the capture
 * time in the folder's name, `captured_2021-10-30T000916Z_<anything>`. "$", "," and "%" are taken off numbers.
 */
import { basename } from "node:path";
import { badFile, textOf } from "./bytes.ts";
import type { Reading } from "./csv.ts";
import { readCaptures } from "./facts.ts";
import type { InputFile } from "./input-file.ts";
import { instantMs, newYorkDay } from "./new-york.ts";
import { numberOf } from "./numbers.ts";
import { BatchBuilder, type Capture, type DailyBatch, emptyFields, rejected } from "./rows.ts";

const EXPECTED = "a JSON array of symbols with symbol, lastsale, volume and marketCap";
const CAPTURED = /captured_(\d{4}-\d{2}-\d{2})T(\d{2})(\d{2})(\d{2})Z/;
/** How many folders, from that of a capture upwards, are searched for captures.csv. */
const SEARCHED_FOLDERS = 3;

/** One entry of the answer, as the vendor writes it: "symbol", "lastsale" and the rest, all of them text. */
export type ScreenerSymbol = Readonly<Record<string, unknown>>;

/** Rows of one capture. @throws AppError BAD_FILE */
export async function* readScreenerJson(
  file: InputFile,
  captures: readonly Capture[],
  { tickers, reject, read }: Reading,
): AsyncGenerator<DailyBatch> {
  const { session, exchange } = await captureOf(file, captures);
  const symbols = await symbolsOf(file, read);
  yield* symbolRows({ file: file.name, session, exchange, symbols }, { tickers, reject });
}

/** The symbols of one exchange and session as rows; `line` is the position in the array, counted from 1. */
export function symbolRows(
  capture: Readonly<{
    file: string;
    session: number;
    exchange: string;
    symbols: readonly ScreenerSymbol[];
  }>,
  { tickers, reject }: Pick<Reading, "tickers" | "reject">,
): DailyBatch[] {
  const { file, session, exchange, symbols } = capture;
  const builder = new BatchBuilder(file);
  builder.widen({ netChange: true, exchange: true });
  const row = emptyFields();
  row.exchange = exchange;
  for (const [position, symbol] of symbols.entries()) {
    row.line = position + 1;
    row.date = session;
    row.ticker = tickers.of(textOfValue(symbol.symbol));
    row.close = plainNumber(symbol.lastsale);
    row.netChange = plainNumber(symbol.netchange);
    row.volume = plainNumber(symbol.volume);
    row.marketCap = plainNumber(symbol.marketCap);
    const fault = builder.add(row);
    if (fault) reject(rejected({ ...row, file, raw: JSON.stringify(symbol) }, fault));
  }
  return builder.take(true);
}

/** When a raw capture was taken and of what. @throws AppError BAD_FILE when nothing says so */
export async function captureOf(
  { name: file, folder }: InputFile,
  captures: readonly Capture[],
): Promise<Omit<Capture, "rows">> {
  const [, day, hour, minute, second] = CAPTURED.exec(folder) ?? [];
  if (day === undefined) {
    throw badFile(
      file,
      "is a raw capture, which carries no day",
      'a folder named "captured_YYYY-MM-DDTHHMMSSZ" after the UTC time of the capture',
    );
  }
  const exchange = /^[a-z]+/i.exec(basename(file))?.[0]?.toLowerCase() ?? "";
  const capturedAt = `${day}T${hour}:${minute}:${second}+00:00`;
  const takenMs = instantMs(capturedAt);
  if (Number.isNaN(takenMs))
    throw badFile(file, `stands in a folder of no real time`, "a UTC time");
  const listed = captures.find(
    (capture) => capture.exchange === exchange && instantMs(capture.capturedAt) === takenMs,
  );
  return { session: listed?.session ?? newYorkDay(takenMs), exchange, capturedAt };
}

/** The list of captures near raw files, when their user named none. */
export async function capturesBeside(file: InputFile): Promise<Capture[]> {
  for (let level = 0; level < SEARCHED_FOLDERS; level++) {
    const list = await file.near("captures.csv", level);
    if (list) return (await readCaptures(list)).rows;
  }
  return [];
}

/** How many symbols a raw capture holds. @throws AppError BAD_FILE */
export const countSymbols = async (file: InputFile): Promise<number> =>
  (await symbolsOf(file, () => {})).length;

async function symbolsOf(
  input: InputFile,
  read: (bytes: number) => void,
): Promise<ScreenerSymbol[]> {
  const file = input.name;
  const text = await textOf(input, read);
  let parsed: unknown;
  try {
    parsed = JSON.parse(text);
  } catch (error) {
    throw badFile(file, `is broken JSON (${(error as Error).message})`, EXPECTED, { cause: error });
  }
  if (!Array.isArray(parsed)) throw badFile(file, "holds no array", EXPECTED);
  const strange = parsed.findIndex((entry) => !isSymbol(entry));
  if (strange >= 0) throw badFile(file, `has another shape at entry ${strange + 1}`, EXPECTED);
  return parsed;
}

export const isSymbol = (entry: unknown): entry is ScreenerSymbol =>
  typeof entry === "object" &&
  entry !== null &&
  ["symbol", "lastsale", "volume", "marketCap"].every((name) => name in entry);

const textOfValue = (value: unknown) =>
  typeof value === "string" || typeof value === "number" ? String(value) : "";

/** "$1,234.50" as 1234.5; blank and "NA" are absent. */
function plainNumber(value: unknown): number {
  const text = textOfValue(value).replace(/[$,%\s]/g, "");
  return text === "NA" || text === "N/A" ? Number.NaN : numberOf(text);
}
