/**
 * Black-Scholes-Merton value and Greeks of a European option on an underlying with a continuous dividend yield.
 * Source: E. G. Haug, The Complete Guide to Option Pricing Formulas (2nd ed.), chapters 1 and 2, cost of carry b = r - q;
 * values out of the money in the normalised form of normalised-black.ts, those in the money by put-call parity.
 *
 * Units: spot, strike and value in one currency per unit of the underlying; tauYears in years; sigma, rate and
 * dividendYield as fractions a year (0.20 = 20 %), both rates compounded continuously.
 */
import { AppError } from "../errors.ts";
import { normalDensity } from "./normal.ts";
import { ratioToDensity, relativeBlack } from "./normalised-black.ts";

export type OptionKind = "call" | "put";

export type OptionTerms = Readonly<{
  kind: OptionKind;
  spot: number;
  strike: number;
  /** Years until expiry; 0 at expiry. */
  tauYears: number;
  /** Volatility a year; 0 for a forward that is certain. */
  sigma: number;
  rate: number;
  dividendYield: number;
}>;

/** Raw derivatives of the value of one option held long; scaling for display belongs to the caller. */
export type Greeks = Readonly<{
  value: number;
  /** dV/dS. */
  delta: number;
  /** d2V/dS2. */
  gamma: number;
  /** dV/dsigma, per 1.00 of sigma: a hundredth of it is one volatility point. */
  vega: number;
  /** -dV/dtau, per year: what passing time adds, as a rule less than 0. */
  theta: number;
  /** dV/dr, per 1.00 of the rate. */
  rho: number;
  /** dV/dq, per 1.00 of the dividend yield. */
  psi: number;
  /** d2V/dS dsigma. */
  vanna: number;
  /** -d2V/dS dtau, per year: what passing time adds to delta. */
  charm: number;
  /** d2V/dsigma2. */
  volga: number;
}>;

/**
 * At expiry, or without volatility, the discounted intrinsic value.
 *
 * @throws AppError DEGENERATE_INPUT unless spot and strike are positive, tauYears and sigma at least 0, and all of
 *   them and both rates finite
 */
export function europeanValue(terms: OptionTerms): number {
  demandTerms(terms);
  const { kind, strike, tauYears, rate } = terms;
  const spotLeg = terms.spot * Math.exp(-terms.dividendYield * tauYears);
  const strikeLeg = strike * Math.exp(-rate * tauYears);
  const deviation = terms.sigma * Math.sqrt(tauYears);
  return legsValue(kind, spotLeg, strikeLeg, logForward(terms), deviation);
}

/**
 * The value and its derivatives, in closed form.
 *
 * At expiry, or without volatility, the option is its discounted intrinsic value: delta is that of the forward when it
 * ends in the money, half of it exactly at the money, and gamma, vega, vanna, charm and volga are 0; at expiry theta too.
 *
 * @throws AppError DEGENERATE_INPUT as {@link europeanValue}
 */
export function europeanGreeks(terms: OptionTerms): Greeks {
  demandTerms(terms);
  const { kind, spot, strike, tauYears, sigma, rate, dividendYield } = terms;
  const sign = kind === "call" ? 1 : -1;
  const root = Math.sqrt(tauYears);
  const deviation = sigma * root;
  const moneyness = logForward(terms);
  if (deviation === 0) return certain(terms, moneyness);

  const yieldDiscount = Math.exp(-dividendYield * tauYears);
  const spotLeg = spot * yieldDiscount;
  const strikeLeg = strike * Math.exp(-rate * tauYears);
  const standardised = bounded(moneyness / deviation);
  const d1 = standardised + 0.5 * deviation;
  const d2 = standardised - 0.5 * deviation;
  const density = normalDensity(d1);
  // Both legs have one density, spotLeg n(d1) = strikeLeg n(d2), and with it the tails need no more exponentials.
  const delta = sign * yieldDiscount * belowOf(sign * d1, density);
  const strikeShare = sign * strikeLeg * belowOf(sign * d2, (density * spotLeg) / strikeLeg);
  const vega = spotLeg * density * root;
  return {
    value: legsValue(kind, spotLeg, strikeLeg, moneyness, deviation),
    delta,
    gamma: (yieldDiscount * density) / deviation / spot,
    vega,
    theta:
      (-0.5 * spotLeg * density * sigma) / root - rate * strikeShare + dividendYield * spot * delta,
    rho: tauYears * strikeShare,
    psi: -tauYears * spot * delta,
    vanna: (-yieldDiscount * density * d2) / sigma,
    charm:
      dividendYield * delta -
      yieldDiscount *
        ((density * (rate - dividendYield)) / deviation - (density * d2) / (2 * tauYears)),
    volga: (vega * d1 * d2) / sigma,
  };
}

