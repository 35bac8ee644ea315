/**
 * Brings batches of one shard to the function, one at a time and in order, until each record is taken or discarded:
 * retries, splits, partial failures, ages, windows. The caller makes the batches and keeps the position.
 */
import { randomUUID } from "node:crypto";
import type { Clock } from "./clock.ts";
import { type EventShape, PAYLOAD_BYTES_MAX } from "./events.ts";
import { type Discard, failureDocument, failureKey } from "./failure-document.ts";
import type { Mapping } from "./mapping.ts";
import type { Queued } from "./queue.ts";
import { isTooLarge, type TumblingWindow, windowFacts } from "./tumbling.ts";
import { type Answer, type Invoke, type Verdict, verdictOf } from "./verdict.ts";

/** What receives the facts about discarded records. @throws when it cannot */
export type OnFailure = (
  failure: Readonly<{
    key: string;
    document: Readonly<Record<string, unknown>>;
    /** The whole event, for destinations that keep it. */
    event: Readonly<Record<string, unknown>>;
  }>,
) => Promise<void>;

export type DeliveryContext = Readonly<{
  mapping: Mapping;
  shard: string;
  shape: EventShape;
  invoke: Invoke;
  onFailure?: OnFailure | undefined;
  clock: Clock;
  log: (line: string) => void;
  /** Nothing new begins; what is under way may end. */
  stop: AbortSignal;
  /** What is under way ends too. */
  kill: AbortSignal;
  /** Records were settled, or the window changed. */
  changed: () => void;
}>;

/** The window a shard is in; none between two, or without windows. */
export type WindowSlot = { window: TumblingWindow | undefined };

/** A batch, or what is left of it. */
type Piece = Readonly<{
  records: readonly Queued[];
  /** Retries it has used. */
  failures: number;
  invocations: number;
  answer?: Answer;
}>;

const FIRST_WAIT_MS = 100;
const WAIT_MS_MAX = 10_000;

export class Delivery {
  readonly #context: DeliveryContext;
  readonly #slot: WindowSlot;
  #waits = 0;

  constructor(context: DeliveryContext, slot: WindowSlot) {
    this.#context = context;
    this.#slot = slot;
  }

  /** Returns when every record is settled, or nothing new may begin. */
  async batch(records: readonly Queued[]): Promise<void> {
    const pieces: Piece[] = [{ records, failures: 0, invocations: 0 }];
    for (let piece = pieces.shift(); piece && !this.#context.stop.aborted; piece = pieces.shift()) {
      const young = await this.#young(piece);
      if (young.records.length > 0) pieces.unshift(...(await this.#tried(young)));
    }
  }

  /** Tells the function that the window is over, until it has taken that; nothing else goes on meanwhile. */
  async closeWindow({ isEarly }: Readonly<{ isEarly: boolean }>): Promise<void> {
    const { stop, changed } = this.#context;
    while (this.#slot.window && !stop.aborted) {
      const answer = await this.#answer(this.#event([], { isFinal: true, isEarly }));
      if (answer?.functionError === undefined && answer !== undefined) {
        this.#waits = 0;
        this.#slot.window = isEarly ? { ...this.#slot.window, state: {} } : undefined;
        changed();
        return;
      }
      if (answer) await this.#wait(`the end of a window: ${answer.functionError}`);
    }
  }

  /** Discards what is older than the mapping allows. */
  async #young(piece: Piece): Promise<Piece> {
    const { mapping, clock } = this.#context;
    const oldestMs = clock.nowMs() - mapping.recordAgeMsMax;
    const young = piece.records.filter(({ record }) => record.arrivalMs >= oldestMs);
    if (young.length === piece.records.length) return piece;
    const old = piece.records.filter(({ record }) => record.arrivalMs < oldestMs);
    await this.#discard({ ...piece, records: old }, "RecordAgeExceeded");
    return { ...piece, records: young };
  }

  /** @returns what is left of the piece, in order */
  async #tried(piece: Piece): Promise<readonly Piece[]> {
    const { mapping, shape } = this.#context;
    const [first] = piece.records;
    if (first && first.bytes > PAYLOAD_BYTES_MAX - shape.emptyBytes) {
      await this.#discard(piece, "RecordTooLarge");
      return [];
    }
    const records = piece.records.map(({ record }) => record);
    const answer = await this.#answer(this.#event(piece.records));
    if (!answer) return [piece];
    const { isReportingFailures, tumblingWindowMs } = mapping;
    const isWindowed = tumblingWindowMs > 0;
    const verdict = verdictOf(answer, records, { isReportingFailures, isWindowed });
    const from = verdict.outcome === "taken" ? records.length : verdict.from;
    await this.#took(piece.records.slice(0, from), verdict);
    if (verdict.outcome === "taken") return [];
    const rest = { ...piece, records: piece.records.slice(from), answer };
    return this.#rest({ ...rest, invocations: piece.invocations + 1 }, verdict);
  }

