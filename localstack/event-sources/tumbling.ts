/**
 * Tumbling windows: boundaries are whole multiples of the window since 1970, a record belongs to the window of its
 * arrival, and the function's `state` goes from one invocation of a window to the next.
 */

export type TumblingWindow = Readonly<{
  startMs: number;
  endMs: number;
  state: Readonly<Record<string, unknown>>;
}>;

export const STATE_BYTES_MAX = 1024 * 1024;

export const windowAt = (arrivalMs: number, windowMs: number): TumblingWindow => {
  const startMs = Math.floor(arrivalMs / windowMs) * windowMs;
  return { startMs, endMs: startMs + windowMs, state: {} };
};

export const isTooLarge = (state: unknown): boolean =>
  Buffer.byteLength(JSON.stringify(state)) > STATE_BYTES_MAX;

/** "2020-12-09T07:04:00Z" */
const instant = (ms: number) => new Date(ms).toISOString().replace(/\.\d{3}Z$/, "Z");

/** What an event says of its window, beside its records. */
export const windowFacts = (
  { startMs, endMs, state }: TumblingWindow,
  shard: string,
  arn: string,
  { isFinal = false, isEarly = false } = {},
) => ({
  window: { start: instant(startMs), end: instant(endMs) },
  state,
  shardId: shard,
  eventSourceARN: arn,
  isFinalInvokeForWindow: isFinal,
  isWindowTerminatedEarly: isEarly,
});
