/** What a log hands on: records of one shard in order, and the order of their numbers. */

export type { LogBatch, LogRecord } from "../ports.ts";

/** Negative, 0 or positive, as numbers compare; no number type holds 56 digits. */
export const compareSeq = (a: string, b: string): number =>
  a.length - b.length || (a < b ? -1 : a > b ? 1 : 0);
