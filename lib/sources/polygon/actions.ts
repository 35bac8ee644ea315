/** Splits and dividends of Polygon in our own form. Faults of single entries are told, not thrown. */
import { dayKey, isIsoDay } from "../../time.ts";
import type { CorporateAction } from "../rows.ts";
import { tickerOf } from "../tickers.ts";
import type { PolygonDividend, PolygonSplit } from "./api.ts";

/** Says what of an entry cannot be used. */
export type Tell = (
  about: Readonly<{ ticker: string | null; date: number | null }>,
  detail: string,
) => void;

/**
 * New shares for each old one, one split per ticker and day. The vendor sometimes lists a split twice; where the two
 * disagree neither is taken. Its splits stand under the ticker of today, also those from before a rename.
 */
export function splitsOf(entries: readonly PolygonSplit[], tell: Tell): CorporateAction[] {
  const ratios = new Map<string, Set<number>>();
  for (const { ticker, execution_date, split_from, split_to } of entries) {
    const at = placeOf(ticker, execution_date, tell);
    if (!at) continue;
    const ratio = split_to / split_from;
    if (!(ratio > 0 && Number.isFinite(ratio))) {
      tell(at, `a split from ${split_from} to ${split_to} is none`);
      continue;
    }
    const key = `${at.date} ${at.ticker}`;
    ratios.set(key, (ratios.get(key) ?? new Set()).add(ratio));
  }
  const splits: CorporateAction[] = [];
  for (const [key, [ratio = 1, ...others]] of ratios) {
    const [date = 0, ticker = ""] = [Number(key.slice(0, 8)), key.slice(9)];
    if (others.length > 0) {
      tell({ ticker, date }, `two splits of one day disagree: ${[ratio, ...others].join(" and ")}`);
    } else if (ratio !== 1) splits.push({ date, ticker, action: "split", value: ratio });
  }
  return splits;
}

/** Dividends in USD per share as it was on the day; others are told, and one that is listed twice is taken once. */
export function dividendsOf(entries: readonly PolygonDividend[], tell: Tell): CorporateAction[] {
  const dividends = new Map<string, CorporateAction>();
  for (const { ticker, ex_dividend_date, cash_amount, currency } of entries) {
    const at = placeOf(ticker, ex_dividend_date, tell);
    if (!at) continue;
    const isUsd = !currency || currency.toUpperCase() === "USD";
    if (!isUsd || !(cash_amount >= 0)) {
      tell(at, `a dividend of ${cash_amount} ${currency ?? "USD"} is no amount in USD`);
      continue;
    }
    if (cash_amount === 0) continue;
    dividends.set(`${at.date} ${at.ticker} ${cash_amount}`, {
      ...at,
      action: "dividend",
      value: cash_amount,
    });
  }
  return [...dividends.values()];
}

function placeOf(symbol: string, day: string, tell: Tell) {
  const ticker = tickerOf(symbol);
  if (ticker !== undefined && isIsoDay(day)) return { ticker, date: dayKey(day) };
  tell({ ticker: null, date: null }, `no ticker and day: "${symbol}" on "${day}"`);
  return undefined;
}
