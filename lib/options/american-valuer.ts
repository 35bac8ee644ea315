/**
 * One American option at many spots and volatilities. The exercise boundary takes nearly all of the time of a value, and as a
 * share of the strike it does not depend on the spot: it is found once for a volatility, and where there are many of these,
 * at some of them and in between by a polynomial. That costs little: the boundary is where the value is largest, so a small
 * error of it counts by its square.
 */

import { valueOver } from "./american.ts";
import {
  type AmericanPut,
  type Boundary,
  exerciseBoundary,
  isStronglyCarried,
} from "./american-boundary.ts";
import type { Scheme } from "./american-scheme.ts";
import type { OptionTerms } from "./european.ts";

/** Volatilities at which the boundary is found for a range of them. */
const POINTS = 14;

/** Lowest and highest volatility that an option will be valued at. */
export type SigmaRange = Readonly<{ lowest: number; highest: number }>;

/**
 * Values by the fast scheme: those of americanValue, to 1e-12 per unit of strike without a range.
 *
 * @param range of volatilities when there are more than some tens of them. Values differ by less than that scheme's own
 *   error then; a volatility outside has a boundary of its own.
 * @returns the value at a spot and a volatility; it throws what americanValue throws
 */
export function americanValuer(
  terms: OptionTerms,
  range?: SigmaRange,
): (spot: number, sigma: number) => number {
  const found = new Map<number, Boundary>();
  const shareAt = (put: AmericanPut, scheme: Scheme): Boundary => {
    const share = found.get(put.sigma) ?? exerciseBoundary({ ...put, strike: 1 }, scheme);
    found.set(put.sigma, share);
    return share;
  };
  const points = range === undefined ? [] : chebyshev(range);
  const boundaryOf = (put: AmericanPut, scheme: Scheme): Boundary => {
    const isInside =
      range &&
      put.sigma > range.lowest &&
      put.sigma < range.highest &&
      // No polynomial goes through a step.
      !isStronglyCarried({ ...put, sigma: range.lowest });
    const share =
      isInside && !found.has(put.sigma)
        ? between(
            points,
            points.map((sigma) => shareAt({ ...put, sigma }, scheme)),
            put.sigma,
          )
        : shareAt(put, scheme);
    return { atExpiry: share.atExpiry * put.strike, squares: share.squares };
  };
  return (spot, sigma) => valueOver({ ...terms, spot, sigma }, "fast", boundaryOf);
}

/** Chebyshev's extrema of a range, both ends among them. */
const chebyshev = ({ lowest, highest }: SigmaRange): number[] =>
  Array.from({ length: POINTS }, (_, k) => {
    const z = Math.cos((k * Math.PI) / (POINTS - 1));
    return 0.5 * (lowest + highest) + 0.5 * (highest - lowest) * z;
  });

/** The polynomial through boundaries at Chebyshev's extrema, by the barycentric formula. */
function between(
  points: readonly number[],
  boundaries: readonly Boundary[],
  sigma: number,
): Boundary {
  const squares = new Float64Array(boundaries[0]!.squares.length);
  let total = 0;
  for (const [k, point] of points.entries()) {
    const isEnd = k === 0 || k === points.length - 1;
    const weight = ((k % 2 === 0 ? 1 : -1) * (isEnd ? 0.5 : 1)) / (sigma - point);
    total += weight;
    for (let node = 0; node < squares.length; node++) {
      squares[node]! += weight * boundaries[k]!.squares[node]!;
    }
  }
  return {
    atExpiry: boundaries[0]!.atExpiry,
    squares: squares.map((square) => Math.max(0, square / total)),
  };
}
