/**
 * What a portfolio would make of large moves: every spot with every volatility, the worst days of its own past, and
 * ranges of days that somebody names; each by full revaluation, at once and by itself. Volatilities stay where they are
 * in moves of the past: no history of them is stored.
 */
import { type DayRange, sessionRange } from "../../market/range.ts";
import { totalPnl } from "../../risk/components.ts";
import { positionValue, type Scenarios } from "../../risk/positions.ts";
import { revalue } from "../../risk/revaluation.ts";
import { stressGrid, stressWindows } from "../../risk/stress.ts";
import { isoDay } from "../../time.ts";
import { lookingAgain } from "../refusal.ts";
import { type Book, type BookRequest, type BookView, bookView } from "./book.ts";
import { measured, type RiskWorld } from "./measured.ts";
import { riskMeta } from "./meta.ts";
import type { Reader } from "./portfolios.ts";
import { compound, overlapping } from "./sample.ts";

export type NamedRange = DayRange & Readonly<{ name: string }>;

export type StressRequest = Omit<BookRequest, "ranges"> &
  Readonly<{
    spot_shocks: readonly number[];
    volatility_shifts: readonly number[];
    ranges: readonly NamedRange[];
  }>;

/** Lengths that the worst run of days is looked for in. */
const RUNS = [
  { name: "worst day", days: 1 },
  { name: "worst 5 days", days: 5 },
  { name: "worst month (21 days)", days: 21 },
] as const;

/** @throws AppError as the metrics of a portfolio, and REVERSED_RANGE, NO_TRADING_DAY or MISSING_SESSION for a range */
export async function stress(world: RiskWorld, request: StressRequest, reader: Reader) {
  const { caller } = reader;
  const view = await lookingAgain(reader.freshness ?? {}, (freshness) =>
    bookView(world.images, request, { caller, freshness }),
  );
  try {
    return await measured(world, "stress", () => stressed(view, request));
  } finally {
    view.release();
  }
}

async function stressed(view: BookView, request: StressRequest) {
  const book = await view.open();
  const positions = book.live.map(({ position }) => position);
  const { spot_shocks: spotMoves, volatility_shifts: volatilityShifts } = request;
  const { pnl } = stressGrid(positions, book.market, { spotMoves, volatilityShifts });
  return {
    portfolio_id: view.held.row.id,
    owner: view.held.row.owner,
    revision: view.held.row.revision,
    value_usd: positions.reduce((sum, each) => sum + positionValue(each, book.market), 0),
    grid: {
      spot_shocks: spotMoves,
      volatility_shifts: volatilityShifts,
      pnl_usd: pnl.map((row) => [...row]),
    },
    windows: [
      ...RUNS.flatMap((run) => worstRun(book, run)),
      ...request.ranges.map((range) => rangeOf(book, range)),
    ],
    meta: riskMeta(view, book, []),
  };
}

/** None where the history has no run of that length. */
function worstRun(book: Book, { name, days }: (typeof RUNS)[number]) {
  const { ends, scenarios } = overlapping(book, book.live, days);
  if (ends.length === 0) return [];
  const positions = book.live.map(({ position }) => position);
  const [found] = stressWindows(positions, book.market, [{ name, ...scenarios }]);
  const { worstLoss, worstScenario } = found!;
  const end = ends[worstScenario]!;
  return [
    {
      name,
      found: true,
      start_date: isoDay(book.window[end - days + 2]!),
      end_date: isoDay(book.window[end + 1]!),
      pnl_usd: 0 - worstLoss,
      missing: [] as string[],
    },
  ];
}

/** From the close before the range to its last one; the first stored session has none before it. */
function rangeOf(book: Book, { name, start, end }: NamedRange) {
  const { start: first, end: last } = sessionRange(book.sessions, start, end);
  const from = Math.max(1, book.sessions.indexOf(first));
  const to = book.sessions.indexOf(last);
  const names = new Set(book.live.map(({ row }) => row.name));
  const returns = new Map(
    [...names].map((one) => [
      one,
      Float64Array.of(compound(book.histories.get(one)!.returns.subarray(from - 1, to))),
    ]),
  );
  const missing = [...names].filter((one) => Number.isNaN(returns.get(one)![0])).sort();
  return {
    name,
    found: false,
    start_date: isoDay(book.sessions[from] ?? last),
    end_date: isoDay(last),
    pnl_usd: missing.length > 0 ? null : pnlIn(book, { returns, volatilityShifts: SINGLE }),
    missing,
  };
}

const SINGLE = new Float64Array(1);

function pnlIn({ live, market }: Book, scenarios: Scenarios): number {
  const positions = live.map(({ position }) => position);
  return totalPnl(revalue(positions, market, scenarios))[0]!;
}
