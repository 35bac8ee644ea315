/** What an option of a portfolio is worth in a market, and its sensitivities, per share. */
import { AppError } from "../errors.ts";
import {
  europeanGreeks,
  europeanValue,
  type Greeks,
  type OptionTerms,
} from "../options/european.ts";
import type { Market, OptionPosition } from "./positions.ts";

const YEAR_MS = 365 * 86_400_000;

/**
 * The terms of an option in a market.
 *
 * @param spot price of the underlying
 * @throws AppError DEGENERATE_INPUT when the option expired before the market's instant
 */
export function optionTerms(option: OptionPosition, market: Market, spot: number): OptionTerms {
  const tauYears = (option.expiry - market.nowMs) / YEAR_MS;
  if (!(tauYears >= 0)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `the option on "${option.underlying}" must not have expired, was ${(-tauYears * 365).toFixed(3)} days past its expiry`,
      { underlying: option.underlying, expiry: option.expiry, nowMs: market.nowMs },
    );
  }
  return {
    kind: option.option,
    spot,
    strike: option.strike,
    tauYears,
    sigma: option.impliedVolatility,
    rate: market.rate,
    dividendYield: market.dividendYields.get(option.underlying) ?? 0,
  };
}

export type Style = OptionPosition["style"];

/** @throws AppError DEGENERATE_INPUT when terms are impossible */
export function optionValue(style: Style, terms: OptionTerms): number {
  demandStyle(style, terms);
  return europeanValue(terms);
}

/** @throws AppError DEGENERATE_INPUT when terms are impossible */
export function optionGreeks(style: Style, terms: OptionTerms): Greeks {
  demandStyle(style, terms);
  return europeanGreeks(terms);
}

/** Waiting costs nothing: a call without dividends, or a put without interest, is never exercised early. */
const isLeftAlone = ({ kind, rate, dividendYield }: OptionTerms): boolean =>
  kind === "call" ? dividendYield <= 0 && rate >= 0 : rate <= 0 && dividendYield >= 0;

function demandStyle(style: Style, terms: OptionTerms): void {
  if (style === "european" || isLeftAlone(terms)) return;
  throw new AppError("DEGENERATE_INPUT", "early exercise is not valued here", { style });
}
