/** Turns the dates of a request into sessions of the market, or says precisely why it cannot (docs/api.md, "Dates"). */
import { AppError } from "../errors.ts";
import { isoDay } from "../time.ts";
import { closureReason, sessionsBetween } from "./sessions.ts";

export type DayRange = Readonly<{ start: number; end: number }>;

/**
 * @param stored sessions with prices, ascending
 * @returns the first and last stored session of the range
 * @throws AppError REVERSED_RANGE, NO_TRADING_DAY, RANGE_OUTSIDE_DATA, MISSING_SESSION
 */
export function sessionRange(stored: readonly number[], start: number, end: number): DayRange {
  rejectReversed(start, end);
  const calendar = sessionsBetween(start, end);
  const asked = start === end ? isoDay(start) : `${isoDay(start)} to ${isoDay(end)}`;
  if (calendar.length === 0) {
    const reason = closureReason(start) ?? "closed";
    const message =
      start === end ? `${asked} is not a trading day: ${reason}` : `no trading day from ${asked}`;
    throw new AppError("NO_TRADING_DAY", message, neighbours(stored, start, end));
  }
  const first = stored[0];
  const last = stored.at(-1);
  if (first === undefined || last === undefined) {
    throw new AppError("RANGE_OUTSIDE_DATA", "no market has been loaded yet", { available: null });
  }
  if (calendar[0]! < first || calendar.at(-1)! > last) {
    throw new AppError(
      "RANGE_OUTSIDE_DATA",
      `${asked} is not covered: the market holds ${isoDay(first)} to ${isoDay(last)}`,
      { available: { start_date: isoDay(first), end_date: isoDay(last) } },
    );
  }
  const within = stored.filter((date) => date >= start && date <= end);
  if (within.length === 0) {
    throw new AppError(
      "MISSING_SESSION",
      `the New York market was open on ${isoDay(calendar[0]!)}, but nobody captured it`,
      { missing: calendar.map(isoDay), ...neighbours(stored, start, end) },
    );
  }
  return { start: within[0]!, end: within.at(-1)! };
}

/** @throws AppError REVERSED_RANGE */
export function rejectReversed(start: number, end: number): void {
  if (start <= end) return;
  throw new AppError(
    "REVERSED_RANGE",
    `start_date ${isoDay(start)} is after end_date ${isoDay(end)}; swap them`,
    { start_date: isoDay(start), end_date: isoDay(end) },
  );
}

function neighbours(stored: readonly number[], start: number, end: number) {
  const before = stored.findLast((date) => date < start);
  const after = stored.find((date) => date > end);
  return {
    previous_trading_day: before === undefined ? null : isoDay(before),
    next_trading_day: after === undefined ? null : isoDay(after),
  };
}

/** New York sessions between the first and last stored one that nobody captured. */
export function missingSessions(stored: readonly number[], start: number, end: number): number[] {
  const held = new Set(stored);
  return sessionsBetween(start, end).filter((date) => !held.has(date));
}
