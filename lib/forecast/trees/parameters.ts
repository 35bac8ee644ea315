/** What a training is told, by the names XGBoost's users know them by, with the bounds kept here. */
import { AppError } from "../../errors.ts";

export type Parameters = Readonly<{
  /** Number of trees. */
  rounds: number;
  /** Splits between root and leaf, at most. */
  maxDepth: number;
  /** Learning rate: the fraction of a tree's answer that counts, in (0, 1]. */
  eta: number;
  /** Added to the number of rows of a leaf, so that few rows say less. */
  lambda: number;
  /** A split that gains less is taken back, from the leaves up. */
  gamma: number;
  /** Least number of rows in a child. */
  minChildWeight: number;
  /** What is predicted before the first tree. */
  baseScore: number;
}>;

export const DEFAULTS: Parameters = {
  rounds: 100,
  maxDepth: 5,
  eta: 0.1,
  lambda: 1,
  gamma: 0,
  minChildWeight: 1,
  baseScore: 0,
};

type Range = Readonly<{ least: number; most: number; isWhole?: boolean }>;

const RANGES: Readonly<Record<keyof Parameters, Range>> = {
  rounds: { least: 1, most: 5000, isWhole: true },
  maxDepth: { least: 1, most: 12, isWhole: true },
  eta: { least: 1e-6, most: 1 },
  lambda: { least: 0, most: 1e9 },
  gamma: { least: 0, most: 1e9 },
  minChildWeight: { least: 0, most: 1e9 },
  baseScore: { least: -1e9, most: 1e9 },
};

/**
 * The given parameters, the others at their defaults.
 *
 * @throws AppError DEGENERATE_INPUT naming the first that is outside its range
 */
export function parameters(given: Partial<Parameters> = {}): Parameters {
  const all = { ...DEFAULTS, ...given };
  for (const name of Object.keys(RANGES) as (keyof Parameters)[]) {
    const { least, most, isWhole = false } = RANGES[name];
    const value = all[name];
    if (value >= least && value <= most && (!isWhole || Number.isInteger(value))) continue;
    throw new AppError(
      "DEGENERATE_INPUT",
      `${name} must be ${isWhole ? "a whole number" : "a number"} from ${least} to ${most}, was "${value}"`,
      { parameter: name, value, least, most },
    );
  }
  return all;
}
