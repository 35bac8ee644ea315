/**
 * The windows of one size that a stream keeps at a time. Windows are aligned to the epoch, so all symbols share them:
 * one slot holds the cells of all symbols for one window, and a slot is used again for the n-th window after it.
 */
import { clearCells, emptyCells, moveCells } from "./cells.ts";

export type Slot = {
  startMs: number;
  /** -1 while the slot has had no window. */
  endMs: number;
  /** Not closed yet. */
  isOpen: boolean;
  /** One cell per symbol. */
  cells: Float64Array;
};

const nothing = (): Slot => ({
  startMs: 0,
  endMs: -1,
  isOpen: false,
  cells: new Float64Array(0),
});

export class Ring {
  readonly sizeMs: number;
  /** Place of this size among all, ascending. */
  readonly index: number;
  /** The size whose closed windows make up the windows of this one; without, ticks go in directly. */
  readonly source: Ring | undefined;
  /** The sizes that are made up of this one. */
  readonly parents: Ring[] = [];
  readonly slots: Slot[];
  /** The open window that took a tick last: most ticks fall into the same one. */
  current: Slot = nothing();
  #symbols = 0;

  /** @param spanMs how far behind the latest event time the end of a kept window may lie */
  constructor(sizeMs: number, index: number, source: Ring | undefined, spanMs: number) {
    this.sizeMs = sizeMs;
    this.index = index;
    this.source = source;
    source?.parents.push(this);
    this.slots = Array.from({ length: Math.floor(spanMs / sizeMs) + 2 }, nothing);
  }

  /** Makes room for this many symbols. */
  fit(symbols: number): void {
    if (symbols <= this.#symbols) return;
    this.#symbols = symbols;
    for (const slot of this.slots) {
      // A slot that never held a window gets its room when it does.
      if (slot.cells.length === 0) continue;
      const cells = emptyCells(symbols);
      moveCells(slot.cells, cells);
      slot.cells = cells;
    }
  }

  startMs(timeMs: number): number {
    return Math.floor(timeMs / this.sizeMs) * this.sizeMs;
  }

  endMs(timeMs: number): number {
    return this.startMs(timeMs) + this.sizeMs;
  }

  /** The slot of the window around an instant; what an older window left in it is cleared. */
  slot(timeMs: number): Slot {
    const startMs = this.startMs(timeMs);
    const slot = this.slots[(startMs / this.sizeMs) % this.slots.length]!;
    if (slot.endMs === startMs + this.sizeMs) return slot;
    if (slot.cells.length === 0) slot.cells = emptyCells(this.#symbols);
    else clearCells(slot.cells);
    slot.startMs = startMs;
    slot.endMs = startMs + this.sizeMs;
    slot.isOpen = false;
    return slot;
  }

  /** No window takes ticks without being looked for again. */
  forgetCurrent(): void {
    this.current = nothing();
  }
}

/**
 * One ring per size, ascending. A size takes its windows from the longest shorter size that divides it: 15 minutes from
 * 5, 5 from 1. So a tick is added once, not once per size.
 */
export function rings(sizesMs: readonly number[], spanMs: number): Ring[] {
  const made: Ring[] = [];
  for (const sizeMs of sizesMs.toSorted((a, b) => a - b)) {
    const source = made.findLast((ring) => sizeMs % ring.sizeMs === 0);
    made.push(new Ring(sizeMs, made.length, source, spanMs));
  }
  return made;
}
