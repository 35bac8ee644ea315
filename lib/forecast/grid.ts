/**
 * Bars as they came, laid on the clock: a window in which nobody traded stands at the price before it, and where trading
 * stopped a session ends. So "five bars later" is five windows later, and never the next morning.
 */
import { AppError } from "../errors.ts";
import { type Bar, demandBars } from "./bar.ts";

/**
 * Silence of more than this ends a session: a night, a weekend, a lunch break, a halt. A symbol that is silent for less is
 * taken to stand still. By silence and not by a calendar, so that it holds for every market there is.
 */
export const SESSION_BREAK_MS = 1_800_000;

export type Grid = Readonly<{
  /** Length of each window. */
  sizeMs: number;
  bars: readonly Bar[];
  /** Whether the bar came, or only fills a window without trades. */
  isTraded: readonly boolean[];
  /** Number of the session of each bar, rising. */
  session: readonly number[];
}>;

/**
 * Windows longer than {@link SESSION_BREAK_MS} (hours, days) have their nights between them: they follow one another as
 * they come, nothing is filled and all are one session.
 *
 * @throws AppError DEGENERATE_INPUT when a bar is not one, has another length than the first, or lies between windows
 */
export function onGrid(given: readonly Bar[]): Grid {
  demandBars(given);
  const sizeMs = given.length === 0 ? 0 : given[0]!.endMs - given[0]!.startMs;
  const bars: Bar[] = [];
  const isTraded: boolean[] = [];
  const session: number[] = [];
  let number = 0;
  for (const [at, bar] of given.entries()) {
    const before = given[at - 1];
    demandLength(bar, at, sizeMs);
    const gapMs = before === undefined ? 0 : bar.startMs - before.endMs;
    const isBreak = gapMs > SESSION_BREAK_MS;
    if (sizeMs <= SESSION_BREAK_MS && gapMs > 0) {
      if (isBreak) number++;
      else for (const quiet of standing(before!, gapMs, sizeMs, at)) push(quiet, false);
    }
    push(bar, true);
  }
  return { sizeMs, bars, isTraded, session };

  function push(bar: Bar, traded: boolean): void {
    bars.push(bar);
    isTraded.push(traded);
    session.push(number);
  }
}

/** The windows of a gap, each at the close before it. */
function standing({ endMs, close }: Bar, gapMs: number, sizeMs: number, at: number): Bar[] {
  const missing = gapMs / sizeMs;
  if (!Number.isInteger(missing)) {
    const wanted = `must start whole windows of ${sizeMs} ms after the bar before`;
    throw new AppError("DEGENERATE_INPUT", `bar ${at}: ${wanted}, was ${gapMs} ms after it`, {
      bar: at,
      gap_ms: gapMs,
    });
  }
  return Array.from({ length: missing }, (_, window) => ({
    startMs: endMs + window * sizeMs,
    endMs: endMs + (window + 1) * sizeMs,
    ...{ open: close, high: close, low: close, close, volume: 0 },
  }));
}

function demandLength({ startMs, endMs }: Bar, at: number, sizeMs: number): void {
  if (endMs - startMs === sizeMs) return;
  const was = endMs - startMs;
  throw new AppError(
    "DEGENERATE_INPUT",
    `bar ${at}: must be ${sizeMs} ms long as the first is, was ${was} ms`,
    { bar: at, length_ms: was, wanted_ms: sizeMs },
  );
}
