/**
 * Runs event-source mappings as Lambda does: every shard of every log read, its records brought to the function in
 * batches. It knows nothing of where logs, functions and positions are.
 */
import type { Checkpoints } from "./checkpoints.ts";
import { Bell, type Clock, systemClock } from "./clock.ts";
import type { OnFailure } from "./delivery.ts";
import { eventShape } from "./events.ts";
import type { LogReader } from "./log-reader.ts";
import type { Mapping } from "./mapping.ts";
import { type Position, Shard } from "./shard.ts";
import type { Invoke } from "./verdict.ts";

export type RunnerOptions = Readonly<{
  mappings: readonly Mapping[];
  /** Opens the log of a mapping. */
  logOf: (mapping: Mapping) => LogReader;
  invoke: Invoke;
  /** The destination an ARN stands for. */
  onFailureOf?: (arn: string) => OnFailure;
  checkpoints: Checkpoints;
  /** Addresses of Kafka, for the events of MSK. */
  brokers?: string | undefined;
  log: (line: string) => void;
  clock?: Clock;
}>;

export type Runner = Readonly<{
  /**
   * Begins nothing new, waits for the invocations under way and writes the positions.
   * @param graceMs after which invocations under way are given up, 3,000 by default
   */
  close(graceMs?: number): Promise<void>;
}>;

const RELIST_MS = 10_000;
const RETRY_MS_MAX = 5_000;

type Signals = Readonly<{ stop: AbortSignal; kill: AbortSignal }>;
type Options = RunnerOptions & Readonly<{ clock: Clock }>;

const stackOf = (error: unknown) => (error instanceof Error ? error.stack : String(error));

/** Positions of an earlier run. A file that is no longer readable must not lose records: everything is read again. */
function positionsOf({ checkpoints, log }: Options, { id }: Mapping) {
  try {
    return checkpoints.read(id);
  } catch (error) {
    log(`${id}: its positions cannot be read, begins at the oldest record: ${String(error)}`);
    return {};
  }
}

/** Where a shard begins: what a mapping has never seen belongs to its start, a shard that came later to its log. */
function beginning(
  { start }: Mapping,
  isFirstRun: boolean,
  nowMs: number,
): Readonly<{ start: Mapping["start"]; position: Position }> {
  if (!isFirstRun) return { start: "TRIM_HORIZON", position: {} };
  if (start === "TRIM_HORIZON") return { start, position: {} };
  return { start, position: { sinceMs: start === "LATEST" ? nowMs : start.timestampMs } };
}

/** The names of the shards; `undefined` when told to stop before the log answered. */
async function shardsOf(
  reader: LogReader,
  { id }: Mapping,
  { clock, log }: Options,
  stop: AbortSignal,
): Promise<readonly string[] | undefined> {
  for (let tries = 0; !stop.aborted; tries++) {
    try {
      return await reader.shards();
    } catch (error) {
      if (tries === 0) log(`${id}: its log cannot be reached, trying on: ${String(error)}`);
      await clock.sleep(Math.min(RETRY_MS_MAX, 100 * 2 ** tries), stop);
    }
  }
  return undefined;
}

async function runMapping(mapping: Mapping, options: Options, signals: Signals): Promise<void> {
  const { clock, checkpoints, onFailureOf, log, brokers } = options;
  const { stop } = signals;
  const reader = options.logOf(mapping);
  const ended = new Bell(clock, stop);
  const running = new Map<string, Promise<void>>();
  const known = positionsOf(options, mapping);
  let isFirstRun = known === undefined;

  const begin = (shard: string) => {
    const position = known?.[shard];
    const fresh = beginning(mapping, isFirstRun, clock.nowMs());
    const context = {
      ...options,
      ...signals,
      mapping,
      shard,
      shape: eventShape(mapping, shard, brokers),
      onFailure:
        mapping.onFailureArn === undefined ? undefined : onFailureOf?.(mapping.onFailureArn),
      start: fresh.start,
      position: position ?? fresh.position,
      open: (start: Mapping["start"]) => reader.open(shard, start),
      keep: (kept: Position) => checkpoints.keep(mapping.id, shard, kept),
    };
    return new Shard(context)
      .run()
      .catch((error: unknown) => log(`${mapping.id} ${shard}: ended: ${stackOf(error)}`))
      .finally(() => ended.ring());
  };

  while (!stop.aborted) {
    const shards = (await shardsOf(reader, mapping, options, stop)) ?? [];
    const fresh = shards.filter((shard) => !running.has(shard));
    for (const shard of fresh) running.set(shard, begin(shard));
    if (fresh.length > 0) log(`${mapping.id}: reads ${fresh.join(", ")}`);
    if (shards.length > 0) isFirstRun = false;
    await ended.next(RELIST_MS);
  }
  await Promise.all(running.values());
  await reader.close();
}

export function startRunner(given: RunnerOptions): Runner {
  const options: Options = { clock: systemClock, ...given };
  const stop = new AbortController();
  const kill = new AbortController();
  const signals = { stop: stop.signal, kill: kill.signal };
  const all = Promise.all(
    options.mappings.map((mapping) =>
      runMapping(mapping, options, signals).catch((error: unknown) =>
        options.log(`${mapping.id}: ended: ${stackOf(error)}`),
      ),
    ),
  );
  return {
    async close(graceMs = 3_000) {
      stop.abort();
      const over = new AbortController();
      void options.clock.sleep(graceMs, over.signal).then(() => kill.abort());
      await all;
      over.abort();
      await options.checkpoints.close();
    },
  };
}
