/**
 * A market of a few dozen names as a vendor may deliver it, a file a month: from a seed, with every kind of fault that
 * the quality gate repairs or refuses. Most faults straddle the end of a month, where a load may have been interrupted.
 */

import { uniform } from "../../bench/uniform.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { CorporateAction, DailyBatch, MarketSource, RejectedRow } from "../../lib/ports.ts";

export type FaultyMarket = Readonly<{ seed: number; names: number; from: number; to: number }>;

/** One delivered row; NaN = left out. */
type Delivered = {
  ticker: string;
  exchange: string;
  close: number;
  high: number;
  low: number;
  volume: number;
  marketCap: number;
  netChange: number;
};

const cents = (value: number): number => Math.round(value * 100) / 100;

/** A source that is read month by month, as often as anybody likes; files before the month `first` are left out. */
export function faultyMarket({ seed, names, from, to }: FaultyMarket, first = ""): MarketSource {
  const sessions = sessionsBetween(from, to);
  const days = deliveries(sessions, seed, names);
  const monthOf = (date: number) => String(date).slice(0, 6);
  const files = [...new Set(sessions.map(monthOf))].filter((month) => month >= first);
  const actions: CorporateAction[] = [
    { date: sessions[20]!, ticker: "N003", action: "split", value: 2 },
    { date: sessions[25]!, ticker: "N004", action: "dividend", value: 0.25 },
  ];
  return {
    name: "faulty",
    kind: "real",
    isPointInTime: true,
    facts: async () => ({ securities: [], actions, changes: [], captures: [], rejected: [] }),
    files,
    print: `${seed}-${names}-${from}-${to}-${first}`,
    rows: async function* (reject, file) {
      for (const month of file === undefined ? files : [files[file]!]) {
        reject(badLine(month));
        for (const date of sessions) {
          if (monthOf(date) === month) yield batchOf(month, date, days.get(date)!);
        }
      }
    },
    totalUnits: files.length,
    doneUnits: () => 0,
  };
}

const badLine = (file: string): RejectedRow => ({
  file,
  line: 2,
  reason: "BAD_NUMBER",
  detail: "the close is no number",
  raw: "x",
});

/** What is delivered of each session, faults included. */
function deliveries(sessions: readonly number[], seed: number, names: number) {
  const next = uniform(seed);
  const companies = Array.from({ length: names }, (_, n) => ({
    ticker: `N${String(n).padStart(3, "0")}`,
    exchange: n % 2 === 0 ? "nyse" : "nasdaq",
    close: 20 + n,
    shares: 1e8 * (names - n),
  }));
  const days = new Map<number, Delivered[]>();
  for (const [at, date] of sessions.entries()) {
    const rows = companies.map((company) => {
      // N003 is known to split, N005 splits without anybody saying so.
      const splits =
        (company.ticker === "N003" && at === 20) || (company.ticker === "N005" && at === 21);
      const ratio = splits ? 2 : 1;
      const before = company.close / ratio;
      company.shares *= ratio;
      company.close = cents(before * (1 + (next() - 0.5) / 20));
      return delivered(company, cents(company.close - before), 1000 + Math.floor(next() * 1e6));
    });
    for (const fault of FAULTS) fault(rows, at, days.get(sessions[at - 1]!));
    days.set(date, rows);
  }
  return days;
}

function delivered(
  {
    ticker,
    exchange,
    close,
    shares,
  }: Readonly<{ ticker: string; exchange: string; close: number; shares: number }>,
  netChange: number,
  volume: number,
): Delivered {
  const range = { high: cents(close * 1.01), low: cents(close * 0.99) };
  return { ticker, exchange, close, ...range, volume, marketCap: close * shares, netChange };
}

type Fault = (rows: Delivered[], at: number, before: readonly Delivered[] | undefined) => void;

const times =
  (ticker: string, factor: number, from: number, to: number): Fault =>
  (rows, at) => {
    const row = rows.find((one) => one.ticker === ticker);
    if (row && at >= from && at < to) row.marketCap *= factor;
  };

/** By the number of the session; months end about every 21. */
const FAULTS: readonly Fault[] = [
  times("N000", 10, 18, 26),
  times("N001", Number.NaN, 38, 45),
  // Believed after a while: a merger.
  times("N002", 1.5, 39, 10_000),
  times("N006", 3, 15, 70),
  times("N007", 1.9, 60, 63),
  times("N007", 1.9, 66, 90),
  // Within sixty sessions of its split.
  times("N003", 2, 58, 65),
  // Round the end of the first year; one of them for longer than a wild number is doubted.
  times("N009", 0.5, 150, 10_000),
  times("N010", 10, 240, 262),
  times("N011", Number.NaN, 243, 275),
  (rows, at) => {
    // A range that is crossed, of which the close stands.
    const row = rows.find(({ ticker }) => ticker === "N008")!;
    if (at === 41) [row.high, row.low] = [row.low, row.high];
  },
  (rows, at, before) => {
    // One exchange delivers the file of the day before.
    if (at !== 42) return;
    for (const [n, row] of rows.entries()) {
      if (row.exchange === "nyse") rows[n] = { ...before![n]! };
    }
  },
  (rows, at) => {
    // The other one delivers nothing.
    if (at !== 61) return;
    rows.splice(0, rows.length, ...rows.filter(({ exchange }) => exchange === "nyse"));
  },
];

function batchOf(file: string, date: number, rows: readonly Delivered[]): DailyBatch {
  const column = (of: (row: Delivered) => number) => Float64Array.from(rows, of);
  return {
    file,
    count: rows.length,
    line: Int32Array.from(rows.keys()),
    date: new Int32Array(rows.length).fill(date),
    ticker: rows.map(({ ticker }) => ticker),
    open: column(() => Number.NaN),
    high: column(({ high }) => high),
    low: column(({ low }) => low),
    close: column(({ close }) => close),
    volume: column(({ volume }) => volume),
    marketCap: column(({ marketCap }) => marketCap),
    netChange: column(({ netChange }) => netChange),
    exchange: rows.map(({ exchange }) => exchange),
  };
}
