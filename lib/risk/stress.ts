/**
 * Stress tests: the whole portfolio valued anew in every cell of a grid of moves, and in stretches of the past that have a
 * name. Profits are in USD, a loss is negative.
 */
import { totalPnl } from "./components.ts";
import { type Market, type Position, riskFactor, type Scenarios } from "./positions.ts";
import { revalue } from "./revaluation.ts";

export type StressGrid = Readonly<{
  /** -0.2 is 20 % down, for every underlying alike. */
  spotMoves: readonly number[];
  /** 0.1 is ten points up, for every option alike. */
  volatilityShifts: readonly number[];
  /** One list per spot move, one profit per volatility shift in it. */
  pnl: readonly Float64Array[];
}>;

/**
 * Every spot move with every shift of volatilities.
 *
 * @throws AppError DEGENERATE_INPUT without positions, or as revalue
 */
export function stressGrid(
  positions: readonly Position[],
  market: Market,
  {
    spotMoves,
    volatilityShifts,
  }: Readonly<{
    spotMoves: readonly number[];
    volatilityShifts: readonly number[];
  }>,
): StressGrid {
  const width = volatilityShifts.length;
  const cells = spotMoves.length * width;
  const moves = Float64Array.from(
    { length: cells },
    (_, cell) => spotMoves[Math.floor(cell / width)]!,
  );
  const shifts = Float64Array.from({ length: cells }, (_, cell) => volatilityShifts[cell % width]!);
  const returns = new Map(positions.map((position) => [riskFactor(position), moves]));
  const total = totalPnl(revalue(positions, market, { returns, volatilityShifts: shifts }));
  const pnl = spotMoves.map((_, row) => total.subarray(row * width, (row + 1) * width));
  return { spotMoves, volatilityShifts, pnl };
}

export type NamedScenarios = Scenarios & Readonly<{ name: string }>;

export type StressWindow = Readonly<{
  name: string;
  /** Profit of the portfolio per scenario. */
  pnl: Float64Array;
  /** Its largest loss, positive; negative when it gains in every scenario. */
  worstLoss: number;
  /** Place of that loss among the scenarios. */
  worstScenario: number;
}>;

/**
 * The portfolio of today in the scenarios of each window: each of them by itself, not one after the other.
 *
 * @throws AppError DEGENERATE_INPUT without positions, or as revalue
 */
export function stressWindows(
  positions: readonly Position[],
  market: Market,
  windows: readonly NamedScenarios[],
): StressWindow[] {
  return windows.map(({ name, ...scenarios }) => {
    const pnl = totalPnl(revalue(positions, market, scenarios));
    let worstScenario = 0;
    for (let at = 1; at < pnl.length; at++) {
      if (pnl[at]! < pnl[worstScenario]!) worstScenario = at;
    }
    return { name, pnl, worstLoss: 0 - (pnl[worstScenario] ?? 0), worstScenario };
  });
}
