/**
 * Profit and loss of a portfolio in scenarios: every option valued anew, and beside it the approximation by its greeks.
 *
 * A scenario happens at once: the spot becomes spot (1 + return), the implied volatility of every option is shifted and
 * stays at 1 % at least, and no time passes. Profits are in USD, a loss is negative.
 */
import { AppError } from "../errors.ts";
import type { SigmaRange } from "../options/american-valuer.ts";
import {
  type Market,
  type OptionPosition,
  type Position,
  positionGreeks,
  riskFactor,
  type Scenarios,
  spotOf,
  unitsOf,
} from "./positions.ts";
import { optionTerms, optionValuer } from "./pricing.ts";

/** No scenario takes an implied volatility below it; one that is there already goes no lower. */
export const LOWEST_VOLATILITY = 0.01;

/**
 * @returns one list per position, in their order: its profit in each scenario
 * @throws AppError DEGENERATE_INPUT when the market or the scenarios lack an underlying, when lists of scenarios differ in
 *   length, when a return is -1 or less, or when an option's terms are impossible
 */
export function revalue(
  positions: readonly Position[],
  market: Market,
  scenarios: Scenarios,
): Float64Array[] {
  return positions.map((position) => {
    const returns = returnsOf(position, scenarios);
    const spot = spotOf(position, market);
    const units = unitsOf(position);
    if (position.kind !== "option") return returns.map((change) => units * spot * change);
    const terms = optionTerms(position, market, spot);
    const sigmas = scenarios.volatilityShifts.map((shift) => shifted(position, shift));
    const valueAt = optionValuer(position.style, terms, rangeOf(sigmas));
    const before = valueAt(spot, position.impliedVolatility);
    return returns.map(
      (change, at) => units * (valueAt(spot * (1 + change), sigmas[at]!) - before),
    );
  });
}

/**
 * {@link revalue} by the greeks of today: delta, half of gamma times the squared move, and vega times the shift that the
 * volatility does make. Good for small moves; how far it is off in large ones is what full revaluation is for.
 *
 * @throws AppError DEGENERATE_INPUT as {@link revalue}
 */
export function deltaGammaVega(
  positions: readonly Position[],
  market: Market,
  scenarios: Scenarios,
): Float64Array[] {
  return positions.map((position) => {
    const returns = returnsOf(position, scenarios);
    const spot = spotOf(position, market);
    const greeks = positionGreeks(position, market);
    return returns.map((change, at) => {
      const move = spot * change;
      const linear = greeks.deltaShares * move + 0.5 * greeks.gammaSharesPerUsd * move * move;
      if (position.kind !== "option") return linear;
      const shift = shifted(position, scenarios.volatilityShifts[at]!) - position.impliedVolatility;
      return linear + greeks.vegaUsdPerPoint * 100 * shift;
    });
  });
}

const shifted = ({ impliedVolatility }: OptionPosition, shift: number): number =>
  Math.max(impliedVolatility + shift, Math.min(impliedVolatility, LOWEST_VOLATILITY));

/** With so few volatilities a valuer does best to take each of them by itself. */
const FEW = 30;

/** The range of volatilities when they are many. */
function rangeOf(sigmas: Float64Array): SigmaRange | undefined {
  if (new Set(sigmas).size <= FEW) return undefined;
  let [lowest, highest] = [Infinity, 0];
  for (const sigma of sigmas) {
    lowest = Math.min(lowest, sigma);
    highest = Math.max(highest, sigma);
  }
  return { lowest, highest };
}

/** The returns of what a position is in, once they are known to be possible. */
function returnsOf(position: Position, { returns, volatilityShifts }: Scenarios): Float64Array {
  const name = riskFactor(position);
  const list = returns.get(name);
  if (list === undefined || list.length !== volatilityShifts.length) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `scenarios must have ${volatilityShifts.length} returns of "${name}", had ${list?.length ?? "none"}`,
      { name, scenarios: volatilityShifts.length, returns: list?.length ?? 0 },
    );
  }
  for (let at = 0; at < list.length; at++) {
    if (list[at]! > -1 && list[at]! < Infinity && Number.isFinite(volatilityShifts[at])) continue;
    throw new AppError(
      "DEGENERATE_INPUT",
      `a return must be above -1 and a shift finite, were "${list[at]}" and "${volatilityShifts[at]}" in scenario ${at} of "${name}"`,
      { name, scenario: at, return: String(list[at]), shift: String(volatilityShifts[at]) },
    );
  }
  return list;
}
