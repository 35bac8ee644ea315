/**
 * A feed on its way to the log of the market stream: its ticks are packed into frames by lane, and each lane's frames are
 * appended in order (outbox.ts). Runs until the feed ends or is stopped, and then until all it has read is stored, or
 * lies on disk where the next start finds it.
 */
import { AppError } from "../../errors.ts";
import type { Feed, FeedBatch, FeedTick, SpillStore } from "../../feed.ts";
import { laneName, laneOf } from "./lanes.ts";
import { Outbox, type OutboxWorld } from "./outbox.ts";
import { Packer, type Place } from "./packer.ts";

export type LiveFeedWorld = OutboxWorld & Readonly<{ spills: SpillStore; nowMs: () => number }>;

export type LiveFeedOptions = Readonly<{
  feed: Feed;
  /** The log: "ticks". */
  log?: string;
  /** Keys by which a log spreads over its shards; symbols keep to one of them. 1. */
  lanes?: number;
  /** Rows at which a frame is sealed; 8,192. */
  rowsMax?: number;
  /** Longest time a tick waits for others; 20 ms. */
  holdMs?: number;
  /** How often a quiet lane tells the clock; 1 s. */
  quietMs?: number;
  /** Frames of a lane that wait in memory while the log is away; 32 MB, 8 MB where the source can wait. */
  memoryBytesMax?: number;
  /** How long the log may take for what is left after a stop; 10 s. */
  drainMs?: number;
}>;

export type LiveFeedFigures = Readonly<{
  /** Ticks that were packed, and those that were refused as they stand. */
  packed: number;
  refused: number;
  /** Ticks the log has confirmed, with those of an earlier process that lay on disk. */
  stored: number;
  /** Ticks that neither log nor disk took. */
  lost: number;
  /** Frames in memory and on disk, and bytes on disk. */
  waitingFrames: number;
  spilledBytes: number;
}>;

const MB = 1024 * 1024;
const TURN_MS = 5;
/** A line feed would end the name inside a frame. */
const SYMBOL = /^[\x21-\x7e]{1,32}$/;

type Lane = {
  packer: Packer;
  outbox: Outbox;
  timer: NodeJS.Timeout | undefined;
  sealedMs: number;
};
type Entry = Readonly<{ lane: Lane; place: Place }>;

export class LiveFeed {
  readonly #world: LiveFeedWorld;
  readonly #options: LiveFeedOptions;
  readonly #lanes: Lane[] = [];
  /** Every outbox there is: those of the lanes, and of lanes an earlier process had. */
  readonly #outboxes: Outbox[] = [];
  /** By symbol; null = refused. */
  readonly #entries = new Map<string, Entry | null>();
  readonly #failed = new AbortController();
  #spilledBytes = () => 0;
  #turnedMs = 0;
  #packed = 0;
  #refused = 0;

  constructor(world: LiveFeedWorld, options: LiveFeedOptions) {
    const { lanes = 1, rowsMax = 8_192 } = options;
    if (!(Number.isInteger(lanes) && lanes >= 1 && lanes <= 256))
      throw new AppError("BAD_REQUEST", `lanes must be a whole number from 1 to 256, was ${lanes}`);
    if (!(Number.isInteger(rowsMax) && rowsMax >= 1 && rowsMax <= 8_192))
      throw new AppError("BAD_REQUEST", `rows must be from 1 to 8,192, were ${rowsMax}`);
    this.#world = world;
    this.#options = options;
  }

  figures(): LiveFeedFigures {
    const sum = (of: (outbox: Outbox) => number) =>
      this.#outboxes.reduce((total, outbox) => total + of(outbox), 0);
    return {
      packed: this.#packed,
      refused: this.#refused,
      stored: sum(({ storedTicks }) => storedTicks),
      lost: sum(({ lostTicks }) => lostTicks),
      waitingFrames: sum(({ waiting }) => waiting),
      spilledBytes: this.#spilledBytes(),
    };
  }

