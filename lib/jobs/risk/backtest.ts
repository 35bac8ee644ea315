/**
 * Whether a method would have held: every day of the later half is forecast from as many days before it as the earlier
 * half has, and compared with what the portfolio of today would have made on it. Nothing of a day enters its forecast.
 */
import { AppError } from "../../errors.ts";
import {
  acerbiSzekely,
  baselZone,
  christoffersen,
  exceptionsOf,
  type LikelihoodRatio,
} from "../../risk/backtests.ts";
import type { Method } from "../../schemas/risk.ts";
import { measure } from "./measure.ts";

/** With fewer days a forecast is as good as a guess, and so is what a test says of it. */
const DAYS_LEAST = 60;

const ratio = ({ likelihoodRatio, pValue }: LikelihoodRatio) => ({
  likelihood_ratio: likelihoodRatio,
  p_value: pValue,
});

export type Backtest = ReturnType<typeof backtest>;

/**
 * @param pnl one-day profits of the portfolio of today, oldest first
 * @returns `undefined` where there are too few days, or the method has no answer for one of them
 */
export function backtest(pnl: Float64Array, method: Method, confidence: number) {
  const estimated = Math.floor(pnl.length / 2);
  if (estimated < DAYS_LEAST) return undefined;
  try {
    return tested(pnl, estimated, method, confidence);
  } catch (error) {
    if (error instanceof AppError && error.code === "DEGENERATE_INPUT") return undefined;
    throw error;
  }
}

function tested(pnl: Float64Array, estimated: number, method: Method, confidence: number) {
  const days = pnl.length - estimated;
  const valueAtRisk = new Float64Array(days);
  const expectedShortfall = new Float64Array(days);
  for (let day = 0; day < days; day++) {
    const before = pnl.subarray(day, day + estimated);
    const forecast = measure(before, { method, confidence, horizon: 1 });
    valueAtRisk[day] = forecast.valueAtRisk;
    expectedShortfall[day] = forecast.expectedShortfall;
  }
  const made = pnl.subarray(estimated);
  const probability = 1 - confidence;
  const isException = exceptionsOf(made, valueAtRisk);
  const { exceptions, unconditional, independence, conditional } = christoffersen(
    isException,
    probability,
  );
  const { zone, cumulativeProbability } = baselZone({
    observations: days,
    exceptions,
    probability,
  });
  const { z1, z2 } = acerbiSzekely({ pnl: made, valueAtRisk, expectedShortfall, probability });
  return {
    days,
    estimated_from_days: estimated,
    exceptions,
    expected_exceptions: days * probability,
    kupiec: ratio(unconditional),
    christoffersen_independence: ratio(independence),
    christoffersen_conditional: ratio(conditional),
    basel_zone: zone,
    basel_cumulative_probability: cumulativeProbability,
    z1: z1 ?? null,
    z2,
  };
}
