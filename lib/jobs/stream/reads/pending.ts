/**
 * The segments of a shard that are not folded yet. Where they lie is asked of the store only when there may be more of
 * them: the state of the stream says how far the log is read.
 */
import { AppError } from "../../../errors.ts";
import { compareSeq } from "../../../stream/record.ts";
import type { Segment } from "../../../stream/segment.ts";
import { inTurns, readSegment, type SegmentStore, segmentPlaces } from "../segments.ts";
import type { FileCache } from "./file-cache.ts";

export type PendingWorld = SegmentStore &
  Readonly<{ log: string; nowMs: () => number; files: FileCache }>;

/** The segments after one number, one after the other, in the order of the log. */
export type Pending = Readonly<{
  segments: readonly Segment[];
  /** The last number in them, or the one they begin after. */
  through: string;
  /** Whether numbers between two of them are missing. */
  hasGap: boolean;
}>;

type Known = Readonly<{
  from: string;
  places: readonly Readonly<{ key: string; after: string }>[];
  through: string;
  listedMs: number;
}>;

/** Without a word of new ones the store is asked again after that long. */
const LISTING_MS = 2000;
const READS_AT_ONCE = 16;

/** A segment that was listed is there no more: it was folded meanwhile, so a newer manifest has what was in it. */
export class SegmentGone extends Error {}

export class PendingSegments {
  readonly #world: PendingWorld;
  readonly #shard: string;
  #known: Known | undefined;

  constructor(world: PendingWorld, shard: string) {
    this.#world = world;
    this.#shard = shard;
  }

  /**
   * @param after the last number that is folded
   * @param lastSeq how far the stream has come, where that is known
   * @throws SegmentGone
   * @throws AppError IMAGE_REFUSED when one is damaged
   */
  async since(after: string, lastSeq: string | undefined): Promise<Pending> {
    const places = await this.#places(after, lastSeq);
    const read = await inTurns(places, READS_AT_ONCE, ({ key }) => this.#read(key));
    return chained(read, after);
  }

  async #places(after: string, lastSeq: string | undefined): Promise<Known["places"]> {
    const now = this.#world.nowMs();
    let known = this.#known;
    if (known && compareSeq(known.from, after) > 0) known = undefined;
    const isCurrent =
      known !== undefined &&
      lastSeq !== undefined &&
      compareSeq(lastSeq, known.through) <= 0 &&
      now - known.listedMs < LISTING_MS;
    if (!isCurrent) known = await this.#listed(known, after, now);
    return known!.places.filter((place) => compareSeq(place.after, after) >= 0);
  }

  async #listed(known: Known | undefined, after: string, listedMs: number): Promise<Known> {
    const { objects, log } = this.#world;
    const last = known?.places.at(-1)?.after;
    const listed = await segmentPlaces(objects, log, this.#shard, last ?? after);
    const fresh = listed
      .filter((place) => last === undefined || compareSeq(place.after, last) > 0)
      .map((place) => ({ key: place.info.key, after: place.after }));
    // Those before are kept for a request that still holds an older manifest; in the end nobody does.
    const kept = known?.places.filter((place) => compareSeq(place.after, after) >= 0) ?? [];
    const places = [...kept, ...fresh];
    const end = places.at(-1);
    const through = end ? (await this.#read(end.key)).through : after;
    const found: Known = { from: after, places, through, listedMs };
    this.#known = found;
    return found;
  }

  async #read(key: string): Promise<Segment> {
    const { files } = this.#world;
    try {
      const segment = await files.get(key, () => readSegment(this.#world, key), sizeOf);
      if (segment) return segment;
    } catch (error) {
      throw refusal(error, key);
    }
    this.#known = undefined;
    throw new SegmentGone(key);
  }
}

/** About: columns of ticks, and objects beside them. */
const sizeOf = (segment: Segment | undefined): number =>
  segment === undefined
    ? 0
    : 1000 + 41 * segment.ticks.rows + 400 * (segment.bars.length + segment.anomalies.length);

function refusal(error: unknown, key: string): unknown {
  if (!(error instanceof AppError && error.code === "BAD_FILE")) return error;
  const message = `a segment of the stream is damaged: ${error.message}`;
  return new AppError("IMAGE_REFUSED", message, { key, problem: error.message }, { cause: error });
}

function chained(segments: readonly Segment[], after: string): Pending {
  const chain: Segment[] = [];
  let through = after;
  let hasGap = false;
  for (const segment of segments) {
    const order = compareSeq(segment.after, through);
    if (order < 0) continue;
    if (order > 0) hasGap = true;
    chain.push(segment);
    through = segment.through;
  }
  return { segments: chain, through, hasGap };
}
