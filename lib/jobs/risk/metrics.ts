/** Value, profit, value at risk and expected shortfall of a portfolio, who makes them up, and whether they would have held. */
import { sessionCloseUtcMs } from "../../market/sessions.ts";
import type { CachedAnswer } from "../../ports.ts";
import { totalPnl } from "../../risk/components.ts";
import { type Market, positionValue } from "../../risk/positions.ts";
import { revalue } from "../../risk/revaluation.ts";
import { historicalTail } from "../../risk/tail.ts";
import type { Method } from "../../schemas/risk.ts";
import { isoDay } from "../../time.ts";
import { lookingAgain } from "../refusal.ts";
import { backtest } from "./backtest.ts";
import { type Book, type BookRequest, type BookView, bookView } from "./book.ts";
import { componentsOf } from "./components.ts";
import { exposureOf } from "./exposure.ts";
import { noteLast } from "./last.ts";
import { measure } from "./measure.ts";
import { measured, type RiskWorld } from "./measured.ts";
import { riskMeta } from "./meta.ts";
import { type Reader, told } from "./portfolios.ts";
import { isEnough, sampleOf } from "./sample.ts";
import { riskWarning } from "./warnings.ts";

export type MetricsRequest = BookRequest &
  Readonly<{ confidence: number; horizon: number; method: Method }>;

/**
 * @throws AppError UNKNOWN_PORTFOLIO, UNKNOWN_INSTRUMENT, UNPRICED_POSITION, TOO_FEW_SCENARIOS, DEGENERATE_INPUT and
 * those of dates; the first two never from a manifest that was not looked up again
 */
export function riskMetrics(
  world: RiskWorld,
  request: MetricsRequest,
  { caller, freshness = {} }: Reader,
): Promise<CachedAnswer> {
  return lookingAgain(freshness, async (fresh) => {
    const view = await bookView(world.images, request, { caller, freshness: fresh });
    return {
      // Owners may have portfolios of the same name.
      version: `${view.version}/${view.held.row.owner}`,
      compute: () => measured(world, "metrics", () => body(world, view, request)),
      release: view.release,
    };
  });
}

async function body(world: RiskWorld, view: BookView, request: MetricsRequest): Promise<string> {
  const { method, confidence, horizon } = request;
  const book = await view.open();
  const daily = profitsOf(book, 1);
  // History knows what several days did; every other method is given single days and grows them itself.
  const isOwn = method === "historical";
  const several =
    horizon > 1 && (isOwn || isEnough(book, book.live, horizon))
      ? profitsOf(book, horizon)
      : undefined;
  const past = horizon > 1 ? several : daily;
  const { sample, byPosition, total } = (isOwn && several) || daily;
  const result = measure(total, { method, confidence, horizon });
  const components = componentsOf(byPosition, result.expectedShortfall, request);
  const tested = backtest(daily.total, method, confidence);
  const standing = exposureOf(book);
  await noteLast(world.cache, request, result, standing.exposure.gross_usd);
  return JSON.stringify({
    portfolio_id: view.held.row.id,
    owner: view.held.row.owner,
    revision: view.held.row.revision,
    method,
    confidence,
    horizon_days: horizon,
    horizon_rule: ruleOf(method, horizon),
    window: {
      days: request.window,
      start_date: isoDay(sample.dates[0]!),
      end_date: isoDay(sample.dates.at(-1)!),
      scenarios: sample.dates.length,
    },
    value_usd: standing.valueUsd,
    pnl_last_day_usd: lastDayPnl(book),
    value_at_risk_usd: result.valueAtRisk,
    expected_shortfall_usd: result.expectedShortfall,
    fit: result.fit,
    historical: past ? historicalOf(past.total, confidence) : null,
    component_rule: components.rule,
    components: book.live.map(({ row, position }, at) => ({
      position: told(row),
      value_usd: positionValue(position, book.market),
      expected_shortfall_usd: components.shares[at]!,
    })),
    greeks: standing.greeks,
    exposure: standing.exposure,
    concentration: standing.concentration,
    backtest: tested ?? null,
    meta: riskMeta(view, book, [
      ...sample.warnings,
      ...(result.fit.is_monotone === false ? [riskWarning("NOT_MONOTONE")] : []),
      ...(tested ? [] : [riskWarning("NO_BACKTEST")]),
    ]),
  });
}

function historicalOf(pnl: Float64Array, confidence: number) {
  const tail = historicalTail(pnl, confidence);
  return {
    value_at_risk_usd: tail.valueAtRisk,
    value_at_risk_type7_usd: tail.valueAtRiskType7,
    expected_shortfall_usd: tail.expectedShortfall,
    tail_scenarios: tail.expectedTailCount,
  };
}

/** What the portfolio of today would have made over days of the past. */
function profitsOf(book: Book, horizon: number) {
  const sample = sampleOf(book, book.live, horizon);
  const positions = book.live.map(({ position }) => position);
  const byPosition = revalue(positions, book.market, sample.scenarios);
  return { sample, byPosition, total: totalPnl(byPosition) };
}

export const HORIZON_RULES = [
  "one_day",
  "overlapping_returns",
  "independent_days",
  "square_root_of_time",
] as const;

function ruleOf(method: Method, horizon: number): (typeof HORIZON_RULES)[number] {
  if (horizon === 1) return "one_day";
  if (method === "historical") return "overlapping_returns";
  return method === "filtered" || method === "evt" ? "square_root_of_time" : "independent_days";
}

/**
 * What the positions of today have made since the close before, time and dividends included; `null` when one of them
 * was not there yet.
 */
function lastDayPnl({ window, live, market, histories }: Book): number | null {
  const spots = new Map(market.spots);
  for (const name of new Set(live.map(({ row }) => row.name))) {
    const last = histories.get(name)!.returns.at(-1)!;
    if (Number.isNaN(last)) return null;
    spots.set(name, market.spots.get(name)! / (1 + last));
  }
  const before: Market = { ...market, spots, nowMs: sessionCloseUtcMs(window.at(-2)!) };
  return live.reduce(
    (sum, { position }) => sum + positionValue(position, market) - positionValue(position, before),
    0,
  );
}
