/** Records between the log and the function: which of them make the next batch, and how far all before are settled. */
import type { PolledRecord } from "./log-reader.ts";

export type Queued = {
  readonly record: PolledRecord;
  /** In the payload. */
  readonly bytes: number;
  /** When it was read from the log. */
  readonly takenMs: number;
  /** Whether a function has taken it, or it was discarded. */
  isSettled: boolean;
};

export type BatchLimits = Readonly<{ recordsMax: number; bytesMax: number; windowMs: number }>;

/**
 * How many of the first records make a batch now; 0 = wait for more, or for the window to pass. The first record is in
 * the batch however large it is.
 * @param endMs records that arrived then or later belong to the next tumbling window
 * @param isOver whether no more can come for this batch
 */
export function batchLength(
  queue: readonly Queued[],
  { recordsMax, bytesMax, windowMs }: BatchLimits,
  nowMs: number,
  { endMs = Number.POSITIVE_INFINITY, isOver = false } = {},
): number {
  let length = 0;
  let bytes = 0;
  for (const { record, bytes: own } of queue) {
    if (length === recordsMax || record.arrivalMs >= endMs) return length;
    if (length > 0 && bytes + own > bytesMax) return length;
    bytes += own;
    length += 1;
  }
  const isDue = isOver || length === recordsMax || nowMs >= (queue[0]?.takenMs ?? 0) + windowMs;
  return isDue ? length : 0;
}

/** FNV-1a over UTF-16 units: only where records go within this process. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++)
    value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

/** The lane of a key: the same one for all its records, so that they stay in order. */
export const laneOf = (key: string, lanes: number): number => (lanes === 1 ? 0 : hash(key) % lanes);

/** What has been read and is not settled, in the order of the log, over all lanes. */
export class Unsettled {
  readonly #records: Queued[] = [];
  #bytes = 0;

  get records(): number {
    return this.#records.length;
  }

  get bytes(): number {
    return this.#bytes;
  }

  add(record: Queued): void {
    this.#records.push(record);
    this.#bytes += record.bytes;
  }

  /**
   * Forgets the first records as far as they are settled.
   * @returns the number of the last of them: where a restart may go on
   */
  advance(): string | undefined {
    const open = this.#records.findIndex(({ isSettled }) => !isSettled);
    const settled = this.#records.splice(0, open < 0 ? this.#records.length : open);
    for (const { bytes } of settled) this.#bytes -= bytes;
    return settled.at(-1)?.record.seq;
  }
}
