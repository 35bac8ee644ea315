/** What one shard takes: 1 MB and 1,000 records in a second, as buckets that fill up evenly and hold one second's worth. */

export const SHARD_BYTES_PER_SECOND = 1024 * 1024;
export const SHARD_RECORDS_PER_SECOND = 1000;

export type Throttle = Readonly<{
  /** Takes one record in, or refuses it and leaves everything as it was. */
  admits: (bytes: number, nowMs: number) => boolean;
}>;

export function shardThrottle(): Throttle {
  let bytesLeft = SHARD_BYTES_PER_SECOND;
  let recordsLeft = SHARD_RECORDS_PER_SECOND;
  let filledMs = Number.NEGATIVE_INFINITY;

  const fill = (nowMs: number): void => {
    const seconds = Math.max(0, nowMs - filledMs) / 1000;
    filledMs = Math.max(filledMs, nowMs);
    bytesLeft = Math.min(SHARD_BYTES_PER_SECOND, bytesLeft + seconds * SHARD_BYTES_PER_SECOND);
    recordsLeft = Math.min(
      SHARD_RECORDS_PER_SECOND,
      recordsLeft + seconds * SHARD_RECORDS_PER_SECOND,
    );
  };

  return {
    admits(bytes, nowMs) {
      fill(nowMs);
      if (bytesLeft < bytes || recordsLeft < 1) return false;
      bytesLeft -= bytes;
      recordsLeft -= 1;
      return true;
    },
  };
}

/** A shard that takes whatever comes. */
export const UNTHROTTLED: Throttle = { admits: () => true };
