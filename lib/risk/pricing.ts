/** What an option of a portfolio is worth in a market, and its sensitivities, per share. */
import { AppError } from "../errors.ts";
import { type AmericanGreeks, americanGreeks, americanValue } from "../options/american.ts";
import { americanValuer, type SigmaRange } from "../options/american-valuer.ts";
import { europeanGreeks, europeanValue, type OptionTerms } from "../options/european.ts";
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

/**
 * An American option is valued by the fast scheme, within 2e-4 per 100 of its strike.
 *
 * @throws AppError DEGENERATE_INPUT when terms are impossible, or an American option's rates are such that exercising
 *   pays between two boundaries
 */
export function optionValue(style: Style, terms: OptionTerms): number {
  return style === "american" ? americanValue(terms) : europeanValue(terms);
}

/**
 * {@link optionValue} of one option wherever its underlying and its volatility go.
 *
 * @param range of volatilities when there are more than some tens of them: American values then keep to those of
 *   {@link optionValue} within its own error, and take a tenth of the time
 * @throws AppError DEGENERATE_INPUT as {@link optionValue}, when it is asked for a value
 */
export function optionValuer(
  style: Style,
  terms: OptionTerms,
  range?: SigmaRange,
): (spot: number, sigma: number) => number {
  if (style === "american") return americanValuer(terms, range);
  return (spot, sigma) => europeanValue({ ...terms, spot, sigma });
}

/**
 * Raw derivatives, as those of a European option.
 *
 * @throws AppError DEGENERATE_INPUT as {@link optionValue}
 */
export function optionGreeks(style: Style, terms: OptionTerms): AmericanGreeks {
  return style === "american" ? americanGreeks(terms) : europeanGreeks(terms);
}
