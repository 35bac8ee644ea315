/** What is learned from and judged by: features of bars, and what came of them within their session. */
import { AppError } from "../errors.ts";
import type { Bar } from "./bar.ts";
import { featureRows, targets, WARM_UP_BARS } from "./features.ts";
import { type Grid, onGrid } from "./grid.ts";
import type { Row } from "./trees/model.ts";

/** Least number of bars with features and a known outcome. */
export const LEAST_ROWS = 100;
/** Furthest horizon, in bars. */
export const MOST_AHEAD = 50;

/** Side by side, in order of time. */
export type Table = Readonly<{
  /** Features of each bar that came, is warmed up and has an outcome in its session. */
  rows: readonly Row[];
  /** Log returns over the horizon. */
  outcomes: readonly number[];
  /** Closes when the rows were known, and when their outcomes were. */
  last: readonly number[];
  actual: readonly number[];
  /** When each row was known, ms since 1970 UTC. */
  knownMs: readonly number[];
  sizeMs: number;
}>;

/**
 * The table of bars. A bar from which the horizon leads over the end of its session has no row: the next morning's price
 * is not the price five minutes later.
 *
 * @throws AppError DEGENERATE_INPUT when a bar is not one, the horizon is outside its range or too few rows remain
 */
export function tableOf(given: readonly Bar[], horizon: number): Table {
  demandHorizon(horizon);
  const least = leastBars(horizon);
  if (given.length < least) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `a forecast ${horizon} bars ahead takes at least ${least} bars, was ${given.length}`,
      { bars: given.length, least },
    );
  }
  const { bars, isTraded, session, sizeMs } = onGrid(given);
  const features = featureRows(bars);
  const outcomes = targets(bars, horizon);
  const places = Array.from(outcomes.keys()).filter(
    (t) => t >= WARM_UP_BARS && isTraded[t] && session[t] === session[t + horizon],
  );
  if (places.length < LEAST_ROWS) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `a forecast takes at least ${LEAST_ROWS} bars with a bar ${horizon} later in their session, was ${places.length}`,
      { rows: places.length, least: LEAST_ROWS },
    );
  }
  return {
    rows: places.map((t) => features[t]!),
    outcomes: places.map((t) => outcomes[t]!),
    last: places.map((t) => bars[t]!.close),
    actual: places.map((t) => bars[t + horizon]!.close),
    knownMs: places.map((t) => bars[t]!.endMs),
    sizeMs,
  };
}

/** Fewest bars a training with this horizon takes, without any break among them. */
export const leastBars = (horizon: number): number => WARM_UP_BARS + LEAST_ROWS + horizon;

/** Features of the last bar. @throws AppError DEGENERATE_INPUT when a bar is not one or there are too few of them */
export function latestRow(given: readonly Bar[]): Readonly<{ row: Row; grid: Grid }> {
  const grid = onGrid(given);
  if (grid.bars.length <= WARM_UP_BARS) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `features take at least ${WARM_UP_BARS + 1} bars, was ${grid.bars.length}`,
      { bars: grid.bars.length, least: WARM_UP_BARS + 1 },
    );
  }
  return { row: featureRows(grid.bars).at(-1)!, grid };
}

/** @throws AppError DEGENERATE_INPUT unless it is a whole number of bars from 1 to 50 */
export function demandHorizon(horizon: number): void {
  if (Number.isInteger(horizon) && horizon >= 1 && horizon <= MOST_AHEAD) return;
  const wanted = `horizon must be a whole number of bars from 1 to ${MOST_AHEAD}`;
  throw new AppError("DEGENERATE_INPUT", `${wanted}, was "${horizon}"`, { horizon });
}
