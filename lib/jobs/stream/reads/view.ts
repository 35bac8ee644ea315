/**
 * One look at the stream that has no seam: what is folded into `bars`, the segments after that, and the state of the
 * bars that are forming, each taken up where the one before ends. The state is looked at first and the segments last:
 * so what the state has closed is among them.
 */
import { createHash } from "node:crypto";
import { DATASET, PROGRESS } from "../../../bars/parts.ts";
import { type ProgressRow, progress } from "../../../bars/queries.ts";
import { AppError } from "../../../errors.ts";
import type { Freshness, Image, Images, Snapshot } from "../../../ports.ts";
import type { Bar } from "../../../stream/bars.ts";
import type { Segment } from "../../../stream/segment.ts";
import { BEGINNING } from "../../../stream/segment-names.ts";
import { shardsOf } from "../segments.ts";
import { PendingSegments, type PendingWorld, SegmentGone } from "./pending.ts";
import { indexOf } from "./segment-index.ts";

/** The last trade of a symbol and its day so far. */
export type LatestTrade = Readonly<{
  price: number;
  size: number;
  timeMs: number;
  id: number | null;
  /** Its place in the count of the symbol's trades. */
  tradeSeq: number;
  day: Readonly<{
    dateMs: number;
    open: number;
    high: number;
    low: number;
    volume: number;
    previousClose: number | null;
  }>;
}>;

/** The state of one shard's stream, as readers need it. */
export type LiveState = Readonly<{
  shard: string;
  lastSeq: string;
  symbols: Iterable<string>;
  latest: (symbol: string) => LatestTrade | undefined;
  /** The symbol's open windows as they stand: partial bars. */
  forming: (symbol: string) => readonly Bar[];
}>;

export type StreamReadWorld = PendingWorld &
  Readonly<{
    images: Images;
    /** The state of each of some shards; none where the stream has no state yet. */
    liveState: (shards: readonly string[]) => Promise<readonly LiveState[]>;
  }>;

export type ShardView = Readonly<{
  shard: string;
  progress: ProgressRow;
  segments: readonly Segment[];
  state: LiveState | undefined;
}>;

export type StreamView = Readonly<{
  world: StreamReadWorld;
  snapshot: Snapshot;
  /** `undefined` before anything was folded. */
  progress: Image | undefined;
  shards: readonly ShardView[];
  hasGap: boolean;
  /** What the answer rests on: equal text, equal figures. */
  version: string;
  release: () => void;
}>;

/** New shards are looked for that often. */
const SHARDS_MS = 5000;
const TRIES = 3;

export class StreamReads {
  readonly #world: StreamReadWorld;
  readonly #pending = new Map<string, PendingSegments>();
  #shards: Readonly<{ names: readonly string[]; listedMs: number }> | undefined;

  constructor(world: StreamReadWorld) {
    this.#world = world;
  }

  /** @throws AppError DEPENDENCY_DOWN, IMAGE_REFUSED, UNKNOWN_VERSION */
  async view(freshness: Freshness = {}): Promise<StreamView> {
    for (let tries = 1; ; tries++) {
      const names = await this.#shardNames();
      const states = await this.#world.liveState(names);
      const fresh = tries === 1 ? freshness : { ...freshness, revalidate: true };
      const snapshot = await this.#world.images.snapshot(DATASET, fresh);
      try {
        return await this.#viewOf(snapshot, states, names);
      } catch (error) {
        snapshot.release();
        if (!(error instanceof SegmentGone)) throw error;
        if (tries === TRIES) throw gone(error);
      }
    }
  }

  async #viewOf(
    snapshot: Snapshot,
    states: readonly LiveState[],
    listed: readonly string[],
  ): Promise<StreamView> {
    const { log } = this.#world;
    const isFolded = PROGRESS in snapshot.manifest.parts;
    const image = isFolded ? await snapshot.open(PROGRESS) : undefined;
    const rows = image ? progress(image.query).filter((row) => row.log === log) : [];
    const names = new Set([...rows.map(({ shard }) => shard), ...listed]);
    let hasGap = false;
    const shards = await Promise.all(
      [...names].sort().map(async (shard): Promise<ShardView> => {
        const state = states.find((one) => one.shard === shard);
        const row = rows.find((one) => one.shard === shard) ?? beginning(log, shard);
        const pending = await this.#of(shard).since(row.through_seq, state?.lastSeq);
        hasGap ||= pending.hasGap;
        return { shard, progress: row, segments: pending.segments, state };
      }),
    );
    const version = versionOf(snapshot, shards);
    const { release } = snapshot;
    return { world: this.#world, snapshot, progress: image, shards, hasGap, version, release };
  }

  #of(shard: string): PendingSegments {
    const known = this.#pending.get(shard);
    if (known) return known;
    const made = new PendingSegments(this.#world, shard);
    this.#pending.set(shard, made);
    return made;
  }

  async #shardNames(): Promise<readonly string[]> {
    const now = this.#world.nowMs();
    if (!this.#shards || now - this.#shards.listedMs >= SHARDS_MS) {
      const { objects, log } = this.#world;
      this.#shards = { names: await shardsOf(objects, log), listedMs: now };
    }
    return this.#shards.names;
  }
}

const beginning = (log: string, shard: string): ProgressRow => ({
  log,
  shard,
  through_seq: BEGINNING,
  latest_ms: 0,
  closed_ms: 0,
});

const gone = (error: SegmentGone): AppError =>
  new AppError("DEPENDENCY_DOWN", `the segment "${error.message}" was listed and is not there`, {
    dependency: "s3",
  });

function versionOf(snapshot: Snapshot, shards: readonly ShardView[]): string {
  const ends = shards.map(({ shard, segments, state }) =>
    [shard, segments.at(-1)?.through ?? "", state?.lastSeq ?? ""].join(" "),
  );
  const hash = createHash("sha256").update(ends.join("\n")).digest("hex");
  return `${snapshot.version()}-${hash.slice(0, 16)}`;
}

/** The largest time of a trade that the look has in it; `undefined` before the first. */
export function latestKnownMs({ shards }: StreamView): number | undefined {
  const times = shards.flatMap(({ progress, segments }) => [
    progress.latest_ms,
    ...segments.map((segment) => indexOf(segment).latestMs),
  ]);
  const latest = Math.max(0, ...times);
  return latest === 0 ? undefined : latest;
}
