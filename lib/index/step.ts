/**
 * One trading day of an equal-weighted index (policy EW-1, docs/methods.md): what the members of the day before
 * earned, which weights they drifted to, and the weights of the new members. Returns are fractions.
 *
 * Members and weights are fixed at a close and earn from that close to the next one, never the other way round:
 * choosing by today's caps and counting today's return would be look-ahead.
 */
import type { DayEvents } from "./carry.ts";

/** A member after the close, with the weight it takes into the next session. */
export type Holding = Readonly<{
  security: number;
  ticker: string;
  /** USD; `null` for a name held between rebalances whose cap is unknown. */
  marketCap: number | null;
  weight: number;
  price: number;
  priceDate: number;
}>;

/** How a holding moved from the previous close to this one: 1.02 = gained 2 %. */
export type Move = Readonly<{
  holding: Holding;
  /** Prices and splits only. */
  grossPrice: number;
  /** With the cash dividend of the day. */
  grossTotal: number;
  /** The holding's price now: the day's close, or the carried one. The final price when it was delisted. */
  price: number;
  priceDate: number;
  marketCap: number | null;
  isDelisted: boolean;
}>;

/** A priced row of the day. */
export type PricedRow = Readonly<{ close: number; marketCap: number | null }>;

/**
 * @param holdings of the day before, under the tickers of this day
 * @param rowOf the day's priced row of a security, if it has one
 * @param events what happened to securities on this day
 */
export function movesOf(
  holdings: readonly Holding[],
  date: number,
  rowOf: (security: number) => PricedRow | undefined,
  events: DayEvents,
): Move[] {
  return holdings.map((holding) => {
    const event = events.get(holding.security);
    const split = event?.split ?? 1;
    if (event?.finalPrice !== undefined) {
      // The event outranks a row of the same day: what a holder gets is the final price.
      const gross = (event.finalPrice * split) / holding.price;
      return {
        holding,
        grossPrice: gross,
        grossTotal: gross,
        price: event.finalPrice,
        priceDate: date,
        marketCap: holding.marketCap,
        isDelisted: true,
      };
    }
    const row = rowOf(holding.security);
    if (!row) {
      return {
        holding,
        grossPrice: 1,
        grossTotal: 1,
        price: holding.price / split,
        priceDate: holding.priceDate,
        marketCap: holding.marketCap,
        isDelisted: false,
      };
    }
    return {
      holding,
      grossPrice: (row.close * split) / holding.price,
      grossTotal: ((row.close + (event?.dividend ?? 0)) * split) / holding.price,
      price: row.close,
      priceDate: date,
      marketCap: row.marketCap,
      isDelisted: false,
    };
  });
}

export type BasketReturn = Readonly<{
  /** By prices alone: what the divisor and the drift of weights rest on. */
  price: number;
  /** With dividends reinvested across the whole index. */
  total: number;
  /** The same members weighted by market cap, in the definition's return type's two forms. */
  capPrice: number | null;
  capTotal: number | null;
}>;

/** Weighted return of the holdings; 0 for an empty basket (the level stands still). */
export function basketReturn(moves: readonly Move[]): BasketReturn {
  let price = 0;
  let total = 0;
  let caps = 0;
  let capPrice = 0;
  let capTotal = 0;
  for (const { holding, grossPrice, grossTotal } of moves) {
    price += holding.weight * (grossPrice - 1);
    total += holding.weight * (grossTotal - 1);
    const cap = holding.marketCap ?? 0;
    caps += cap;
    capPrice += cap * (grossPrice - 1);
    capTotal += cap * (grossTotal - 1);
  }
  return {
    price,
    total,
    capPrice: caps > 0 ? capPrice / caps : null,
    capTotal: caps > 0 ? capTotal / caps : null,
  };
}

/** Weights after the day's moves and before any trade; they sum to 1 unless everything became worthless. */
export function driftedWeights(
  moves: readonly Move[],
  basketPriceReturn: number,
): Map<number, number> {
  const whole = 1 + basketPriceReturn;
  return new Map(
    moves.map(({ holding, grossPrice }) => [
      holding.security,
      whole > 0 ? (holding.weight * grossPrice) / whole : 0,
    ]),
  );
}

/** One-way turnover: half the sum of |target - drifted| over every name on either side. */
export function turnover(drifted: ReadonlyMap<number, number>, target: readonly Holding[]): number {
  let sum = 0;
  let met = 0;
  for (const { security, weight } of target) {
    const before = drifted.get(security);
    if (before !== undefined) met += before;
    sum += Math.abs(weight - (before ?? 0));
  }
  let all = 0;
  for (const weight of drifted.values()) all += weight;
  return (sum + Math.max(0, all - met)) / 2;
}
