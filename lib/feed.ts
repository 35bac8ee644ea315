/** What a feed of the market stream tells, and where frames wait while the log cannot take them. */
import type { Instruments } from "./metrics.ts";

/** A trade print, or what a feed says about one later. Price in the currency of the symbol, size in shares. */
export type FeedTick = Readonly<{
  /** As the feed writes it: 1 to 32 printable characters, no space. */
  symbol: string;
  /** When it happened, epoch ms. Not read of a cancel or a correction. */
  timeMs: number;
  price: number;
  size: number;
  /** A whole number from 0 to 2^53 - 1 that ascends per symbol; without it nothing can be recognised as a repeat. */
  id?: number;
  /** The sale condition keeps this trade out of open, high, low and close. */
  irregular?: boolean;
  /** cancel: the trade with this id never happened. correct: price, size and `irregular` replace those of the trade. */
  change?: "cancel" | "correct";
}>;

export type FeedBatch = Readonly<{
  ticks: readonly FeedTick[];
  /** All that happened before this instant (event time, epoch ms) has been told, by now. Left out: not known. */
  clockMs?: number;
}>;

/** A source of ticks that goes on until it is stopped, or until its files end. */
export type Feed = Readonly<{
  /** "polygon": the name of the producer, and of its metrics. */
  name: string;
  /** Times are those of now; false for a replay of the past. */
  isLive: boolean;
  /** Whether the source waits while nobody reads. The others are always read, and what cannot be stored waits on disk. */
  isPausable: boolean;
  /**
   * Each call begins anew. Ends when the signal is aborted.
   * @throws AppError VENDOR_REFUSED, VENDOR_ANSWER or BAD_FILE when going on makes no sense; a connection that is lost
   * is made again instead
   */
  read: (signal: AbortSignal) => AsyncIterable<FeedBatch>;
}>;

/** Something an operator wants to know of: "feed.reconnect" with its facts. */
export type FeedNote = (event: string, facts: Readonly<Record<string, unknown>>) => void;

/** What a feed needs of the world. */
export type FeedWorld = Readonly<{
  fetch: typeof globalThis.fetch;
  nowMs: () => number;
  /** Resolves after the time, or at once when the signal is aborted. Never rejects. */
  sleep: (ms: number, signal?: AbortSignal) => Promise<void>;
  /** In [0, 1). */
  random: () => number;
  instruments: Instruments;
  note: FeedNote;
}>;

/** Records kept in order outside of memory: what is in here survives the process. */
export type Spill = Readonly<{
  /** Records and bytes that were not dropped yet. */
  count: () => number;
  bytes: () => number;
  /**
   * Durable when it resolves.
   * @returns how many of the records, from the first on, there was room for
   * @throws AppError DEPENDENCY_DOWN when the disk fails; none of them counts as kept then
   */
  append: (records: readonly Uint8Array[]) => Promise<number>;
  /** The oldest records, at least one where there is any. They stay until they are dropped. */
  oldest: (countMax: number, bytesMax: number) => Promise<Uint8Array[]>;
  /** Forgets the oldest records. After a crash some of them may be there again. */
  drop: (count: number) => Promise<void>;
}>;

/** Spills by name. One process holds it at a time. */
export type SpillStore = Readonly<{
  /** The spill of that name, with what an earlier process left in it. */
  open: (name: string) => Promise<Spill>;
  /** Names of spills that hold something. */
  names: () => Promise<string[]>;
  /** Lets another process have it. */
  close: () => Promise<void>;
}>;
