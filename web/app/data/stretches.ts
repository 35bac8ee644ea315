/** A long build in steps, so that somebody who waits sees how far it is, and no step takes longer than a gateway waits. */

const DAY_MS = 86_400_000;
/** No run of closed days is longer. */
const SESSIONS_WITHIN_DAYS = 10;

/**
 * Where to stop on the way from `first` to `last`: at the end of every year, and at `last`. Days that stand are not built
 * again, so each step begins at `first`, and the answer of the last one tells of all of them.
 * ("2021-06-01", "2023-03-31") -> ["2021-12-31", "2022-12-31", "2023-03-31"]
 */
export function stops(first: string, last: string): string[] {
  const soonest = Date.parse(first) + SESSIONS_WITHIN_DAYS * DAY_MS;
  const years: string[] = [];
  for (let year = Number(first.slice(0, 4)); year < Number(last.slice(0, 4)); year++)
    years.push(`${year}-12-31`);
  return [...years.filter((stop) => Date.parse(stop) >= soonest), last];
}
