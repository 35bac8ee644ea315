/** Bars of one symbol and size from several places as one list, and whole windows merged into longer ones. */
import type { Bar } from "../stream/bars.ts";
import { claimsOf } from "./flags.ts";
import { replaces } from "./folding.ts";
import type { BarRow } from "./reading.ts";

/** A bar with trades in it. `seq` is that of its last emission; of a forming bar -1. */
export type StreamBar = Omit<Bar, "symbol" | "open" | "high" | "low" | "close"> &
  Readonly<{ open: number; high: number; low: number; close: number; seq: number }>;

/** A bar that did not come from the image: final from a segment, or forming. */
export type NewerBar = Bar & Readonly<{ seq: number; isForming: boolean }>;

/** Keeps of each window what stands: the last revision, and a forming bar only where there is no other. */
export class NewerBars {
  readonly #byStart = new Map<number, NewerBar>();

  add(bar: NewerBar): void {
    const known = this.#byStart.get(bar.startMs);
    if (known && !known.isForming && bar.isForming) return;
    if (!known || known.isForming || replaces(bar, known)) this.#byStart.set(bar.startMs, bar);
  }

  get size(): number {
    return this.#byStart.size;
  }

  /**
   * The first of both in time order, or with `isNewest` the last ones, newest first. Bars that are withdrawn are none.
   *
   * @param rows of the image, in that order: at least `limit` and {@link size} of them, unless there are no more
   */
  over(
    rows: readonly BarRow[],
    sizeMs: number,
    limit: number,
    isNewest: boolean,
  ): readonly StreamBar[] {
    const newer = new Map(this.#byStart);
    const all: StreamBar[] = [];
    for (const row of rows) {
      const other = newer.get(row.start_ms);
      const isStanding = !other || other.isForming || !replaces(other, row);
      if (isStanding) newer.delete(row.start_ms);
      if (isStanding) all.push(barOfRow(row, sizeMs));
    }
    for (const bar of newer.values()) if (bar.trades > 0) all.push(barOf(bar));
    all.sort((a, b) => (isNewest ? b.startMs - a.startMs : a.startMs - b.startMs));
    return all.slice(0, limit);
  }
}

function barOf({ symbol: _, isForming, ...bar }: NewerBar): StreamBar {
  const { open, high, low, close } = bar;
  return { ...bar, open: open!, high: high!, low: low!, close: close! };
}

const barOfRow = (row: BarRow, sizeMs: number): StreamBar => ({
  sizeMs,
  startMs: row.start_ms,
  endMs: row.start_ms + sizeMs,
  open: row.open,
  high: row.high,
  low: row.low,
  close: row.close,
  volume: row.volume,
  vwap: row.vwap,
  trades: row.trades,
  revision: row.revision,
  ...claimsOf(row.flags),
  seq: row.seq,
});

/**
 * Whole windows merged into longer ones, aligned to the epoch: exact but for the rounding of a VWAP.
 *
 * @param bars in time order
 * @param closedMs windows that end by then have closed; a longer one of which that is not true is partial
 */
export function mergedBars(
  bars: readonly StreamBar[],
  sizeMs: number,
  closedMs: number,
): StreamBar[] {
  const merged: StreamBar[] = [];
  for (let at = 0; at < bars.length; ) {
    const startMs = Math.floor(bars[at]!.startMs / sizeMs) * sizeMs;
    let end = at + 1;
    while (end < bars.length && bars[end]!.startMs < startMs + sizeMs) end++;
    merged.push(oneBar(bars.slice(at, end), startMs, sizeMs, closedMs));
    at = end;
  }
  return merged;
}

function oneBar(
  bars: readonly StreamBar[],
  startMs: number,
  sizeMs: number,
  closedMs: number,
): StreamBar {
  // Where any regular trade happened, prices are those of regular ones alone.
  const regular = bars.filter(({ irregular }) => !irregular);
  const shown = regular.length > 0 ? regular : bars;
  const volume = sum(bars, (bar) => bar.volume);
  const notional = sum(bars, (bar) => (bar.vwap ?? 0) * bar.volume);
  const endMs = startMs + sizeMs;
  return {
    sizeMs,
    startMs,
    endMs,
    open: shown[0]!.open,
    high: Math.max(...shown.map(({ high }) => high)),
    low: Math.min(...shown.map(({ low }) => low)),
    close: shown.at(-1)!.close,
    volume,
    vwap: volume > 0 ? notional / volume : null,
    trades: sum(bars, (bar) => bar.trades),
    revision: Math.max(...bars.map(({ revision }) => revision)),
    partial: endMs > closedMs || bars.some(({ partial }) => partial),
    irregular: regular.length === 0,
    seq: Math.max(...bars.map(({ seq }) => seq)),
  };
}

const sum = (bars: readonly StreamBar[], of: (bar: StreamBar) => number): number =>
  bars.reduce((total, bar) => total + of(bar), 0);

/** The longest of some sizes whose windows fill those of a length; `undefined` where none does. */
export const fillingSize = (sizesMs: Iterable<number>, sizeMs: number): number | undefined =>
  [...sizesMs].filter((size) => sizeMs % size === 0).sort((a, b) => b - a)[0];
