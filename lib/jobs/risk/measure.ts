/**
 * Value at risk and expected shortfall by each method, out of what a portfolio would have made on past days. The methods
 * themselves are those of lib/risk; which figures of a sample they are given is decided here.
 *
 * Sign: profits go in, losses come out: 120.5 is USD 120.50 lost.
 */
import { extremeTail, fitExtremes } from "../../risk/extremes.ts";
import { ewmaScenarios } from "../../risk/filtered.ts";
import { fitDegrees, sampleMoments } from "../../risk/moments.ts";
import { cornishFisherTail, normalTail, studentTTail } from "../../risk/parametric.ts";
import { historicalTail } from "../../risk/tail.ts";
import type { Method } from "../../schemas/risk.ts";

/** What a method made of the sample; only what it uses. */
export type Fit = Readonly<{
  mean_usd?: number;
  sigma_usd?: number;
  sigma_next_usd?: number;
  degrees_of_freedom?: number;
  skew?: number;
  excess_kurtosis?: number;
  is_monotone?: boolean;
  threshold_usd?: number;
  exceedances?: number;
  xi?: number;
  beta_usd?: number;
}>;

export type Measured = Readonly<{ valueAtRisk: number; expectedShortfall: number; fit: Fit }>;

export type MeasureOptions = Readonly<{
  method: Method;
  confidence: number;
  /**
   * Days to come, of which the sample's are one each. Moments are those of a sum of independent days; filtered and
   * extreme values grow with the square root of time. The sample of `historical` has them already.
   */
  horizon: number;
}>;

/** @throws AppError DEGENERATE_INPUT when the sample has no such figures */
export function measure(pnl: Float64Array, options: MeasureOptions): Measured {
  const { method, confidence, horizon } = options;
  const root = Math.sqrt(horizon);
  switch (method) {
    case "historical":
      return { ...tailOf(pnl, confidence, 1), fit: {} };
    case "filtered": {
      const { scenarios, sigmaNext } = ewmaScenarios(pnl);
      return { ...tailOf(scenarios, confidence, root), fit: { sigma_next_usd: sigmaNext } };
    }
    case "evt": {
      const fitted = fitExtremes(pnl);
      const { valueAtRisk, expectedShortfall } = extremeTail(fitted, confidence);
      return {
        valueAtRisk: root * valueAtRisk,
        expectedShortfall: root * expectedShortfall,
        fit: {
          threshold_usd: fitted.threshold,
          exceedances: fitted.exceedanceCount,
          xi: fitted.xi,
          beta_usd: fitted.beta,
        },
      };
    }
    default:
      return parametric(pnl, { ...options, method });
  }
}

function tailOf(pnl: Float64Array, confidence: number, scale: number) {
  const { valueAtRisk, expectedShortfall } = historicalTail(pnl, confidence);
  return { valueAtRisk: scale * valueAtRisk, expectedShortfall: scale * expectedShortfall };
}

type Parametric = "normal" | "student_t" | "cornish_fisher";

function parametric(
  pnl: Float64Array,
  { method, confidence, horizon }: MeasureOptions & Readonly<{ method: Parametric }>,
): Measured {
  const moments = sampleMoments(pnl);
  const [mean, sigma] = [horizon * moments.mean, Math.sqrt(horizon) * moments.sigma];
  const scaled = { mean, sigma, confidence };
  const fit = { mean_usd: moments.mean, sigma_usd: moments.sigma };
  if (method === "normal") return { ...normalTail(scaled), fit };
  if (method === "student_t") {
    const degrees = fitDegrees(pnl);
    return {
      ...studentTTail({ ...scaled, degrees }),
      fit: { ...fit, degrees_of_freedom: degrees },
    };
  }
  const skew = moments.skew / Math.sqrt(horizon);
  const excessKurtosis = moments.excessKurtosis / horizon;
  const { valueAtRisk, expectedShortfall, isMonotone } = cornishFisherTail({
    ...{ ...scaled, skew, excessKurtosis },
  });
  return {
    valueAtRisk,
    expectedShortfall,
    fit: {
      ...fit,
      skew: moments.skew,
      excess_kurtosis: moments.excessKurtosis,
      is_monotone: isMonotone,
    },
  };
}
