/** What a live feed is run on in tests: a log that fails as it is told, spills in real files, and a feed of given ticks. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import { fileSpills } from "../../../lib/edge/spill.ts";
import { AppError } from "../../../lib/errors.ts";
import type { Feed, FeedBatch, FeedTick } from "../../../lib/feed.ts";
import type { LiveFeedWorld } from "../../../lib/jobs/live-feed/run.ts";
import type { EventLog, Instruments } from "../../../lib/ports.ts";
import { decodeFrame, type Frame } from "../../../lib/stream/frame.ts";

/** What becomes of an append: `part` stores the first half, `after` everything, before the caller hears of a failure. */
export type Outcome = "ok" | "before" | "part" | "after";

export type TestLog = EventLog &
  Readonly<{
    records: { key: string; bytes: Uint8Array }[];
    /** From now on all appends succeed. */
    recover: () => void;
  }>;

/**
 * @param outcomes of the appends in turn; those that follow succeed
 * @param turns of the event loop that an append takes
 */
export function testLog(outcomes: Iterable<Outcome> = [], turns = 1): TestLog {
  const next = outcomes[Symbol.iterator]();
  const records: TestLog["records"] = [];
  let isWell = false;
  return {
    records,
    recover() {
      isWell = true;
    },
    async append(log, given) {
      if (log !== "ticks") throw new Error(`no log "${log}"`);
      for (let left = turns; left > 0; left--) await turn();
      const outcome = isWell ? "ok" : (next.next().value ?? "ok");
      const share = { ok: 1, before: 0, part: 0.5, after: 1 }[outcome as Outcome];
      for (const { key, bytes } of given.slice(0, Math.floor(given.length * share)))
        records.push({ key, bytes: Uint8Array.from(bytes) });
      if (outcome !== "ok") throw new AppError("DEPENDENCY_DOWN", "the log is away");
    },
  };
}

/** Forever. */
export function* always(outcome: Outcome): Generator<Outcome> {
  for (;;) yield outcome;
}

export type TestWorld = LiveFeedWorld &
  Readonly<{
    notes: { event: string; facts: Readonly<Record<string, unknown>> }[];
    counted: Record<string, number>;
    events: () => string[];
  }>;

/** Waits take one turn of the event loop unless `isPatient`, where they last until they are aborted. */
export async function testWorld(
  eventLog: EventLog,
  folder: string,
  { bytesMax = 1e8, fileBytesMax = 4_000, isPatient = false } = {},
): Promise<TestWorld> {
  const notes: TestWorld["notes"] = [];
  const counted: Record<string, number> = {};
  const note: TestWorld["note"] = (event, facts) => void notes.push({ event, facts });
  const instruments: Instruments = {
    add(name, labels, by = 1) {
      const key = [name, ...Object.values(labels as Record<string, string>)].join(" ");
      counted[key] = (counted[key] ?? 0) + by;
    },
    set: () => {},
    observe: () => {},
  };
  return {
    eventLog,
    spills: await fileSpills({ folder, bytesMax, fileBytesMax, note }),
    nowMs: Date.now,
    random: () => 0.5,
    sleep: async (ms, signal) => {
      if (!isPatient || ms < 1_000) return void (await turn());
      await new Promise<void>((resolve) => signal?.addEventListener("abort", () => resolve()));
    },
    instruments,
    note,
    notes,
    counted,
    events: () => notes.map(({ event }) => event),
  };
}

export async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), "equipoise-spill-"));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Tells the batches, one in each turn of the event loop. */
export const feedOf = (
  batches: readonly FeedBatch[],
  { isPausable = false, isEndless = false } = {},
): Feed => ({
  name: "test",
  isLive: true,
  isPausable,
  async *read(signal) {
    for (const batch of batches) {
      if (signal.aborted) return;
      yield batch;
      await turn();
    }
    if (isEndless && !signal.aborted)
      await new Promise<void>((resolve) => signal.addEventListener("abort", () => resolve()));
  },
});

export const tick = (n: number, symbol = "AAA", more: Partial<FeedTick> = {}): FeedTick => ({
  symbol,
  timeMs: 1_700_000_000_000 + n,
  price: 100 + n / 100,
  size: n,
  ...more,
});

export function frameOf(bytes: Uint8Array): Frame {
  const frame = decodeFrame(bytes);
  if (typeof frame === "string") throw new Error(frame);
  return frame;
}

/** The frames a reader takes: those whose number goes on; and what it finds missing between them. */
export function accepted(log: TestLog) {
  const last = new Map<string, number>();
  const frames: Frame[] = [];
  let missing = 0;
  for (const { bytes, key } of log.records) {
    const frame = frameOf(bytes);
    if (frame.producer !== key) throw new Error(`${frame.producer} by the key ${key}`);
    const producer = `${frame.producer} ${frame.epochMs}`;
    const known = last.get(producer) ?? 0;
    if (frame.number <= known) continue;
    missing += frame.number - known - 1;
    last.set(producer, frame.number);
    frames.push(frame);
  }
  return { frames, missing };
}

/** Sizes of the ticks by symbol, which say in tests which tick it is. */
export function sizesBySymbol(frames: readonly Frame[]): Record<string, number[]> {
  const found: Record<string, number[]> = {};
  for (const { columns, rows, symbols } of frames)
    for (let row = 0; row < rows; row++) {
      const symbol = symbols[columns.symbol[row]!]!;
      found[symbol] ??= [];
      found[symbol].push(columns.size[row]!);
    }
  return found;
}
