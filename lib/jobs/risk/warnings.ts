/** What figures of a portfolio rest on and do not show: short histories, carried prices, what has expired. */
import {
  type Warning as IndexWarning,
  marketWarnings,
  missingSessionWarning,
  provenanceWarnings,
  warning,
} from "../../index/warnings.ts";
import { missingSessions } from "../../market/range.ts";
import type { Images, Snapshot } from "../../ports.ts";
import type { PositionRow } from "../../risk/queries.ts";
import { isoDay } from "../../time.ts";
import { marketDrift } from "../market-drift.ts";
import type { History } from "./histories.ts";
import type { Instrument } from "./instruments.ts";

export type RiskWarningCode =
  | "SHORT_HISTORY"
  | "FEWER_SCENARIOS"
  | "EXPIRED_OPTION"
  | "NOT_MONOTONE"
  | "NO_BACKTEST"
  | "UNHEDGED_UNDERLYING";

/** `count` is exact; at most ten examples stand beside it. */
export type RiskWarning = Readonly<{
  code: RiskWarningCode;
  message: string;
  count: number;
  examples: readonly unknown[];
}>;

const MAX_EXAMPLES = 10;

const MESSAGES: Readonly<Record<RiskWarningCode, string>> = {
  SHORT_HISTORY:
    "had no price yet when the window begins; days before its first return are left out",
  FEWER_SCENARIOS: "days of the window on which something in the portfolio has no return",
  EXPIRED_OPTION: "the option had expired; it is worth nothing here and left out",
  NOT_MONOTONE:
    "skewness and kurtosis lie where the expansion is no quantile function; the figures may be anything",
  NO_BACKTEST: "too few days, or days the method has no answer for; it was not tested",
  UNHEDGED_UNDERLYING: "no instrument is in this underlying; its greeks are left as they are",
};

export const riskWarning = (
  code: RiskWarningCode,
  count = 1,
  examples: readonly unknown[] = [],
): RiskWarning => ({
  code,
  message: MESSAGES[code],
  count,
  examples: examples.slice(0, MAX_EXAMPLES),
});

export type WarnedBook = Readonly<{
  images: Images;
  indices: Snapshot;
  instruments: readonly Instrument[];
  sessions: readonly number[];
  facts: Readonly<Record<string, string>>;
  histories: ReadonlyMap<string, History>;
  expired: readonly PositionRow[];
}>;

export async function bookWarnings(book: WarnedBook): Promise<(RiskWarning | IndexWarning)[]> {
  const { sessions, facts, histories, expired } = book;
  const carried = [...histories.values()].flatMap(({ name: ticker, carried: dates }) =>
    dates.map((date) => ({ date, ticker })),
  );
  carried.sort((a, b) => b.date - a.date);
  const stale = carried
    .slice(0, MAX_EXAMPLES)
    .map(({ date, ticker }) => ({ date: isoDay(date), ticker }));
  return [
    ...provenanceWarnings(facts),
    ...(await movedMarkets(book)),
    ...missingSessionWarning(missingSessions(sessions, sessions[0]!, sessions.at(-1)!)),
    ...(carried.length === 0 ? [] : [warning("STALE_PRICE", carried.length, stale)]),
    ...(expired.length === 0
      ? []
      : [riskWarning("EXPIRED_OPTION", expired.length, expired.map(expiryOf))]),
  ];
}

const expiryOf = (row: PositionRow) => ({
  underlying: row.name,
  expiry: row.kind === "option" ? isoDay(row.expiry) : null,
});

/** Levels of an index that the market has moved away from under it. */
async function movedMarkets({
  images,
  indices,
  instruments,
  sessions,
}: WarnedBook): Promise<IndexWarning[]> {
  const warnings: IndexWarning[] = [];
  for (const { kind, name } of instruments) {
    if (kind !== "index") continue;
    const moved = await marketDrift(images, indices, name, images.snapshot("market"));
    warnings.push(...marketWarnings(moved === "unchecked" ? moved : moved?.drift, sessions));
  }
  // Of several indices the first one says it.
  return warnings.slice(0, 1);
}

/** Days of a window that are no scenario, and whose history is to blame. */
export function scenarioWarnings(
  histories: Iterable<History>,
  sessions: readonly number[],
  { asked, had }: Readonly<{ asked: number; had: number }>,
): RiskWarning[] {
  const short = shortHistories(histories, sessions);
  return [
    ...(had < asked ? [riskWarning("FEWER_SCENARIOS", asked - had, [{ asked, had }])] : []),
    ...(short.length === 0 ? [] : [riskWarning("SHORT_HISTORY", short.length, short)]),
  ];
}

/** What has no return on the first days of a window, the shortest history first. */
export function shortHistories(
  histories: Iterable<History>,
  sessions: readonly number[],
): Readonly<{ symbol: string; from: string }>[] {
  const short: { symbol: string; at: number }[] = [];
  for (const { name, returns } of histories) {
    const own = returns.subarray(returns.length - (sessions.length - 1));
    const at = own.findIndex((value) => !Number.isNaN(value));
    if (at !== 0) short.push({ symbol: name, at: at < 0 ? own.length : at });
  }
  return short
    .sort((a, b) => b.at - a.at)
    .map(({ symbol, at }) => ({
      symbol,
      from: isoDay(sessions[Math.min(at + 1, sessions.length - 1)]!),
    }));
}
