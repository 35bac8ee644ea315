/**
 * Builds an index for a range of sessions and stores it: resolve the range, find the first day that is missing or
 * whose market changed, work the days out from there, write the years they fall in. The result depends on the market,
 * the earliest start and the latest end ever asked for, and on nothing else.
 */
import { AppError } from "../errors.ts";
import { IndexBuilder } from "../index/builder.ts";
import {
  canonicalParameters,
  type Definition,
  type DefinitionParameters,
} from "../index/definition.ts";
import { type BuildPlan, lookback, planBuild, type StoredDay } from "../index/plan.ts";
import * as queries from "../index/queries.ts";
import type { IndexState } from "../index/run.ts";
import {
  DEFINITIONS,
  DEFINITIONS_SCHEMA,
  YEAR_SCHEMA,
  yearPart,
  yearsOf,
} from "../index/schema.ts";
import { runOf } from "../index/view.ts";
import { type DatedBasis, writeYear } from "../index/year.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { type DayRange, sessionRange } from "../market/range.ts";
import type { Draft, Images, Manifest, Snapshot } from "../ports.ts";
import { feed } from "./feed.ts";

export type BuildRequest = Readonly<{
  definition: Definition;
  /** YYYYMMDD, any calendar days; they move inwards to sessions. */
  start: number;
  end: number;
  /** Same id, same job: a repeated delivery changes nothing. */
  jobId: string;
}>;

export type BuildOutcome = Readonly<{
  outcome: "committed" | "unchanged" | "repeated";
  range: DayRange;
  /** Days that were worked out, 0 when everything stood already. */
  builtDays: number;
  isRebased: boolean;
  changedFrom: number | undefined;
}>;

/**
 * @throws AppError INDEX_EXISTS when the id stands for other rules, and the errors of {@link sessionRange}
 */
export async function build(
  { images }: Readonly<{ images: Images }>,
  request: BuildRequest,
): Promise<BuildOutcome> {
  // Filled by the attempt that gets published: the market it read is the one it was built from.
  const builtFrom: Record<string, string> = {};
  let range: DayRange | undefined;
  const {
    outcome,
    result: plan,
    manifest,
  } = await images.commit(
    "index",
    { id: request.jobId, note: `build ${request.definition.id}`, builtFrom },
    async (draft) => {
      // The market is looked at after the index was read, so a slow builder never puts an older market over a newer.
      const snapshot = await images.snapshot("market", { revalidate: true });
      try {
        range = await rangeIn(snapshot, request);
        builtFrom.market = snapshot.version();
        return await buildInto(draft, snapshot, request.definition, range);
      } finally {
        snapshot.release();
      }
    },
  );
  // What an attempt of this delivery saw and did not publish is not what stands.
  if (outcome === "repeated") range = standing(manifest, request);
  range ??= await storedRange(images, request);
  return {
    outcome,
    range,
    builtDays:
      plan?.from === undefined ? 0 : plan.days.filter((day) => day.date >= plan.from!).length,
    isRebased: plan?.isRebased ?? false,
    changedFrom: plan?.changedFrom,
  };
}

async function rangeIn(snapshot: Snapshot, { start, end }: BuildRequest): Promise<DayRange> {
  if (!(REFERENCE in snapshot.manifest.parts)) return sessionRange([], start, end);
  const { query } = await snapshot.open(REFERENCE);
  return sessionRange(
    market.sessions(query).map(({ date }) => date),
    start,
    end,
  );
}

/** Of the days asked for, those that the index holds; `undefined` when there are none. */
function standing({ parts }: Manifest, request: BuildRequest): DayRange | undefined {
  const run = runOf(parts, request.definition.id);
  const start = Math.max(run?.first ?? Number.POSITIVE_INFINITY, request.start);
  const end = Math.min(run?.last ?? 0, request.end);
  return start <= end ? { start, end } : undefined;
}

/** The range of a job that had been done already. */
async function storedRange(images: Images, request: BuildRequest): Promise<DayRange> {
  const snapshot = await images.snapshot("market");
  try {
    return await rangeIn(snapshot, request);
  } finally {
    snapshot.release();
  }
}

