/** Iterators as clients hold them: opaque text that says stream, shard, place and age, with a sum over all of it. */
import { crc32 } from "node:zlib";
import { KinesisFailure } from "./failure.ts";
import { invalid } from "./input.ts";
import type { Position } from "./shard-log.ts";

export type ShardIterator = Readonly<{
  stream: string;
  /** Of the stream, so that one made again under the same name is another. */
  createdMs: number;
  shard: number;
  position: Position;
}>;

const LIFE_MS = 300_000;
const PREFIX = "AAAAAAAAAA";

export function iteratorText(iterator: ShardIterator, nowMs: number): string {
  const { stream, createdMs, shard, position } = iterator;
  const body = JSON.stringify([stream, createdMs, shard, position.segment, position.offset, nowMs]);
  return PREFIX + Buffer.from(`${crc32(body)} ${body}`).toString("base64");
}

/** @throws KinesisFailure InvalidArgumentException, ExpiredIteratorException */
export function parseIterator(text: string, nowMs: number): ShardIterator {
  const decoded = Buffer.from(text.slice(PREFIX.length), "base64").toString();
  const [, sum, body = ""] = /^(\d+) (.*)$/s.exec(decoded) ?? [];
  if (!text.startsWith(PREFIX) || Number(sum) !== crc32(body))
    throw invalid("Invalid ShardIterator.");
  const [stream, createdMs, shard, segment, offset, madeMs] = JSON.parse(body);
  if (nowMs - madeMs > LIFE_MS)
    throw new KinesisFailure(
      "ExpiredIteratorException",
      `Iterator expired. The iterator was created at time ${new Date(madeMs).toUTCString()} while right now it is ` +
        `${new Date(nowMs).toUTCString()} which is further in the future than the tolerated delay of ${LIFE_MS} milliseconds.`,
    );
  return { stream, createdMs, shard, position: { segment, offset } };
}
