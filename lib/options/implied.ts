/**
 * The volatility at which Black-Scholes-Merton gives a price, to the last digits that the price determines.
 * Source: P. Jaeckel, Let's Be Rational, Wilmott (2015), pages 40-53. Solved on the side that is out of the money.
 */
import type { OptionTerms } from "./european.ts";
import { impliedDeviation } from "./implied-deviation.ts";

/** An option with its price instead of its volatility. */
export type PricedOption = Readonly<Omit<OptionTerms, "sigma"> & { price: number }>;

/**
 * Why a price has no volatility: it is below what the option is worth without any, it is not below what no volatility
 * reaches, the option has no time left, or one of the figures is no figure for an option.
 */
export type NoVolatility = "below_intrinsic" | "above_maximum" | "expired" | "invalid";

/** 0 when the price is the discounted intrinsic value. */
export type ImpliedVolatility = Readonly<{ sigma: number } | { reason: NoVolatility }>;

/** The volatility a year of a European option, as a fraction; never throws. */
export function impliedVolatility(option: PricedOption): ImpliedVolatility {
  const { kind, spot, strike, tauYears, rate, dividendYield, price } = option;
  if (!isPositive(spot) || !isPositive(strike)) return { reason: "invalid" };
  if (![price, tauYears, rate, dividendYield].every(Number.isFinite)) return { reason: "invalid" };
  if (tauYears <= 0) return { reason: "expired" };
  const spotLeg = spot * Math.exp(-dividendYield * tauYears);
  const strikeLeg = strike * Math.exp(-rate * tauYears);
  const unit = Math.sqrt(spotLeg) * Math.sqrt(strikeLeg);
  if (!isPositive(unit)) return { reason: "invalid" };

  const ahead = kind === "call" ? spotLeg - strikeLeg : strikeLeg - spotLeg;
  const most = kind === "call" ? spotLeg : strikeLeg;
  const timeValue = price - Math.max(ahead, 0);
  if (timeValue < 0) return { reason: "below_intrinsic" };
  if (price >= most) return { reason: "above_maximum" };
  if (timeValue === 0) return { sigma: 0 };
  const x = -Math.abs(Math.log(spot / strike) + (rate - dividendYield) * tauYears);
  const deviation = impliedDeviation({
    x,
    value: timeValue / unit,
    complement: (most - price) / unit,
  });
  return { sigma: deviation / Math.sqrt(tauYears) };
}

const isPositive = (value: number): boolean => value > 0 && value < Infinity;
