/**
 * Whether the market still stands behind an index: a roll back or a correction may have moved it away under days that
 * were built. Looked at once for each pair of contents; a request after that pays for two look-ups in memory.
 */
import { AppError } from "../errors.ts";
import { type Drift, driftOf } from "../index/drift.ts";
import * as queries from "../index/queries.ts";
import { builtBy } from "../index/reading.ts";
import { yearPart, yearsOf } from "../index/schema.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import type { Images, Snapshot } from "../ports.ts";

/** `version` is that of the part of the market that tells; `undefined` = all is as it was. */
export type MarketDrift = Readonly<{ drift: Drift; version: string }> | undefined;

type Known = {
  readonly drift: Promise<Drift | undefined>;
  /** The market was looked up again before it was said to differ. */
  isConfirmed: boolean;
};

/** For each store by the hashes of all that was compared; what came first goes first. */
const knownBy = new WeakMap<Images, Map<string, Known>>();
const KNOWN_MAX = 256;

/**
 * @param index a snapshot in which `id` has been built
 * @returns "unchecked" when the market cannot be read now: that is no reason to keep an index from its readers
 */
export async function marketDrift(
  images: Images,
  index: Snapshot,
  id: string,
  market: Promise<Snapshot>,
): Promise<MarketDrift | "unchecked"> {
  try {
    return await looked(images, index, id, await market);
  } catch (error) {
    if (error instanceof AppError && UNREADABLE.has(error.code)) return "unchecked";
    throw error;
  }
}

const UNREADABLE: ReadonlySet<string> = new Set(["DEPENDENCY_DOWN", "IMAGE_REFUSED"]);

async function looked(
  images: Images,
  index: Snapshot,
  id: string,
  beside: Snapshot,
): Promise<MarketDrift> {
  try {
    const { isConfirmed, drift } = driftBetween(images, index, id, beside);
    const found = await drift;
    if (!found) return undefined;
    if (isConfirmed) return { drift: found, version: beside.version([REFERENCE]) };
  } finally {
    beside.release();
  }
  // The index may be newer than what was last seen of the market: that is no difference yet.
  const newest = await images.snapshot("market", { revalidate: true });
  try {
    const again = driftBetween(images, index, id, newest);
    again.isConfirmed = true;
    const found = await again.drift;
    return found && { drift: found, version: newest.version([REFERENCE]) };
  } finally {
    newest.release();
  }
}

function driftBetween(images: Images, index: Snapshot, id: string, beside: Snapshot): Known {
  const known = knownBy.get(images) ?? new Map<string, Known>();
  knownBy.set(images, known);
  const { parts } = index.manifest;
  const years = yearsOf(parts, id).map((year) => yearPart(id, year));
  const reference = beside.manifest.parts[REFERENCE]?.sha256;
  const key = `${reference} ${years.map((year) => parts[year]!.sha256).join(" ")}`;
  const found = known.get(key);
  if (found) return found;
  const fresh: Known = { drift: compared(index, id, years, beside), isConfirmed: false };
  known.set(key, fresh);
  // A failed look may be repeated.
  fresh.drift.catch(() => known.delete(key));
  if (known.size > KNOWN_MAX) known.delete(known.keys().next().value!);
  return fresh;
}

async function compared(
  index: Snapshot,
  id: string,
  years: readonly string[],
  beside: Snapshot,
): Promise<Drift | undefined> {
  // The last commit built this very index from this very market: nothing needs to be opened to know.
  const { note, built_from } = index.manifest;
  if (note === `build ${id}` && built_from?.market === beside.version()) return undefined;
  const opened = await Promise.all(years.map((year) => index.open(year)));
  const isLoaded = REFERENCE in beside.manifest.parts;
  const sessions = isLoaded ? market.sessions((await beside.open(REFERENCE)).query) : [];
  const { max_stale_days } = JSON.parse(builtBy(opened.at(-1)!.query).parameters);
  return driftOf(
    opened.flatMap(({ query }) => queries.runDays(query)),
    sessions,
    max_stale_days,
  );
}