  async #took(records: readonly Queued[], { state }: Verdict): Promise<void> {
    const { window } = this.#slot;
    if (records.length > 0) this.#waits = 0;
    for (const queued of records) queued.isSettled = true;
    if (window && state !== undefined)
      this.#slot.window = { ...window, state: state as TumblingWindow["state"] };
    this.#context.changed();
    if (state !== undefined && isTooLarge(state)) await this.closeWindow({ isEarly: true });
  }

  /** What is done with records a function failed on. */
  async #rest(
    piece: Piece,
    { from, reason }: Extract<Verdict, { outcome: "failed" }>,
  ): Promise<readonly Piece[]> {
    const { isBisecting, retriesMax } = this.#context.mapping;
    const { records } = piece;
    // The batch was split where the function said; a split uses no retry.
    if (isBisecting && from > 0) return [piece];
    if (isBisecting && records.length > 1) {
      const half = Math.ceil(records.length / 2);
      return [records.slice(0, half), records.slice(half)].map((part) => ({
        ...piece,
        records: part,
      }));
    }
    if (piece.failures >= retriesMax) {
      await this.#discard(piece, "RetryAttemptsExhausted", reason);
      return [];
    }
    await this.#wait(`${this.#name(records)}: ${reason}`);
    return [{ ...piece, failures: piece.failures + 1 }];
  }

  async #discard(
    { records: queued, invocations, answer }: Piece,
    condition: Discard["condition"],
    reason = "",
  ): Promise<void> {
    const { mapping, shard, shape, onFailure, clock, log, changed } = this.#context;
    const records = queued.map(({ record }) => record);
    const why = [condition, reason].filter(Boolean).join(", ");
    log(`${mapping.id} ${shard}: discarded ${this.#name(queued)} (${why})`);
    const nowMs = clock.nowMs();
    const discard = { condition, records, invocations, answer };
    const failure = {
      key: failureKey(mapping, shard, nowMs, randomUUID()),
      document: failureDocument(mapping, shard, discard, nowMs),
      event: shape.event(records),
    };
    // As on AWS the shard goes on: a destination that is away must not hold it.
    await onFailure?.(failure).catch((error: unknown) =>
      log(`${mapping.id} ${shard}: the on-failure destination was not told: ${String(error)}`),
    );
    for (const one of queued) one.isSettled = true;
    changed();
  }

  #event(records: readonly Queued[], end: Readonly<{ isFinal?: boolean; isEarly?: boolean }> = {}) {
    const { mapping, shard, shape } = this.#context;
    const event = shape.event(records.map(({ record }) => record));
    const { window } = this.#slot;
    const arn = mapping.source.kind === "kafka" ? "" : mapping.source.arn;
    return window ? { ...event, ...windowFacts(window, shard, arn, end) } : event;
  }

  /** What the function answers; a time-out is an answer of its own. `undefined` when nobody was asked, after a wait. */
  async #answer(event: Readonly<Record<string, unknown>>): Promise<Answer | undefined> {
    const { mapping, invoke, clock, kill } = this.#context;
    const over = new AbortController();
    const signal = AbortSignal.any([over.signal, kill]);
    const late = clock.sleep(mapping.timeoutMs, signal).then(() => timedOut(mapping));
    try {
      const answer = await Promise.race([invoke(mapping.functionName, event, signal), late]);
      return kill.aborted ? undefined : answer;
    } catch (error) {
      if (!kill.aborted)
        await this.#wait(`${mapping.functionName} was not invoked: ${String(error)}`);
      return undefined;
    } finally {
      over.abort();
    }
  }

  async #wait(reason: string): Promise<void> {
    const { mapping, shard, clock, log, stop } = this.#context;
    const waitMs = Math.min(WAIT_MS_MAX, FIRST_WAIT_MS * 2 ** this.#waits);
    this.#waits += 1;
    log(`${mapping.id} ${shard}: ${reason}; again in ${waitMs} ms`);
    await clock.sleep(waitMs, stop);
  }

  #name(records: readonly Queued[]): string {
    const first = records[0]?.record.seq ?? "";
    return records.length === 1 ? `record ${first}` : `${records.length} records from ${first}`;
  }
}

const timedOut = ({ timeoutMs }: Mapping): Answer => ({
  requestId: randomUUID(),
  statusCode: 200,
  functionError: "Unhandled",
  payload: { errorMessage: `Task timed out after ${(timeoutMs / 1000).toFixed(2)} seconds` },
});
