/**
 * Value at risk and expected shortfall of a sample, and the share of every scenario in the shortfall.
 * Source: C. Acerbi and D. Tasche, On the coherence of expected shortfall, Journal of Banking & Finance 26 (2002),
 * definition 2.6 and proposition 4.1: the tail of n scenarios holds n p of them, the last one in part.
 *
 * Sign: profit and loss goes in (a gain is positive), risk comes out as a loss: valueAtRisk 120.5 is 120.50 lost.
 */
import { AppError } from "../errors.ts";

export type Tail = Readonly<{
  /** The loss after the `tailCount` largest: the inverse of the empirical distribution. Negative is a gain. */
  valueAtRisk: number;
  /** Mean of the largest n p losses, the last one counted in part. At least `valueAtRisk`. */
  expectedShortfall: number;
  /** Scenarios that lie in the tail as a whole: n p without its fraction. */
  tailCount: number;
  /** n p, where p is 1 - confidence. */
  expectedTailCount: number;
  /** Minus the p-quantile of the profits, interpolated between neighbours (Hyndman and Fan's type 7). */
  valueAtRiskType7: number;
}>;

/** 1 - 0.9 is 0.09999999999999998, and a tenth of 100 scenarios is 10 all the same. */
const ROUNDING = 1e-9;

/** @throws AppError DEGENERATE_INPUT unless the confidence lies between 0 and 1 */
export function demandConfidence(confidence: number): void {
  if (confidence > 0 && confidence < 1) return;
  throw new AppError(
    "DEGENERATE_INPUT",
    `confidence must lie between 0 and 1 (0.975 is 97.5 %), was "${confidence}"`,
    { confidence: String(confidence) },
  );
}

/** @throws AppError DEGENERATE_INPUT when a list is empty or holds what is no finite number */
export function demandNumbers(what: string, values: ArrayLike<number>): void {
  if (values.length === 0) {
    throw new AppError("DEGENERATE_INPUT", `${what} must not be empty`);
  }
  for (let at = 0; at < values.length; at++) {
    if (Number.isFinite(values[at])) continue;
    throw new AppError(
      "DEGENERATE_INPUT",
      `${what} must be finite numbers, was "${values[at]}" at ${at}`,
      { at, value: String(values[at]) },
    );
  }
}

/** How much of a sorted sample the tail takes. */
export type TailSize = Readonly<{ tailCount: number; expectedTailCount: number }>;

/** @param count scenarios, at least 1 */
export function tailSize(count: number, confidence: number): TailSize {
  const expectedTailCount = count * (1 - confidence);
  return { tailCount: Math.floor(expectedTailCount + ROUNDING), expectedTailCount };
}

/**
 * @param pnl profit and loss per scenario, in any order
 * @param confidence 0.975 looks at the worst 2.5 %
 * @throws AppError DEGENERATE_INPUT without scenarios, with one that is no number, or when confidence is not in (0, 1)
 */
export function historicalTail(pnl: readonly number[] | Float64Array, confidence: number): Tail {
  demandConfidence(confidence);
  demandNumbers("profit and loss", pnl);
  return sortedTail(Float64Array.from(pnl).sort(), confidence);
}

/** {@link historicalTail} of profits that stand in ascending order. */
export function sortedTail(ascending: Float64Array, confidence: number): Tail {
  const count = ascending.length;
  const { tailCount, expectedTailCount } = tailSize(count, confidence);
  let sum = 0;
  for (let at = 0; at < tailCount; at++) sum -= ascending[at]!;
  // With a confidence near 0 the whole sample is the tail, and nothing comes after it.
  const valueAtRisk = 0 - ascending[Math.min(tailCount, count - 1)]!;
  const rest = Math.max(0, expectedTailCount - tailCount);
  return {
    valueAtRisk,
    // Rounding may leave a mean of equal losses just below them.
    expectedShortfall: Math.max(valueAtRisk, (sum + rest * valueAtRisk) / expectedTailCount),
    tailCount,
    expectedTailCount,
    valueAtRiskType7: 0 - interpolated(ascending, 1 - confidence),
  };
}

/** The quantile between two neighbours: numpy's default. */
function interpolated(ascending: Float64Array, p: number): number {
  const last = ascending.length - 1;
  const place = last * p;
  const below = Math.floor(place);
  const low = ascending[below]!;
  const high = ascending[Math.min(below + 1, last)]!;
  return low + (place - below) * (high - low);
}

/**
 * The weight of every scenario in the expected shortfall, in the order of `pnl`: 1 / (n p) in the tail, the remainder
 * on the scenario at its edge, 0 elsewhere. They sum to 1, and minus their product with `pnl` is the shortfall. Of
 * equal losses at the edge the earlier scenario comes first.
 *
 * @throws AppError DEGENERATE_INPUT as {@link historicalTail}
 */
export function tailWeights(
  pnl: readonly number[] | Float64Array,
  confidence: number,
): Float64Array {
  demandConfidence(confidence);
  demandNumbers("profit and loss", pnl);
  const count = pnl.length;
  const { tailCount, expectedTailCount } = tailSize(count, confidence);
  const order = Uint32Array.from({ length: count }, (_, at) => at);
  order.sort((a, b) => pnl[a]! - pnl[b]! || a - b);
  const weights = new Float64Array(count);
  for (let place = 0; place < tailCount; place++) weights[order[place]!] = 1 / expectedTailCount;
  if (tailCount < count) {
    weights[order[tailCount]!] = Math.max(0, 1 - tailCount / expectedTailCount);
  }
  return weights;
}
