/** Prices of two names over a month as csv, with faults that the gate and the checks are to find. */
import { sessionsBetween } from "../../lib/market/sessions.ts";
import { isoDay } from "../../lib/time.ts";

export const SESSIONS = sessionsBetween(20240102, 20240131);
/** 2024-01-24, on which the cap of AAA comes ten times too large. */
const FAULTY = 15;

/** @param more lines at the end */
export function faultyPrices(more: readonly string[] = []): string {
  const rows = SESSIONS.flatMap((date, at) => [
    `${isoDay(date)},AAA,${100 + at},${(100 + at) * 3e6 * (at === FAULTY ? 10 : 1)}`,
    `${isoDay(date)},BBB,${50 + at},${(50 + at) * 2e6}`,
  ]);
  // A row without a price, and one of a holiday.
  const faulty = ["2024-01-10,CCC,,1000000", "2024-01-15,AAA,9,9", ...more];
  return ["date,ticker,close,market_cap", ...rows, ...faulty, ""].join("\n");
}