/** Greeks of an option whose end is known. */
function certain(terms: OptionTerms, moneyness: number): Greeks {
  const { kind, spot, strike, tauYears, rate, dividendYield } = terms;
  const sign = kind === "call" ? 1 : -1;
  const ahead = sign * moneyness;
  const share = ahead > 0 ? 1 : ahead === 0 ? 0.5 : 0;
  const yieldDiscount = Math.exp(-dividendYield * tauYears);
  const strikeLeg = strike * Math.exp(-rate * tauYears);
  const delta = share === 0 ? 0 : sign * share * yieldDiscount;
  const strikeShare = sign * share * strikeLeg;
  const carry = dividendYield * spot * delta - rate * strikeShare;
  return {
    value: legsValue(kind, spot * yieldDiscount, strikeLeg, moneyness, 0),
    delta,
    gamma: 0,
    vega: 0,
    theta: tauYears === 0 ? 0 : carry,
    rho: tauYears * strikeShare,
    psi: -tauYears * spot * delta,
    vanna: 0,
    charm: tauYears === 0 ? 0 : dividendYield * delta,
    volga: 0,
  };
}

/**
 * The value by what spot and strike are worth today.
 *
 * @param moneyness ln(F/K)
 * @param deviation sigma sqrt(tau)
 */
export function legsValue(
  kind: OptionKind,
  spotLeg: number,
  strikeLeg: number,
  moneyness: number,
  deviation: number,
): number {
  const ahead = kind === "call" ? spotLeg - strikeLeg : strikeLeg - spotLeg;
  if (deviation === 0) return Math.max(ahead, 0);
  const smaller = moneyness <= 0 ? spotLeg : strikeLeg;
  const outside =
    smaller * relativeBlack(bounded(-Math.abs(moneyness) / deviation), 0.5 * deviation);
  const inTheMoney = kind === "call" ? moneyness > 0 : moneyness < 0;
  return inTheMoney ? outside + ahead : outside;
}

/** The probability below z, from the density there. */
function belowOf(z: number, density: number): number {
  const tail = density * ratioToDensity(-Math.abs(z));
  return z > 0 ? 1 - tail : tail;
}

/** ln(F/K). */
const logForward = ({ spot, strike, tauYears, rate, dividendYield }: OptionTerms): number =>
  Math.log(spot / strike) + (rate - dividendYield) * tauYears;

/** No density reaches beyond 39 deviations; a finite bound keeps 0 times infinity out of products. */
const bounded = (deviations: number): number => Math.max(-1e9, Math.min(deviations, 1e9));

/** @throws AppError DEGENERATE_INPUT as {@link europeanValue} */
export function demandTerms(terms: OptionTerms): void {
  const { spot, strike, tauYears, sigma, rate, dividendYield } = terms;
  demandPositive("spot", spot);
  demandPositive("strike", strike);
  if (!(tauYears >= 0 && tauYears < Infinity))
    refuse("tauYears", "at least 0 and finite", tauYears);
  if (!(sigma >= 0 && sigma < Infinity)) refuse("sigma", "at least 0 and finite", sigma);
  if (!Number.isFinite(rate)) refuse("rate", "finite", rate);
  if (!Number.isFinite(dividendYield)) refuse("dividendYield", "finite", dividendYield);
}

/** @throws AppError DEGENERATE_INPUT, with the name, unless the value is positive and finite */
export function demandPositive(name: string, value: number): void {
  if (!(value > 0 && value < Infinity)) refuse(name, "positive and finite", value);
}

function refuse(name: string, range: string, value: number): never {
  throw new AppError("DEGENERATE_INPUT", `${name} must be ${range}, was "${value}"`, {
    [name]: String(value),
  });
}
