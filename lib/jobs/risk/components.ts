/**
 * What each position has to do with the expected shortfall of a method: Euler shares that sum to it. By the tail
 * scenarios themselves where the method has them; by covariances where it knows nothing but moments of an elliptical
 * distribution; else by the tail scenarios of history, scaled to what the method says.
 */
import { componentShortfall, totalPnl } from "../../risk/components.ts";
import { ewmaScenarios } from "../../risk/filtered.ts";
import { covariance, meanOf } from "../../risk/moments.ts";
import type { MeasureOptions } from "./measure.ts";

export const COMPONENT_RULES = ["tail_scenarios", "covariance", "scaled_tail_scenarios"] as const;
export type ComponentRule = (typeof COMPONENT_RULES)[number];

export type Components = Readonly<{
  rule: ComponentRule;
  /** USD for each position, positive when it adds to the shortfall. */
  shares: readonly number[];
}>;

/**
 * @param positionPnl profits of each position over the scenarios that were measured
 * @param shortfall what the method says of all of them
 */
export function componentsOf(
  positionPnl: readonly Float64Array[],
  shortfall: number,
  { method, confidence, horizon }: MeasureOptions,
): Components {
  const total = totalPnl(positionPnl);
  if (method === "historical") {
    return { rule: "tail_scenarios", shares: componentShortfall(positionPnl, confidence) };
  }
  if (method === "filtered") {
    const { scenarios } = ewmaScenarios(total);
    // A day on which all together made nothing is none of the tail, whatever its volatility was.
    const factors = scenarios.map((scenario, at) => (total[at] ? scenario / total[at] : 0));
    const scaled = positionPnl.map((pnl) =>
      pnl.map((value, at) => Math.sqrt(horizon) * factors[at]! * value),
    );
    return { rule: "tail_scenarios", shares: componentShortfall(scaled, confidence) };
  }
  if (method === "normal" || method === "student_t") {
    const variance = covariance(total, total);
    const beyond = shortfall + horizon * meanOf(total);
    return {
      rule: "covariance",
      shares: positionPnl.map(
        (pnl) => -horizon * meanOf(pnl) + (beyond * covariance(pnl, total)) / variance,
      ),
    };
  }
  const own = componentShortfall(positionPnl, confidence);
  const sum = own.reduce((all, share) => all + share, 0);
  return {
    rule: "scaled_tail_scenarios",
    // Where history has no shortfall to share out, nobody has a part in it.
    shares: own.map((share) => (sum > 0 ? (share * shortfall) / sum : 0)),
  };
}
