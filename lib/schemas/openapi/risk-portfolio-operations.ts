/** The routes of portfolios in the API document. */
import type { ProblemCode } from "../answers/problem.ts";
import { portfolioAnswer, portfoliosAnswer } from "../answers/risk-portfolios.ts";
import {
  changedPortfolioRequest,
  newPortfolioRequest,
  portfolioRequest,
  portfoliosRequest,
} from "../risk.ts";
import type { Operation } from "./operation.ts";

const STORE: readonly ProblemCode[] = ["IMAGE_REFUSED", "DEPENDENCY_DOWN"];
const READ: readonly ProblemCode[] = ["UNKNOWN_VERSION", ...STORE];
const WRITE: readonly ProblemCode[] = ["WRITE_CONFLICT", "PAYLOAD_TOO_LARGE", ...STORE];

export const OWNER =
  "Whose portfolio it is: the id of a key. Only a key for `admin` may name another than its own.";
const CONTENT = {
  name: "What its owner calls it.",
  rate: "Annual interest rate that options are valued with, continuously compounded, a fraction.",
  dividend_yields: "Annual yields that options are valued with, by their underlying; 0 for others.",
  positions: "What is held, at least one and at most 1,000.",
  owner: OWNER,
};
const ID = "Id of a portfolio.";

const OPTION = {
  kind: "option",
  underlying: "VEQA",
  option: "put",
  style: "american",
  strike: 120,
  expiry: "2025-03-21",
  quantity: 2,
  implied_volatility: 0.3,
};
const BOOK = {
  name: "Long with a protective put",
  rate: 0.04,
  positions: [
    { kind: "stock", symbol: "VEQA", quantity: 200 },
    { kind: "stock", symbol: "TIQE", quantity: -50 },
    OPTION,
    { kind: "index", index: "top100-ew", quantity: 25 },
  ],
};
/** Two names, which every market of `npm start` has. */
const PAIR = {
  positions: [
    { kind: "stock", symbol: "VEQA", quantity: 300 },
    { kind: "stock", symbol: "TIQE", quantity: -50 },
  ],
};
const UNKNOWN = { path: { id: "nobody" }, status: 404, code: "UNKNOWN_PORTFOLIO" } as const;

export const RISK_PORTFOLIO_OPERATIONS = {
  "POST /api/v1/risk/portfolios": {
    id: "addPortfolio",
    tag: "Risk",
    about:
      "Stores a portfolio: stocks, options on stocks or indices, and indices of this service, long or short. An id is made where none is given. The same content under the same id again changes nothing and answers 200, so a request may be repeated; other content is `PORTFOLIO_EXISTS`. It belongs to the key that made it: no other key finds it, except one for `admin` that names its owner.",
    request: newPortfolioRequest,
    parameters: { id: `${ID} One is made when omitted.`, ...CONTENT },
    answer: { status: 201, says: "It is stored.", schema: portfolioAnswer },
    also: [{ status: 200, says: "It was there already, just like that.", schema: portfolioAnswer }],
    refusals: ["PORTFOLIO_EXISTS", "TOO_MANY_PORTFOLIOS", "UNKNOWN_INSTRUMENT", ...WRITE],
    examples: [
      { says: "stocks, an option and the index", body: BOOK },
      { says: "the same as is there under an id", body: { id: "book", ...BOOK }, status: 200 },
      {
        says: "other content under an id that exists",
        body: { id: "book", ...PAIR },
        status: 409,
        code: "PORTFOLIO_EXISTS",
      },
      {
        says: "a symbol nobody has heard of",
        body: { positions: [{ kind: "stock", symbol: "NOSUCH", quantity: 1 }] },
        status: 422,
        code: "UNKNOWN_INSTRUMENT",
      },
      { says: "no position", body: { positions: [] }, status: 400, code: "BAD_REQUEST" },
    ],
  },
  "GET /api/v1/risk/portfolios": {
    id: "listPortfolios",
    tag: "Risk",
    about:
      "The caller's portfolios by id. A key that is also for `admin` is shown everybody's, by owner and id.",
    request: portfoliosRequest,
    parameters: { owner: OWNER, limit: "Portfolios in one answer." },
    answer: { status: 200, says: "A page of portfolios.", schema: portfoliosAnswer },
    isCached: true,
    hasTable: true,
    refusals: READ,
    examples: [{ says: "all of them" }, { says: "the first", query: { limit: "1" } }],
  },
  "GET /api/v1/risk/portfolios/{id}": {
    id: "onePortfolio",
    tag: "Risk",
    about:
      "One portfolio with its positions. The `ETag` is of its content alone, and what `If-Match` of a later `PUT` or `DELETE` may name.",
    request: portfolioRequest,
    parameters: { id: ID, owner: OWNER },
    answer: { status: 200, says: "The portfolio.", schema: portfolioAnswer },
    isCached: true,
    refusals: ["UNKNOWN_PORTFOLIO", ...READ],
    examples: [
      { says: "a portfolio", path: { id: "book" } },
      { says: "one that nobody has", ...UNKNOWN },
    ],
  },
  "PUT /api/v1/risk/portfolios/{id}": {
    id: "replacePortfolio",
    tag: "Risk",
    about:
      "Puts other content in the place of what the portfolio held; what is left out takes its default. With `If-Match` only while it is still as that `ETag` says.",
    request: changedPortfolioRequest,
    parameters: { id: ID, ...CONTENT },
    answer: { status: 200, says: "What it holds now.", schema: portfolioAnswer },
    refusals: ["UNKNOWN_PORTFOLIO", "PORTFOLIO_CHANGED", "UNKNOWN_INSTRUMENT", ...WRITE],
    examples: [
      { says: "two positions", path: { id: "pair" }, body: PAIR },
      { says: "one that nobody has", ...UNKNOWN, body: PAIR },
    ],
  },
  "DELETE /api/v1/risk/portfolios/{id}": {
    id: "deletePortfolio",
    tag: "Risk",
    about:
      "Removes a portfolio. Older versions of the dataset hold it until they are collected. With `If-Match` only while it is still as that `ETag` says.",
    request: portfolioRequest,
    parameters: { id: ID, owner: OWNER },
    inQuery: ["owner"],
    answer: { status: 204, says: "It is gone." },
    refusals: ["UNKNOWN_PORTFOLIO", "PORTFOLIO_CHANGED", ...WRITE],
    examples: [{ says: "one that nobody has", ...UNKNOWN }],
  },
} as const satisfies Readonly<Record<string, Operation>>;
