/** The calculations of risk in the API document. */
import type { ProblemCode } from "../answers/problem.ts";
import { hedgeAnswer, riskMetricsAnswer, stressAnswer } from "../answers/risk.ts";
import { hedgeRequest, metricsRequest, stressRequest } from "../risk.ts";
import type { Operation } from "./operation.ts";
import { OWNER } from "./risk-portfolio-operations.ts";

const FIGURES: readonly ProblemCode[] = [
  "UNKNOWN_PORTFOLIO",
  "UNKNOWN_INSTRUMENT",
  "UNPRICED_POSITION",
  "TOO_FEW_SCENARIOS",
  "DEGENERATE_INPUT",
  "INDEX_NOT_BUILT",
  "NO_TRADING_DAY",
  "MISSING_SESSION",
  "RANGE_OUTSIDE_DATA",
  "UNKNOWN_VERSION",
  "IMAGE_REFUSED",
  "DEPENDENCY_DOWN",
];
const SHARED = {
  portfolio_id: "Id of a portfolio.",
  owner: OWNER,
  confidence: "0.975 looks at the worst 2.5 %.",
  window: "Days of history; fewer are used, and said, where there are no more.",
  as_of:
    "The day figures are of; nothing after it is used. The last session everything has when omitted.",
};
const UNKNOWN = {
  path: { portfolio_id: "nobody" },
  status: 404,
  code: "UNKNOWN_PORTFOLIO",
} as const;
const BOOK = { path: { portfolio_id: "book" } } as const;

export const RISK_OPERATIONS = {
  "GET /api/v1/risk/metrics/{portfolio_id}": {
    id: "riskMetrics",
    tag: "Risk",
    about:
      "Value at risk and expected shortfall of the positions of today over the days of the past, each option valued anew for each day. Returns include splits and dividends. `historical` takes the days as they were and runs of several days where `horizon` is more than one; the other methods are given single days: moments grow as those of independent days, `filtered` and `evt` with the square root of time. A day counts only when everything in the portfolio has a return on it.",
    request: metricsRequest,
    parameters: {
      ...SHARED,
      horizon: "Days to come.",
      method:
        "`historical`; `filtered` (at the volatility of the next day, exponential weights); `normal`; `student_t` (degrees by maximum likelihood); `cornish_fisher`; `evt` (generalised Pareto distribution beyond a threshold, from 50 losses on).",
    },
    answer: { status: 200, says: "The figures.", schema: riskMetricsAnswer },
    isCached: true,
    refusals: FIGURES,
    examples: [
      { says: "the last day", ...BOOK },
      {
        says: "99 % over two days, by Student's t",
        ...BOOK,
        query: { method: "student_t", confidence: "0.99", horizon: "2" },
      },
      {
        says: "extreme values of too short a history",
        ...BOOK,
        query: { method: "evt", confidence: "0.99" },
        status: 422,
        code: "DEGENERATE_INPUT",
      },
      {
        says: "a day after the last stored one",
        ...BOOK,
        query: { as_of: "2030-01-02" },
        status: 422,
        code: "RANGE_OUTSIDE_DATA",
      },
      { says: "a portfolio that nobody has", ...UNKNOWN },
    ],
  },
  "POST /api/v1/risk/hedge/{portfolio_id}": {
    id: "riskHedge",
    tag: "Risk",
    about:
      "Trades in the instruments that take risk away: greeks offset underlying by underlying, the least variance, or the least expected shortfall. Before and after are measured over the same days, every option valued anew; lots are rounded last, and what is left is told. Nothing is stored. Counts as five requests against a limit.",
    request: hedgeRequest,
    parameters: {
      ...SHARED,
      instruments: "What may be traded: positions without a quantity.",
      objective:
        "`delta`, `delta_gamma` and `delta_gamma_vega` take as many instruments of an underlying as greeks, the underlying itself counting as the one for delta; `minimum_variance` and `minimum_es` take any.",
      lots: "Smallest amount that can be traded: one for all instruments, or one for each.",
      max_quantity:
        "The most that may be held of an instrument, long or short, with `minimum_es`: one for all, or one for each.",
    },
    answer: { status: 200, says: "The trades and what they leave.", schema: hedgeAnswer },
    refusals: [...FIGURES, "PAYLOAD_TOO_LARGE"],
    examples: [
      {
        says: "least variance by selling the index",
        ...BOOK,
        body: {
          instruments: [{ kind: "index", index: "top100-ew" }],
          objective: "minimum_variance",
        },
      },
      {
        says: "delta by the underlying, in lots of 100",
        ...BOOK,
        body: { instruments: [{ kind: "stock", symbol: "VEQA" }], objective: "delta", lots: 100 },
      },
      {
        says: "two greeks with one instrument",
        ...BOOK,
        body: { instruments: [{ kind: "stock", symbol: "VEQA" }], objective: "delta_gamma" },
        status: 422,
        code: "DEGENERATE_INPUT",
      },
      {
        says: "a portfolio that nobody has",
        ...UNKNOWN,
        body: { instruments: [{ kind: "stock", symbol: "VEQA" }] },
      },
    ],
  },
  "POST /api/v1/risk/stress/{portfolio_id}": {
    id: "riskStress",
    tag: "Risk",
    about:
      "The portfolio of today under every spot shock with every shift of volatilities, in the worst day, five days and month of the window, and over ranges of days that are named. Each by full revaluation, at once and by itself; volatilities stay where they are in moves of the past. Counts as five requests against a limit.",
    request: stressRequest,
    parameters: {
      ...SHARED,
      spot_shocks: "Returns of every underlying alike; -0.2 is 20 % down.",
      volatility_shifts: "Added to every implied volatility; 0.1 is ten points up.",
      ranges: "Ranges of days, from the close before the first to that of the last.",
    },
    answer: { status: 200, says: "Profits; a loss is negative.", schema: stressAnswer },
    refusals: [...FIGURES, "REVERSED_RANGE", "PAYLOAD_TOO_LARGE"],
    examples: [
      { says: "the usual grid and the worst days", ...BOOK, body: {} },
      {
        says: "a range of days",
        ...BOOK,
        body: {
          spot_shocks: [-0.2, 0, 0.2],
          volatility_shifts: [0, 0.1],
          ranges: [{ name: "mid December", start_date: "2024-12-09", end_date: "2024-12-20" }],
        },
      },
      {
        says: "a reversed range",
        ...BOOK,
        body: { ranges: [{ name: "r", start_date: "2024-12-20", end_date: "2024-12-09" }] },
        status: 400,
        code: "REVERSED_RANGE",
      },
      { says: "a portfolio that nobody has", ...UNKNOWN, body: {} },
    ],
  },
} as const satisfies Readonly<Record<string, Operation>>;
