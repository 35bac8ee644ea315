/**
 * Segments on their way into the parts of `bars`: what they bring, by UTC day. Of the bars of one window the last
 * revision is kept; trades go to the day of their own time, what amends one to the latest day its shard had come to.
 */
import { compareSeq } from "../stream/record.ts";
import type { Segment, SegmentAnomaly, SegmentBar } from "../stream/segment.ts";
import { eachTick } from "../stream/segment-ticks.ts";
import { dayOfMs } from "./parts.ts";
import type { ProgressRow, RefusedRow, StreamSymbol } from "./queries.ts";
import { TickRun } from "./tick-run.ts";

/** What one day gets. */
export type FoldedDay = {
  readonly bars: Map<string, SegmentBar>;
  readonly anomalies: SegmentAnomaly[];
  readonly refused: Map<string, RefusedRow>;
};

/** A shard's part in a fold: the segments after one number through another. */
export type FoldedShard = {
  readonly log: string;
  readonly shard: string;
  readonly after: string;
  through: string;
  latestMs: number;
  closedMs: number;
  segments: number;
  /** By day. */
  readonly ticks: Map<number, TickRun>;
  readonly symbols: Map<string, { firstMs: number; lastMs: number }>;
};

/** Names a bar among those of all symbols and sizes. */
export const barKey = ({
  symbol,
  sizeMs,
  startMs,
}: Pick<SegmentBar, "symbol" | "sizeMs" | "startMs">): string => `${sizeMs} ${startMs} ${symbol}`;

/** Whether a bar stands against another of the same window: by revision, then by what was told later. */
export const replaces = (
  bar: Readonly<{ revision: number; seq: number }>,
  other: Readonly<{ revision: number; seq: number }> | undefined,
): boolean =>
  other === undefined ||
  bar.revision > other.revision ||
  (bar.revision === other.revision && bar.seq >= other.seq);

export class Folding {
  readonly days = new Map<number, FoldedDay>();
  readonly shards: FoldedShard[] = [];
  /** Ticks taken so far. */
  ticks = 0;

  /** Begins a shard, where it was left. */
  begin({ log, shard, through_seq, latest_ms, closed_ms }: ProgressRow): void {
    this.shards.push({
      log,
      shard,
      after: through_seq,
      through: through_seq,
      latestMs: latest_ms,
      closedMs: closed_ms,
      segments: 0,
      ticks: new Map(),
      symbols: new Map(),
    });
  }

  /** Takes the next segment of the shard that was begun last. */
  add(segment: Segment): void {
    const shard = this.shards.at(-1)!;
    if (compareSeq(segment.through, shard.through) <= 0) return;
    this.#addTicks(shard, segment);
    for (const bar of segment.bars) this.#addBar(shard, bar);
    for (const anomaly of segment.anomalies) {
      this.#day(dayOfMs(anomaly.endMs)).anomalies.push(anomaly);
    }
    this.#addRefused(shard, segment);
    shard.through = segment.through;
    shard.segments++;
  }

  #addTicks(shard: FoldedShard, segment: Segment): void {
    const { symbols, ticks } = segment;
    eachTick(segment, (row, symbol, isAmendment) => {
      const name = symbols[symbol]!;
      if (!isAmendment) {
        const timeMs = ticks.timeMs[row]!;
        if (timeMs > shard.latestMs) shard.latestMs = Math.ceil(timeMs);
        widen(shard.symbols, name, timeMs);
      }
      const day = dayOfMs(isAmendment ? shard.latestMs : ticks.timeMs[row]!);
      runOf(shard.ticks, day).add(name, ticks, row);
      this.ticks++;
    });
  }

  #addBar(shard: FoldedShard, bar: SegmentBar): void {
    const { bars } = this.#day(dayOfMs(bar.startMs));
    const key = barKey(bar);
    if (replaces(bar, bars.get(key))) bars.set(key, bar);
    if (bar.endMs > shard.closedMs) shard.closedMs = bar.endMs;
  }

  /** By the day the records came in: what is refused often has no time that could be believed. */
  #addRefused({ log, shard }: FoldedShard, { refused, processedMs }: Segment): void {
    if (refused.length === 0) return;
    const { refused: counts } = this.#day(dayOfMs(processedMs));
    for (const { reason } of refused) {
      const key = `${log} ${shard} ${reason}`;
      counts.set(key, { log, shard, reason, count: (counts.get(key)?.count ?? 0) + 1 });
    }
  }

  #day(day: number): FoldedDay {
    const known = this.days.get(day);
    if (known) return known;
    const made: FoldedDay = { bars: new Map(), anomalies: [], refused: new Map() };
    this.days.set(day, made);
    return made;
  }
}

function runOf(runs: Map<number, TickRun>, day: number): TickRun {
  const known = runs.get(day);
  if (known) return known;
  const made = new TickRun();
  runs.set(day, made);
  return made;
}

function widen(symbols: FoldedShard["symbols"], name: string, timeMs: number): void {
  const span = symbols.get(name);
  if (!span) {
    symbols.set(name, { firstMs: Math.floor(timeMs), lastMs: Math.ceil(timeMs) });
    return;
  }
  if (timeMs < span.firstMs) span.firstMs = Math.floor(timeMs);
  if (timeMs > span.lastMs) span.lastMs = Math.ceil(timeMs);
}

export const progressOf = ({ log, shard, through, latestMs, closedMs }: FoldedShard) =>
  ({
    log,
    shard,
    through_seq: through,
    latest_ms: latestMs,
    closed_ms: closedMs,
  }) satisfies ProgressRow;

export const streamSymbolsOf = ({ log, shard, symbols }: FoldedShard): StreamSymbol[] =>
  [...symbols].map(([name, { firstMs, lastMs }]) => ({
    name,
    log,
    shard,
    first_ms: firstMs,
    last_ms: lastMs,
  }));
