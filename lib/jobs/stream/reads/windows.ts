/** Bars of any window that the stored ones fill: read as they are, or merged. */
import { fillingSize, mergedBars, type StreamBar } from "../../../bars/merge.ts";
import { AppError } from "../../../errors.ts";
import { windowName } from "../../../stream/window-name.ts";
import { closedMsOf, sizesOf, storedBars } from "./stored-bars.ts";
import type { StreamView } from "./view.ts";

/** Bars of one symbol in windows of one length, made of stored windows of another. */
export type Windows = Readonly<{
  view: StreamView;
  symbol: string;
  sizeMs: number;
  storedMs: number;
  /** Windows that end by then have closed. */
  closedMs: number;
}>;

/**
 * @throws AppError UNKNOWN_SYMBOL when nothing of it has come in, DEGENERATE_INPUT when no stored window fills this one
 */
export async function windowsOf(
  view: StreamView,
  symbol: string,
  sizeMs: number,
): Promise<Windows> {
  const closedMs = closedMsOf(view, symbol);
  const sizes = await sizesOf(view, symbol);
  const storedMs = fillingSize(sizes, sizeMs);
  // Before the first bar of a symbol any window is as good as another.
  if (storedMs === undefined && sizes.length > 0) throw noWindow(sizeMs, sizes);
  return { view, symbol, sizeMs, storedMs: storedMs ?? sizeMs, closedMs };
}

function noWindow(sizeMs: number, sizes: readonly number[]): AppError {
  const windows = sizes.map(windowName);
  const message = `bars of ${windowName(sizeMs)} cannot be made of those there are: ${windows.join(", ")}`;
  return new AppError("DEGENERATE_INPUT", message, { window: windowName(sizeMs), windows });
}

/** Windows that start in [fromMs, toMs). */
export type Span = Readonly<{ fromMs: number; toMs: number }>;

/**
 * The first bars of a span in time order, or with `isNewest` the last ones, newest first.
 *
 * @throws AppError IMAGE_REFUSED
 */
export async function windowBars(
  windows: Windows,
  span: Span,
  limit: number,
  isNewest: boolean,
): Promise<readonly StreamBar[]> {
  const { view, symbol, sizeMs, storedMs, closedMs } = windows;
  const aligned = (ms: number) => Math.ceil(ms / sizeMs) * sizeMs;
  const range = {
    symbol,
    sizeMs: storedMs,
    fromMs: aligned(span.fromMs),
    toMs: aligned(span.toMs),
  };
  if (range.fromMs >= range.toMs) return [];
  if (storedMs === sizeMs) return storedBars(view, range, limit, isNewest);
  // One window more than asked for: the last one that is read may not be whole.
  const wanted = (limit + 1) * (sizeMs / storedMs);
  const stored = await storedBars(view, range, wanted, isNewest);
  const merged = mergedBars(isNewest ? stored.toReversed() : stored, sizeMs, closedMs);
  if (isNewest) merged.reverse();
  return merged.slice(0, limit);
}
