/** The bars of open windows as they stand. */
import type { BarColumns } from "./bars.ts";
import { CELL, EMISSIONS, emptyCells, mergeCell, rest, TRADES } from "./cells.ts";
import type { Ring } from "./ring.ts";
import type { SymbolTable } from "./symbols.ts";

type Forming = { sizeMs: number; startMs: number; cells: Float64Array };

/** Appends a partial bar per open window and symbol, by (end, size, symbol name). The windows stay as they are. */
export function formingBars(rings: readonly Ring[], symbols: SymbolTable, bars: BarColumns): void {
  const all = formingWindows(rings);
  all.sort((a, b) => a.startMs + a.sizeMs - b.startMs - b.sizeMs || a.sizeMs - b.sizeMs);
  for (const { sizeMs, startMs, cells } of all) {
    for (const symbol of symbols.byName()) {
      const at = symbol * CELL;
      if (cells[at + TRADES] === 0) continue;
      bars.append(symbol, sizeMs, startMs, cells, at, cells[rest(cells, at) + EMISSIONS]!, true);
    }
  }
}

/** Open windows; a longer one with the shorter ones in it that have not closed. */
function formingWindows(rings: readonly Ring[]): Forming[] {
  const bySize: Forming[][] = [];
  for (const { sizeMs, slots, source } of rings) {
    const own: Forming[] = slots
      .filter(({ isOpen }) => isOpen)
      .map(({ startMs, cells }) => ({ sizeMs, startMs, cells }));
    const shorter = source === undefined ? [] : bySize[source.index]!;
    bySize.push(shorter.reduce((windows, inner) => withInner(windows, sizeMs, inner), own));
  }
  return bySize.flat();
}

function withInner(windows: readonly Forming[], sizeMs: number, inner: Forming): Forming[] {
  const startMs = Math.floor(inner.startMs / sizeMs) * sizeMs;
  const known = windows.find((window) => window.startMs === startMs);
  const symbols = inner.cells.length / (2 * CELL);
  const cells = known === undefined ? emptyCells(symbols) : known.cells.slice();
  for (let at = 0; at < symbols * CELL; at += CELL) {
    if (inner.cells[at + TRADES]! > 0) mergeCell(cells, inner.cells, at);
  }
  return [...windows.filter((window) => window !== known), { sizeMs, startMs, cells }];
}
