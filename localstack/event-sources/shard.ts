/**
 * One shard of one mapping: reads ahead, makes batches, hands them to the lanes and keeps the position behind which
 * everything is settled.
 */
import { Bell, type Clock } from "./clock.ts";
import { Delivery, type DeliveryContext, type WindowSlot } from "./delivery.ts";
import { PAYLOAD_BYTES_MAX } from "./events.ts";
import { PositionGone, type ShardReader, type StartingPosition } from "./log-reader.ts";
import { batchLength, laneOf, type Queued, Unsettled } from "./queue.ts";
import { STATE_BYTES_MAX, type TumblingWindow, windowAt } from "./tumbling.ts";

/** Where a shard goes on after a restart. */
export type Position = Readonly<{
  /** Everything up to this number is settled; none yet, when missing. */
  after?: string | undefined;
  /** Where a mapping began that did not begin at the oldest record. */
  sinceMs?: number | undefined;
  window?: TumblingWindow | undefined;
}>;

export type ShardContext = Omit<DeliveryContext, "changed"> &
  Readonly<{
    open: (start: StartingPosition) => ShardReader;
    /** Where the shard begins when there is no position. */
    start: StartingPosition;
    position: Position;
    keep: (position: Position) => void;
  }>;

/** Pauses between two reads: after records; then growing while there are none; after a long silence. */
const BUSY_MS = 2;
const IDLE_MS = 25;
const SILENT_MS = 100;
const SILENCE_MS = 60_000;
/** A log that tells what comes is asked all the same after so long. */
const UNTOLD_MS = 250;
/** A shard gives at most as many at once. */
const READ_MAX = 10_000;
const READ_MIN = 1_000;
const RETRY_MS_MAX = 5_000;
/** How long after its end a window may still get records, whose arrival another clock has told. */
const WINDOW_GRACE_MS = 500;

type Lane = Readonly<{ queue: Queued[]; bell: Bell; delivery: Delivery }>;

export class Shard {
  readonly #context: ShardContext;
  readonly #clock: Clock;
  readonly #slot: WindowSlot;
  readonly #lanes: readonly Lane[];
  readonly #unsettled = new Unsettled();
  readonly #room: Bell;
  #position: Position;
  #reader: ShardReader;
  /** Number of the last record read. */
  #readTo: string | undefined;
  /** Everything that arrived by then has been read. */
  #caughtUpMs = Number.NEGATIVE_INFINITY;
  #isEnded = false;

