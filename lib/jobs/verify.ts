/**
 * Checks what is stored: every part's bytes and SQLite's own integrity check, and that each index is, to the byte,
 * what the stored market gives when it is built again.
 */
import type { Definition } from "../index/definition.ts";
import { planBuild } from "../index/plan.ts";
import { yearPart, yearsOf } from "../index/schema.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import type { Draft, Images, Snapshot } from "../ports.ts";
import { isoDay } from "../time.ts";
import { buildInto, storedRun } from "./build.ts";
import { indices } from "./indices.ts";
import { DATASETS } from "./market-status.ts";

export type Check = Readonly<{ name: string; ok: boolean; problem?: string }>;
export type Verification = Readonly<{
  ok: boolean;
  parts: readonly Check[];
  indices: readonly Check[];
}>;

export async function verify(images: Images, jobId: string): Promise<Verification> {
  const parts: Check[] = [];
  for (const dataset of DATASETS) {
    for (const { part, ...check } of await images.verify(dataset)) {
      parts.push({ name: `${dataset}/${part}`, ...check });
    }
  }
  const isWhole = parts.every(({ ok }) => ok);
  const rebuilt = isWhole ? await rebuildAll(images, jobId) : [];
  return { ok: isWhole && rebuilt.every(({ ok }) => ok), parts, indices: rebuilt };
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
    checks.push(result ? { name: id, ok: false, problem: result } : { name: id, ok: true });
  }
  return checks;
}

/** Builds the index again beside what is stored. @returns how they differ; the draft is left as it was */
async function rebuilt(
  draft: Draft,
  snapshot: Snapshot,
  definition: Definition,
): Promise<string | undefined> {
  if (!(REFERENCE in snapshot.manifest.parts)) return "there is no market behind it";
  const stored = await storedRun(draft, definition.id);
  const start = stored[0]!.date;
  const end = stored.at(-1)!.date;
  const sessions = market.sessions((await snapshot.open(REFERENCE)).query);
  const { max_stale_days } = definition.parameters;
  const { replaceFrom } = planBuild(stored, sessions, start, end, max_stale_days);
  if (replaceFrom !== undefined) {
    return `the market changed from ${isoDay(replaceFrom)} on since it was built; build it again`;
  }
  const before = draft.parts();
  const years = yearsOf(before, definition.id);
  for (const year of years) draft.drop(yearPart(definition.id, year));
  await buildInto(draft, snapshot, definition, { start, end });
  const after = draft.parts();
  const wrong = years.filter((year) => {
    const part = yearPart(definition.id, year);
    return before[part]?.sha256 !== after[part]?.sha256;
  });
  await draft.adopt(before);
  return wrong.length > 0 ? `built again, the bytes of ${wrong.join(", ")} differ` : undefined;
}
