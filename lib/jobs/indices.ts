/** The index definitions that exist: list, show, remove. */
import * as queries from "../index/queries.ts";
import { DEFINITIONS, DEFINITIONS_SCHEMA, yearPart, yearsOf } from "../index/schema.ts";
import { unknownIndex } from "../index/view.ts";
import type { CachedAnswer, Freshness, Images, Snapshot } from "../ports.ts";
import { isoDay } from "../time.ts";

export async function indices(images: Images, freshness?: Freshness) {
  const snapshot = await images.snapshot("index", freshness);
  try {
    return await listOf(snapshot);
  } finally {
    snapshot.release();
  }
}

async function listOf(snapshot: Snapshot) {
  const rows =
    DEFINITIONS in snapshot.manifest.parts
      ? queries.definitions((await snapshot.open(DEFINITIONS)).query)
      : [];
  return {
    indices: rows.map((row) => ({
      id: row.id,
      parameters: JSON.parse(row.parameters),
      built: { start_date: isoDay(row.first_date), end_date: isoDay(row.last_date) },
      market: JSON.parse(row.provenance),
    })),
    dataset_version: snapshot.version(),
  };
}

/** {@link indices} as an endpoint answers it. */
export async function indicesAnswer(images: Images, freshness?: Freshness): Promise<CachedAnswer> {
  const snapshot = await images.snapshot("index", freshness);
  return {
    version: snapshot.version(),
    list: "indices",
    compute: async () => JSON.stringify(await listOf(snapshot)),
    release: snapshot.release,
  };
}

/** @throws AppError UNKNOWN_INDEX */
export async function oneIndex(images: Images, id: string, freshness?: Freshness) {
  const { indices: all, dataset_version } = await indices(images, freshness);
  const found = all.find((index) => index.id === id);
  if (found) return { ...found, dataset_version };
  if (!freshness?.revalidate) return oneIndex(images, id, { ...freshness, revalidate: true });
  throw unknownIndex(
    id,
    all.map((index) => index.id),
  );
}

/** Removes an index with everything built for it. @throws AppError UNKNOWN_INDEX */
export async function removeIndex(images: Images, id: string, jobId: string): Promise<void> {
  await images.commit("index", { id: jobId, note: `delete ${id}` }, async (draft) => {
    const known = await knownIds(draft);
    if (!known.includes(id)) throw unknownIndex(id, known);
    for (const year of yearsOf(draft.parts(), id)) draft.drop(yearPart(id, year));
    if (known.length === 1) draft.drop(DEFINITIONS);
    else {
      await draft.edit(
        DEFINITIONS,
        DEFINITIONS_SCHEMA,
        (db) => queries.deleteDefinition(db, id),
        (db) => ({ rows: queries.definitions(db.query).length, from: null, to: null }),
      );
    }
  });
}

async function knownIds(draft: Parameters<Parameters<Images["commit"]>[2]>[0]): Promise<string[]> {
  if (!(DEFINITIONS in draft.parts())) return [];
  const { query } = await draft.open(DEFINITIONS);
  return queries.definitions(query).map(({ id }) => id);
}
