/**
 * Checks what is stored: every part's bytes and SQLite's own integrity check, and that each index is, to the byte,
 * what the stored market gives when it is built again, and that books are what their orders make. What the market says of itself (its source, say) may have
 * changed without a figure changing: that is told apart.
 */
import type { Definition } from "../index/definition.ts";
import { driftOf } from "../index/drift.ts";
import * as queries from "../index/queries.ts";
import { builtBy } from "../index/reading.ts";
import { YEAR_SCHEMA, yearPart, yearsOf } from "../index/schema.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import type { Draft, Images, Snapshot } from "../ports.ts";
import { isoDay } from "../time.ts";
import { buildInto, storedRun } from "./build.ts";
import { indices } from "./indices.ts";
import { DAILY_DATASETS, DATASETS, type DatasetName } from "./market-status.ts";
import { verifiedDesks } from "./orders/verify-desks.ts";
import type { SegmentStore } from "./stream/segments.ts";

export type Check = Readonly<{
  name: string;
  ok: boolean;
  problem?: string;
  /** The figures are right, but what is told beside them is not what the market says today. */
  outdated?: string;
}>;
export type Verification = Readonly<{
  ok: boolean;
  parts: readonly Check[];
  indices: readonly Check[];
  /** By shard, whether its stored states are what its stored orders make. */
  desks: readonly Check[];
}>;

/** @param store where the log of orders left its batches */
export async function verify(
  images: Images,
  store: SegmentStore,
  jobId: string,
): Promise<Verification> {
  const parts: Check[] = [];
  const damaged = new Set<DatasetName>();
  for (const dataset of DATASETS) {
    for (const { part, ...check } of await images.verify(dataset)) {
      parts.push({ name: `${dataset}/${part}`, ...check });
      if (!check.ok) damaged.add(dataset);
    }
  }
  // An index is built from these alone; damage to another dataset says nothing about it.
  const canRebuild = !DAILY_DATASETS.some((dataset) => damaged.has(dataset));
  const rebuilt = canRebuild ? await rebuildAll(images, jobId) : [];
  const desks = await verifiedDesks(store);
  const ok = damaged.size === 0 && [...rebuilt, ...desks].every((check) => check.ok);
  return { ok, parts, indices: rebuilt, desks };
}

async function rebuildAll(images: Images, jobId: string): Promise<Check[]> {
  const { indices: all } = await indices(images, { revalidate: true });
  const checks: Check[] = [];
  for (const { id, parameters } of all) {
    const job = { id: `${jobId}:${id}`, note: `verify ${id}` };
    const { result } = await images.commit("index", job, async (draft) => {
      const snapshot = await images.snapshot("market", { revalidate: true });
      try {
        return await rebuilt(draft, snapshot, { id, parameters });
      } finally {
        snapshot.release();
      }
    });
    checks.push({ name: id, ok: result?.problem === undefined, ...result });
  }
  return checks;
}

type Finding = Pick<Check, "problem" | "outdated">;

/** Builds the index again beside what is stored. @returns how they differ; the draft is left as it was */
async function rebuilt(draft: Draft, snapshot: Snapshot, definition: Definition): Promise<Finding> {
  const { id, parameters } = definition;
  if (!(REFERENCE in snapshot.manifest.parts)) return { problem: "there is no market behind it" };
  const stored = await storedRun(draft, id);
  const reference = (await snapshot.open(REFERENCE)).query;
  const drift = driftOf(stored, market.sessions(reference), parameters.max_stale_days);
  if (drift) {
    const since = `the market changed from ${isoDay(drift.from)} on since it was built`;
    return { problem: `${since}; build it again` };
  }
  const before = draft.parts();
  const years = yearsOf(before, id);
  const provenances = await provenancesOf(draft, id, years);
  for (const year of years) draft.drop(yearPart(id, year));
  const range = { start: stored[0]!.date, end: stored.at(-1)!.date };
  await buildInto(draft, snapshot, definition, range);
  await restamp(draft, id, provenances);
  const after = draft.parts();
  const wrong = years.filter((year) => {
    const part = yearPart(id, year);
    return before[part]?.sha256 !== after[part]?.sha256;
  });
  await draft.adopt(before);
  if (wrong.length > 0) return { problem: `built again, the bytes of ${wrong.join(", ")} differ` };
  return outdated(market.marketFacts(reference), [...provenances.values()]);
}

async function provenancesOf(
  draft: Draft,
  id: string,
  years: readonly number[],
): Promise<Map<number, string>> {
  const provenances = new Map<number, string>();
  for (const year of years) {
    const { query } = await draft.open(yearPart(id, year));
    provenances.set(year, builtBy(query).provenance);
  }
  return provenances;
}

/** Lets years that were built now say what the stored ones say of their market: what still differs is in the figures. */
async function restamp(
  draft: Draft,
  id: string,
  provenances: ReadonlyMap<number, string>,
): Promise<void> {
  for (const [year, provenance] of provenances) {
    const part = yearPart(id, year);
    const entry = draft.parts()[part];
    if (!entry || builtBy((await draft.open(part)).query).provenance === provenance) continue;
    const { rows, from, to } = entry;
    await draft.edit(
      part,
      YEAR_SCHEMA,
      (db) => queries.restamp(db, provenance),
      () => ({ rows, from, to }),
    );
  }
}

/** @param now what the market says of itself; @param told what the years say it said, as JSON */
function outdated(now: Readonly<Record<string, string>>, told: readonly string[]): Finding {
  const names = new Set<string>();
  for (const text of told) {
    const then = JSON.parse(text) as Record<string, string>;
    for (const name of [...Object.keys(then), ...Object.keys(now)]) {
      if (then[name] !== now[name]) names.add(name);
    }
  }
  if (names.size === 0) return {};
  const changed = [...names].sort().join(", ");
  return {
    outdated: `its figures stand, but the market has another ${changed} than when it was built; build it again to say so`,
  };
}
