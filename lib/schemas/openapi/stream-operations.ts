/** The routes of the market stream in the API document. */
import type { ProblemCode } from "../answers/problem.ts";
import {
  anomaliesAnswer,
  barsAnswer,
  indicatorsAnswer,
  latestAnswer,
  symbolsAnswer,
  ticksAnswer,
} from "../answers/stream.ts";
import {
  anomaliesRequest,
  barsRequest,
  indicatorsRequest,
  latestRequest,
  symbolsRequest,
  ticksRequest,
} from "../stream.ts";
import type { Operation } from "./operation.ts";

const READ: readonly ProblemCode[] = ["UNKNOWN_VERSION", "IMAGE_REFUSED", "DEPENDENCY_DOWN"];
const SYMBOL = "A symbol of the stream, in full.";
const WINDOW =
  "Length of the windows: `1min`, `5min`, `15min`, or any that windows of a stored length fill, like `10min`.";
const UNKNOWN = { path: { symbol: "NOSUCH" }, status: 404, code: "UNKNOWN_SYMBOL" } as const;
const DAY = { start: "2024-12-31T14:30:00Z", end: "2024-12-31T21:00:00Z" };

const LATEST = {
  tag: "Stream",
  request: latestRequest,
  parameters: { symbol: SYMBOL },
  answer: { status: 200, says: "The symbol as of now.", schema: latestAnswer },
  isCached: true,
  refusals: ["UNKNOWN_SYMBOL", ...READ],
  examples: [
    { says: "the last trade", path: { symbol: "VEQA" } },
    { says: "a symbol nobody traded", ...UNKNOWN },
  ],
} as const satisfies Partial<Operation>;

export const STREAM_OPERATIONS = {
  "GET /api/v1/latest/{symbol}": {
    id: "latest",
    about:
      "The last trade of a symbol with its day so far, its last closed bar and those that are forming.",
    ...LATEST,
  },
  "GET /api/v1/market/data/{symbol}": {
    id: "marketData",
    about: "Another name of `GET /api/v1/latest/{symbol}`.",
    ...LATEST,
  },
  "GET /api/v1/ticks/{symbol}": {
    id: "ticks",
    tag: "Stream",
    about:
      "Trades of a symbol as they were printed, newest first. Those that were cancelled within a day are not among them, corrected ones are shown as corrected, and one that came twice is told once.",
    request: ticksRequest,
    parameters: {
      symbol: SYMBOL,
      start: "Trades at or after this instant.",
      end: "Trades before this instant.",
      limit: "Trades in one answer.",
    },
    answer: { status: 200, says: "A page of trades.", schema: ticksAnswer },
    isCached: true,
    hasTable: true,
    refusals: ["REVERSED_RANGE", "UNKNOWN_SYMBOL", ...READ],
    examples: [
      { says: "the last ten", path: { symbol: "VEQA" }, query: { limit: "10" } },
      { says: "those of a session", path: { symbol: "VEQA" }, query: DAY },
      { says: "a symbol nobody traded", ...UNKNOWN },
    ],
  },
  "GET /api/v1/aggregated/{symbol}": {
    id: "aggregatedBars",
    tag: "Stream",
    about:
      "Bars of a symbol in windows of one length, oldest first; the one that is forming comes last. Without `start` they are the last `limit` ones.",
    request: barsRequest,
    parameters: {
      symbol: SYMBOL,
      window: WINDOW,
      start: "Windows that begin at or after this instant.",
      end: "Windows that begin before this instant.",
      limit: "Bars in one answer; counts for nothing beside `points`.",
      points: "Bars for the whole range at most: whole windows are merged until so few are left.",
    },
    answer: { status: 200, says: "A page of bars.", schema: barsAnswer },
    isCached: true,
    hasTable: true,
    refusals: [
      "REVERSED_RANGE",
      "UNKNOWN_SYMBOL",
      "DEGENERATE_INPUT",
      "PAYLOAD_TOO_LARGE",
      ...READ,
    ],
    examples: [
      { says: "the last five minutes", path: { symbol: "VEQA" }, query: { limit: "5" } },
      {
        says: "a session in quarters of an hour",
        path: { symbol: "VEQA" },
        query: { window: "15min", ...DAY },
      },
      {
        says: "a window that no stored one fills",
        path: { symbol: "VEQA" },
        query: { window: "7s" },
        status: 422,
        code: "DEGENERATE_INPUT",
      },
      { says: "a symbol nobody traded", ...UNKNOWN },
    ],
  },
  "GET /api/v1/indicators/{symbol}": {
    id: "indicators",
    tag: "Stream",
    about:
      "Indicators over the closes of closed bars, in TA-Lib's conventions. So many bars before the first one are taken in that a value does not depend on where the answer begins, where there are as many.",
    request: indicatorsRequest,
    parameters: {
      symbol: SYMBOL,
      window: WINDOW,
      names: "Which ones, with commas between them; all when omitted.",
      start: "Bars that begin at or after this instant; the last `limit` ones when omitted.",
      end: "Bars that begin before this instant.",
      limit: "Bars in one answer.",
    },
    answer: { status: 200, says: "A line for each output.", schema: indicatorsAnswer },
    isCached: true,
    refusals: ["REVERSED_RANGE", "UNKNOWN_SYMBOL", "DEGENERATE_INPUT", ...READ],
    examples: [
      {
        says: "two of them over the last thirty minutes",
        path: { symbol: "VEQA" },
        query: { names: "sma20,rsi14", limit: "30" },
      },
      { says: "a symbol nobody traded", ...UNKNOWN },
    ],
  },
  "GET /api/v1/symbols": {
    id: "symbols",
    tag: "Stream",
    about: "The symbols of the market and of the stream, and what data there is of each.",
    request: symbolsRequest,
    parameters: {
      query: "The beginning of a symbol, or any part of a name; small and large letters are one.",
      limit: "Symbols in one answer.",
    },
    answer: { status: 200, says: "A page of symbols.", schema: symbolsAnswer },
    isCached: true,
    hasTable: true,
    refusals: READ,
    examples: [
      { says: "the first ten", query: { limit: "10" } },
      { says: "those that begin with VE", query: { query: "ve" } },
    ],
  },
  "GET /api/v1/anomalies": {
    id: "anomalies",
    tag: "Stream",
    about: "Closed bars that were out of the ordinary, newest first.",
    request: anomaliesRequest,
    parameters: {
      symbol: "Only of this symbol.",
      type: "Only of this kind.",
      severity: "Only of this severity.",
      start: "Bars that end at or after this instant.",
      end: "Bars that end before this instant.",
      limit: "Anomalies in one answer.",
    },
    answer: { status: 200, says: "A page of anomalies.", schema: anomaliesAnswer },
    isCached: true,
    hasTable: true,
    refusals: ["REVERSED_RANGE", ...READ],
    examples: [
      { says: "the last ones", query: { limit: "20" } },
      { says: "those that called for an alert", query: { severity: "high", type: "price_spike" } },
    ],
  },
} as const satisfies Readonly<Record<string, Operation>>;
