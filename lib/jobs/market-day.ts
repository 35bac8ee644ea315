/** Looks at one day of an index with the market behind it: who came next in rank, and what each member earned. */
import { IndexBuilder } from "../index/builder.ts";
import type { DefinitionParameters } from "../index/definition.ts";
import { lookback } from "../index/plan.ts";
import type { StateMember } from "../index/queries.ts";
import type { RankedName } from "../index/ranking.ts";
import type { BuiltDay } from "../index/run.ts";
import { capsPart, openYearOf, periodOf, REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { sessionRange } from "../market/range.ts";
import type { Freshness, Images, Snapshot } from "../ports.ts";
import { addDays } from "../time.ts";
import { feed } from "./feed.ts";

/** The index as stored after the session before the day, to work the day out again. */
export type Before = Readonly<{
  date: number;
  level: Readonly<{ level: number; price_level: number }>;
  members: readonly StateMember[];
}>;

export type MarketDayView = Readonly<{
  day: BuiltDay;
  /** The first names of the day's ranking. */
  ranked: (count: number) => RankedName[];
  nameOf: (ticker: string) => string | null;
}>;

/** The market beside an index that is open already, which is let go when the market cannot be had. */
export async function marketBeside(
  view: Readonly<{ release: () => void }>,
  images: Images,
  freshness: Freshness | undefined,
): Promise<Snapshot> {
  try {
    return await images.snapshot("market", freshness);
  } catch (error) {
    view.release();
    throw error;
  }
}

/** Calendar days that hold the sessions a price can be carried over, at the most a definition allows (60). */
const CARRIED_DAYS_MAX = 140;
/** No month is shorter, so steps of this size miss none. */
const SHORTEST_MONTH_DAYS = 28;

/** Parts of the market a day of the index may rest on: its own and those that prices are carried from. */
export function partsOfDay(snapshot: Snapshot, date: number): string[] {
  const openYear = openYearOf(snapshot.manifest.parts);
  const parts = new Set([REFERENCE, capsPart(periodOf(date, openYear))]);
  for (let back = SHORTEST_MONTH_DAYS; back <= CARRIED_DAYS_MAX; back += SHORTEST_MONTH_DAYS) {
    parts.add(capsPart(periodOf(addDays(date, -back), openYear)));
  }
  return [...parts];
}

/** @throws AppError RANGE_OUTSIDE_DATA, MISSING_SESSION for a day the market has lost since it was built */
export async function marketDay(
  snapshot: Snapshot,
  parameters: DefinitionParameters,
  date: number,
  before?: Before,
): Promise<MarketDayView> {
  const reference = await snapshot.open(REFERENCE);
  const sessions = market.sessions(reference.query).map((session) => session.date);
  sessionRange(sessions, date, date);
  const fed = [...lookback(sessions, date, parameters.max_stale_days), date];
  const workspace = snapshot.workspace();
  try {
    const builder = new IndexBuilder(parameters, workspace, reference, sessions);
    const state = before && builder.stateFrom(before.date, before.level, before.members);
    const run = builder.run(fed, date, state);
    const built: BuiltDay[] = [];
    await feed(snapshot, builder, run, fed, (day) => built.push(day));
    const { nameOn } = builder.constituentFacts();
    return {
      day: built[0]!,
      ranked: (count) => run.ranking.first(count),
      nameOf: (ticker) => nameOn(ticker, date),
    };
  } finally {
    workspace.close();
  }
}
