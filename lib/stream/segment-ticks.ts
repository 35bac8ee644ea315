/** The rows of a segment that count: trades, and what amends an earlier trade. */
import type { Segment } from "./segment.ts";
import { TICK } from "./ticks.ts";

/** The year 10000: days have eight digits. */
const TIME_END_MS = 253_402_300_800_000;

const AMENDS = TICK.cancel | TICK.correct;

/**
 * Calls `take` for each row that was not refused and that can be a trade or amend one, in the order of the log.
 * Amendments name their trade by its id; what they say of time counts for nothing.
 */
export function eachTick(
  { symbols, frames, ticks, refused }: Segment,
  take: (row: number, symbol: number, isAmendment: boolean) => void,
): void {
  const isRefused = refusedRows(refused);
  let start = 0;
  for (const frame of frames) {
    const own = isRefused.get(frame.seq);
    for (let at = 0; at < frame.rows; at++) {
      if (own?.has(null) || own?.has(at)) continue;
      const row = start + at;
      const symbol = ticks.symbol[row]!;
      if (!symbols[symbol]) continue;
      const isAmendment = ticks.flags !== undefined && (ticks.flags[row]! & AMENDS) !== 0;
      if (isAmendment ? amends(ticks, row) : isTrade(ticks, row)) take(row, symbol, isAmendment);
    }
    start += frame.rows;
  }
}

/** By sequence number; null in a set stands for the whole record. */
function refusedRows(refused: Segment["refused"]): Map<string, Set<number | null>> {
  const rows = new Map<string, Set<number | null>>();
  for (const { seq, row } of refused) {
    const own = rows.get(seq);
    if (own) own.add(row);
    else rows.set(seq, new Set([row]));
  }
  return rows;
}

const isTrade = ({ timeMs, price, size }: Segment["ticks"], row: number): boolean =>
  timeMs[row]! >= 0 &&
  timeMs[row]! < TIME_END_MS &&
  price[row]! > 0 &&
  price[row]! < Infinity &&
  size[row]! >= 0 &&
  size[row]! < Infinity;

const amends = ({ id }: Segment["ticks"], row: number): boolean =>
  id !== undefined && id[row]! >= 0;
