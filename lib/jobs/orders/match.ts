/**
 * A batch of the log `orders` as a use case: commands meet their books, trades go out as ticks, and the batch is stored
 * as one segment.
 *
 * The segment decides, as with the log `ticks`: it is named by the number the batch begins after and stored only where
 * none has that name, so of two processes that follow the same state one goes on and the other reads what that one has
 * stored. A batch that comes again changes nothing; trades that are told again have the number they had, and are known by it.
 */
import { AppError } from "../../errors.ts";
import type { Units } from "../../orders/command.ts";
import type { Damaged, Desk, Taken } from "../../orders/desk.ts";
import type { Execution } from "../../orders/record.ts";
import type { EventLog, Instruments, LogBatch, LogRecord } from "../../ports.ts";
import { encodeFrame } from "../../stream/frame.ts";
import { compareSeq } from "../../stream/record.ts";
import { quarantineKey } from "../../stream/segment-names.ts";
import type { SegmentStore } from "../stream/segments.ts";
import { catchUp, loadedDesk, storeBatch, storeDesk } from "./desks.ts";
import { priceNumber, sizeNumber } from "./units.ts";

export type MatchWorld = SegmentStore &
  Readonly<{
    /** Where the shards stand, for who only looks; see lib/edge/stream-states.ts. */
    states: Readonly<{
      at: (log: string, shard: string) => Promise<string | undefined>;
      write: (log: string, shard: string, at: string) => Promise<void>;
    }>;
    /** Where trades go on as ticks. */
    eventLog: EventLog;
    instruments: Pick<Instruments, "add" | "observe">;
    nowMs: () => number;
  }>;

type Shard = { desk: Desk; batches: number; stateMs: number };

/** A whole state is stored after so many batches, or so long. */
const STATE_BATCHES = 64;
const STATE_MS = 60_000;
/** Another process that stores before us is read and followed; more in a row is a fault of the log. */
const FOLLOWED_MAX = 5;

export type MatchJob = (batch: LogBatch) => Promise<Readonly<Record<string, never>>>;

/** @returns the job of one process: it remembers the shards it works for. What fails is thrown, and the batch comes again. */
export function matchJob(world: MatchWorld): MatchJob {
  const shards = new Map<string, Shard>();
  return async ({ log, shard, records }) => {
    const known = shards.get(shard);
    // Given back when all is stored: a state that took what is not stored is of no use.
    shards.delete(shard);
    let state = await present(world, log, shard, known);
    for (let followed = 0; ; followed++) {
      const { desk } = state;
      const fresh = records.filter(({ seq }) => compareSeq(seq, desk.lastSeq) > 0);
      if (fresh.length === 0 || (await matched(world, log, shard, state, fresh))) break;
      if (followed === FOLLOWED_MAX) throw overtaken(log, shard);
      state = await loaded(world, shard);
    }
    shards.set(shard, state);
    return {};
  };
}

const overtaken = (log: string, shard: string) =>
  new AppError("WRITE_CONFLICT", `log ${log}, shard ${shard}: others keep storing before us`, {
    log,
    shard,
  });

async function loaded(world: MatchWorld, shard: string): Promise<Shard> {
  return { ...(await loadedDesk(world, shard)), stateMs: world.nowMs() };
}

/** The state in memory where it still stands; otherwise what is stored. */
async function present(world: MatchWorld, log: string, shard: string, known: Shard | undefined) {
  if (known === undefined) return loaded(world, shard);
  const at = await world.states.at(log, shard);
  if (at === known.desk.lastSeq) return known;
  try {
    known.batches += await catchUp(world, shard, known.desk);
    return known;
  } catch (error) {
    // What it would have to take was folded and removed since.
    if (error instanceof AppError && error.code === "BAD_FILE") return loaded(world, shard);
    throw error;
  }
}

/** @returns false when another process has stored a batch after the same number; then the state is of no use */
async function matched(
  world: MatchWorld,
  log: string,
  shard: string,
  state: Shard,
  records: readonly LogRecord[],
): Promise<boolean> {
  const { desk } = state;
  const after = desk.lastSeq;
  const taken = records.map((record) => desk.take(record));
  for (const [at, one] of taken.entries()) {
    if ("fault" in one)
      await world.objects.put(quarantineKey(log, shard, one.seq), records[at]!.bytes);
  }
  await sendTrades(world, desk, taken);
  const through = desk.lastSeq;
  if ((await storeBatch(world, { log, shard, after, through, records })) === "taken") return false;
  state.batches++;
  await world.states.write(log, shard, through);
  await keepState(world, shard, state);
  count(world, records, taken);
  return true;
}

/** Before the batch is stored: a trade that comes again is known by its number, one that was left out would never come. */
async function sendTrades(
  { eventLog, nowMs }: MatchWorld,
  desk: Desk,
  taken: readonly (Taken | Damaged)[],
): Promise<void> {
  const executions = taken.flatMap((one) => ("fault" in one ? [] : one.executions));
  const records = executions.map((execution) => ({
    key: execution.symbol,
    bytes: frameOf(execution, desk.books.get(execution.symbol)!.units, nowMs()),
  }));
  if (records.length > 0) await eventLog.append("ticks", records);
}

/**
 * A trade as a frame of its own, numbered as the trade is: however a batch is cut when it comes again, each is known. The
 * tick has no id, because a feed may number trades of the same symbol.
 */
const frameOf = (execution: Execution, units: Units, sentMs: number): Uint8Array =>
  encodeFrame({
    producer: `orders/${execution.symbol}`,
    ...{ epochMs: 0, number: execution.trade, sentMs, clockMs: null, isLive: true },
    ...{ symbols: [execution.symbol], rows: 1 },
    columns: {
      symbol: new Int32Array(1),
      timeMs: Float64Array.of(execution.timeMs),
      price: Float64Array.of(priceNumber(execution.priceTicks, units)),
      size: Float64Array.of(sizeNumber(execution.sizeLots, units)),
    },
  });

async function keepState(world: MatchWorld, shard: string, state: Shard): Promise<void> {
  const nowMs = world.nowMs();
  if (state.batches < STATE_BATCHES && nowMs - state.stateMs < STATE_MS) return;
  await storeDesk(world, shard, state.desk);
  state.batches = 0;
  state.stateMs = nowMs;
}

function count(
  { instruments, nowMs }: MatchWorld,
  records: readonly LogRecord[],
  taken: readonly (Taken | Damaged)[],
): void {
  const endMs = nowMs();
  for (const { arrivalMs } of records) {
    instruments.observe("qf_order_latency_seconds", {}, Math.max(0, endMs - arrivalMs) / 1000);
  }
  for (const one of taken) {
    if ("fault" in one) {
      instruments.add("qf_order_commands_total", { kind: "unknown", outcome: "damaged" });
      continue;
    }
    const { kind, outcome, executions } = one;
    instruments.add("qf_order_commands_total", { kind, outcome });
    for (const { aggressor, sizeLots } of executions) {
      instruments.add("qf_trades_total", { aggressor });
      instruments.add("qf_trade_volume_total", { aggressor }, sizeLots);
    }
  }
}
