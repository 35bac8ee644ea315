/**
 * The hedge that leaves the least expected shortfall over given scenarios.
 * Source: R. T. Rockafellar and S. Uryasev, Optimization of conditional value-at-risk, Journal of Risk 2 (2000): the
 * shortfall is the minimum over t of t + mean(max(loss - t, 0)) / p, so the best holdings are those of a linear program.
 *
 * Its dual is solved: weights of scenarios, at most 1 / (n p) each, that make the worst of the unhedged losses while every
 * instrument is worth nothing under them. The holdings are the prices of that condition. The two programs bound each other,
 * so how far a result may be from the best is known: `gap`.
 */
import { AppError } from "../errors.ts";
import { withHoldings } from "./hedging.ts";
import { toLots } from "./lots.ts";
import { type Basis, maximise, type Program } from "./simplex.ts";
import { demandNumbers, historicalTail, type Tail, tailSize } from "./tail.ts";

export type HoldingLimits = Readonly<{
  /** Smallest holding allowed; below 0 to sell. */
  lowest: number;
  highest: number;
}>;

export type ShortfallHedge = Readonly<{
  /** Units to hold of each instrument; below 0 to sell. */
  holdings: number[];
  hedged: Tail;
  /** Measured: 1 - hedged shortfall / unhedged shortfall. Undefined when there was no loss to take away. */
  effectiveness: number | undefined;
}>;

export type MinimumShortfallHedge = ShortfallHedge &
  Readonly<{
    unhedged: Tail;
    /** The holdings in whole lots, and what they measure. */
    rounded: ShortfallHedge;
    /** How much lower than `hedged` the least shortfall can be at most, in the unit of the losses. */
    gap: number;
  }>;

const STEPS = 20_000;
/** Weights that cannot be told from 0 once the program is scaled to 1. */
const NOTHING = 1e-9;

/**
 * @param portfolioPnl profit and loss per scenario
 * @param instrumentPnl the same of one unit of each instrument, over the same scenarios
 * @param lots smallest amount of each instrument; any without
 * @param limits of each instrument's holding; none without
 * @throws AppError DEGENERATE_INPUT without instruments, when scenarios differ in number, when limits are reversed, or when
 *   there is no least shortfall: holdings without limits that gain in every tail. As historicalTail besides.
 */
export function minimumShortfallHedge(
  portfolioPnl: Float64Array,
  instrumentPnl: readonly Float64Array[],
  {
    confidence,
    lots = [],
    limits = [],
  }: Readonly<{
    confidence: number;
    lots?: readonly number[];
    limits?: readonly (HoldingLimits | undefined)[];
  }>,
): MinimumShortfallHedge {
  const unhedged = historicalTail(portfolioPnl, confidence);
  demandInstruments(portfolioPnl, instrumentPnl, limits);
  const scales = instrumentPnl.map(scaleOf);
  const lossScale = scaleOf(portfolioPnl);
  const problem = programOf(portfolioPnl, instrumentPnl, { confidence, limits, scales, lossScale });
  const { prices, worth } = solution(problem, instrumentPnl.length);
  const holdings = instrumentPnl.map((_, at) => {
    const { lowest, highest } = limits[at] ?? UNLIMITED;
    const amount = (prices[at + 1]! * lossScale) / scales[at]!;
    return Math.min(Math.max(amount, lowest), highest) || 0;
  });
  const measured = (amounts: number[]): ShortfallHedge => {
    const hedged = historicalTail(withHoldings(portfolioPnl, instrumentPnl, amounts), confidence);
    const before = unhedged.expectedShortfall;
    const effectiveness = before > 0 ? 1 - hedged.expectedShortfall / before : undefined;
    return { holdings: amounts, hedged, effectiveness };
  };
  const exact = measured(holdings);
  const gap = Math.max(0, exact.hedged.expectedShortfall - worth * lossScale);
  const rounded = measured(holdings.map((amount, at) => toLots(amount, lots[at] ?? 0)));
  return { ...exact, unhedged, rounded, gap };
}

const UNLIMITED: HoldingLimits = { lowest: -Infinity, highest: Infinity };

type Scaling = Readonly<{
  confidence: number;
  limits: readonly (HoldingLimits | undefined)[];
  scales: readonly number[];
  lossScale: number;
}>;

type Problem = Program & Readonly<{ basis: Basis; scenarios: number; isWithoutLimit: Uint8Array }>;

/**
 * Columns: a weight per scenario, then two per instrument, by which its worth under the weights lies above or below 0. These
 * cost what the limits of the holding make them cost; without a limit they must be 0.
 */
