/**
 * Black's formula without its units, for an option that is out of the money or at it, so that the smallest of values
 * keep their digits: the textbook's difference of two probabilities loses as many as they have in common.
 *
 * x = -|ln(F/K)| is the moneyness, s = sigma sqrt(T) the deviation over the option's life, h = x / s, t = s / 2, and
 * b = value / (discount sqrt(F K)). With Y(z) = N(z) / n(z), b = n(h) exp(-t^2 / 2) (Y(h + t) - Y(h - t)), and the factor
 * before the difference is db/ds.
 * Source: P. Jaeckel, Let's Be Rational, Wilmott (2015), sections 2 and 6, for the form; the derivatives of Y that the two
 * series rest on are repeated integrals of the error function, Abramowitz and Stegun, 7.2.5 and 7.2.14.
 */
import { erfcx } from "./erfc.ts";
import { normalDensity, normalProbability } from "./normal.ts";

/** sqrt(pi / 2). */
const HALF = 1.2533141373155003;

/** N(z) / n(z); infinite beyond 37.7. */
export const ratioToDensity = (z: number): number => HALF * erfcx(-z * Math.SQRT1_2);

/**
 * b over db/ds: how far the deviation must go at the present slope to be worth the present value.
 *
 * @param h at most 0
 * @param t above 0
 */
export function valueOverVega(h: number, t: number): number {
  if (h < -8 && t < -0.25 * h) return farSeries(-h, t);
  if (h >= -8 && t < 0.1) return nearSeries(h, t);
  return ratioToDensity(h + t) - ratioToDensity(h - t);
}

/**
 * b exp(-x / 2) for x <= 0: the value over what the smaller of the discounted forward and strike is worth.
 *
 * @param h x / s, at most 0
 * @param t s / 2, above 0
 */
export function relativeBlack(h: number, t: number): number {
  const near = h + t;
  // Where the nearer probability is large nothing cancels, and the ratio to the density may be too large to hold.
  if (near > 0.85) return normalProbability(near) - normalDensity(near) * ratioToDensity(h - t);
  return normalDensity(near) * valueOverVega(h, t);
}

/** b for a moneyness x <= 0 and a deviation s > 0. */
export const normalisedBlack = (x: number, s: number): number =>
  Math.exp(0.5 * x) * relativeBlack(x / s, 0.5 * s);

const RECIPROCALS = Float64Array.from({ length: 40 }, (_, k) => 1 / k);

/** Taylor's series of the difference about h; its terms by y(k+1) = (h y(k) + y(k-1)) / (k+1), y(1) = 1 + h Y. */
function nearSeries(h: number, t: number): number {
  let before = ratioToDensity(h);
  let term = 1 + h * before;
  const square = t * t;
  let power = t;
  let sum = term * t;
  for (let k = 2; k < 24; k += 2) {
    before = (h * term + before) * RECIPROCALS[k]!;
    term = (h * before + term) * RECIPROCALS[k + 1]!;
    power *= square;
    const added = term * power;
    sum += added;
    if (added <= 1e-17 * sum) break;
  }
  return 2 * sum;
}

/**
 * The same series for h far below 0, where that recurrence loses what it is after and its reverse gains it: the ratio
 * r(k) = y(k) / y(k-1) is 1 / (|h| + (k + 1) r(k+1)), and y(0) = 1 / (|h| + r(1)).
 */
function farSeries(size: number, t: number): number {
  const square = t * t;
  const shrink = square / (size * size);
  const pairs = Math.max(8, Math.ceil(-37 / Math.log(shrink + 1e-300)));
  let k = 2 * pairs + 1;
  let ratio = 1 / (size + Math.sqrt(k));
  let sum = 1;
  for (; k > 1; k -= 2) {
    const odd = 1 / (size + (k + 1) * ratio);
    ratio = 1 / (size + k * odd);
    sum = 1 + odd * ratio * square * sum;
  }
  const first = 1 / (size + 2 * ratio);
  return (2 * first * t * sum) / (size + first);
}
