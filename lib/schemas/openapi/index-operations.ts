/** The index routes in the API document. */
import * as answers from "../answers/index.ts";
import type { ProblemCode } from "../answers/problem.ts";
import * as requests from "../index.ts";
import type { Operation } from "./operation.ts";

const RANGE: readonly ProblemCode[] = [
  "REVERSED_RANGE",
  "NO_TRADING_DAY",
  "MISSING_SESSION",
  "INDEX_NOT_BUILT",
  "UNKNOWN_INDEX",
  "RANGE_OUTSIDE_DATA",
];
const STORE: readonly ProblemCode[] = ["IMAGE_REFUSED", "DEPENDENCY_DOWN"];
const READ: readonly ProblemCode[] = ["UNKNOWN_VERSION", ...STORE];
const ONE_DAY = RANGE.filter((code) => code !== "REVERSED_RANGE");
const DECEMBER = { start_date: "2024-12-02", end_date: "2024-12-31" };

export const INDEX_OPERATIONS = {
  "POST /build-index": {
    id: "buildIndex",
    tag: "Index",
    about:
      "Builds from the stored market while you wait, stores composition, performance and changes, and makes the usual answers for the built range. Safe to repeat: days that stand are not built again. An earlier start moves the base there and rebuilds all levels.",
    request: requests.buildRequest,
    parameters: {
      start_date: "First day.",
      end_date: "Last day; the first one when omitted.",
      index:
        "An id, or the rules as an object. An id of the form `top<size>-ew` stands for the default rules with that many members.",
    },
    inQuery: ["start_date", "end_date", "index"],
    answer: { status: 200, says: "What was built.", schema: answers.buildAnswer },
    refusals: [
      "REVERSED_RANGE",
      "NO_TRADING_DAY",
      "MISSING_SESSION",
      "UNKNOWN_INDEX",
      "RANGE_OUTSIDE_DATA",
      "INDEX_EXISTS",
      "RESERVED_INDEX_ID",
      "WRITE_CONFLICT",
      "DEGENERATE_INPUT",
      "PAYLOAD_TOO_LARGE",
      ...STORE,
    ],
    examples: [
      { says: "the default index over a month", body: DECEMBER },
      {
        says: "ten members, with dividends, rebalanced once a month",
        body: {
          ...DECEMBER,
          index: { id: "ten", size: 10, return_type: "total", rebalance: "monthly" },
        },
      },
      { says: "rules that an id stands for", body: { ...DECEMBER, index: "top10-ew" } },
      {
        says: "other rules under an id that exists",
        body: { start_date: "2024-12-31", index: { id: "ten", size: 11 } },
        status: 409,
        code: "INDEX_EXISTS",
      },
      {
        says: "an id that is kept for other rules",
        body: { start_date: "2024-12-31", index: { id: "top20-ew", size: 60 } },
        status: 422,
        code: "RESERVED_INDEX_ID",
      },
      { says: "no start", body: {}, status: 400, code: "BAD_REQUEST" },
    ],
  },
  "GET /index-performance": {
    id: "indexPerformance",
    tag: "Index",
    about:
      "Level, returns and statistics over a range of sessions. Ranges move inwards to sessions; without dates the whole run is answered.",
    request: requests.performanceRequest,
    parameters: {
      benchmark: "`cap_weighted` adds the same members weighted by market cap.",
      risk_free: "Annual risk-free rate, a fraction.",
      cost_bps:
        "Cost of trading one side in basis points; above 0 each day has a `net_level` after costs.",
    },
    answer: {
      status: 200,
      says: "The days of the range and what they amount to.",
      schema: answers.performanceAnswer,
    },
    isCached: true,
    hasTable: true,
    refusals: [...RANGE, "DEGENERATE_INPUT", ...READ],
    examples: [
      { says: "a month", query: DECEMBER },
      { says: "the whole run" },
      {
        says: "against the cap-weighted index, after costs",
        query: { ...DECEMBER, benchmark: "cap_weighted", risk_free: "0.04", cost_bps: "10" },
      },
      { says: "a table", query: { ...DECEMBER, format: "csv" } },
      {
        says: "a reversed range",
        query: { start_date: "2024-12-31", end_date: "2024-12-02" },
        status: 400,
        code: "REVERSED_RANGE",
      },
      {
        says: "days after the last stored one",
        query: { end_date: "2030-01-02" },
        status: 422,
        code: "RANGE_OUTSIDE_DATA",
      },
    ],
  },
  "GET /index-composition": {
    id: "indexComposition",
    tag: "Index",
    about:
      "The members at the close of one session, with weights, notionals and prices. They earn from the next session on, `effective_date`.",
    request: requests.compositionRequest,
    parameters: { reserve: "How many names below the last member to add." },
    answer: { status: 200, says: "The members by rank.", schema: answers.compositionAnswer },
    isCached: true,
    hasTable: true,
    refusals: [...ONE_DAY, ...READ],
    examples: [
      { says: "the last day of a year", query: { date: "2024-12-31" } },
      { says: "with the next five names", query: { date: "2024-12-31", reserve: "5" } },
      {
        says: "a closed day",
        query: { date: "2024-12-25" },
        status: 404,
        code: "NO_TRADING_DAY",
      },
      {
        says: "an index nobody made",
        query: { date: "2024-12-31", index: "nobody" },
        status: 404,
        code: "UNKNOWN_INDEX",
      },
      {
        says: "a day that does not exist",
        query: { date: "2023-02-29" },
        status: 400,
        code: "BAD_REQUEST",
      },
    ],
  },
  "GET /composition-changes": {
    id: "compositionChanges",
    tag: "Index",
    about:
      "Who entered and who left, with reasons. Only days with a change are listed; the first day of the range is compared with the trading day before it.",
    request: requests.changesRequest,
    answer: { status: 200, says: "The days with a change.", schema: answers.changesAnswer },
    isCached: true,
    hasTable: true,
    refusals: [...RANGE, ...READ],
    examples: [
      { says: "a month", query: DECEMBER },
      { says: "a table, one row for each name", query: { ...DECEMBER, format: "csv" } },
    ],
  },
  "POST /export-data": {
    id: "exportData",
    tag: "Index",
    about:
      "Writes a workbook (.xlsx) to the store and answers a link that expires. The same version, range and sheets are the same file for 12 hours. Counts as ten requests against a limit.",
    request: requests.exportRequest,
    parameters: { sheets: "The sheets wanted; all five when omitted." },
    inQuery: ["start_date", "end_date", "index", "sheets"],
    answer: { status: 201, says: "Where to download it.", schema: answers.exportAnswer },
    refusals: [...RANGE, "DEGENERATE_INPUT", "PAYLOAD_TOO_LARGE", ...STORE],
    examples: [
      { says: "a month", body: DECEMBER },
      { says: "two sheets", body: { ...DECEMBER, sheets: ["summary", "changes"] } },
      {
        says: "a sheet that does not exist",
        body: { sheets: ["secrets"] },
        status: 400,
        code: "BAD_REQUEST",
      },
    ],
  },
  "GET /indices": {
    id: "listIndices",
    tag: "Index",
    about: "The indices that exist, with their rules and the days they are built for.",
    request: requests.emptyRequest,
    answer: { status: 200, says: "All indices.", schema: answers.indicesAnswer },
    isCached: true,
    hasTable: true,
    refusals: READ,
    examples: [{ says: "all of them" }],
  },
  "GET /indices/{id}": {
    id: "oneIndex",
    tag: "Index",
    about: "The rules of one index.",
    request: requests.indexRequest,
    answer: { status: 200, says: "The index.", schema: answers.oneIndexAnswer },
    refusals: ["UNKNOWN_INDEX", ...READ],
    examples: [
      { says: "the default index", path: { id: "top100-ew" } },
      {
        says: "an index nobody made",
        path: { id: "nobody" },
        status: 404,
        code: "UNKNOWN_INDEX",
      },
    ],
  },
  "DELETE /indices/{id}": {
    id: "deleteIndex",
    tag: "Index",
    about:
      "Removes the definition and everything built for it. Older versions of the dataset still hold it.",
    request: requests.indexRequest,
    answer: { status: 204, says: "It is gone." },
    refusals: ["UNKNOWN_INDEX", "WRITE_CONFLICT", "PAYLOAD_TOO_LARGE", ...STORE],
    examples: [
      { says: "an index of ten members", path: { id: "top10-ew" } },
      {
        says: "an index that is gone already",
        path: { id: "top10-ew" },
        status: 404,
        code: "UNKNOWN_INDEX",
      },
    ],
  },
  "GET /indices/{id}/members/{ticker}": {
    id: "membership",
    tag: "Index",
    about:
      "When a security was a member, over renames. Of two holders of a ticker the later one is meant.",
    request: requests.memberRequest,
    answer: { status: 200, says: "Its spells of membership.", schema: answers.membersAnswer },
    isCached: true,
    hasTable: true,
    refusals: ["INDEX_NOT_BUILT", "UNKNOWN_INDEX", "UNKNOWN_SECURITY", ...READ],
    examples: [
      { says: "a member", path: { id: "top100-ew", ticker: "VEQA" } },
      {
        says: "a security that never was one",
        path: { id: "top100-ew", ticker: "NOSUCH" },
        status: 404,
        code: "UNKNOWN_SECURITY",
      },
    ],
  },
  "GET /index-attribution": {
    id: "indexAttribution",
    tag: "Index",
    about:
      "What each member contributed to one day's return. The day is worked out again from the market; the contributions sum to the return.",
    request: requests.attributionRequest,
    answer: {
      status: 200,
      says: "The members of the close before, from best to worst.",
      schema: answers.attributionAnswer,
    },
    isCached: true,
    hasTable: true,
    refusals: [...ONE_DAY, ...READ],
    examples: [{ says: "one day", query: { date: "2024-12-31" } }],
  },
} as const satisfies Readonly<Record<string, Operation>>;
