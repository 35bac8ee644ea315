/** What an answer must say beside its figures: carried prices, missing sessions, what kind of market stood behind it. */
import { isoDay } from "../time.ts";
import type { Drift } from "./drift.ts";
import type { DayWarningRow } from "./reading.ts";

export type WarningCode =
  | "STALE_PRICE"
  | "CAP_MISSING"
  | "MISSING_SESSION"
  | "FEWER_THAN_SIZE"
  | "REBASED"
  | "MARKET_CHANGED"
  | "MARKET_UNCHECKED"
  | "NOT_POINT_IN_TIME"
  | "SIMULATED_DATA"
  | "CAPS_AS_DELIVERED";

/** `count` is exact; at most ten examples stand beside it. */
export type Warning = Readonly<{
  code: WarningCode;
  message: string;
  count: number;
  examples: readonly unknown[];
}>;

const MAX_EXAMPLES = 10;

const MESSAGES: Readonly<Record<WarningCode, string>> = {
  STALE_PRICE: "a member had no price on the day; its last one was carried",
  CAP_MISSING: "a member left because no market cap was delivered for it",
  MISSING_SESSION: "New York traded on these days, but nobody captured them",
  FEWER_THAN_SIZE: "fewer names were eligible than the index holds",
  REBASED: "the index was asked for an earlier start; all its levels were rebuilt from there",
  MARKET_CHANGED: "market data changed since the index was built",
  MARKET_UNCHECKED:
    "the market could not be read, so whether these days still rest on it is not known",
  NOT_POINT_IN_TIME:
    "the source does not say when its figures became known; history may hold hindsight",
  SIMULATED_DATA: "prices and companies are simulated",
  CAPS_AS_DELIVERED: "market caps are the vendor's as delivered; no quality gate checked them",
};

export const warning = (
  code: WarningCode,
  count = 1,
  examples: readonly unknown[] = [],
  /** What follows from it here, after a semicolon. */
  consequence?: string,
): Warning => ({
  code,
  message: consequence === undefined ? MESSAGES[code] : `${MESSAGES[code]}; ${consequence}`,
  count,
  examples: examples.slice(0, MAX_EXAMPLES),
});

/** What kind of market an index was built on, as the ingestion recorded it. */
export type Provenance = Readonly<Record<string, string>>;

export const isPointInTime = (provenance: Provenance): boolean =>
  provenance.point_in_time === "true";

export function provenanceWarnings(provenance: Provenance): Warning[] {
  const warnings: Warning[] = [];
  if (provenance.kind === "simulated") warnings.push(warning("SIMULATED_DATA"));
  else if (provenance.gate === "off") warnings.push(warning("CAPS_AS_DELIVERED"));
  if (!isPointInTime(provenance)) warnings.push(warning("NOT_POINT_IN_TIME"));
  return warnings;
}

/** Sums the per-year rows of day_warnings; codes with nothing to say are left out. */
export function dayWarnings(years: readonly (readonly DayWarningRow[])[]): Warning[] {
  const merged = new Map<string, { count: number; examples: Record<string, unknown>[] }>();
  for (const row of years.flat()) {
    const known = merged.get(row.code) ?? { count: 0, examples: [] };
    known.count += row.count;
    if (known.examples.length < MAX_EXAMPLES && row.count > 0) {
      known.examples.push(...(JSON.parse(row.examples) as Record<string, unknown>[]));
    }
    merged.set(row.code, known);
  }
  return [...merged]
    .filter(([, { count }]) => count > 0)
    .map(([code, { count, examples }]) =>
      warning(
        code as WarningCode,
        count,
        examples.map((example) => ({ ...example, date: isoDay(example.date as number) })),
      ),
    );
}

export function missingSessionWarning(missing: readonly number[]): Warning[] {
  return missing.length === 0
    ? []
    : [
        warning(
          "MISSING_SESSION",
          missing.length,
          missing.map((date) => ({ date: isoDay(date) })),
        ),
      ];
}

/**
 * What readers of an index must be told of the market it was built from.
 *
 * @param state how that has moved since; "unchecked" when it could not be looked at
 * @param days the built days of the answer, ascending
 */
export function marketWarnings(
  state: Drift | "unchecked" | undefined,
  days: readonly number[],
): Warning[] {
  if (state === undefined) return [];
  if (state === "unchecked") return [warning("MARKET_UNCHECKED")];
  const { from } = state;
  const concerned = days.filter((date) => date >= from);
  if (concerned.length === 0) return [];
  const lost = new Set(state.lost);
  // The first day it began with, which may lie before the answer, and the days of the answer that are gone.
  const named = [from, ...concerned.filter((date) => date !== from && lost.has(date))];
  return [
    warning(
      "MARKET_CHANGED",
      concerned.length,
      named.map((date) => ({ date: isoDay(date), in_market: !lost.has(date) })),
      "these days are as they were built before; build the index again",
    ),
  ];
}
