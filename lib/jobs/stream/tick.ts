/**
 * A batch of the log `ticks` as a use case: records become bars, findings and last trades; what entered and what came of
 * it is stored as one segment; who watches is told.
 *
 * The segment decides. It is named by the number the batch begins after and stored only where none has that name: of two
 * processes that follow the same state one goes on, the other reads what that one has stored. So a batch that comes
 * again, in whole, in part or cut otherwise, changes nothing, whatever was done when a process ended in the midst of it.
 * Whatever fails, the state in memory is given up and the batch has to come again.
 */
import { AppError } from "../../errors.ts";
import type { EventLog, Instruments } from "../../ports.ts";
import type { Processor, ProcessorOptions } from "../../stream/processor.ts";
import { compareSeq, type LogBatch, type LogRecord } from "../../stream/record.ts";
import { frameOf } from "../../stream/record-frame.ts";
import type { Segment } from "../../stream/segment.ts";
import { quarantineKey } from "../../stream/segment-names.ts";
import type { Taken } from "../../stream/taken.ts";
import { TickRate } from "../../stream/tick-rate.ts";
import { type BatchUpdates, type FormingBars, NO_UPDATES } from "../../stream/updates.ts";
import { enrichedRecords } from "./enriched.ts";
import { putSegment } from "./segments.ts";
import { catchUp, loadedShard, type StoredStream, storeState } from "./state.ts";

/** Where the state stands, shared by all processes; see lib/edge/stream-states.ts. */
export type HotStates = Readonly<{
  /** The last number taken; `undefined` when nobody knows. */
  at: (log: string, shard: string) => Promise<string | undefined>;
  /** @param state for who only looks; without it the one before stands */
  write: (log: string, shard: string, at: string, state?: Uint8Array) => Promise<void>;
}>;

/** `undefined` when nobody knows; see {@link LivePush.push}. */
export type Audience = string | null | undefined;

export type TickWorld = StoredStream &
  Readonly<{
    states: HotStates;
    /** The version of who watches, asked for in one turn with where the state stands. Never throws. */
    audience: () => Promise<Audience>;
    /**
     * Tells who watches, and again what could not be told before. Never throws.
     * @param forming asked for the symbols that somebody wants to know of
     */
    push: (updates: BatchUpdates, audience: Audience, forming?: FormingBars) => Promise<unknown>;
    /** Where closed bars and findings go on; `undefined` where nobody wants them. */
    enriched: EventLog | undefined;
    instruments: Instruments;
    nowMs: () => number;
    options: ProcessorOptions;
  }>;

type Shard = {
  processor: Processor;
  /** Segments since the last whole state. */
  segments: number;
  stateMs: number;
  hotMs: number;
  readonly rate: TickRate;
};

/**
 * A whole state is stored so that loading takes few segments: after so many, but of a busy stream, whose state is large, not
 * before so long; and after so long in any case.
 */
const STATE_SEGMENTS = 64;
const STATE_MS_MIN = 30_000;
const STATE_MS = 60_000;
/** For who looks; younger segments are taken again then. */
const HOT_MS = 200;
/** Rows of one record that are told one by one; the record is kept as well when there are more. */
const REFUSED_MAX = 100;
/** Another process that stores before us is read and followed; more in a row is a fault of the log. */
const FOLLOWED_MAX = 5;

/** @returns nothing that failed: what fails is thrown */
export type TickJob = (batch: LogBatch) => Promise<Readonly<Record<string, never>>>;

/** @returns the job of one process: it remembers the shards it works for */
export function tickJob(world: TickWorld): TickJob {
  const shards = new Map<string, Shard>();
  return async ({ log, shard, records }) => {
    const name = `${log} ${shard}`;
    const known = shards.get(name);
    shards.delete(name);
    // One request to Redis asks for both.
    const [audience, state] = await Promise.all([
      world.audience(),
      present(world, log, shard, known),
    ]);
    for (let followed = 0; ; followed++) {
      const fresh = records.filter(({ seq }) => compareSeq(seq, state.processor.lastSeq) > 0);
      if (fresh.length === 0) {
        await world.push(NO_UPDATES, audience);
        break;
      }
      if (await stored(world, log, shard, state, fresh, audience)) break;
      if (followed === FOLLOWED_MAX) throw overtaken(log, shard);
      Object.assign(state, await loaded(world, log, shard));
    }
    shards.set(name, state);
    return {};
  };
}

const overtaken = (log: string, shard: string) =>
  new AppError("WRITE_CONFLICT", `stream ${log}, shard ${shard}: others keep storing before us`, {
    log,
    shard,
  });

async function loaded(world: TickWorld, log: string, shard: string): Promise<Shard> {
  const state = await loadedShard(world, log, shard, world.options);
  return { ...state, stateMs: world.nowMs(), hotMs: 0, rate: new TickRate() };
}

/** The state in memory where it still stands; otherwise what is stored. */
async function present(
  world: TickWorld,
  log: string,
  shard: string,
  known: Shard | undefined,
): Promise<Shard> {
  if (known === undefined) return loaded(world, log, shard);
  const at = await world.states.at(log, shard);
  if (at === known.processor.lastSeq) return known;
  // Nobody knows, or somebody says otherwise: what is stored is asked.
  try {
    known.segments += await catchUp(world, log, shard, known.processor);
    return known;
  } catch (error) {
    // What it would have to take was folded and removed since.
    if (error instanceof AppError && error.code === "BAD_FILE") return loaded(world, log, shard);
    throw error;
  }
}

