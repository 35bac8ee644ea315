/**
 * Expected shortfall shared out among positions by Euler's rule: what each lost in the portfolio's own tail scenarios.
 * Source: D. Tasche, Capital allocation to business units and sub-portfolios: the Euler principle (2008), section 3.2.
 */
import { AppError } from "../errors.ts";
import { tailWeights } from "./tail.ts";

/**
 * @param positionPnl profit and loss per position and scenario, all over the same scenarios
 * @returns the loss of each position in the tail, positive when it adds to the shortfall and negative when it offsets
 *   it; the sum is the portfolio's expected shortfall
 * @throws AppError DEGENERATE_INPUT without positions, when their scenarios differ in number, or as historicalTail
 */
export function componentShortfall(
  positionPnl: readonly Float64Array[],
  confidence: number,
): number[] {
  const weights = tailWeights(totalPnl(positionPnl), confidence);
  return positionPnl.map((pnl) => {
    let loss = 0;
    for (let at = 0; at < pnl.length; at++) {
      if (weights[at] !== 0) loss -= weights[at]! * pnl[at]!;
    }
    return loss;
  });
}

/**
 * Profit and loss of all positions together, per scenario.
 *
 * @throws AppError DEGENERATE_INPUT without positions or when their scenarios differ in number
 */
export function totalPnl(positionPnl: readonly Float64Array[]): Float64Array {
  const [first] = positionPnl;
  if (first === undefined) {
    throw new AppError("DEGENERATE_INPUT", "there must be at least one position");
  }
  const total = new Float64Array(first.length);
  for (const pnl of positionPnl) {
    if (pnl.length !== total.length) {
      throw new AppError(
        "DEGENERATE_INPUT",
        `positions must have the same scenarios, had ${total.length} and ${pnl.length}`,
        { scenarios: [total.length, pnl.length] },
      );
    }
    for (let at = 0; at < pnl.length; at++) total[at]! += pnl[at]!;
  }
  return total;
}
