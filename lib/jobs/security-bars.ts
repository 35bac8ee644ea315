/**
 * Securities and their bars: who a ticker means, what happened to them, and their prices as they compare with the end
 * of a range. Only the parts that hold the sessions asked for are opened.
 */
import { AppError } from "../errors.ts";
import {
  type Adjustment,
  type AdjustmentSteps,
  adjustmentSteps,
  type EffectiveAction,
} from "../market/adjustment.ts";
import * as market from "../market/queries.ts";
import type { DayRange } from "../market/range.ts";
import * as reading from "../market/reading.ts";
import {
  memberNamed,
  subjectOn,
  type UniverseMember,
  universeMembers,
} from "../market/universe-membership.ts";
import type { Query, Snapshot } from "../ports.ts";
import { isoDay } from "../time.ts";

/** A security with everything that happened to it. */
export type NamedSecurity = Readonly<{
  member: UniverseMember;
  actions: readonly market.ActionRow[];
}>;

/**
 * @param on a day on which the ticker was the security's; its last holder when omitted
 * @param changes every change of a ticker, where many securities are asked for
 * @throws AppError UNKNOWN_SECURITY
 */
export function securityNamed(
  reference: Query,
  ticker: string,
  on: number | undefined,
  changes = market.symbolChanges(reference),
): NamedSecurity {
  const symbols = reading.dailySymbols(reference, ticker);
  const ids = symbols.map(({ id }) => id);
  const actions = reading.dailyActions(reference, ids);
  const members = universeMembers({
    symbols,
    changes: changes
      .filter(({ old_symbol }) => ids.includes(old_symbol))
      .map(({ date, old_symbol, new_symbol }) => ({
        date,
        oldSymbol: old_symbol,
        newSymbol: new_symbol,
      })),
    records: reading.dailyRecords(reference, ids),
    delistings: actions.filter(({ action }) => action === "delisting"),
    listedSince: 0,
  });
  const member = memberNamed(members, ticker, on);
  if (!member?.priced) throw unknownSecurity(ticker, on);
  return {
    member,
    actions: actions.filter(({ symbol, date }) => subjectOn(members, symbol, date) === member),
  };
}

function unknownSecurity(ticker: string, on: number | undefined): AppError {
  const when = on === undefined ? "" : ` on ${isoDay(on)}`;
  return new AppError(
    "UNKNOWN_SECURITY",
    `no price was ever stored for a security that had the ticker "${ticker}"${when}`,
    { ticker, ...(on !== undefined && { on: isoDay(on) }) },
  );
}

type BarsPart = Readonly<{ name: string; from: number; to: number }>;

/** Parts of bars that hold days of a range, in time order. */
export function barsPartsOf(snapshot: Snapshot, { start, end }: DayRange): BarsPart[] {
  return Object.entries(snapshot.manifest.parts)
    .filter(([name]) => name.startsWith("bars/"))
    .map(([name, { from, to }]) => ({ name, from: from ?? 0, to: to ?? 0 }))
    .filter(({ from, to }) => from <= end && to >= start)
    .sort((a, b) => a.from - b.from);
}

/** A security on the sessions that are left of a range. */
export type Series = Readonly<{
  snapshot: Snapshot;
  member: UniverseMember;
  sessions: readonly number[];
}>;

export async function adjustmentOf(
  series: Series,
  adjusted: Adjustment,
  actions: readonly EffectiveAction[],
): Promise<AdjustmentSteps> {
  const first = series.sessions[0] ?? Number.POSITIVE_INFINITY;
  const later = actions.filter(({ session }) => session > first);
  const lastDividend = later.findLast(({ action }) => action === "dividend")?.session;
  if (adjusted !== "total" || lastDividend === undefined) return adjustmentSteps(adjusted, later);
  const before = series.sessions.filter((date) => date < lastDividend);
  const closes: { date: number; close: number }[] = [];
  for await (const { bars, sessions } of partsOf({ ...series, sessions: before })) {
    closes.push(...reading.dailyCloses(bars, sessions, series.member.tickers));
  }
  return adjustmentSteps(adjusted, later, closes);
}

export async function barsOf(
  series: Series,
  steps: AdjustmentSteps["steps"],
  limit: number,
): Promise<reading.DailyRow[]> {
  const rows: reading.DailyRow[] = [];
  for await (const { bars, sessions } of partsOf(series)) {
    const left = limit - rows.length;
    rows.push(...reading.dailyBars(bars, sessions, series.member.tickers, steps, left));
    if (rows.length === limit) break;
  }
  return rows;
}

/** The parts that hold the sessions, opened one after the other as they are asked for. */
async function* partsOf({ snapshot, sessions }: Series) {
  const [start, end] = [sessions[0], sessions.at(-1)];
  if (start === undefined || end === undefined) return;
  for (const { name, from, to } of barsPartsOf(snapshot, { start, end })) {
    const within = sessions.filter((date) => date >= from && date <= to);
    if (within.length === 0) continue;
    yield { bars: (await snapshot.open(name)).query, sessions: within };
  }
}
