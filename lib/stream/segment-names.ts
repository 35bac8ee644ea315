/**
 * Where the files of the stream lie:
 *
 *   stream/<log>/<shard>/segments/<after>.seg             one batch, named by the number it begins after
 *   stream/<log>/<shard>/states/<last>.state              a whole state, named by the last number in it
 *   stream/<log>/<shard>/ticks/<yyyymmdd>/<after>-<through>.ticks
 *
 * Numbers are padded with zeros, so that the order of keys is the order of the log.
 */
import { AppError } from "../errors.ts";

/** Kinesis has numbers of up to 56 digits. */
export const SEQ_DIGITS = 60;

/** The number before any record of a log. */
export const BEGINNING = "0";

const STREAM = "stream/";

/** @throws AppError DEGENERATE_INPUT for anything but a whole number of at most 60 digits */
export function paddedSeq(seq: string): string {
  if (!/^\d{1,60}$/.test(seq)) {
    const message = `a sequence number must be 1 to ${SEQ_DIGITS} digits, was "${seq}"`;
    throw new AppError("DEGENERATE_INPUT", message, { seq });
  }
  return seq.padStart(SEQ_DIGITS, "0");
}

const unpadded = (digits: string): string => digits.replace(/^0+(?=\d)/, "");

export const logPrefix = (log: string): string => `${STREAM}${log}/`;
const shardPrefix = (log: string, shard: string): string => `${logPrefix(log)}${shard}/`;
export const segmentsPrefix = (log: string, shard: string): string =>
  `${shardPrefix(log, shard)}segments/`;
export const statesPrefix = (log: string, shard: string): string =>
  `${shardPrefix(log, shard)}states/`;
export const ticksPrefix = (log: string, shard: string): string =>
  `${shardPrefix(log, shard)}ticks/`;

export const segmentKey = (log: string, shard: string, after: string): string =>
  `${segmentsPrefix(log, shard)}${paddedSeq(after)}.seg`;

export const stateKey = (log: string, shard: string, last: string): string =>
  `${statesPrefix(log, shard)}${paddedSeq(last)}.state`;

/** Where a record is kept as it came that could not be taken in. */
export const quarantineKey = (log: string, shard: string, seq: string): string =>
  `quarantine/stream/${log}/${shard}/${paddedSeq(seq)}`;

export type TickFileName = Readonly<{
  log: string;
  shard: string;
  /** UTC day of the ticks, YYYYMMDD. */
  day: number;
  after: string;
  through: string;
}>;

export const tickFileKey = ({ log, shard, day, after, through }: TickFileName): string =>
  `${ticksPrefix(log, shard)}${day}/${paddedSeq(after)}-${paddedSeq(through)}.ticks`;

/** A key that sorts right before the segment after a number: a listing from here begins with that. */
export const beforeSegment = (log: string, shard: string, after: string): string =>
  `${segmentsPrefix(log, shard)}${paddedSeq(after)}`;

/** A key that sorts behind all of a shard and before the next one: "0" follows "/". */
export const behindShard = (log: string, shard: string): string => `${logPrefix(log)}${shard}0`;

/** The shard a key lies in; `undefined` for a key that is not of this log. */
export function shardOfKey(log: string, key: string): string | undefined {
  const prefix = logPrefix(log);
  if (!key.startsWith(prefix)) return undefined;
  const end = key.indexOf("/", prefix.length);
  return end < 0 ? undefined : key.slice(prefix.length, end);
}

/** The number in the name of a segment or a state; `undefined` for a key that is neither. */
export function seqOfKey(key: string): string | undefined {
  const [, digits] = /\/(?:segments|states)\/(\d{60})\.(?:seg|state)$/.exec(key) ?? [];
  return digits === undefined ? undefined : unpadded(digits);
}

/** The name of a file of ticks; `undefined` for any other key. */
export function tickFileOfKey(key: string): TickFileName | undefined {
  const form = /^stream\/([^/]+)\/([^/]+)\/ticks\/(\d{1,8})\/(\d{60})-(\d{60})\.ticks$/;
  const [, log, shard, day, after, through] = form.exec(key) ?? [];
  if (log === undefined) return undefined;
  return {
    log,
    shard: shard!,
    day: Number(day),
    after: unpadded(after!),
    through: unpadded(through!),
  };
}
