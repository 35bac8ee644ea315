/**
 * Files of trades, as batches of ticks in the order of their lines. Two forms, packed or not:
 *
 * - The tick files of QuantConnect's Lean, without a header: ms since midnight in New York, price in ten thousandths of a
 *   dollar, size, exchange, sale condition (hex), suspicious (0 or 1). Symbol and day stand in the name of the file
 *   ("tick_ibm_20131007_trade.csv.gz", "20131007_ibm_Trade_Tick.csv"). Suspicious trades are dropped; condition 1 is a
 *   regular trade, any other sets no price.
 * - Our own: a header with `time` (ISO 8601 with an offset, or epoch ms), `symbol`, `price`, `size`, and if wanted `id`,
 *   `irregular` (0 or 1) and `change` (cancel or correct).
 */
import type { FeedTick } from "../../feed.ts";
import { badFile, chunksOf } from "../bytes.ts";
import type { InputFile } from "../input-file.ts";
import { instantMs } from "../new-york.ts";
import { numberOf, parseNumber } from "../numbers.ts";
import { type CsvRecord, RecordScanner } from "../records.ts";
import { matchHeader } from "../table.ts";
import { newYorkInstantMs } from "./new-york-clock.ts";

const LEAN = [
  /(?:^|[/\\])tick_([a-z0-9.]+)_(\d{8})_(trade|quote)\.csv/i,
  /(?:^|[/\\])\d{8}_([a-z0-9.]+)_(?:trade|quote)_tick\.csv/i,
];
const HEADER = ["time", "symbol", "price", "size", "id?", "irregular?", "change?"];
const BATCH_ROWS = 4_096;
const LEAN_PRICE = 10_000;
const LEAN_FIELDS = 6;
/** Ids of one day and symbol; a day has fewer trades. */
const IDS_OF_DAY = 2 ** 28;
const MS_PER_DAY = 86_400_000;
const REGULAR = 0x31;

export type FileCounts = { suspicious: number; malformed: number };

/** Ticks of a file; `endMs` is told with the last batch where the file says which day it holds: the day's end. */
export type FileBatch = Readonly<{ ticks: FeedTick[]; endMs?: number }>;

type Row = (record: CsvRecord) => FeedTick | undefined;

/** @throws AppError BAD_FILE for a file of quotes, another header or an unreadable file */
export async function* ticksOf(file: InputFile, counts: FileCounts): AsyncGenerator<FileBatch> {
  const day = leanDay(file.name);
  let row = day && leanRow(day, counts);
  let ticks: FeedTick[] = [];
  const visit = (record: CsvRecord) => {
    if (!row) {
      row = plainRow(file.name, record, counts);
      return;
    }
    const tick = row(record);
    if (tick) ticks.push(tick);
  };
  const scanner = new RecordScanner(file.name);
  for await (const chunk of chunksOf(file)) {
    scanner.push(chunk, visit);
    for (; ticks.length >= BATCH_ROWS; ticks = ticks.slice(BATCH_ROWS))
      yield { ticks: ticks.slice(0, BATCH_ROWS) };
  }
  scanner.end(visit);
  if (!row)
    throw badFile(file.name, "is empty", `the header "${HEADER.join(",").replaceAll("?", "")}"`);
  yield { ticks, ...(day && { endMs: day.midnightMs + MS_PER_DAY }) };
}

type LeanDay = Readonly<{ symbol: string; midnightMs: number; firstId: number }>;

function leanDay(name: string): LeanDay | undefined {
  const found = LEAN.map((form) => form.exec(name)).find((match) => match !== null);
  if (!found) return undefined;
  if (/quote/i.test(found[0])) throw badFile(name, "holds quotes", "trades: quotes set no price");
  const symbol = found[1]!.toUpperCase();
  const day = Number(/\d{8}/.exec(found[0])![0]);
  const midnightMs = newYorkInstantMs(day, 0);
  // The same file told again has the same ids, so a replay that is repeated changes nothing.
  return { symbol, midnightMs, firstId: Math.floor(midnightMs / MS_PER_DAY) * IDS_OF_DAY };
}

function leanRow({ symbol, midnightMs, firstId }: LeanDay, counts: FileCounts): Row {
  let id = firstId;
  return ({ bytes, starts, ends, fields }) => {
    const number = (field: number) => parseNumber(bytes, starts[field]!, ends[field]!);
    const [ofDayMs, price, size, suspicious] = [number(0), number(1), number(2), number(5)];
    if (fields !== LEAN_FIELDS || !(ofDayMs >= 0 && price >= 0 && size >= 0 && suspicious >= 0)) {
      counts.malformed++;
      return undefined;
    }
    if (suspicious !== 0) {
      counts.suspicious++;
      return undefined;
    }
    const isRegular = ends[4]! - starts[4]! === 1 && bytes[starts[4]!] === REGULAR;
    const tick = {
      symbol,
      timeMs: midnightMs + ofDayMs,
      price: price / LEAN_PRICE,
      size,
      id: id++,
    };
    return isRegular ? tick : { ...tick, irregular: true };
  };
}

function plainRow(file: string, header: CsvRecord, counts: FileCounts): Row {
  const names = header.texts().map((name) => name.trim().toLowerCase());
  matchHeader(file, names, [HEADER]);
  const place = new Map(names.map((name, at) => [name, at]));
  return (record) => {
    const texts = record.texts();
    const text = (name: string) => texts[place.get(name) ?? -1]?.trim() ?? "";
    const tick = plainTick(text);
    if (record.fields === names.length && tick) return tick;
    counts.malformed++;
    return undefined;
  };
}

function plainTick(text: (name: string) => string): FeedTick | undefined {
  const time = text("time");
  const timeMs = /^\d+(\.\d+)?$/.test(time) ? Number(time) : instantMs(time);
  const [price, size, id] = [numberOf(text("price")), numberOf(text("size")), numberOf(text("id"))];
  const [symbol, change, irregular] = [text("symbol"), text("change"), text("irregular")];
  if (symbol === "" || !(Number.isFinite(timeMs) && Number.isFinite(price))) return undefined;
  if (!Number.isFinite(size) || !["", "0", "1"].includes(irregular)) return undefined;
  if (change !== "" && change !== "cancel" && change !== "correct") return undefined;
  return {
    symbol,
    timeMs,
    price,
    size,
    ...(Number.isFinite(id) && { id }),
    ...(irregular === "1" && { irregular: true }),
    ...(change !== "" && { change }),
  };
}
