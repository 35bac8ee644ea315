/** A runner over a log in memory, a function written in the test and a clock the test moves. */
import { onTestFinished } from "vitest";
import type { Checkpoints } from "../../../localstack/event-sources/checkpoints.ts";
import type { OnFailure } from "../../../localstack/event-sources/delivery.ts";
import {
  type LogReader,
  type PolledRecord,
  PositionGone,
  type StartingPosition,
} from "../../../localstack/event-sources/log-reader.ts";
import type { Mapping } from "../../../localstack/event-sources/mapping.ts";
import { type RunnerOptions, startRunner } from "../../../localstack/event-sources/runner.ts";
import type { Position } from "../../../localstack/event-sources/shard.ts";
import { type VirtualClock, virtualClock } from "./virtual-clock.ts";

export const SHARD = "shardId-000000000000";
export const ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/ticks";

export const mapping = (changes: Partial<Mapping> = {}): Mapping => ({
  id: "stream-tick.ticks",
  functionName: "equipoise-local-stream-tick",
  functionArn: "arn:aws:lambda:us-east-1:000000000000:function:equipoise-local-stream-tick",
  timeoutMs: 15_000,
  source: { kind: "kinesis", arn: ARN, stream: "ticks" },
  start: "TRIM_HORIZON",
  batchSize: 100,
  batchWindowMs: 0,
  lanes: 1,
  retriesMax: Number.POSITIVE_INFINITY,
  recordAgeMsMax: Number.POSITIVE_INFINITY,
  isBisecting: false,
  isReportingFailures: false,
  tumblingWindowMs: 0,
  onFailureArn: undefined,
  ...changes,
});

/** A log that keeps its records until they are trimmed. */
export class MemoryLog {
  readonly clock: VirtualClock;
  readonly shards = new Map<string, PolledRecord[]>();
  readonly ended = new Set<string>();
  readonly opened: (readonly [string, StartingPosition])[] = [];
  /** The number each read went on after. */
  readonly reads: (string | undefined)[] = [];
  /** Thrown by every call while it is set. */
  failure: Error | undefined;
  #next = 1;

  constructor(clock: VirtualClock, shards: readonly string[] = [SHARD]) {
    this.clock = clock;
    for (const shard of shards) this.shards.set(shard, []);
  }

  /** @returns the number it got */
  put(text: string | Uint8Array, { key = "lane", shard = SHARD } = {}): string {
    const seq = String(this.#next++);
    const bytes = typeof text === "string" ? Buffer.from(text) : text;
    this.shards.get(shard)?.push({ seq, key, bytes, arrivalMs: this.clock.nowMs() });
    return seq;
  }

  /** Drops all records before a number. */
  trim(before: number, shard = SHARD): void {
    const kept = this.shards.get(shard)?.filter(({ seq }) => Number(seq) >= before) ?? [];
    this.shards.set(shard, kept);
  }

  readonly reader: LogReader = {
    shards: async () => {
      if (this.failure) throw this.failure;
      return [...this.shards.keys()];
    },
    open: (shard, start) => {
      this.opened.push([shard, start]);
      const beganAt = start === "LATEST" ? this.#next : 0;
      const sinceMs = typeof start === "object" ? start.timestampMs : 0;
      return {
        shard,
        read: async (after, limit) => {
          if (this.failure) throw this.failure;
          this.reads.push(after);
          const all = this.shards.get(shard) ?? [];
          const from = after === undefined ? beganAt : Number(after) + 1;
          if (after !== undefined && all[0] && Number(all[0].seq) > from)
            throw new PositionGone("trimmed");
          return all
            .filter(({ seq, arrivalMs }) => Number(seq) >= from && arrivalMs >= sinceMs)
            .slice(0, limit);
        },
        isEnded: () => this.ended.has(shard),
        close: async () => {},
      };
    },
    close: async () => {},
  };
}

export type Kept = Map<string, Record<string, Position>>;

const memoryCheckpoints = (kept: Kept): Checkpoints => ({
  read: (id) => structuredClone(kept.get(id)),
  keep: (id, shard, position) => {
    kept.set(id, { ...kept.get(id), [shard]: structuredClone(position) });
  },
  close: async () => {},
});

/** The members of events the tests look at. */
export type Event = Readonly<{
  Records: readonly Readonly<{
    eventID: string;
    kinesis: Readonly<{ sequenceNumber: string; data: string; partitionKey: string }>;
  }>[];
  window?: Readonly<{ start: string; end: string }>;
  state?: Readonly<Record<string, unknown>>;
  isFinalInvokeForWindow?: boolean;
  isWindowTerminatedEarly?: boolean;
}>;

/** What a test's function is given beside its event. */
type Given = Readonly<{ clock: VirtualClock; invocation: number }>;
export type Work = (event: Event, given: Given) => unknown;

type Failing = Readonly<{ functionError: string; payload: unknown }>;

export const failing = (message = "boom"): Failing => ({
  functionError: "Unhandled",
  payload: { errorType: "Error", errorMessage: message },
});

const isFailing = (payload: unknown): payload is Failing =>
  typeof payload === "object" && payload !== null && "functionError" in payload;

export const textsOf = ({ Records }: Event): string[] =>
  Records.map(({ kinesis }) => Buffer.from(kinesis.data, "base64").toString());

type HarnessOptions = Readonly<{
  work?: Work;
  kept?: Kept;
  clock?: VirtualClock;
  log?: MemoryLog;
}> &
  Partial<Pick<RunnerOptions, "brokers" | "checkpoints">>;

/**
 * Starts a runner of one mapping. `work` returns the payload; an object made by {@link failing} is the whole answer, and
 * what it throws means that nobody was invoked.
 */
export function harness(changes: Partial<Mapping> = {}, options: HarnessOptions = {}) {
  const { work = () => null, kept = new Map(), clock = virtualClock(), brokers } = options;
  const log = options.log ?? new MemoryLog(clock);
  const events: Event[] = [];
  const lines: string[] = [];
  const failures: Parameters<OnFailure>[0][] = [];
  const used = mapping(changes);
  const runner = startRunner({
    mappings: [used],
    logOf: () => log.reader,
    invoke: async (_name, event) => {
      events.push(event as Event);
      const invocation = events.length;
      const payload = await work(event as Event, { clock, invocation });
      const answer = { requestId: `request-${invocation}`, statusCode: 200, payload };
      return isFailing(payload) ? { ...answer, ...payload } : answer;
    },
    onFailureOf: () => async (failure) => void failures.push(failure),
    checkpoints: options.checkpoints ?? memoryCheckpoints(kept),
    log: (line) => lines.push(line),
    clock,
    brokers,
  });
  const close = async () => {
    const closed = runner.close();
    // The grace that what is under way has.
    await clock.advance(3_000);
    await closed;
  };
  onTestFinished(close);
  return {
    clock,
    log,
    events,
    lines,
    failures,
    kept,
    close,
    /** Number of the last settled record of the shard. */
    position: (shard = SHARD) => kept.get(used.id)?.[shard],
    /** What each invocation was given, as texts. */
    batches: () => events.map(textsOf),
  };
}
