/**
 * The frames of one lane on their way to the log, in order and one batch at a time. While the log does not take them they
 * wait in memory up to a bound, then in the lane's spill. Whatever is in the spill is older than what is in memory.
 *
 * Nothing leaves before the log has confirmed it, so a frame may be stored twice; its number tells that. What fits neither
 * place is lost, newest first, and counted.
 */
import { AppError } from "../../errors.ts";
import type { FeedNote, Spill } from "../../feed.ts";
import type { EventLog, Instruments } from "../../ports.ts";
import { rowsOf, type Sealed } from "./packer.ts";

export type OutboxWorld = Readonly<{
  eventLog: EventLog;
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  random: () => number;
  instruments: Instruments;
  note: FeedNote;
}>;

export type OutboxOptions = Readonly<{
  /** The log: "ticks". */
  log: string;
  /** The lane: "simulate/0". */
  key: string;
  feed: string;
  spill: Spill;
  memoryBytesMax: number;
  /** Whether frames may go to disk while the feed runs: not where the source can wait instead. */
  mustSpill: boolean;
}>;

/** What PutRecords of Kinesis takes at once, with room for keys. */
const BATCH_COUNT = 500;
const BATCH_BYTES = 4 * 1024 * 1024;
/** While older frames lie on disk, new ones join them as soon as they are worth a write. */
const JOIN_BYTES = 1024 * 1024;
const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 5_000;

export class Outbox {
  readonly #world: OutboxWorld;
  readonly #options: OutboxOptions;
  readonly #stop = new AbortController();
  /** Of sealed frames: those in memory. */
  #queue: Sealed[] = [];
  #queueBytes = 0;
  /** Frames at the head of the queue that are being appended now. */
  #underWay = 0;
  /** Frames of that batch that went to the head of the spill meanwhile. */
  #underWaySpilled = 0;
  /** Frames being written to the spill. */
  #moving: Promise<void> | undefined;
  #failures = 0;
  #isEnded = false;
  /** Reported once for each time that frames begin to be lost. */
  #isLosing = false;
  #wake: () => void = () => {};
  #giveRoom: () => void = () => {};
  lostTicks = 0;
  storedTicks = 0;

  constructor(world: OutboxWorld, options: OutboxOptions) {
    this.#world = world;
    this.#options = options;
  }

  get isEmpty(): boolean {
    return this.#queue.length === 0 && this.#options.spill.count() === 0;
  }

  /** Frames that the log has not confirmed yet. */
  get waiting(): number {
    return this.#queue.length + this.#options.spill.count();
  }

