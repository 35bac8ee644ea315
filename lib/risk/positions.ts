/**
 * A portfolio as plain data, and the market it is valued in.
 *
 * Units: USD; quantities in shares, contracts or units of an index, negative when short; volatility, rate and yields as
 * annual fractions, continuously compounded (0.20 = 20 %); instants in ms since 1970.
 */
import { AppError } from "../errors.ts";
import { optionGreeks, optionTerms, optionValue } from "./pricing.ts";

export type StockPosition = Readonly<{ kind: "stock"; symbol: string; quantity: number }>;

export type OptionPosition = Readonly<{
  kind: "option";
  /** Symbol of a stock, or id of an index. */
  underlying: string;
  option: "call" | "put";
  style: "european" | "american";
  strike: number;
  /** The instant at which it expires, ms. */
  expiry: number;
  /** Contracts. */
  quantity: number;
  /** Shares per contract. */
  multiplier: number;
  impliedVolatility: number;
}>;

/** Units of an index, one of which is worth its level in USD. */
export type IndexPosition = Readonly<{ kind: "index"; index: string; quantity: number }>;

export type Position = StockPosition | OptionPosition | IndexPosition;

export type Market = Readonly<{
  /** Price of a stock by its symbol, level of an index by its id: ids are lower case, symbols are not. */
  spots: ReadonlyMap<string, number>;
  rate: number;
  /** By symbol or id; a name that is absent has none. */
  dividendYields: ReadonlyMap<string, number>;
  nowMs: number;
}>;

/** What may happen at once, in columns: entry i of each list is scenario i. */
export type Scenarios = Readonly<{
  /** Return of each underlying per scenario: 0.01 is 1 % up. Every underlying of the portfolio must be there. */
  returns: ReadonlyMap<string, Float64Array>;
  /** Added to every implied volatility, per scenario: 0.01 is one point up. */
  volatilityShifts: Float64Array;
}>;

/** Sensitivities of a whole position (quantity and multiplier are in them). */
export type PositionGreeks = Readonly<{
  valueUsd: number;
  /** Shares (or index units) that move by as many USD when the underlying moves by 1 USD. */
  deltaShares: number;
  /** Profit when the underlying rises by 1 %, to the first order. */
  deltaUsdPerPercent: number;
  /** Change of `deltaShares` when the underlying rises by 1 USD. */
  gammaSharesPerUsd: number;
  /** Change of the exposure (delta times spot) when the underlying rises by 1 %. */
  gammaUsdPerPercent: number;
  /** Profit when the implied volatility rises by one point (0.01). */
  vegaUsdPerPoint: number;
  /** Profit when one calendar day passes. */
  thetaUsdPerDay: number;
  /** Profit when the rate rises by one point (0.01). */
  rhoUsdPerPoint: number;
}>;

/** The name under which a position's price and returns stand: its symbol, underlying or index. */
export function riskFactor(position: Position): string {
  if (position.kind === "stock") return position.symbol;
  return position.kind === "index" ? position.index : position.underlying;
}

/**
 * Price of what a position is in.
 *
 * @throws AppError DEGENERATE_INPUT when the market has none, or one that is not positive
 */
export function spotOf(position: Position, market: Market): number {
  const name = riskFactor(position);
  const spot = market.spots.get(name);
  if (spot !== undefined && spot > 0 && spot < Infinity) return spot;
  throw new AppError(
    "DEGENERATE_INPUT",
    `the market must have a positive price for "${name}", was "${spot}"`,
    { name, spot: String(spot) },
  );
}

/**
 * What a position is worth: below 0 when it is short.
 *
 * @returns USD
 * @throws AppError DEGENERATE_INPUT when the market has no price for it, or its terms are impossible
 */
export function positionValue(position: Position, market: Market): number {
  const spot = spotOf(position, market);
  const units = unitsOf(position);
  if (position.kind !== "option") return units * spot;
  return units * optionValue(position.style, optionTerms(position, market, spot));
}

/** @throws AppError DEGENERATE_INPUT as {@link positionValue} */
export function positionGreeks(position: Position, market: Market): PositionGreeks {
  const spot = spotOf(position, market);
  const units = unitsOf(position);
  const greeks =
    position.kind === "option"
      ? optionGreeks(position.style, optionTerms(position, market, spot))
      : { value: spot, delta: 1, gamma: 0, vega: 0, theta: 0, rho: 0 };
  // Adding 0 makes one zero of both, so that a short stock has no gamma of -0.
  const whole = (greek: keyof typeof greeks) => units * greeks[greek] + 0;
  const [delta, gamma] = [whole("delta"), whole("gamma")];
  return {
    valueUsd: whole("value"),
    deltaShares: delta,
    deltaUsdPerPercent: (delta * spot) / 100,
    gammaSharesPerUsd: gamma,
    gammaUsdPerPercent: (gamma * spot * spot) / 100,
    vegaUsdPerPoint: whole("vega") / 100,
    thetaUsdPerDay: whole("theta") / 365,
    rhoUsdPerPoint: whole("rho") / 100,
  };
}

/** Sensitivities that may be added up over underlyings: shares of two of them may not. */
export type PortfolioGreeks = Omit<PositionGreeks, "deltaShares" | "gammaSharesPerUsd">;

/** @throws AppError DEGENERATE_INPUT as {@link positionValue} */
export function portfolioGreeks(positions: readonly Position[], market: Market): PortfolioGreeks {
  const {
    deltaShares: _,
    gammaSharesPerUsd: __,
    ...sums
  } = summed(positions.map((position) => positionGreeks(position, market)));
  return sums;
}

/**
 * Sensitivities by what positions are in, in the order in which the names first occur.
 *
 * @throws AppError DEGENERATE_INPUT as {@link positionValue}
 */
export function greeksByUnderlying(
  positions: readonly Position[],
  market: Market,
): Map<string, PositionGreeks> {
  const byName = Map.groupBy(positions, riskFactor);
  return new Map(
    [...byName].map(([name, list]) => [
      name,
      summed(list.map((position) => positionGreeks(position, market))),
    ]),
  );
}

/** Shares (or index units) that a position is for: contracts times multiplier, below 0 when short. */
export function unitsOf(position: Position): number {
  const units =
    position.kind === "option" ? position.quantity * position.multiplier : position.quantity;
  if (Number.isFinite(units)) return units;
  throw new AppError(
    "DEGENERATE_INPUT",
    `quantity and multiplier must be finite numbers for "${riskFactor(position)}", made "${units}"`,
    { name: riskFactor(position), units: String(units) },
  );
}

function summed(list: readonly PositionGreeks[]): PositionGreeks {
  const sum = (greek: keyof PositionGreeks) => list.reduce((total, each) => total + each[greek], 0);
  return {
    valueUsd: sum("valueUsd"),
    deltaShares: sum("deltaShares"),
    deltaUsdPerPercent: sum("deltaUsdPerPercent"),
    gammaSharesPerUsd: sum("gammaSharesPerUsd"),
    gammaUsdPerPercent: sum("gammaUsdPerPercent"),
    vegaUsdPerPoint: sum("vegaUsdPerPoint"),
    thetaUsdPerDay: sum("thetaUsdPerDay"),
    rhoUsdPerPoint: sum("rhoUsdPerPoint"),
  };
}
