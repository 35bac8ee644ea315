/** Whether the market is still what an index was built from. */
import { planBuild, type SessionBasis, type StoredDay } from "./plan.ts";

/** How a market has moved away from under an index. */
export type Drift = Readonly<{
  /** The first built day that would come out otherwise; every later one rests on it. */
  from: number;
  /** Built days that are no sessions of the market any more. */
  lost: readonly number[];
}>;

/**
 * @param stored the built days, ascending, at least one
 * @param sessions every session of the market, ascending
 * @returns `undefined` when building the same days again would change nothing
 */
export function driftOf(
  stored: readonly StoredDay[],
  sessions: readonly SessionBasis[],
  maxStaleDays: number,
): Drift | undefined {
  const [first, last] = [stored[0]!.date, stored.at(-1)!.date];
  const held = new Set(sessions.map(({ date }) => date));
  const lost = stored.flatMap(({ date }) => (held.has(date) ? [] : [date]));
  // Nothing to build from: the market ends before the index begins.
  if (!((sessions.at(-1)?.date ?? 0) >= first)) return { from: first, lost };
  const { replaceFrom } = planBuild(stored, sessions, first, last, maxStaleDays);
  return replaceFrom === undefined ? undefined : { from: replaceFrom, lost };
}