  put(frame: Sealed): void {
    this.#queue.push(frame);
    this.#queueBytes += frame.bytes.length;
    if (this.#options.mustSpill && this.#queueBytes > this.#bytesMax()) this.#move();
    this.#wake();
  }

  /** Resolves when a source that can wait may go on; at once while the log keeps up. */
  async room(stop: AbortSignal): Promise<void> {
    if (this.#queueBytes <= this.#options.memoryBytesMax) return;
    const given = new Promise<void>((resolve) => {
      this.#giveRoom = resolve;
    });
    const give = () => this.#giveRoom();
    stop.addEventListener("abort", give, { once: true });
    await given;
    stop.removeEventListener("abort", give);
  }

  /** Nothing will be put any more: {@link run} ends when all is stored. */
  end(): void {
    this.#isEnded = true;
    this.#wake();
  }

  /**
   * Stops appending and writes what is left to the spill, where the next start finds it.
   * @returns how many frames lie there
   */
  async abandon(): Promise<number> {
    this.#stop.abort();
    this.#wake();
    await this.#moving;
    this.#move();
    await this.#moving;
    for (const frame of this.#queue) this.#lose(frame);
    this.#queue = [];
    return this.#options.spill.count();
  }

  /** @throws whatever the log throws but DEPENDENCY_DOWN; the frames are kept then, see {@link abandon} */
  async run(): Promise<void> {
    while (!this.#stop.signal.aborted) {
      if (this.isEmpty) {
        if (this.#isEnded) return;
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      } else await this.#deliver();
    }
  }

  /** Appends the oldest batch, from the spill before memory. */
  async #deliver(): Promise<void> {
    await this.#moving;
    if (this.#stop.signal.aborted) return;
    const { spill } = this.#options;
    if (spill.count() > 0) {
      const records = await spill.oldest(BATCH_COUNT, BATCH_BYTES);
      if (await this.#append(records)) await this.#drop(records);
    } else {
      const frames = this.#oldest();
      this.#underWay = frames.length;
      const isStored = await this.#append(frames.map(({ bytes }) => bytes));
      await this.#settle(isStored, frames);
    }
    if (this.#queueBytes <= this.#options.memoryBytesMax / 2) this.#giveRoom();
  }

  #oldest(): Sealed[] {
    let bytes = 0;
    let count = 0;
    while (count < this.#queue.length && count < BATCH_COUNT) {
      bytes += this.#queue[count]!.bytes.length;
      if (bytes > BATCH_BYTES && count > 0) break;
      count++;
    }
    return this.#queue.slice(0, count);
  }

  /** What was stored is forgotten, wherever it lies by now. */
  async #settle(isStored: boolean, frames: readonly Sealed[]): Promise<void> {
    await this.#moving;
    const spilled = this.#underWaySpilled;
    this.#underWay = 0;
    this.#underWaySpilled = 0;
    // Whoever abandons the rest has written it down already, or is about to.
    if (!isStored || this.#stop.signal.aborted) return;
    this.#confirm(frames.reduce((sum, { rows }) => sum + rows, 0));
    if (spilled > 0) await this.#options.spill.drop(spilled);
    this.#countSpill("read", frames.slice(0, spilled));
    this.#forget(frames.length - spilled);
  }

  async #drop(records: readonly Uint8Array[]): Promise<void> {
    if (this.#stop.signal.aborted) return;
    this.#confirm(records.reduce((sum, bytes) => sum + rowsOf(bytes), 0));
    await this.#options.spill.drop(records.length);
    this.#countSpill(
      "read",
      records.map((bytes) => ({ bytes })),
    );
  }

  #confirm(ticks: number): void {
    const { feed } = this.#options;
    this.storedTicks += ticks;
    this.#world.instruments.add("feed_ticks_total", { feed, result: "stored" }, ticks);
  }

  #countSpill(event: "written" | "read", frames: readonly Pick<Sealed, "bytes">[]): void {
    const { feed } = this.#options;
    const bytes = frames.reduce((sum, frame) => sum + frame.bytes.length, 0);
    this.#world.instruments.add("feed_spill_bytes_total", { feed, event }, bytes);
  }

  /** @returns whether the log has confirmed all of them */
  async #append(records: readonly Uint8Array[]): Promise<boolean> {
    const { log, key } = this.#options;
    const { eventLog, note, random, sleep } = this.#world;
    try {
      await eventLog.append(
        log,
        records.map((bytes) => ({ key, bytes })),
      );
      if (this.#failures > 0) note("feed.log_back", { lane: key, attempts: this.#failures + 1 });
      this.#failures = 0;
      return true;
    } catch (error) {
      if (!(error instanceof AppError && error.code === "DEPENDENCY_DOWN")) throw error;
      if (this.#failures === 0) note("feed.log_down", { lane: key, reason: error.message });
      this.#failures++;
      const longestMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (this.#failures - 1));
      await sleep(random() * longestMs, this.#stop.signal);
      return false;
    }
  }

  #bytesMax(): number {
    const { spill, memoryBytesMax } = this.#options;
    return spill.count() > 0 ? Math.min(JOIN_BYTES, memoryBytesMax) : memoryBytesMax;
  }

  /** Begins to write what is in memory to the spill, unless that is under way. */
  #move(): void {
    this.#moving ??= this.#spill().finally(() => {
      this.#moving = undefined;
    });
  }

  async #spill(): Promise<void> {
    const { memoryBytesMax } = this.#options;
    do {
      const frames = [...this.#queue];
      if ((await this.#keep(frames)) < frames.length) return this.#trim();
      // Others have come while the disk was busy.
    } while (this.#queueBytes > this.#bytesMax());
    if (this.#queueBytes <= memoryBytesMax / 2) this.#isLosing = false;
  }

  /** @returns how many of the frames, the head of the queue, are on disk now and no longer in memory */
  async #keep(frames: readonly Sealed[]): Promise<number> {
    const { spill, key } = this.#options;
    const { note } = this.#world;
    if (frames.length > 0 && spill.count() === 0) note("feed.spill_begins", { lane: key });
    try {
      const kept = await spill.append(frames.map(({ bytes }) => bytes));
      this.#countSpill("written", frames.slice(0, kept));
      this.#forget(kept);
      this.#underWaySpilled += Math.min(kept, this.#underWay - this.#underWaySpilled);
      return kept;
    } catch (error) {
      if (!(error instanceof AppError)) throw error;
      note("feed.spill_failed", { lane: key, reason: error.message });
      return 0;
    }
  }

  /** What does not fit into memory either is lost; not what is being appended, which may arrive yet. */
  #trim(): void {
    const standing = this.#underWay - this.#underWaySpilled;
    const { memoryBytesMax } = this.#options;
    while (this.#queueBytes > memoryBytesMax && this.#queue.length > standing) {
      this.#lose(this.#queue.pop()!);
    }
  }

  #forget(count: number): void {
    for (const { bytes } of this.#queue.splice(0, count)) this.#queueBytes -= bytes.length;
  }

  #lose({ bytes, rows }: Sealed): void {
    const { feed, key } = this.#options;
    this.#queueBytes -= bytes.length;
    this.lostTicks += rows;
    this.#world.instruments.add("feed_ticks_total", { feed, result: "lost" }, rows);
    if (!this.#isLosing) this.#world.note("feed.ticks_lost", { lane: key, ticks: rows });
    this.#isLosing = true;
  }
}
