/** Value, profit, value at risk and expected shortfall of a portfolio, who makes them up, and whether they would have held. */
import { meta } from "../../index/body.ts";
import { previousSession, sessionCloseUtcMs } from "../../market/sessions.ts";
import type { Cache, CachedAnswer } from "../../ports.ts";
import { totalPnl } from "../../risk/components.ts";
import { type Market, positionValue } from "../../risk/positions.ts";
import { revalue } from "../../risk/revaluation.ts";
import { historicalTail } from "../../risk/tail.ts";
import { METHODS, type Method } from "../../schemas/risk.ts";
import { isoDay } from "../../time.ts";
import { lookingAgain } from "../refusal.ts";
import { backtest } from "./backtest.ts";
import { type Book, type BookRequest, type BookView, bookView } from "./book.ts";
import { componentsOf } from "./components.ts";
import { exposureOf } from "./exposure.ts";
import { measure } from "./measure.ts";
import { measured, type RiskWorld } from "./measured.ts";
import { type Reader, told } from "./portfolios.ts";
import { sampleOf } from "./sample.ts";
import { type RiskWarning, riskWarning } from "./warnings.ts";

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
  const positions = book.live.map(({ position }) => position);
  const daily = sampleOf(book, book.live, 1);
  const dailyPnl = revalue(positions, book.market, daily.scenarios);
  // History knows what several days do; every other method is given single days and grows them itself.
  const isOverlapping = method === "historical" && horizon > 1;
  const sample = isOverlapping ? sampleOf(book, book.live, horizon) : daily;
  const pnl = isOverlapping ? revalue(positions, book.market, sample.scenarios) : dailyPnl;
  const total = totalPnl(pnl);
  const result = measure(total, { method, confidence, horizon });
  const components = componentsOf(pnl, result.expectedShortfall, { method, confidence, horizon });
  const past = isOverlapping || horizon === 1 ? sample : sampleOf(book, book.live, horizon);
  const pastTotal =
    past === sample ? total : totalPnl(revalue(positions, book.market, past.scenarios));
  const historical = historicalTail(pastTotal, confidence);
  const tested = backtest(totalPnl(dailyPnl), method, confidence);
  const standing = exposureOf(book);
  await told_last(world, request, result, standing.exposure.gross_usd);
  const own: RiskWarning[] = [
    ...(result.fit.is_monotone === false ? [riskWarning("NOT_MONOTONE")] : []),
    ...(tested ? [] : [riskWarning("NO_BACKTEST")]),
  ];
  return JSON.stringify({
    portfolio_id: view.held.row.id,
    owner: view.held.row.owner,
    revision: view.held.row.revision,
    method,
    confidence,
    horizon_days: horizon,
    horizon_rule: ruleOf(method, horizon),
    window: {
      start_date: isoDay(sample.dates[0]!),
      end_date: isoDay(sample.dates.at(-1)!),
      days: request.window,
      scenarios: sample.dates.length,
    },
    value_usd: standing.valueUsd,
    pnl_last_day_usd: lastDayPnl(book),
    value_at_risk_usd: result.valueAtRisk,
    expected_shortfall_usd: result.expectedShortfall,
    fit: result.fit,
    historical: {
      value_at_risk_usd: historical.valueAtRisk,
      value_at_risk_type7_usd: historical.valueAtRiskType7,
      expected_shortfall_usd: historical.expectedShortfall,
      tail_scenarios: historical.expectedTailCount,
    },
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
    meta: {
      ...meta({
        version: view.version,
        asOf: book.asOf,
        isPointInTime: book.isPointInTime,
        warnings: [...book.warnings, ...sample.warnings, ...own],
      }),
      units: RISK_UNITS,
    },
  });
}