  constructor(context: ShardContext) {
    const { position, open, start, mapping, clock, stop } = context;
    this.#context = context;
    this.#clock = clock;
    this.#position = position;
    this.#readTo = position.after;
    this.#slot = { window: position.window };
    this.#reader = open(
      position.after === undefined && position.sinceMs !== undefined
        ? { timestampMs: position.sinceMs }
        : start,
    );
    this.#room = new Bell(clock, stop);
    const delivering: DeliveryContext = { ...context, changed: () => this.#changed() };
    this.#lanes = Array.from({ length: mapping.lanes }, () => ({
      queue: [],
      bell: new Bell(clock, stop),
      delivery: new Delivery(delivering, this.#slot),
    }));
  }

  /** Returns when the shard was closed and everything in it is settled, or when nothing new may begin. */
  async run(): Promise<void> {
    if (this.#position.sinceMs !== undefined) this.#context.keep(this.#position);
    try {
      await Promise.all([this.#poll(), ...this.#lanes.map((lane) => this.#work(lane))]);
    } finally {
      await this.#reader.close();
    }
  }

  get #isStopped(): boolean {
    return this.#context.stop.aborted;
  }

  async #poll(): Promise<void> {
    let pauseMs = BUSY_MS;
    let heardMs = this.#clock.nowMs();
    while (!this.#isStopped && !this.#isEnded) {
      const room = this.#roomRecords();
      if (room === 0) {
        await this.#room.next();
        continue;
      }
      const beganMs = this.#clock.nowMs();
      const isNews = await this.#readOnce(room, beganMs);
      if (isNews) heardMs = beganMs;
      const idleMs = beganMs - heardMs > SILENCE_MS ? SILENT_MS : IDLE_MS;
      pauseMs = isNews ? BUSY_MS : Math.min(idleMs, pauseMs * 2);
      if (!this.#isEnded) await this.#pause(pauseMs);
    }
  }

  async #pause(ms: number): Promise<void> {
    const { stop } = this.#context;
    if (this.#reader.whenNews) await this.#reader.whenNews(UNTOLD_MS, stop);
    else await this.#clock.sleep(ms, stop);
  }

  /** How many records may be read ahead of the function. */
  #roomRecords(): number {
    const { batchSize, lanes } = this.#context.mapping;
    const most = Math.max(READ_MIN, 2 * batchSize * lanes);
    if (this.#unsettled.bytes > 2 * lanes * PAYLOAD_BYTES_MAX) return 0;
    const room = most - this.#unsettled.records;
    // A few at a time would cost as much as many.
    return room < most / 2 && this.#unsettled.records > batchSize ? 0 : Math.min(READ_MAX, room);
  }

  /** @returns whether there was something to read */
  async #readOnce(limit: number, nowMs: number): Promise<boolean> {
    const records = await this.#read(limit);
    if (!records) return false;
    const { shape, mapping } = this.#context;
    for (const record of records) {
      const queued = {
        record,
        bytes: shape.recordBytes(record),
        takenMs: nowMs,
        isSettled: false,
      };
      this.#unsettled.add(queued);
      this.#lanes[laneOf(record.key, mapping.lanes)]?.queue.push(queued);
    }
    this.#readTo = records.at(-1)?.seq ?? this.#readTo;
    if (records.length === 0) this.#caughtUpMs = nowMs;
    this.#isEnded = records.length === 0 && (this.#reader.isEnded?.() ?? false);
    const isDue = this.#isEnded || this.#isWindowOver();
    if (records.length > 0 || isDue) for (const { bell } of this.#lanes) bell.ring();
    return records.length > 0;
  }

  /** The next records; `undefined` when there were none to be had before the stop. */
  async #read(limit: number): Promise<Awaited<ReturnType<ShardReader["read"]>> | undefined> {
    const { mapping, shard, log, stop } = this.#context;
    for (let tries = 0; !this.#isStopped; tries++) {
      try {
        const records = await this.#reader.read(this.#readTo, limit);
        if (tries > 0) log(`${mapping.id} ${shard}: reads again`);
        return records;
      } catch (error) {
        if (error instanceof PositionGone) await this.#restart(error);
        else {
          if (tries === 0 && !this.#isStopped)
            log(`${mapping.id} ${shard}: cannot be read, trying on: ${String(error)}`);
          await this.#clock.sleep(Math.min(RETRY_MS_MAX, 50 * 2 ** tries), stop);
        }
      }
    }
    return undefined;
  }

  /** Begins at the oldest record there is: what lies between is lost, or the log is another one. */
  async #restart(cause: PositionGone): Promise<void> {
    const { mapping, shard, log, open } = this.#context;
    log(
      `${mapping.id} ${shard}: the log no longer has what follows ${this.#readTo ?? "its start"} (${cause.message}); goes on at the oldest record`,
    );
    await this.#reader.close();
    this.#reader = open("TRIM_HORIZON");
    this.#readTo = undefined;
  }

  async #work(lane: Lane): Promise<void> {
    const { mapping } = this.#context;
    while (!this.#isStopped) {
      if (mapping.tumblingWindowMs > 0 && (await this.#turnedWindow(lane))) continue;
      const length = this.#lengthNow(lane.queue);
      if (length > 0) await lane.delivery.batch(lane.queue.splice(0, length));
      else if (this.#isEnded && lane.queue.length === 0) return;
      else await lane.bell.next(this.#waitMs(lane.queue));
    }
  }

  #lengthNow(queue: readonly Queued[]): number {
    const { batchSize, batchWindowMs, tumblingWindowMs } = this.#context.mapping;
    const stateBytes = tumblingWindowMs > 0 ? STATE_BYTES_MAX : 0;
    const limits = {
      recordsMax: batchSize,
      bytesMax: PAYLOAD_BYTES_MAX - this.#context.shape.emptyBytes - stateBytes,
      windowMs: batchWindowMs,
    };
    const { window } = this.#slot;
    return batchLength(queue, limits, this.#clock.nowMs(), {
      isOver: this.#isEnded || this.#isWindowOver(),
      ...(window && { endMs: window.endMs }),
    });
  }

  /** How long until the batching window of what waits has passed; for ever when nothing waits. */
  #waitMs(queue: readonly Queued[]): number | undefined {
    const [first] = queue;
    if (!first) return undefined;
    const { batchWindowMs } = this.#context.mapping;
    return Math.max(1, first.takenMs + batchWindowMs - this.#clock.nowMs());
  }

  #isWindowOver(): boolean {
    const { window } = this.#slot;
    return window !== undefined && this.#caughtUpMs >= window.endMs + WINDOW_GRACE_MS;
  }

  /** Opens or closes the tumbling window when it is time. @returns whether it closed one */
  async #turnedWindow({ queue, delivery }: Lane): Promise<boolean> {
    const [first] = queue;
    const { window } = this.#slot;
    if (window === undefined) {
      if (first)
        this.#slot.window = windowAt(
          first.record.arrivalMs,
          this.#context.mapping.tumblingWindowMs,
        );
      return false;
    }
    const isNext = first !== undefined && first.record.arrivalMs >= window.endMs;
    if (!isNext && (first !== undefined || !this.#isWindowOver())) return false;
    await delivery.closeWindow({ isEarly: false });
    return true;
  }

  #changed(): void {
    const settled = this.#unsettled.advance();
    const { window } = this.#slot;
    if (settled === undefined && window === this.#position.window) return;
    const after = settled ?? this.#position.after;
    const { sinceMs } = this.#position;
    this.#position = { after, ...(after === undefined && { sinceMs }), window };
    this.#context.keep(this.#position);
    this.#room.ring();
  }
}
