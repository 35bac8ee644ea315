/**
 * Files of real trades told again, at their own pace or faster (tick-file.ts has the forms). Several files are merged by
 * time: a stream has one time, and what came behind it would be late.
 */
import type { Feed, FeedBatch, FeedTick, FeedWorld } from "../../feed.ts";
import type { InputFile } from "../input-file.ts";
import { type FileBatch, type FileCounts, ticksOf } from "./tick-file.ts";

const NAME = "replay";
/** A tick is told when its time has come, together with those due within so long. */
const PACE_MS = 5;
const CLOCK_MS = 1_000;

export type ReplayOptions = Readonly<{
  files: readonly InputFile[];
  /** Times as fast as it happened; "max" = as fast as the log takes it. */
  speed: number | "max";
}>;

export function replayFeed({ files, speed }: ReplayOptions, world: FeedWorld): Feed {
  return {
    name: NAME,
    isLive: false,
    isPausable: true,
    async *read(signal) {
      const counts = { suspicious: 0, malformed: 0 };
      const merged = merge(
        files.map((file) => ticksOf(file, counts)),
        world,
      );
      const told = speed === "max" ? merged : paced(merged, speed, world, signal);
      for await (const batch of told) {
        if (signal.aborted) break;
        yield batch;
      }
      tell(counts, world);
    },
  };
}

function tell({ suspicious, malformed }: FileCounts, { instruments, note }: FeedWorld): void {
  instruments.add("feed_ticks_total", { feed: NAME, result: "ignored" }, suspicious);
  instruments.add("feed_ticks_total", { feed: NAME, result: "malformed" }, malformed);
  note("feed.replayed", { feed: NAME, suspicious, malformed });
}

/** One file's place in the merging. */
type Head = {
  batches: AsyncGenerator<FileBatch>;
  ticks: readonly FeedTick[];
  at: number;
  endMs: number | undefined;
};

/** @returns whether a tick stands at the head */
async function advance(head: Head): Promise<boolean> {
  while (head.at >= head.ticks.length) {
    const { value, done } = await head.batches.next();
    if (done) return false;
    head.ticks = value.ticks;
    head.endMs = value.endMs ?? head.endMs;
    head.at = 0;
  }
  return true;
}

const headMs = ({ ticks, at }: Head): number => ticks[at]!.timeMs;

/** Ticks of all files by time; those of one file stay in its order. The clock goes with them while they are in order. */
async function* merge(
  files: readonly AsyncGenerator<FileBatch>[],
  { note }: FeedWorld,
): AsyncGenerator<FeedBatch> {
  let heads: Head[] = [];
  let endMs: number | undefined;
  let lastMs = Number.NEGATIVE_INFINITY;
  let isOrdered = true;
  for (const batches of files) heads.push({ batches, ticks: [], at: 0, endMs: undefined });
  for (;;) {
    const standing: Head[] = [];
    for (const head of heads) {
      if (await advance(head)) standing.push(head);
      else endMs = Math.max(endMs ?? 0, head.endMs ?? 0) || undefined;
    }
    heads = standing;
    if (heads.length === 0) break;
    const ticks = runOf(heads);
    for (const { timeMs } of ticks) {
      if (timeMs < lastMs && isOrdered) {
        isOrdered = false;
        note("feed.out_of_order", { feed: NAME, time: new Date(timeMs).toISOString() });
      }
      lastMs = Math.max(lastMs, timeMs);
    }
    yield { ticks, ...(isOrdered && { clockMs: lastMs }) };
  }
  if (endMs !== undefined) yield { ticks: [], clockMs: endMs };
}

/** Ticks of the earliest head up to the next one's, and no further than its batch. At the same time the earlier file is first. */
function runOf(heads: readonly Head[]): readonly FeedTick[] {
  let first = 0;
  for (let at = 1; at < heads.length; at++) {
    if (headMs(heads[at]!) < headMs(heads[first]!)) first = at;
  }
  const head = heads[first]!;
  const from = head.at;
  let [beforeMs, untilMs] = [Number.POSITIVE_INFINITY, Number.POSITIVE_INFINITY];
  for (let at = 0; at < heads.length; at++) {
    if (at < first) beforeMs = Math.min(beforeMs, headMs(heads[at]!));
    else if (at > first) untilMs = Math.min(untilMs, headMs(heads[at]!));
  }
  while (head.at < head.ticks.length && headMs(head) < beforeMs && headMs(head) <= untilMs)
    head.at++;
  const isWhole = from === 0 && head.at === head.ticks.length;
  return isWhole ? head.ticks : head.ticks.slice(from, head.at);
}

/** The same when its time has come. */
async function* paced(
  batches: AsyncIterable<FeedBatch>,
  speed: number,
  { nowMs, sleep }: FeedWorld,
  signal: AbortSignal,
): AsyncGenerator<FeedBatch> {
  const startedMs = nowMs();
  let firstMs: number | undefined;
  /** Event time now. */
  const reached = () => firstMs! + (nowMs() - startedMs) * speed;
  for await (const { ticks, clockMs } of batches) {
    firstMs ??= ticks[0]?.timeMs ?? clockMs ?? 0;
    for (let from = 0; from < ticks.length; ) {
      const dueMs = ticks[from]!.timeMs;
      for (let leftMs = dueMs - reached(); leftMs > 0; leftMs = dueMs - reached()) {
        if (signal.aborted) return;
        await sleep(Math.min(CLOCK_MS, Math.max(PACE_MS, leftMs / speed)), signal);
        // Nothing happens before the next tick; whether it is told in order is known by whoever merged.
        if (clockMs !== undefined) yield { ticks: [], clockMs: Math.min(reached(), dueMs) };
      }
      const untilMs = reached();
      let to = from + 1;
      while (to < ticks.length && ticks[to]!.timeMs <= untilMs) to++;
      const isLast = to === ticks.length;
      yield { ticks: ticks.slice(from, to), ...(isLast && clockMs !== undefined && { clockMs }) };
      from = to;
    }
    if (ticks.length === 0 && clockMs !== undefined) yield { ticks, clockMs };
  }
}
