/** The days on which a company filed anything that the SEC made numbers of. */
import { dayKey, isIsoDay } from "../../time.ts";

/** @param answer companyfacts: facts, by taxonomy, by concept, with `units`, each a list of entries with `filed` */
export function filingDays(answer: unknown): number[] {
  const days = new Set<string>();
  for (const taxonomy of valuesOf(memberOf(answer, "facts"))) {
    for (const concept of valuesOf(taxonomy)) {
      for (const entries of valuesOf(memberOf(concept, "units"))) {
        if (!Array.isArray(entries)) continue;
        for (const entry of entries) days.add(String(memberOf(entry, "filed")));
      }
    }
  }
  return [...days]
    .filter(isIsoDay)
    .map(dayKey)
    .sort((a, b) => a - b);
}

const memberOf = (value: unknown, name: string): unknown =>
  typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;

const valuesOf = (value: unknown): unknown[] =>
  typeof value === "object" && value !== null ? Object.values(value) : [];