export async function buildInto(
  draft: Draft,
  snapshot: Snapshot,
  definition: Definition,
  range: DayRange,
): Promise<BuildPlan> {
  const { id, parameters } = definition;
  const known = await knownDefinition(draft, definition);
  const reference = await snapshot.open(REFERENCE);
  const sessions = market.sessions(reference.query);
  const stored = await storedRun(draft, id);
  const plan = planBuild(stored, sessions, range.start, range.end, parameters.max_stale_days);
  const provenance = JSON.stringify(market.marketFacts(reference.query));
  const isSameMarket = stored.length === 0 || known?.provenance === provenance;
  if (plan.replaceFrom === undefined && isSameMarket) return plan;
  const workspace = snapshot.workspace();
  try {
    const dates = sessions.map(({ date }) => date);
    const builder = new IndexBuilder(parameters, workspace, reference, dates);
    const state = await stateBefore(draft, id, builder, plan);
    const built =
      plan.from === undefined
        ? []
        : await workOut(snapshot, builder, parameters, plan, dates, state);
    await store(draft, { definition, provenance, isSameMarket }, plan, built, builder);
  } finally {
    workspace.close();
  }
  return plan;
}

/** What is stored of the definition. @throws AppError INDEX_EXISTS when it has other rules */
async function knownDefinition(
  draft: Draft,
  { id, parameters }: Definition,
): Promise<queries.DefinitionRow | undefined> {
  if (!(DEFINITIONS in draft.parts())) return undefined;
  const { query } = await draft.open(DEFINITIONS);
  const known = queries.definitions(query).find((row) => row.id === id);
  if (known === undefined || known.parameters === canonicalParameters(parameters)) return known;
  throw new AppError("INDEX_EXISTS", `index "${id}" exists with other rules; choose another id`, {
    index: id,
    parameters: JSON.parse(known.parameters),
  });
}

export async function storedRun(draft: Draft, id: string): Promise<StoredDay[]> {
  const days: StoredDay[] = [];
  for (const year of yearsOf(draft.parts(), id)) {
    const { query } = await draft.open(yearPart(id, year));
    days.push(...queries.runDays(query));
  }
  return days;
}

async function stateBefore(
  draft: Draft,
  id: string,
  builder: IndexBuilder,
  { days, from }: BuildPlan,
): Promise<IndexState | undefined> {
  const at = days.findIndex((day) => day.date === from);
  const before = days[at - 1]?.date;
  if (before === undefined) return undefined;
  const { query } = await draft.open(yearPart(id, yearOfDay(before)));
  return builder.stateFrom(
    before,
    queries.stateDay(query, before)!,
    queries.stateMembers(query, before),
  );
}

async function workOut(
  snapshot: Snapshot,
  builder: IndexBuilder,
  parameters: DefinitionParameters,
  { days, from }: BuildPlan,
  sessions: readonly number[],
  state: IndexState | undefined,
): Promise<DatedBasis[]> {
  const wanted = days.filter((day) => day.date >= from!);
  const basisOf = new Map(wanted.map((day) => [day.date, day.basis]));
  const fed = [
    ...lookback(sessions, from!, parameters.max_stale_days),
    ...wanted.map((day) => day.date),
  ];
  const run = builder.run(fed, from!, state);
  const built: DatedBasis[] = [];
  await feed(snapshot, builder, run, fed, (day) =>
    built.push({ day, basis: basisOf.get(day.date)! }),
  );
  return built;
}

/** After every day there is. */
const NEVER = 99_991_232;

type Stored = Readonly<{
  definition: Definition;
  /** What the market says of itself, as JSON. */
  provenance: string;
  /** Whether the years that stay say so already. */
  isSameMarket: boolean;
}>;

async function store(
  draft: Draft,
  { definition: { id, parameters }, provenance, isSameMarket }: Stored,
  plan: BuildPlan,
  built: readonly DatedBasis[],
  builder: IndexBuilder,
): Promise<void> {
  const facts = builder.constituentFacts();
  const builtBy = { id, parameters: canonicalParameters(parameters), provenance };
  const { replaceFrom = NEVER } = plan;
  const planned = plan.days.map((day) => yearOfDay(day.date));
  for (const year of new Set([...yearsOf(draft.parts(), id), ...planned])) {
    if (isSameMarket && year < yearOfDay(replaceFrom)) continue;
    const all = plan.days.filter((day) => yearOfDay(day.date) === year);
    if (all.length === 0) {
      draft.drop(yearPart(id, year));
      continue;
    }
    const days = built.filter(({ day }) => yearOfDay(day.date) === year);
    await draft.edit(
      yearPart(id, year),
      YEAR_SCHEMA,
      (db) => writeYear(db, replaceFrom, days, facts, builtBy),
      () => ({ rows: all.length, from: all[0]!.date, to: all.at(-1)!.date }),
    );
  }
  await draft.edit(
    DEFINITIONS,
    DEFINITIONS_SCHEMA,
    (db) =>
      queries.upsertDefinition(db, {
        ...builtBy,
        first_date: plan.days[0]!.date,
        last_date: plan.days.at(-1)!.date,
      }),
    (db) => ({ rows: queries.definitions(db.query).length, from: null, to: null }),
  );
}

const yearOfDay = (date: number): number => Math.floor(date / 10_000);
