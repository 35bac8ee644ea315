/** Which shard a record belongs to: the MD5 of its partition key as a number of 128 bits, over ranges of equal width. */
import { createHash } from "node:crypto";

export type HashRange = Readonly<{ start: bigint; end: bigint }>;

const HASHES = 1n << 128n;
export const HASH_MAX = HASHES - 1n;

/** The ranges of a new stream, as Kinesis cuts them: equal, the last one takes what is left over. */
export function hashRanges(shards: number): readonly HashRange[] {
  const width = HASHES / BigInt(shards);
  return Array.from({ length: shards }, (_, i) => {
    const start = width * BigInt(i);
    return { start, end: i === shards - 1 ? HASH_MAX : start + width - 1n };
  });
}

export const hashOfKey = (key: string): bigint =>
  BigInt(`0x${createHash("md5").update(key).digest("hex")}`);

/** The index of the range that holds the hash. */
export const shardOfHash = (hash: bigint, shards: number): number =>
  Math.min(Number(hash / (HASHES / BigInt(shards))), shards - 1);
