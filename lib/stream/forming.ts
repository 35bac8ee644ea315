/** The bars of open windows as they stand. */
import type { BarColumns } from "./bars.ts";
import {
  CELL,
  clearCell,
  copyCell,
  EMISSIONS,
  emptyCells,
  mergeCell,
  rest,
  TRADES,
} from "./cells.ts";
import type { Ring } from "./ring.ts";

/** An open window: what it holds itself, and the shorter ones in it that have not closed. */
type Forming = {
  sizeMs: number;
  startMs: number;
  /** How many sizes stand below it. */
  level: number;
  own: Float64Array | undefined;
  inner: Forming[];
};

/**
 * Appends a partial bar per open window and symbol, by (end, size) and then as the symbols come. The windows stay as they
 * are. Only the cells of those symbols are looked at: it is done with every batch, and few of many symbols are watched.
 */
export function formingBars(
  rings: readonly Ring[],
  symbols: readonly number[] | Int32Array,
  bars: BarColumns,
): void {
  const all = formingWindows(rings);
  all.sort((a, b) => a.startMs + a.sizeMs - b.startMs - b.sizeMs || a.sizeMs - b.sizeMs);
  const cellsOf = merging();
  for (const window of all) {
    const { sizeMs, startMs } = window;
    for (const symbol of symbols) {
      const at = symbol * CELL;
      const cells = cellsOf(window, at);
      if (cells[at + TRADES] === 0) continue;
      bars.append(symbol, sizeMs, startMs, cells, at, cells[rest(cells, at) + EMISSIONS]!, true);
    }
  }
}

/** Open windows; a longer one with the shorter ones in it that have not closed. */
function formingWindows(rings: readonly Ring[]): Forming[] {
  const bySize: Forming[][] = [];
  for (const [level, { sizeMs, slots, source }] of rings.entries()) {
    const made = slots
      .filter(({ isOpen }) => isOpen)
      .map(({ startMs, cells: own }): Forming => ({ sizeMs, startMs, level, own, inner: [] }));
    for (const shorter of source === undefined ? [] : bySize[source.index]!) {
      const startMs = Math.floor(shorter.startMs / sizeMs) * sizeMs;
      const around = made.find((window) => window.startMs === startMs);
      if (around) around.inner.push(shorter);
      else made.push({ sizeMs, startMs, level, own: undefined, inner: [shorter] });
    }
    bySize.push(made);
  }
  return bySize.flat();
}

/**
 * @returns the cells that hold a window's cell of the symbol at `at`, until it is called again: its own, or where shorter
 * windows stand in it, cells of this function's own with all of them merged
 */
function merging(): (window: Forming, at: number) => Float64Array {
  const scratch: Float64Array[] = [];
  const cellsOf = ({ level, own, inner }: Forming, at: number): Float64Array => {
    if (own && inner.length === 0) return own;
    const length = lengthOf({ own, inner });
    if (scratch[level]?.length !== length) scratch[level] = emptyCells(length / (2 * CELL));
    const merged = scratch[level];
    if (own) copyCell(merged, own, at);
    else clearCell(merged, at);
    for (const shorter of inner) {
      const cells = cellsOf(shorter, at);
      if (cells[at + TRADES]! > 0) mergeCell(merged, cells, at);
    }
    return merged;
  };
  return cellsOf;
}

/** All cells of a stream have the same length. */
const lengthOf = ({ own, inner }: Pick<Forming, "own" | "inner">): number =>
  own?.length ?? lengthOf(inner[0]!);