/** @returns false when another process has stored a segment after the same number; then the state is of no use */
async function stored(
  world: TickWorld,
  log: string,
  shard: string,
  state: Shard,
  records: readonly LogRecord[],
  audience: Audience,
): Promise<boolean> {
  const { processor } = state;
  const processedMs = world.nowMs();
  const after = processor.lastSeq;
  const through = records.at(-1)!.seq;
  await takeAll(world, log, shard, processor, records, processedMs);
  processor.lastSeq = through;
  const { taken, updates } = processor.drain();
  const segment = { log, shard, after, through, processedMs, ...segmentOf(taken, updates) };
  await sendEnriched(world, segment, updates);
  if ((await putSegment(world, segment)) === "taken") return false;
  state.segments++;
  await Promise.all([
    world.push(updates, audience, (symbols) => processor.forming(symbols)),
    noteState(world, log, shard, state, processedMs),
  ]);
  count(world.instruments, segment, taken, state.rate, world.nowMs());
  return true;
}

async function takeAll(
  world: TickWorld,
  log: string,
  shard: string,
  processor: Processor,
  records: readonly LogRecord[],
  processedMs: number,
): Promise<void> {
  for (const record of records) {
    const before = processor.refusedRows;
    const isRead = take(world, processor, record, processedMs);
    if (isRead && processor.refusedRows - before <= REFUSED_MAX) continue;
    await world.objects.put(quarantineKey(log, shard, record.seq), record.bytes);
  }
}

/** @returns whether the record could be read */
function take(
  { instruments }: TickWorld,
  processor: Processor,
  { seq, bytes, arrivalMs }: LogRecord,
  processedMs: number,
): boolean {
  const decoded = frameOf({ bytes });
  if ("fault" in decoded) {
    processor.refuse({ seq, row: null, reason: decoded.fault, detail: decoded.detail });
    return false;
  }
  const { frame: head, symbols, rows, columns, refused } = decoded;
  const leftOut = refused.map(({ row }) => row);
  const ticks = { symbols, rows, columns, leftOut };
  const missing = processor.take({ seq, arrivalMs, head, ...ticks }, processedMs);
  if (missing === "repeat") {
    instruments.add("stream_frames_total", { result: "repeat" });
    return true;
  }
  for (const one of refused) processor.refuse({ seq, ...one });
  instruments.add("stream_frames_total", { result: "taken" });
  if (missing > 0) instruments.add("stream_frames_total", { result: "missing" }, missing);
  return true;
}

const segmentOf = (taken: Taken, updates: BatchUpdates) => ({
  symbols: taken.symbols,
  frames: taken.frames,
  ticks: taken.ticks(),
  bars: updates.bars.map(({ bar, seq }) => ({ ...bar, seq })),
  anomalies: updates.anomalies as Segment["anomalies"],
  refused: taken.refused,
});

/** Before the segment is stored: what comes again is told by its number, what was left out would never come. */
async function sendEnriched(
  { enriched }: TickWorld,
  segment: Segment,
  updates: BatchUpdates,
): Promise<void> {
  const records = enrichedRecords(segment, updates);
  if (enriched && records.length > 0) await enriched.append("enriched", records);
}

async function noteState(
  world: TickWorld,
  log: string,
  shard: string,
  state: Shard,
  nowMs: number,
): Promise<void> {
  const { processor } = state;
  const isHotDue = nowMs - state.hotMs >= HOT_MS;
  const hot = isHotDue ? await world.packing.pack(processor.export("looks")) : undefined;
  if (isHotDue) state.hotMs = nowMs;
  await world.states.write(log, shard, processor.lastSeq, hot);
  const ageMs = nowMs - state.stateMs;
  const isDue = state.segments >= STATE_SEGMENTS && ageMs >= STATE_MS_MIN;
  if (!isDue && ageMs < STATE_MS) return;
  await storeState(world, log, shard, processor);
  state.segments = 0;
  state.stateMs = nowMs;
}

function count(
  instruments: Instruments,
  segment: Segment,
  taken: Taken,
  rate: TickRate,
  nowMs: number,
): void {
  const { log, shard, processedMs, ticks, bars, frames } = segment;
  const perSecond = rate.add(ticks.rows, processedMs, nowMs);
  instruments.set("messages_per_second", { log, shard }, perSecond);
  instruments.add(
    "tick_messages_received_total",
    { result: "accepted" },
    ticks.rows - taken.lateTicks,
  );
  instruments.add("tick_messages_received_total", { result: "late" }, taken.lateTicks);
  instruments.add("tick_messages_received_total", { result: "refused" }, taken.refusedRows);
  instruments.add("tick_messages_received_total", { result: "repeat" }, taken.repeats);
  instruments.add("aggregated_messages_received_total", {}, bars.length);
  for (const { arrivalMs } of frames) {
    instruments.observe("processing_latency_seconds", {}, (nowMs - arrivalMs) / 1000);
  }
}
