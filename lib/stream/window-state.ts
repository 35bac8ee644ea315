/** The cells of kept windows as flat numbers and back, for a process that stops and another that goes on. */
import { AppError } from "../errors.ts";
import { CELL, EMISSIONS, rest, TRADES } from "./cells.ts";
import { NumberList } from "./number-list.ts";
import type { Ring } from "./ring.ts";
import type { SymbolTable } from "./symbols.ts";
import type { WindowState } from "./window-options.ts";

/** Numbers per cell of a state: its symbol and both halves. */
const WIDTH = 1 + 2 * CELL;
/** Numbers before the cells of a window, the last of them the count of cells. */
const HEAD = 4;
const COUNT = 3;

/**
 * Per kept window: size index, start, 1 = open, count of cells; then per cell the symbol and its numbers.
 * @param keepMs how long after its end, by the watermark, a closed window can still change
 */
export function exportCells(
  rings: readonly Ring[],
  watermarkMs: number,
  keepMs: number,
): Float64Array {
  const out = new NumberList();
  for (const ring of rings) {
    for (const { startMs, endMs, isOpen, cells } of ring.slots) {
      if (!isOpen && endMs + keepMs <= watermarkMs) continue;
      const begin = out.length;
      for (const number of [ring.index, startMs, isOpen ? 1 : 0, 0]) out.push(number);
      for (let at = 0; at < cells.length / 2; at += CELL) {
        const second = rest(cells, at);
        if (cells[at + TRADES] === 0 && cells[second + EMISSIONS] === 0) continue;
        out.push(at / CELL);
        out.append(cells, at, CELL);
        out.append(cells, second, CELL);
      }
      const numbers = out.length - begin - HEAD;
      if (numbers === 0 && !isOpen) out.cut(begin);
      else out.set(begin + COUNT, numbers / WIDTH);
    }
  }
  return out.taken();
}

/** @returns the earliest end of an open window, the largest number when none is open */
export function restoreCells(rings: readonly Ring[], state: Float64Array): number {
  let nextEndMs = Number.MAX_VALUE;
  let from = 0;
  while (from < state.length) {
    const slot = rings[state[from]!]!.slot(state[from + 1]!);
    slot.isOpen = state[from + 2] === 1;
    if (slot.isOpen) nextEndMs = Math.min(nextEndMs, slot.endMs);
    const end = from + HEAD + state[from + COUNT]! * WIDTH;
    for (from += HEAD; from < end; from += WIDTH) {
      const at = state[from]! * CELL;
      slot.cells.set(state.subarray(from + 1, from + 1 + CELL), at);
      slot.cells.set(state.subarray(from + 1 + CELL, from + WIDTH), rest(slot.cells, at));
    }
  }
  return nextEndMs;
}

/**
 * Puts the state's symbols into the table.
 * @throws AppError DEGENERATE_INPUT when the table has them at other indexes, or the format is unknown
 */
export function takeSymbols({ format, symbols: names }: WindowState, symbols: SymbolTable): void {
  if (format !== 1) {
    throw new AppError("DEGENERATE_INPUT", `format of a window state must be 1, was "${format}"`);
  }
  names.forEach((name, index) => {
    const found = symbols.index(name);
    if (found === index) return;
    throw new AppError(
      "DEGENERATE_INPUT",
      `symbol "${name}" must have index ${index} as in the state, was ${found}`,
    );
  });
}
