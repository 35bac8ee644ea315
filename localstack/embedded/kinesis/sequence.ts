/**
 * Sequence numbers: 56 digits that ascend within a shard for ever, over restarts and over a home that was emptied, because
 * they begin with the time. Digits: 49, epoch ms (15), count within that ms (15), shard (12), zeros (12).
 */

export type Sequence = Readonly<{
  /** When the log took the record, epoch ms; never smaller than that of the record before. */
  ms: number;
  /** Place among the records of that millisecond. */
  count: number;
}>;

const PREFIX = "49";
const SUFFIX = "0".repeat(12);

const digits = (value: number, length: number): string => String(value).padStart(length, "0");

export const sequenceText = ({ ms, count }: Sequence, shard: number): string =>
  `${PREFIX}${digits(ms, 15)}${digits(count, 15)}${digits(shard, 12)}${SUFFIX}`;

/** Inverse of {@link sequenceText}; `undefined` for what this server never gave to a record of that shard. */
export function parseSequence(text: string, shard: number): Sequence | undefined {
  const [, ms, count, of] = /^49(\d{15})(\d{15})(\d{12})0{12}$/.exec(text) ?? [];
  if (ms === undefined || Number(of) !== shard) return undefined;
  return { ms: Number(ms), count: Number(count) };
}

/** Negative, 0 or positive, as their texts compare. */
export const comparedSequences = (a: Sequence, b: Sequence): number =>
  a.ms - b.ms || a.count - b.count;

/** The number after `last` at that time; a clock that goes back does not take the numbers with it. */
export const nextSequence = (last: Sequence, nowMs: number): Sequence =>
  nowMs > last.ms ? { ms: nowMs, count: 0 } : { ms: last.ms, count: last.count + 1 };
