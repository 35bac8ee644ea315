/**
 * Which days a build must work out. A definition's history is one gapless run of sessions; a build extends it to
 * cover what is asked, moves its base when asked for an earlier start, and otherwise touches only the days from the
 * first one whose market is no longer what it was built from.
 */
import { createHash } from "node:crypto";

export type SessionBasis = Readonly<{ date: number; rows_digest: string; facts_digest: string }>;
export type StoredDay = Readonly<{ date: number; basis: string }>;

export type BuildPlan = Readonly<{
  /** The whole run after the build, ascending, each day with what it rests on. */
  days: readonly StoredDay[];
  /** The first day to work out; `undefined` when every day stands already. */
  from: number | undefined;
  /** Stored days from here on are no longer true: they are replaced or, where the market lost them, taken away. */
  replaceFrom: number | undefined;
  /** The run began later before. */
  isRebased: boolean;
  /** The first stored day whose market changed since. */
  changedFrom: number | undefined;
}>;

/**
 * @param stored the run as it stands, ascending
 * @param sessions every session of the market, ascending
 * @param start the first session asked for (a stored one)
 * @param end the last session asked for (a stored one)
 */
export function planBuild(
  stored: readonly StoredDay[],
  sessions: readonly SessionBasis[],
  start: number,
  end: number,
  maxStaleDays: number,
): BuildPlan {
  const first = Math.min(start, stored[0]?.date ?? start);
  const last = Math.max(end, stored.at(-1)?.date ?? end);
  const base = sessions.findIndex((session) => session.date >= first);
  const days: StoredDay[] = [];
  for (let i = base; i < sessions.length && sessions[i]!.date <= last; i++) {
    const { date, rows_digest, facts_digest } = sessions[i]!;
    const basis = i === base ? baseBasis(sessions, i, maxStaleDays) : rows_digest + facts_digest;
    days.push({ date, basis });
  }
  const isRebased = stored.length > 0 && first < stored[0]!.date;
  if (isRebased) {
    return { days, from: first, replaceFrom: first, isRebased, changedFrom: undefined };
  }
  const same = commonDays(stored, days);
  const from = days[same]?.date;
  const gone = stored[same]?.date;
  const replaceFrom =
    from === undefined || gone === undefined ? (from ?? gone) : Math.min(from, gone);
  return { days, from, replaceFrom, isRebased, changedFrom: gone && replaceFrom };
}

/** How many days at the beginning of the run are as they were. */
function commonDays(stored: readonly StoredDay[], days: readonly StoredDay[]): number {
  const differs = days.findIndex(
    (day, i) => day.basis !== stored[i]?.basis || day.date !== stored[i]?.date,
  );
  return differs < 0 ? days.length : differs;
}

/** The base day also rests on the sessions before it: prices carried into it come from there. */
function baseBasis(sessions: readonly SessionBasis[], base: number, maxStaleDays: number): string {
  const hash = createHash("sha256");
  for (let i = Math.max(0, base - maxStaleDays - 1); i <= base; i++) {
    hash.update(`${sessions[i]!.date} ${sessions[i]!.rows_digest}\n`);
  }
  return hash.update(sessions[base]!.facts_digest).digest("hex").slice(0, 32);
}

/** The sessions a run is fed before its first day, so that carried prices and the day-before ranking are there. */
export function lookback(
  sessions: readonly number[],
  from: number,
  maxStaleDays: number,
): number[] {
  const at = sessions.indexOf(from);
  return sessions.slice(Math.max(0, at - maxStaleDays - 1), at);
}