  /**
   * Call it once.
   * @param signal ends the reading; what was read is stored first
   * @throws AppError what the feed or the log throw; what was read is stored, or lies on disk, by then
   */
  async run(signal: AbortSignal): Promise<LiveFeedFigures> {
    await this.#open();
    const stop = AbortSignal.any([signal, this.#failed.signal]);
    const delivered = Promise.all(
      this.#outboxes.map((outbox) =>
        outbox.run().catch((error: unknown) => {
          this.#failed.abort(error);
        }),
      ),
    );
    try {
      for await (const batch of this.#options.feed.read(stop)) {
        this.#take(batch);
        if (this.#options.feed.isPausable) await this.#room(stop);
      }
    } catch (error) {
      this.#failed.abort(error);
    }
    await this.#finish(delivered, stop);
    if (this.#failed.signal.aborted) throw this.#failed.signal.reason;
    return this.figures();
  }

  /** A source that waits is as fast as the log, and never keeps timers and signals from their turn. */
  async #room(stop: AbortSignal): Promise<void> {
    for (const { outbox } of this.#lanes) if (!stop.aborted) await outbox.room(stop);
    const nowMs = this.#world.nowMs();
    if (nowMs - this.#turnedMs < TURN_MS) return;
    await new Promise((resolve) => setImmediate(resolve));
    this.#turnedMs = nowMs;
  }

  async #open(): Promise<void> {
    const { feed, lanes = 1, rowsMax = 8_192 } = this.#options;
    const { spills, nowMs } = this.#world;
    const epochMs = nowMs();
    const spilled: (() => number)[] = [];
    const outboxOf = async (key: string) => {
      const spill = await spills.open(key);
      spilled.push(() => spill.bytes());
      const outbox = new Outbox(this.#world, { ...this.#outboxOptions(), key, spill });
      this.#outboxes.push(outbox);
      return outbox;
    };
    for (let lane = 0; lane < lanes; lane++) {
      const producer = laneName(feed.name, lane);
      const packer = new Packer({ producer, epochMs, isLive: feed.isLive, rowsMax });
      const outbox = await outboxOf(producer);
      this.#lanes.push({ packer, outbox, timer: undefined, sealedMs: epochMs });
    }
    const own = new Set(Array.from({ length: lanes }, (_, lane) => laneName(feed.name, lane)));
    for (const name of await spills.names()) {
      if (name.startsWith(`${feed.name}/`) && !own.has(name)) (await outboxOf(name)).end();
    }
    this.#spilledBytes = () => spilled.reduce((sum, bytes) => sum + bytes(), 0);
  }

  #outboxOptions() {
    const { feed, log = "ticks" } = this.#options;
    const { memoryBytesMax = feed.isPausable ? 8 * MB : 32 * MB } = this.#options;
    return { log, feed: feed.name, memoryBytesMax, mustSpill: !feed.isPausable };
  }

  #take({ ticks, clockMs }: FeedBatch): void {
    let refused = 0;
    for (const tick of ticks) {
      const entry = this.#entries.get(tick.symbol) ?? this.#entryOf(tick);
      if (entry === null) {
        refused++;
        continue;
      }
      const { lane, place } = entry;
      lane.packer.push(tick, place);
      if (lane.packer.isFull) this.#seal(lane);
      else lane.timer ??= this.#sealLater(lane);
    }
    this.#packed += ticks.length - refused;
    this.#refused += refused;
    const { instruments } = this.#world;
    const feed = this.#options.feed.name;
    if (refused > 0) instruments.add("feed_ticks_total", { feed, result: "refused" }, refused);
    if (clockMs !== undefined) this.#tellClock(clockMs);
  }

  #entryOf({ symbol }: FeedTick): Entry | null {
    const known = this.#entries.get(symbol);
    if (known !== undefined) return known;
    const isSymbol = SYMBOL.test(symbol);
    if (!isSymbol) this.#world.note("feed.symbol_refused", { symbol: symbol.slice(0, 40) });
    const lane = this.#lanes[laneOf(symbol, this.#lanes.length)]!;
    const entry = isSymbol ? { lane, place: { frame: 0, index: 0 } } : null;
    this.#entries.set(symbol, entry);
    return entry;
  }

  /** Lanes with nothing to say repeat the clock, unless older frames still wait: those would only grow more. */
  #tellClock(clockMs: number): void {
    const { quietMs = 1_000 } = this.#options;
    const nowMs = this.#world.nowMs();
    for (const lane of this.#lanes) {
      const { packer, outbox } = lane;
      packer.tellClock(clockMs);
      const isQuiet = packer.rows === 0 && nowMs - lane.sealedMs >= quietMs;
      if (isQuiet && packer.hasNews && outbox.waiting === 0) this.#seal(lane);
    }
  }

  #sealLater(lane: Lane): NodeJS.Timeout {
    const { holdMs = 20 } = this.#options;
    return setTimeout(() => this.#seal(lane), holdMs);
  }

  #seal(lane: Lane): void {
    clearTimeout(lane.timer);
    lane.timer = undefined;
    lane.sealedMs = this.#world.nowMs();
    lane.outbox.put(lane.packer.seal(lane.sealedMs));
  }

  /** Stores what is left. A log that does not take it has so long as `drainMs` after a stop; then it goes to disk. */
  async #finish(delivered: Promise<unknown>, stop: AbortSignal): Promise<void> {
    const { drainMs = 10_000 } = this.#options;
    const { sleep, spills, note } = this.#world;
    for (const lane of this.#lanes) {
      if (lane.packer.rows > 0 || lane.packer.hasNews) this.#seal(lane);
      clearTimeout(lane.timer);
      lane.outbox.end();
    }
    const done = new AbortController();
    const patience = async () => {
      await aborted(stop, done.signal);
      await sleep(drainMs, done.signal);
    };
    await Promise.race([delivered, patience()]);
    done.abort();
    let left = 0;
    for (const outbox of this.#outboxes) left += await outbox.abandon();
    if (left > 0) note("feed.left_on_disk", { frames: left, bytes: this.#spilledBytes() });
    await spills.close();
  }
}

function aborted(signal: AbortSignal, other: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    for (const one of [signal, other])
      one.addEventListener("abort", () => resolve(), { once: true });
  });
}
