/**
 * The quality gate over staged rows, day by day: repairs figures where they stand, and leaves out what it refuses.
 */
import type { DayVerdict, Gate, GateDay } from "./gate/gate.ts";
import type { CapBasis } from "./origin.ts";
import type { StagedRows } from "./staging.ts";

export type RepairRow = Readonly<{
  date: number;
  ticker: string;
  field: string;
  delivered: number | null;
  used: number | null;
  rule: string;
  detail: string;
}>;

/** Something about a session as a whole, or about one exchange of it ("" = all). */
export type FindingRow = Readonly<{
  date: number;
  exchange: string;
  reason: string;
  detail: string;
  failed: boolean;
}>;

export type DetectedSplitRow = Readonly<{
  date: number;
  symbol: number;
  ratio: number;
  detail: string;
}>;

/** What arrived of a day: what is said of others stands. */
export type JudgedDay = Readonly<{
  date: number;
  symbols: Int32Array;
  /** "" = all at once. */
  exchanges: readonly string[];
}>;

/** What the gate said of the days judged so far. */
export type GateNews = {
  readonly repairs: RepairRow[];
  readonly findings: FindingRow[];
  readonly splits: DetectedSplitRow[];
  /** The days it judged, with what was delivered of each. */
  readonly judged: JudgedDay[];
  /** What had been said of these days before, of figures that other sources did not replace. */
  readonly stood: Readonly<{ repairs: RepairRow[]; splits: DetectedSplitRow[] }>;
};

export const noNews = (): GateNews => ({
  repairs: [],
  findings: [],
  splits: [],
  judged: [],
  stood: { repairs: [], splits: [] },
});

export type PassOptions = Readonly<{
  gate: Gate;
  tickerOf: (symbol: number) => string;
  /** By number; 0 is unknown. */
  exchanges: readonly string[];
  /** Whether the rows are those of names that were asked for. */
  isAsked: boolean;
  /** Hears of each row that is not taken. */
  refuse: (position: number, reason: string, detail: string) => void;
  news: GateNews;
}>;

/** @returns the positions that stand, in the same order */
export function passGate(rows: StagedRows, order: Int32Array, options: PassOptions): Int32Array {
  const kept = new Int32Array(order.length);
  let count = 0;
  for (let start = 0; start < order.length; ) {
    const date = rows.date[order[start]!]!;
    let end = start;
    while (end < order.length && rows.date[order[end]!] === date) end++;
    for (const position of dayPassed(rows, order.subarray(start, end), options)) {
      kept[count++] = position;
    }
    start = end;
  }
  return kept.subarray(0, count);
}

/** The positions of one day that stand. */
function dayPassed(rows: StagedRows, positions: Int32Array, options: PassOptions): Int32Array {
  const verdict = options.gate.judge(gateDay(rows, positions));
  for (const { symbol, ratio, detail } of verdict.detectedSplits) {
    options.news.splits.push({ date: verdict.date, symbol, ratio, detail });
  }
  repair(rows, positions, verdict, options);
  tell(verdict, options);
  options.news.judged.push(delivered(rows, positions, options));
  const refused = refusedRows(rows, positions, verdict, options);
  return positions.filter((position) => !refused.has(position));
}

function gateDay(rows: StagedRows, positions: Int32Array): GateDay {
  const { open, high, low, close, volume, marketCap, netChange } = rows.values;
  const column = (values: Float64Array) => Float64Array.from(positions, (p) => values[p]!);
  return {
    date: rows.date[positions[0]!]!,
    count: positions.length,
    symbol: positions.map((p) => rows.symbol[p]!),
    exchange: Uint8Array.from(positions, (p) => rows.exchange[p]!),
    open: column(open),
    high: column(high),
    low: column(low),
    close: column(close),
    netChange: column(netChange),
    volume: column(volume),
    marketCap: column(marketCap),
  };
}

const COLUMNS = {
  market_cap: ["marketCap"],
  close: ["close"],
  volume: ["volume"],
  range: ["open", "high", "low"],
} as const;

const orNull = (value: number): number | null => (Number.isNaN(value) ? null : value);

function repair(
  rows: StagedRows,
  positions: Int32Array,
  { date, repairs }: DayVerdict,
  { tickerOf, news }: PassOptions,
): void {
  for (const { row, field, delivered, used, rule, detail } of repairs) {
    const position = positions[row]!;
    for (const column of COLUMNS[field]) rows.values[column][position] = used;
    if (field === "market_cap") rows.basis.set(position, basisOf(rule, delivered));
    news.repairs.push({
      date,
      ticker: tickerOf(rows.symbol[position]!),
      field,
      delivered: orNull(delivered),
      used: orNull(used),
      rule,
      detail,
    });
  }
}

const basisOf = (rule: string, delivered: number): CapBasis => ({
  basis: rule,
  delivered: orNull(delivered),
  shares: null,
  effectiveDate: null,
  knownAt: null,
  source: null,
});

function tell({ date, findings }: DayVerdict, { exchanges, news }: PassOptions): void {
  for (const { exchange, reason, detail, isFailure } of findings) {
    const where = exchange === 0 ? "" : exchanges[exchange]!;
    const finding = { date, exchange: where, reason: coded(reason), detail };
    news.findings.push({ ...finding, failed: isFailure });
  }
}

function delivered(
  rows: StagedRows,
  positions: Int32Array,
  { exchanges, isAsked }: PassOptions,
): JudgedDay {
  // Some names of an exchange say nothing about its file. 0: what was said of all exchanges at once.
  const places = isAsked ? [] : new Set([0, ...positions.map((p) => rows.exchange[p]!)]);
  return {
    date: rows.date[positions[0]!]!,
    symbols: positions.map((position) => rows.symbol[position]!),
    exchanges: [...places].map((place) => (place === 0 ? "" : exchanges[place]!)),
  };
}

/** Reasons are written like those of the checks before the gate: NO_PRICE, STALE_FILE. */
const coded = (reason: string): string => reason.toUpperCase();

/** Rows refused one by one, and those of exchanges whose file failed. */
function refusedRows(
  rows: StagedRows,
  positions: Int32Array,
  { refused, failed, findings }: DayVerdict,
  { refuse }: PassOptions,
): Set<number> {
  const gone = new Set<number>();
  for (const { row, reason, detail } of refused) {
    gone.add(positions[row]!);
    refuse(positions[row]!, coded(reason), detail);
  }
  for (const { exchange, reason, detail, isFailure } of findings) {
    if (!isFailure || !failed.includes(exchange)) continue;
    for (const position of positions) {
      if (gone.has(position) || (exchange !== 0 && rows.exchange[position] !== exchange)) continue;
      gone.add(position);
      refuse(position, coded(reason), detail);
    }
  }
  return gone;
}
