/** A shard for tests: the tick job of one process over given stores, which may die at any of its effects. */

import { zstd } from "../../../lib/edge/zstd.ts";
import { segmentsAfter } from "../../../lib/jobs/stream/state.ts";
import {
  type HotStates,
  type TickJob,
  type TickWorld,
  tickJob,
} from "../../../lib/jobs/stream/tick.ts";
import type { EventLog, Objects } from "../../../lib/ports.ts";
import { unpack } from "../../../lib/stream/pack.ts";
import { Processor, type ProcessorOptions } from "../../../lib/stream/processor.ts";
import type { LogRecord } from "../../../lib/stream/record.ts";
import { frameOf } from "../../../lib/stream/record-frame.ts";
import type { Segment } from "../../../lib/stream/segment.ts";
import type { BatchUpdates } from "../../../lib/stream/updates.ts";
import { effects } from "../killed.ts";

export const LOG = "ticks";
export const SHARD = "shard-0";
export const OPTIONS: ProcessorOptions = {
  windows: { sizesMs: [1000, 5000, 15_000], latenessMs: 2000 },
};

/** Counts nothing. */
export const UNCOUNTED: TickWorld["instruments"] = {
  add: () => {},
  set: () => {},
  observe: () => {},
};

/** What is shared by all processes. */
export type Shared = Readonly<{
  objects: Objects;
  states: Map<string, string>;
  hot: Map<string, Uint8Array>;
  pushed: BatchUpdates[];
  /** Lines of the records of that log. */
  enriched: string[];
  /** Where they go on to. */
  log?: EventLog;
}>;

export const shared = (objects: Objects): Shared => ({
  objects,
  states: new Map(),
  hot: new Map(),
  pushed: [],
  enriched: [],
});

/**
 * A process. `dies` is asked before and after each effect on what is shared; true ends it there for ever.
 * @param isRedisUp false = nobody knows where the shard stands
 */
export function process(
  { objects, states, hot, pushed, enriched, log }: Shared,
  dies: () => boolean = () => false,
  isRedisUp: () => boolean = () => true,
  options: ProcessorOptions = OPTIONS,
): TickJob {
  const effect = effects(dies);
  const hotStates: HotStates = {
    at: (log, shard) => effect(() => (isRedisUp() ? states.get(`${log} ${shard}`) : undefined)),
    write: (log, shard, at, state) =>
      effect(() => {
        if (!isRedisUp()) return;
        states.set(`${log} ${shard}`, at);
        if (state) hot.set(`${log} ${shard}`, state);
      }),
  };
  const world: TickWorld = {
    objects: {
      ...objects,
      get: (...args) => effect(() => objects.get(...args)),
      list: (...args) => effect(() => objects.list(...args)),
      put: (...args) => effect(() => objects.put(...args)),
    },
    packing: zstd,
    states: hotStates,
    audience: async () => undefined,
    // As to somebody who watches everything.
    push: (updates, _, forming = () => []) =>
      effect(() => {
        const all = forming(updates.trades.map(({ symbol }) => symbol));
        return pushed.push({ ...updates, bars: [...updates.bars, ...all] });
      }),
    enriched: {
      append: (name, records) =>
        effect(() => {
          for (const { bytes } of records) enriched.push(...String(Buffer.from(bytes)).split("\n"));
          return log?.append(name, records);
        }),
    },
    instruments: UNCOUNTED,
    nowMs: () => 1_704_300_000_000,
    options,
  };
  return tickJob(world);
}

/** The chain of segments of a shard of the log `ticks`. */
export async function storedSegments(objects: Objects, shard = SHARD): Promise<Segment[]> {
  const found: Segment[] = [];
  for await (const one of segmentsAfter({ objects, packing: zstd }, LOG, shard, "0")) {
    found.push(one);
  }
  return found;
}

/** The same records in one go, in memory. */
export function atOnce(all: readonly LogRecord[]) {
  const processor = new Processor(OPTIONS);
  for (const { seq, bytes, arrivalMs } of all) {
    const decoded = frameOf({ bytes });
    if ("fault" in decoded) {
      processor.refuse({ seq, row: null, reason: decoded.fault, detail: decoded.detail });
      continue;
    }
    const { frame: head, symbols, rows, columns } = decoded;
    processor.take({ seq, arrivalMs, head, symbols, rows, columns }, 1_704_300_000_000);
  }
  return { processor, ...processor.drain() };
}

/** A state without its counts of what was refused, which no replay knows. */
export function bareState(processor: Processor) {
  const { head, columns } = unpack(processor.export("work"));
  const { windows, ...rest } = head as { windows: { counts?: unknown } | null };
  const { counts: _counts, ...bare } = windows ?? {};
  return { ...rest, windows: bare, columns };
}
