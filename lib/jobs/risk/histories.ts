/**
 * What instruments have done: one return for each session of a run, as the holder of a share or a unit had it. Closes
 * are those of the daily bars, adjusted for splits, spin-offs and dividends up to the last session of the run; levels
 * those of the index. Nothing after that session is looked at.
 *
 * A day without a price carries the last one, and the return of the next price is that over the whole gap. Before its
 * first price an instrument has no return: NaN, never 0.
 */

import * as indexReading from "../../index/reading.ts";
import { yearPart, yearsOf } from "../../index/schema.ts";
import { effectiveActions } from "../../market/adjustment.ts";
import { REFERENCE } from "../../market/parts.ts";
import type { Snapshot } from "../../ports.ts";
import { adjustmentOf, barsOf, barsPartsOf, type NamedSecurity } from "../security-bars.ts";
import type { Instrument } from "./instruments.ts";

export type History = Readonly<{
  name: string;
  /** USD, at the last session or carried to it; `undefined` when it has none of late. */
  spot: number | undefined;
  /** Into each session from the one before: one less than there are sessions. */
  returns: Float64Array;
  /** Sessions whose price was carried. */
  carried: readonly number[];
}>;

/** A price may be carried to the last session over so many. */
const STALE_MAX = 5;

/** @param sessions stored ones, ascending, at least one; prices compare with the last of them */
export async function historiesOf(
  market: Snapshot,
  indices: Snapshot,
  instruments: readonly Instrument[],
  sessions: readonly number[],
): Promise<Map<string, History>> {
  const histories = new Map<string, History>();
  for (const instrument of instruments) {
    const prices =
      instrument.kind === "index"
        ? await levelsOf(indices, instrument.name, sessions)
        : await closesOf(market, instrument.security, sessions);
    histories.set(instrument.name, historyOf(instrument.name, prices, sessions));
  }
  return histories;
}

/** What the version of an answer that rests on these histories must hold. */
export function partsOf(
  market: Snapshot,
  indices: Snapshot,
  instruments: readonly Instrument[],
  { start, end }: Readonly<{ start: number; end: number }>,
): Readonly<{ market: string[]; indices: string[] }> {
  return {
    market: [REFERENCE, ...barsPartsOf(market, { start, end }).map(({ name }) => name)],
    indices: instruments
      .filter(({ kind }) => kind === "index")
      .flatMap(({ name }) => yearParts(indices, name, start, end)),
  };
}

const yearOf = (date: number): number => Math.floor(date / 10_000);

const yearParts = ({ manifest }: Snapshot, id: string, start: number, end: number): string[] =>
  yearsOf(manifest.parts, id)
    .filter((year) => year >= yearOf(start) && year <= yearOf(end))
    .map((year) => yearPart(id, year));

type Prices = ReadonlyMap<number, number>;

async function levelsOf(
  indices: Snapshot,
  id: string,
  sessions: readonly number[],
): Promise<Prices> {
  const [start, end] = [sessions[0]!, sessions.at(-1)!];
  const levels = new Map<number, number>();
  for (const part of yearParts(indices, id, start, end)) {
    const { query } = await indices.open(part);
    for (const { date, level } of indexReading.performanceDays(query, start, end)) {
      levels.set(date, level);
    }
  }
  return levels;
}

async function closesOf(
  market: Snapshot,
  { member, actions }: NamedSecurity,
  sessions: readonly number[],
): Promise<Prices> {
  const { from, to } = member.priced!;
  const within = sessions.filter((date) => date >= from && date <= to);
  const series = { snapshot: market, member, sessions: within };
  const { steps } = await adjustmentOf(series, "total", effectiveActions(actions, sessions));
  const rows = await barsOf(series, steps, within.length);
  return new Map(rows.map(({ date, adjusted_close }) => [date, adjusted_close]));
}

function historyOf(name: string, prices: Prices, sessions: readonly number[]): History {
  const returns = new Float64Array(sessions.length - 1);
  const carried: number[] = [];
  let before: number | undefined;
  let stale = 0;
  for (const [at, date] of sessions.entries()) {
    const own = prices.get(date);
    const now = own ?? before;
    stale = own === undefined ? stale + 1 : 0;
    if (own === undefined && before !== undefined) carried.push(date);
    if (at > 0) {
      returns[at - 1] = now === undefined || before === undefined ? Number.NaN : now / before - 1;
    }
    before = now;
  }
  return { name, spot: stale <= STALE_MAX ? before : undefined, returns, carried };
}
