/** The windows of all sizes, open and kept: which is the next to end, closing in order, and the bars that come of it. */
import { BarColumns } from "./bars.ts";
import { CELL, EMISSIONS, mergeCell, rest, TRADES } from "./cells.ts";
import { formingBars } from "./forming.ts";
import { type Ring, rings, type Slot } from "./ring.ts";
import type { SymbolTable } from "./symbols.ts";
import type { WindowCounts, WindowSettings } from "./window-options.ts";
import { exportCells, restoreCells } from "./window-state.ts";

export class OpenWindows {
  readonly rings: readonly Ring[];
  readonly bars = new BarColumns();
  /** The earliest end of an open window; the largest number when none is open. */
  nextEndMs = Number.MAX_VALUE;
  readonly #settings: WindowSettings;
  readonly #symbols: SymbolTable;
  readonly #counts: WindowCounts;
  /** How long after its end, by the watermark, a window can still change. */
  readonly #keepMs: number;

  /** @param counts its bars and revisions are counted here */
  constructor(settings: WindowSettings, symbols: SymbolTable, counts: WindowCounts) {
    const { sizesMs, latenessMs, allowedLatenessMs, correctableMs } = settings;
    this.#keepMs = Math.max(allowedLatenessMs, correctableMs);
    this.rings = rings(sizesMs, latenessMs + this.#keepMs);
    this.#settings = settings;
    this.#symbols = symbols;
    this.#counts = counts;
  }

  /** The window of this size around an instant, open. */
  open(ring: Ring, timeMs: number): Slot {
    const slot = ring.slot(timeMs);
    slot.isOpen = true;
    if (slot.endMs < this.nextEndMs) this.nextEndMs = slot.endMs;
    return slot;
  }

  /** Emits every open window that ended by the watermark, by (end, size), each by symbol name. */
  close(watermarkMs: number): void {
    for (;;) {
      let due: Slot | undefined;
      let from: Ring | undefined;
      this.nextEndMs = Number.MAX_VALUE;
      for (const ring of this.rings) {
        for (const slot of ring.slots) {
          if (!slot.isOpen || slot.endMs >= this.nextEndMs) continue;
          this.nextEndMs = slot.endMs;
          due = slot;
          from = ring;
        }
      }
      if (due === undefined || due.endMs > watermarkMs) return;
      this.#closeSlot(from!, due);
    }
  }

  #closeSlot(ring: Ring, slot: Slot): void {
    slot.isOpen = false;
    if (ring.current === slot) ring.forgetCurrent();
    const around = ring.parents.map((parent) => this.open(parent, slot.startMs));
    for (const symbol of this.#symbols.byName()) {
      const at = symbol * CELL;
      if (slot.cells[at + TRADES] === 0) continue;
      this.emit(ring, slot, symbol);
      for (const longer of around) mergeCell(longer.cells, slot.cells, at);
    }
  }

  /** A final bar; a revision when the window was emitted before. */
  emit(ring: Ring, { cells, startMs }: Slot, symbol: number): void {
    const at = symbol * CELL;
    const emissions = rest(cells, at) + EMISSIONS;
    const revision = cells[emissions]!;
    cells[emissions] = revision + 1;
    this.#counts.bars++;
    if (revision > 0) this.#counts.revisions++;
    const isPartial = startMs < this.#settings.sinceMs;
    this.bars.append(symbol, ring.sizeMs, startMs, cells, at, revision, isPartial);
  }

  /** A partial bar per open window, of all symbols by name or of some as they come. Nothing changes. */
  flush(some: readonly number[] | Int32Array = this.#symbols.byName()): void {
    formingBars(this.rings, some, this.bars);
  }

  export(watermarkMs: number): Float64Array {
    return exportCells(this.rings, watermarkMs, this.#keepMs);
  }

  restore(state: Float64Array): void {
    this.nextEndMs = restoreCells(this.rings, state);
  }
}
