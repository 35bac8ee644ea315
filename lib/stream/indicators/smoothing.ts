/**
 * Exponential smoothing with a seed: the one step that EMA and MACD share. Until it is seeded, a cell holds the sum of
 * what it has seen.
 */
import { SEED_WEIGHT } from "./indicator.ts";

export type Smoothing = Readonly<{
  /** Weight of the newest value, 2 / (n + 1) for a period of n. */
  factor: number;
  /** Values left out before the seed. */
  skip: number;
  /** Values whose mean is the seed; 1 = the first value itself. */
  seed: number;
}>;

/** Smoothing of a period, seeded by the mean of its first values after `skip` others. */
export const smoothing = (period: number, skip = 0): Smoothing => ({
  factor: 2 / (period + 1),
  skip,
  seed: period,
});

/** Values until the smoothed average has its seed. */
export const seededAfter = ({ skip, seed }: Smoothing): number => skip + seed;

/** Values after the seed until it weighs less than {@link SEED_WEIGHT}. */
export const forgottenAfter = (factor: number): number =>
  Math.ceil(Math.log(SEED_WEIGHT) / Math.log(1 - factor));

/** The cell after the value number `count` (from 1). */
export function smoothed(
  cell: number,
  value: number,
  count: number,
  { factor, skip, seed }: Smoothing,
): number {
  const age = count - skip;
  if (age > seed) return cell + factor * (value - cell);
  if (age <= 0) return 0;
  const sum = cell + value;
  return age === seed ? sum / seed : sum;
}
