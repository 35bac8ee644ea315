/**
 * Black's value and Greeks of a European option on a forward or a future.
 * Source: F. Black, The pricing of commodity contracts, Journal of Financial Economics 3 (1976), pages 167-179; Haug, The
 * Complete Guide to Option Pricing Formulas (2nd ed.), chapter 1: cost of carry 0, a spot that yields what money costs.
 */
import {
  demandPositive,
  europeanGreeks,
  europeanValue,
  type Greeks,
  type OptionTerms,
} from "./european.ts";

export type FutureOptionTerms = Readonly<
  Omit<OptionTerms, "spot" | "dividendYield"> & { forward: number }
>;

/** Raw derivatives, in the units of {@link Greeks}: by the forward where those are by the spot. */
export type FutureOptionGreeks = Readonly<
  Pick<Greeks, "value" | "gamma" | "vega" | "theta"> & {
    /** dV/dF. */
    delta: number;
    /** dV/dr per 1.00 with the forward held: -tauYears times the value. */
    rho: number;
  }
>;

/**
 * The value today, discounted at the rate.
 *
 * @throws AppError DEGENERATE_INPUT unless forward and strike are positive, tauYears and sigma at least 0, all finite
 */
export const black76Value = (terms: FutureOptionTerms): number => europeanValue(onSpot(terms));

/** @throws AppError DEGENERATE_INPUT as {@link black76Value} */
export function black76Greeks(terms: FutureOptionTerms): FutureOptionGreeks {
  const { value, delta, gamma, vega, theta } = europeanGreeks(onSpot(terms));
  return { value, delta, gamma, vega, theta, rho: -terms.tauYears * value };
}

function onSpot({ kind, forward, strike, tauYears, sigma, rate }: FutureOptionTerms): OptionTerms {
  demandPositive("forward", forward);
  return { kind, spot: forward, strike, tauYears, sigma, rate, dividendYield: rate };
}
