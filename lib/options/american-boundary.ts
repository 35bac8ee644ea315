/**
 * The exercise boundary of an American put with a continuous dividend yield: at which spot, by time to expiry, holding on
 * is worth no more than exercising. Collocation of its integral equation: form A of the fixed point, which
 * converges in fewer rounds, and form B where the carry is strong beside the volatility, where A does not converge.
 * Source: L. Andersen, M. Lake and D. Offengenden, High-performance American option pricing, Journal of Computational
 * Finance 20 (2016), pages 39-87, sections 4 and 5.
 */
import type { Scheme } from "./american-scheme.ts";
import { normalProbability } from "./normal.ts";

/** An American put on which early exercise can pay: a positive rate, or a negative yield and a rate of 0. */
export type AmericanPut = Readonly<{
  spot: number;
  strike: number;
  tauYears: number;
  sigma: number;
  rate: number;
  dividendYield: number;
}>;

export type Boundary = Readonly<{
  /** The boundary a moment before expiry: below the strike when the yield is above the rate. */
  atExpiry: number;
  /** ln^2(boundary / atExpiry) at the scheme's nodes, from the whole time to expiry down; nearly straight in time. */
  squares: Float64Array;
}>;

/** 1 / sqrt(2 pi). */
const PEAK = 0.3989422804014327;
/** Plain, since a boundary needs no wings. */
const density = (x: number): number => PEAK * Math.exp(-0.5 * x * x);

/** Carry over the option's life, in deviations of it, above which form A becomes unsteady. */
const STRONG_CARRY = 0.65;
/** Form B gains about half as much by a round. */
const CARRIED_ROUNDS = 2;

/** Whether a boundary is found by form B; where this changes with the volatility, the boundary has a small step in it. */
export const isStronglyCarried = ({ tauYears, sigma, rate, dividendYield }: AmericanPut): boolean =>
  (rate - dividendYield) * Math.sqrt(tauYears) > STRONG_CARRY * sigma;

export function exerciseBoundary(put: AmericanPut, scheme: Scheme): Boundary {
  const { nodes, back, backWeights, rounds, tolerance } = scheme;
  const { tauYears, sigma, rate, dividendYield } = put;
  const relative = dividendYield > rate ? rate / dividendYield : 1;
  const logExpiry = Math.log(relative);
  const carry = rate - dividendYield;
  const isCarried = isStronglyCarried(put);
  const points = back.roots.length;
  const kernels = lookBack(put, scheme);
  const squares = Float64Array.from(nodes, (node) => guess(put, node * node * tauYears));
  const next = new Float64Array(nodes.length);

  for (let round = 0; round < (isCarried ? CARRIED_ROUNDS : 1) * rounds; round++) {
    let moved = 0;
    for (let node = 0; node < nodes.length; node++) {
      const root = nodes[node]! * Math.sqrt(tauYears);
      const deviation = sigma * root;
      const drift = carry * root * root;
      const fall = Math.sqrt(squares[node]!);
      const near = (logExpiry - fall + drift) / deviation + 0.5 * deviation;
      let strikeSide = isCarried
        ? normalProbability(near - deviation)
        : density(near - deviation) / deviation;
      let spotSide = normalProbability(near) + (isCarried ? 0 : density(near) / deviation);
      for (let point = 0; point < points; point++) {
        const at = node * points + point;
        const square = interpolated(squares, backWeights, at);
        const s = back.roots[point]!;
        const part = deviation * s;
        const d1 = (Math.sqrt(square) - fall + drift * s * s) / part + 0.5 * part;
        const d2 = d1 - part;
        strikeSide +=
          kernels.strike[at]! * (isCarried ? part * normalProbability(d2) : density(d2));
        if (dividendYield !== 0) {
          const own = isCarried ? 0 : density(d1);
          spotSide += kernels.spot[at]! * (own + part * normalProbability(d1));
        }
      }
      const boundary = (Math.exp(-drift) * strikeSide) / spotSide;
      const before = relative * Math.exp(-fall);
      // Where all densities are too small to hold, the guess stands.
      const found = boundary > 0 ? Math.min(boundary, relative) : before;
      moved = Math.max(moved, Math.abs(found - before));
      next[node] = Math.log(found / relative) ** 2;
    }
    squares.set(next);
    if (moved < tolerance) break;
  }
  return { atExpiry: put.strike * relative, squares };
}

/** The polynomial at point `at` of a table of weights; never below 0. */
export function interpolated(squares: Float64Array, weights: Float64Array, at: number): number {
  const count = squares.length;
  const from = at * count;
  let sum = 0;
  for (let node = 0; node < count; node++) sum += weights[from + node]! * squares[node]!;
  return Math.max(sum, 0);
}

/** What the densities of the integrals are weighted with, by node and point: it does not change from round to round. */
function lookBack(put: AmericanPut, { nodes, back }: Scheme) {
  const { tauYears, sigma, rate, dividendYield } = put;
  const points = back.roots.length;
  const strike = new Float64Array(nodes.length * points);
  const spot = new Float64Array(nodes.length * points);
  for (let node = 0; node < nodes.length; node++) {
    const root = nodes[node]! * Math.sqrt(tauYears);
    for (let point = 0; point < points; point++) {
      const at = node * points + point;
      const ago = root * root * back.rests[point]!;
      const weight = (2 * root * back.weights[point]!) / sigma;
      strike[at] = rate * Math.exp(rate * ago) * weight;
      spot[at] = dividendYield * Math.exp(dividendYield * ago) * weight;
    }
  }
  return { strike, spot };
}

/**
 * Between the boundary at expiry and that of an option without one, as Bjerksund and Stensland draw it (Closed-form
 * approximation of American options, Scandinavian Journal of Management 9 (1993), pages 87-99): for the call that is this
 * put seen from the other side, whose boundary is the reciprocal. As ln^2(boundary / boundary at expiry).
 */
function guess({ sigma, rate, dividendYield }: AmericanPut, tauYears: number): number {
  const variance = sigma * sigma;
  const carry = dividendYield - rate;
  const shift = carry / variance - 0.5;
  const power = Math.sqrt(Math.max(shift * shift + (2 * dividendYield) / variance, 0)) - shift;
  const least = Math.max(1, dividendYield / rate);
  const most = Math.max(power > 1 ? power / (power - 1) : Infinity, least * (1 + 1e-9));
  const reach = Math.min(most, 1e6 * least) - least;
  const decay = Math.min(
    0,
    -((carry * tauYears + 2 * sigma * Math.sqrt(tauYears)) * least) / reach,
  );
  return Math.log1p((-Math.expm1(decay) * reach) / least) ** 2;
}
