/** Ranges of time as requests name them. */
import { AppError } from "../../../errors.ts";

/** Later than any event: the year 10000. */
export const TIME_END_MS = 253_402_300_800_000;

/** @throws AppError REVERSED_RANGE when the start is not before the end */
export function demandOrder(startMs: number | undefined, endMs: number | undefined): void {
  if (startMs === undefined || endMs === undefined || startMs < endMs) return;
  const [start, end] = [startMs, endMs].map((ms) => new Date(ms).toISOString());
  const message = `start must be before end, was "${start}" with an end of "${end}"`;
  throw new AppError("REVERSED_RANGE", message, { start, end });
}