function programOf(
  portfolioPnl: Float64Array,
  instrumentPnl: readonly Float64Array[],
  { confidence, limits, scales, lossScale }: Scaling,
): Problem {
  const scenarios = portfolioPnl.length;
  const count = instrumentPnl.length;
  const width = scenarios + 2 * count;
  const { tailCount, expectedTailCount } = tailSize(scenarios, confidence);
  const worth = new Float64Array(width);
  const upper = new Float64Array(width).fill(Infinity);
  const isWithoutLimit = new Uint8Array(width);
  const rows = Array.from({ length: count + 1 }, () => new Float64Array(width));
  rows[0]!.fill(1, 0, scenarios);
  upper.fill(1 / expectedTailCount, 0, scenarios);
  for (let at = 0; at < scenarios; at++) worth[at] = -portfolioPnl[at]! / lossScale;
  for (const [at, pnl] of instrumentPnl.entries()) {
    const row = rows[at + 1]!;
    for (let scenario = 0; scenario < scenarios; scenario++) {
      row[scenario] = pnl[scenario]! / scales[at]!;
    }
    const above = scenarios + 2 * at;
    [row[above], row[above + 1]] = [-1, 1];
    const { lowest, highest } = limits[at] ?? UNLIMITED;
    for (const [column, cost] of [
      [above, -highest],
      [above + 1, lowest],
    ] as const) {
      if (Number.isFinite(cost)) worth[column] = (cost * scales[at]!) / lossScale;
      else isWithoutLimit[column] = 1;
    }
  }
  const right = [1, ...instrumentPnl.map(() => 0)];
  const basis = firstBasis(portfolioPnl, rows, upper, Math.min(tailCount, scenarios - 1));
  return { rows, right, worth, upper, basis, scenarios, isWithoutLimit };
}

/** The tail of the unhedged portfolio, and for each instrument the column of the side that it lies on. */
function firstBasis(
  portfolioPnl: Float64Array,
  rows: readonly Float64Array[],
  upper: Float64Array,
  full: number,
): Basis {
  const scenarios = portfolioPnl.length;
  const order = Uint32Array.from({ length: scenarios }, (_, at) => at);
  order.sort((a, b) => portfolioPnl[a]! - portfolioPnl[b]! || a - b);
  const isFull = new Uint8Array(upper.length);
  for (let place = 0; place < full; place++) isFull[order[place]!] = 1;
  const edge = order[full]!;
  const rest = 1 - full * upper[edge]!;
  const columns = Int32Array.from(rows, (row, at) => {
    if (at === 0) return edge;
    let under = rest * row[edge]!;
    for (let place = 0; place < full; place++) {
      under += upper[edge]! * row[order[place]!]!;
    }
    return scenarios + 2 * (at - 1) + (under >= 0 ? 0 : 1);
  });
  return { columns, isFull };
}

/** First away from columns that must be 0, then to the best weights. */
function solution(problem: Problem, instruments: number): { prices: number[]; worth: number } {
  const { basis, isWithoutLimit, worth } = problem;
  if (isWithoutLimit.includes(1)) {
    problem.worth = Float64Array.from(isWithoutLimit, (flag) => -flag);
    const first = maximise(problem, basis, STEPS);
    if (first.worth < -NOTHING) {
      throw new AppError(
        "DEGENERATE_INPUT",
        "holdings must be limited: some of these instruments gain in every tail, so more of them is always better",
        { instruments },
      );
    }
    problem.worth = worth;
    for (const [column, flag] of isWithoutLimit.entries()) {
      if (flag) problem.upper[column] = 0;
    }
  }
  return maximise(problem, basis, STEPS);
}

/** Largest size of a profit; 1 when there is none. */
function scaleOf(pnl: Float64Array): number {
  let largest = 0;
  for (const profit of pnl) largest = Math.max(largest, Math.abs(profit));
  return largest || 1;
}

function demandInstruments(
  portfolioPnl: Float64Array,
  instrumentPnl: readonly Float64Array[],
  limits: readonly (HoldingLimits | undefined)[],
): void {
  if (instrumentPnl.length === 0) {
    throw new AppError("DEGENERATE_INPUT", "there must be at least one instrument to hedge with");
  }
  for (const [at, pnl] of instrumentPnl.entries()) {
    demandNumbers(`profit and loss of instrument ${at}`, pnl);
    if (pnl.length !== portfolioPnl.length) {
      throw new AppError(
        "DEGENERATE_INPUT",
        `instrument ${at} must have the portfolio's ${portfolioPnl.length} scenarios, had ${pnl.length}`,
        { instrument: at, scenarios: [portfolioPnl.length, pnl.length] },
      );
    }
    const { lowest, highest } = limits[at] ?? UNLIMITED;
    if (lowest <= highest) continue;
    throw new AppError(
      "DEGENERATE_INPUT",
      `limits of instrument ${at} must not be reversed, were "${lowest}" and "${highest}"`,
      { instrument: at, lowest: String(lowest), highest: String(highest) },
    );
  }
}
