/** Daily rows on their way from a file into columns, with the checks every source shares. */
import type { DailyBatch, RejectedRow } from "../ports.ts";

export type {
  Capture,
  CorporateAction,
  DailyBatch,
  MarketSource,
  RejectedRow,
  SecurityRecord,
  TickerChange,
} from "../ports.ts";

import { BAD_NUMBER } from "./numbers.ts";

/** Why a line is refused; the detail of a {@link RejectedRow} says it in words. */
export type RejectReason =
  | "BAD_DATE"
  | "BAD_TICKER"
  | "BAD_NUMBER"
  | "BAD_VOLUME"
  | "NO_PRICE"
  | "NEGATIVE_PRICE"
  | "NEGATIVE_CAP"
  | "CROSSED_RANGE"
  | "SHORT_ROW"
  | "LONG_ROW"
  | "BAD_ACTION"
  | "BAD_RECORD";

/** What is wrong with one line. */
export type Fault = Readonly<{ reason: RejectReason; detail: string }>;

export type Reject = (row: RejectedRow) => void;

const BATCH_ROWS = 16_384;
const RAW_CHARACTERS = 500;

/** One row before it is accepted: NaN = left out, {@link BAD_NUMBER} = unreadable. Reused from row to row. */
export type DailyFields = {
  line: number;
  /** 0 = no day of the calendar. */
  date: number;
  ticker: string | undefined;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  marketCap: number;
  netChange: number;
  exchange: string;
};

/** Columns that only some files have. */
export type ExtraColumns = Readonly<{ netChange: boolean; exchange: boolean }>;

export const emptyFields = (): DailyFields => ({
  line: 0,
  date: 0,
  ticker: undefined,
  open: Number.NaN,
  high: Number.NaN,
  low: Number.NaN,
  close: Number.NaN,
  volume: Number.NaN,
  marketCap: Number.NaN,
  netChange: Number.NaN,
  exchange: "",
});

/** Collects accepted rows of one file into batches. */
export class BatchBuilder {
  readonly #file: string;
  #full: DailyBatch[] = [];
  #extra: ExtraColumns = { netChange: false, exchange: false };
  #columns = columns(this.#extra);
  #count = 0;

  constructor(file: string) {
    this.#file = file;
  }

  /** Says, before the first row, which other columns the batches have. */
  widen(extra: ExtraColumns): void {
    this.#extra = extra;
    this.#columns = columns(extra);
  }

  /** Takes a row that is right. An open, high or low of 0 is how vendors write "none". @returns what is wrong otherwise */
  add(row: DailyFields): Fault | undefined {
    if (row.open === 0) row.open = Number.NaN;
    if (row.high === 0) row.high = Number.NaN;
    if (row.low === 0) row.low = Number.NaN;
    const { close, volume, marketCap, high, low } = row;
    // NaN fails every comparison, so absent values pass here.
    const isRight =
      row.date > 0 &&
      row.ticker !== undefined &&
      close > 0 &&
      !(row.open < 0 || high < 0 || low < 0 || volume < 0 || marketCap < 0 || high < low) &&
      row.netChange !== BAD_NUMBER;
    if (!isRight) return faultOf(row);
    const at = this.#count++;
    const into = this.#columns;
    into.line[at] = row.line;
    into.date[at] = row.date;
    into.ticker[at] = row.ticker!;
    into.open[at] = row.open;
    into.high[at] = high;
    into.low[at] = low;
    into.close[at] = close;
    into.volume[at] = volume;
    into.marketCap[at] = marketCap;
    if (into.netChange) into.netChange[at] = row.netChange;
    if (into.exchange) into.exchange[at] = row.exchange;
    if (this.#count === BATCH_ROWS) this.#cut();
    return undefined;
  }

  /** The full batches since the last call; with `all` also the one that is still open. */
  take(all = false): DailyBatch[] {
    if (all && this.#count > 0) this.#cut();
    const batches = this.#full;
    this.#full = [];
    return batches;
  }

  #cut(): void {
    this.#full.push({ file: this.#file, count: this.#count, ...this.#columns });
    this.#columns = columns(this.#extra);
    this.#count = 0;
  }
}

const columns = ({ netChange, exchange }: ExtraColumns) => ({
  line: new Int32Array(BATCH_ROWS),
  date: new Int32Array(BATCH_ROWS),
  ticker: [] as string[],
  open: new Float64Array(BATCH_ROWS),
  high: new Float64Array(BATCH_ROWS),
  low: new Float64Array(BATCH_ROWS),
  close: new Float64Array(BATCH_ROWS),
  volume: new Float64Array(BATCH_ROWS),
  marketCap: new Float64Array(BATCH_ROWS),
  ...(netChange && { netChange: new Float64Array(BATCH_ROWS) }),
  ...(exchange && { exchange: [] as string[] }),
});

/** The first thing that is wrong with a row, in the order a reader would look. */
function faultOf(row: DailyFields): Fault {
  if (row.date === 0)
    return { reason: "BAD_DATE", detail: "the date is no day of the form YYYY-MM-DD" };
  if (row.ticker === undefined) {
    return {
      reason: "BAD_TICKER",
      detail: "the ticker is blank, longer than 20 characters or no symbol",
    };
  }
  for (const name of ["open", "high", "low", "close", "marketCap", "netChange"] as const) {
    if (row[name] === BAD_NUMBER) return { reason: "BAD_NUMBER", detail: `${name} is no number` };
  }
  if (row.volume < 0) {
    return { reason: "BAD_VOLUME", detail: "the volume is no number of shares from 0 upwards" };
  }
  for (const name of ["open", "high", "low", "close"] as const) {
    if (row[name] < 0)
      return { reason: "NEGATIVE_PRICE", detail: `${name} must be positive, was ${row[name]}` };
  }
  if (!(row.close > 0)) {
    return {
      reason: "NO_PRICE",
      detail: `the closing price is ${row.close === 0 ? "0" : "blank"}`,
    };
  }
  if (row.marketCap < 0) {
    return {
      reason: "NEGATIVE_CAP",
      detail: `the market cap must not be negative, was ${row.marketCap}`,
    };
  }
  return { reason: "CROSSED_RANGE", detail: `high ${row.high} is below low ${row.low}` };
}

/** A refused line as the quarantine keeps it. */
export const rejected = (
  at: Readonly<{
    file: string;
    line: number;
    raw: string;
    date?: number;
    ticker?: string | undefined;
  }>,
  { reason, detail }: Fault,
): RejectedRow => ({
  file: at.file,
  line: at.line,
  date: at.date ? at.date : null,
  ticker: at.ticker ?? null,
  reason,
  detail,
  raw: at.raw.length > RAW_CHARACTERS ? `${at.raw.slice(0, RAW_CHARACTERS)}...` : at.raw,
});

/** What is wrong with a line that has not as many fields as its header. */
export const widthFault = (fields: number, expected: number): Fault => ({
  reason: fields < expected ? "SHORT_ROW" : "LONG_ROW",
  detail: `${fields} fields where the header has ${expected}`,
});
