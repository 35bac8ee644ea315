/** The market routes in the API document. */
import { dailyAnswer } from "../answers/market.ts";
import type { ProblemCode } from "../answers/problem.ts";
import { ingestionsAnswer, qualityAnswer, sessionsAnswer } from "../answers/quality.ts";
import { universeAnswer } from "../answers/universe.ts";
import { emptyRequest } from "../index.ts";
import { dailyRequest } from "../market.ts";
import { ingestionsRequest, qualityRequest } from "../quality.ts";
import { universeRequest } from "../universe.ts";
import type { Operation } from "./operation.ts";

const READ: readonly ProblemCode[] = ["UNKNOWN_VERSION", "IMAGE_REFUSED", "DEPENDENCY_DOWN"];

export const MARKET_OPERATIONS = {
  "GET /api/v1/sessions": {
    id: "sessions",
    tag: "Market",
    about: "Sessions captured, and New York sessions between them that nobody captured.",
    request: emptyRequest,
    answer: { status: 200, says: "The stored sessions.", schema: sessionsAnswer },
    isCached: true,
    hasTable: true,
    refusals: READ,
    examples: [{ says: "all of them" }],
  },
  "GET /api/v1/quality": {
    id: "quality",
    tag: "Market",
    about:
      "What was repaired, refused or noticed when the market was loaded: in full for one day, in numbers for all.",
    request: qualityRequest,
    parameters: { date: "The day to show in full; all days in numbers when omitted." },
    answer: { status: 200, says: "Of one day or of all.", schema: qualityAnswer },
    isCached: true,
    hasTable: true,
    refusals: ["NO_TRADING_DAY", "MISSING_SESSION", "RANGE_OUTSIDE_DATA", ...READ],
    examples: [
      { says: "one day", query: { date: "2024-12-31" } },
      { says: "all days" },
      {
        says: "a closed day",
        query: { date: "2024-12-25" },
        status: 404,
        code: "NO_TRADING_DAY",
      },
    ],
  },
  "GET /api/v1/universe": {
    id: "universe",
    tag: "Market",
    about:
      "The securities the market had on a day, under the tickers of that day. Those that were delisted since stay in it.",
    request: universeRequest,
    parameters: {
      date: "A session the market holds.",
      ticker: "Only the security that had it on the day.",
      limit: "Members in one answer.",
    },
    answer: { status: 200, says: "A page of members.", schema: universeAnswer },
    isCached: true,
    hasTable: true,
    refusals: ["NO_TRADING_DAY", "MISSING_SESSION", "RANGE_OUTSIDE_DATA", ...READ],
    examples: [
      { says: "the first ten of a day", query: { date: "2024-12-31", limit: "10" } },
      { says: "who had a ticker", query: { date: "2024-12-31", ticker: "VEQA" } },
      {
        says: "a closed day",
        query: { date: "2024-12-25" },
        status: 404,
        code: "NO_TRADING_DAY",
      },
    ],
  },
  "GET /api/v1/ingestions": {
    id: "ingestions",
    tag: "Market",
    about: "Which ingestions ran, newest first, and what came of them.",
    request: ingestionsRequest,
    parameters: { limit: "Runs in one answer." },
    answer: { status: 200, says: "A page of runs.", schema: ingestionsAnswer },
    refusals: ["DEPENDENCY_DOWN"],
    examples: [{ says: "the last ten", query: { limit: "10" } }],
  },
  "GET /api/v1/daily/{symbol}": {
    id: "dailyBars",
    tag: "Market",
    about:
      "Daily bars and market caps of one security over its renames, its splits and its dividends. Prices are as traded; only `adjusted_close` is worked out.",
    request: dailyRequest,
    parameters: {
      symbol: "A ticker; its last holder with prices is meant, unless `on` says otherwise.",
      start: "Another name of `start_date`: give one of them.",
      end: "Another name of `end_date`: give one of them.",
      adjusted:
        "What `adjusted_close` allows for: `none`, `splits` (splits and spin-offs) or `total` (dividends too).",
      on: "A day on which the ticker was the security's.",
      limit: "Bars in one answer.",
    },
    answer: { status: 200, says: "A page of bars.", schema: dailyAnswer },
    isCached: true,
    hasTable: true,
    refusals: [
      "REVERSED_RANGE",
      "NO_TRADING_DAY",
      "MISSING_SESSION",
      "UNKNOWN_SECURITY",
      "RANGE_OUTSIDE_DATA",
      ...READ,
    ],
    examples: [
      {
        says: "a month",
        path: { symbol: "VEQA" },
        query: { start_date: "2024-12-02", end_date: "2024-12-31" },
      },
      {
        says: "five bars, adjusted for dividends too",
        path: { symbol: "VEQA" },
        query: { start_date: "2024-12-02", adjusted: "total", limit: "5" },
      },
      {
        says: "a ticker nobody had",
        path: { symbol: "NOSUCH" },
        status: 404,
        code: "UNKNOWN_SECURITY",
      },
    ],
  },
} as const satisfies Readonly<Record<string, Operation>>;
