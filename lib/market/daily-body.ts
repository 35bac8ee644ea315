/** Body of GET /api/v1/daily/{symbol}, as JSON text. */
import { isoDay } from "../time.ts";
import type { Adjustment, EffectiveAction } from "./adjustment.ts";
import { FIRST_DAY, LAST_DAY } from "./identity.ts";
import type { DailyRow } from "./reading.ts";
import type { TickerSpan } from "./universe-membership.ts";

export const DAILY_UNITS = {
  money: "USD",
  volume: "shares, as traded",
  split_ratio: "new shares per old",
  spinoff_ratio: "price factor",
  dividend: "USD per post-split share",
} as const;

export type DailyBody = Readonly<{
  symbol: string;
  adjusted: Adjustment;
  tickers: readonly TickerSpan[];
  bars: readonly DailyRow[];
  /** Of the whole range, in time order. */
  actions: readonly EffectiveAction[];
  /** Cursor of the bars that did not fit. */
  next: string | null;
  version: string;
  asOf: number;
  isPointInTime: boolean;
  warnings: readonly unknown[];
}>;

export function dailyBody(body: DailyBody): string {
  return JSON.stringify({
    symbol: body.symbol,
    adjusted: body.adjusted,
    tickers: body.tickers.map(({ ticker, from, to }) => ({
      ticker,
      from: from === FIRST_DAY ? null : isoDay(from),
      to: to === LAST_DAY ? null : isoDay(to),
    })),
    bars: body.bars.map((bar) => ({ ...bar, date: isoDay(bar.date) })),
    splits: body.actions
      .filter(({ action }) => action !== "dividend")
      .map((split) => ({ ...dates(split), kind: split.action, ratio: split.value })),
    dividends: body.actions
      .filter(({ action }) => action === "dividend")
      .map((dividend) => ({ ...dates(dividend), amount: dividend.value })),
    next: body.next,
    meta: {
      dataset_version: body.version,
      as_of: isoDay(body.asOf),
      point_in_time: body.isPointInTime,
      units: DAILY_UNITS,
      warnings: body.warnings,
    },
  });
}

/** As announced, and the first captured session that shows it. */
const dates = ({ date, session }: EffectiveAction) => ({
  date: isoDay(date),
  effective_date: isoDay(session),
});
