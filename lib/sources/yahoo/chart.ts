/**
 * Yahoo's daily chart as rows and actions in our own form. Its prices, volumes and dividends are restated for every
 * split up to now, and for spin-offs, which it lists among the splits; here they are brought back to their own day.
 */
import * as z from "zod";
import { dayKeyOfEpoch } from "../../time.ts";
import type { CorporateAction } from "../rows.ts";
import { answerOf } from "../vendor/answer.ts";
import { wrongAnswer } from "../vendor/errors.ts";
import type { DailyRow } from "../vendor/held-rows.ts";
import { factorAfter, isSpinoff, type Split } from "../vendor/split-basis.ts";
import { VENDOR } from "./library.ts";

const MS_PER_DAY = 86_400_000;
/** Figures are 32-bit floats: 182.63 comes as 182.6300048828125. */
const DIGITS = 7;

/** The library makes dates of some of the seconds Yahoo gives. */
export const instant = z.union([z.date(), z.number()]);
export const instantMs = (value: Date | number): number =>
  typeof value === "number" ? value * 1000 : value.getTime();
/** Sessions of New York begin and end on one day of UTC. */
export const dayOfMs = (ms: number): number => dayKeyOfEpoch(Math.floor(ms / MS_PER_DAY));

const numbers = z.array(z.number().nullable());
const chartSchema = z.object({
  meta: z.object({
    currency: z.string().nullish(),
    currentTradingPeriod: z
      .object({ regular: z.object({ start: instant, end: instant }).nullish() })
      .nullish(),
  }),
  timestamp: z.array(z.number()).nullish(),
  events: z
    .object({
      dividends: z.record(z.string(), z.object({ date: instant, amount: z.number() })).nullish(),
      splits: z
        .record(
          z.string(),
          z.object({
            date: instant,
            numerator: z.number().positive(),
            denominator: z.number().positive(),
          }),
        )
        .nullish(),
    })
    .nullish(),
  indicators: z.object({
    quote: z.array(
      z.object({ open: numbers, high: numbers, low: numbers, close: numbers, volume: numbers }),
    ),
  }),
});

type WireChart = z.output<typeof chartSchema>;

export type YahooChart = Readonly<{
  /** Without market caps. */
  rows: readonly DailyRow[];
  actions: readonly CorporateAction[];
  /** Real splits from the first day of the chart up to now. */
  splits: readonly Split[];
  /** The last close there is, up to now; NaN without any. */
  lastClose: number;
}>;

export type ChartRange = Readonly<{ ticker: string; from: number; to: number; nowMs: number }>;

/**
 * @param answer a chart from `from` up to now: splits after `to` are needed to undo them
 * @throws AppError VENDOR_ANSWER for another shape or for prices in another currency
 */
export function chartOf(answer: unknown, range: ChartRange): YahooChart {
  const { ticker, from, to } = range;
  const asked = { vendor: VENDOR, operation: `chart of ${ticker}` };
  const chart = answerOf(chartSchema, answer, asked);
  const { currency } = chart.meta;
  if (currency && currency !== "USD") {
    throw wrongAnswer(asked, `prices are in ${currency}, only USD is taken`);
  }
  const events = ratiosOf(chart);
  const all = rowsOf(chart, events, range);
  const isWithin = ({ date }: { date: number }) => date >= from && date <= to;
  return {
    rows: all.filter(isWithin),
    actions: [...events.map(actionOf(ticker)), ...dividendsOf(chart, events, ticker)].filter(
      isWithin,
    ),
    splits: events.filter((event) => !event.isSpinoff),
    lastClose: all.at(-1)?.close ?? Number.NaN,
  };
}

type Ratio = Split & Readonly<{ isSpinoff: boolean }>;

const ratiosOf = ({ events }: WireChart): Ratio[] =>
  Object.values(events?.splits ?? {})
    .map(({ date, numerator, denominator }) => ({
      date: dayOfMs(instantMs(date)),
      value: numerator / denominator,
      isSpinoff: isSpinoff(numerator, denominator),
    }))
    .sort((a, b) => a.date - b.date);

const actionOf =
  (ticker: string) =>
  ({ date, value, isSpinoff }: Ratio): CorporateAction => ({
    date,
    ticker,
    action: isSpinoff ? "spinoff" : "split",
    value,
  });

/** USD per share after a split of the same day. */
const dividendsOf = (
  { events }: WireChart,
  ratios: readonly Ratio[],
  ticker: string,
): CorporateAction[] =>
  Object.values(events?.dividends ?? {})
    .filter(({ amount }) => amount > 0)
    .map(({ date, amount }) => ({ date: dayOfMs(instantMs(date)), amount }))
    .map(({ date, amount }) => ({
      date,
      ticker,
      action: "dividend" as const,
      value: rounded(amount * factorAfter(ratios, date)),
    }))
    .sort((a, b) => a.date - b.date);

function rowsOf(
  { meta, timestamp, indicators }: WireChart,
  ratios: readonly Ratio[],
  { ticker, nowMs }: ChartRange,
): DailyRow[] {
  const [columns] = indicators.quote;
  if (!timestamp || !columns) return [];
  const openMs = unfinishedFromMs(meta, nowMs);
  // Of a day that comes twice, as the latest one may, the later row stands.
  const byDay = new Map<number, DailyRow>();
  for (const [at, seconds] of timestamp.entries()) {
    const close = columns.close[at];
    if (!close || seconds * 1000 >= openMs) continue;
    const date = dayOfMs(seconds * 1000);
    const factor = factorAfter(ratios, date);
    const price = (value: number | null | undefined) =>
      value ? rounded(value * factor) : Number.NaN;
    const volume = columns.volume[at];
    byDay.set(date, {
      date,
      ticker,
      open: price(columns.open[at]),
      high: price(columns.high[at]),
      low: price(columns.low[at]),
      close: price(close),
      volume: volume == null ? Number.NaN : Math.round(volume / factor),
      marketCap: Number.NaN,
    });
  }
  return [...byDay.values()].sort((a, b) => a.date - b.date);
}

/** Since when bars are of a session that has not ended; infinite when none is open. */
function unfinishedFromMs({ currentTradingPeriod }: WireChart["meta"], nowMs: number): number {
  const session = currentTradingPeriod?.regular;
  if (!session || nowMs >= instantMs(session.end)) return Number.POSITIVE_INFINITY;
  return instantMs(session.start);
}

const rounded = (value: number): number => Number(value.toPrecision(DIGITS));
