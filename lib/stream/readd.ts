/** Windows added up again after a trade in them was cancelled or corrected. */
import { addTrade, CELL, clearCell, EMISSIONS, rest } from "./cells.ts";
import type { Ring, Slot } from "./ring.ts";
import type { TradeLog } from "./trade-log.ts";

/**
 * Adds up every window that holds the changed trade, from the trades they are made of.
 * @param emit called for each that was closed, shorter sizes first
 */
export function readd(
  rings: readonly Ring[],
  log: TradeLog,
  symbol: number,
  changed: number,
  watermarkMs: number,
  emit: (ring: Ring, slot: Slot) => void,
): void {
  const at = symbol * CELL;
  const changedMs = log.timeMs(changed);
  for (const ring of rings) {
    // What an open shorter window holds comes up when that closes.
    const isBelow = (timeMs: number) => (ring.source?.endMs(timeMs) ?? 0) > watermarkMs;
    if (isBelow(changedMs) || log.isDropped(changed, ring.index)) continue;
    const slot = ring.slot(changedMs);
    const emissions = slot.cells[rest(slot.cells, at) + EMISSIONS]!;
    clearCell(slot.cells, at);
    slot.cells[rest(slot.cells, at) + EMISSIONS] = emissions;
    log.visit(symbol, slot.startMs, slot.endMs, ring.index, (timeMs, price, size, isIrregular) => {
      if (!isBelow(timeMs)) addTrade(slot.cells, at, timeMs, price, size, isIrregular);
    });
    if (slot.endMs <= watermarkMs) emit(ring, slot);
  }
}
