/** Every route of the service with one line on what it does: for the API document and for answers to unknown paths. */
import type { Needed } from "../access/scope.ts";

export type Route = Readonly<{
  route: string;
  does: string;
  /** What an API key must be for; "public" where none is asked for. Its function asks for the same. */
  needs: Needed;
  example?: string;
}>;

const LIST = [
  {
    route: "POST /build-index",
    does: "build an index from the stored market and store it",
    needs: "build",
  },
  {
    route: "GET /index-performance",
    does: "level, returns and statistics",
    needs: "read",
    example: "/index-performance",
  },
  {
    route: "GET /index-composition",
    does: "the members at the close of one session",
    needs: "read",
    example: "/index-composition?date=2024-12-31",
  },
  {
    route: "GET /composition-changes",
    does: "who entered and who left, with reasons",
    needs: "read",
    example: "/composition-changes",
  },
  { route: "POST /export-data", does: "an Excel workbook, answered as a link", needs: "read" },
  { route: "GET /indices", does: "the indices that exist", needs: "read", example: "/indices" },
  {
    route: "GET /indices/{id}",
    does: "the rules of one index",
    needs: "read",
    example: "/indices/top100-ew",
  },
  { route: "DELETE /indices/{id}", does: "remove an index", needs: "admin" },
  {
    route: "GET /indices/{id}/members/{ticker}",
    does: "when a security was a member",
    needs: "read",
  },
  {
    route: "GET /index-attribution",
    does: "what each member contributed to one day's return",
    needs: "read",
    example: "/index-attribution?date=2024-12-31",
  },
  {
    route: "GET /api/v1/sessions",
    does: "sessions captured and missing",
    needs: "read",
    example: "/api/v1/sessions",
  },
  {
    route: "GET /api/v1/quality",
    does: "what was repaired, refused or noticed when the market was loaded",
    needs: "read",
    example: "/api/v1/quality",
  },
  {
    route: "GET /api/v1/universe",
    does: "the securities the market had on a day, with those that have left since",
    needs: "read",
    example: "/api/v1/universe?date=2024-12-31",
  },
  {
    route: "GET /api/v1/ingestions",
    does: "which ingestions ran and what came of them",
    needs: "read",
    example: "/api/v1/ingestions",
  },
  {
    route: "GET /api/v1/daily/{symbol}",
    does: "daily bars, market caps, splits and dividends of a security",
    needs: "read",
  },
  {
    route: "GET /api/v1/predictions/{symbol}",
    does: "the price some minutes ahead, and what the forecast is worth",
    needs: "read",
  },
  {
    route: "GET /api/v1/latest/{symbol}",
    does: "the last trade of a symbol, its day and its last bars",
    needs: "read",
  },
  {
    route: "GET /api/v1/market/data/{symbol}",
    does: "the same under another name",
    needs: "read",
  },
  {
    route: "GET /api/v1/ticks/{symbol}",
    does: "trades of a symbol, newest first",
    needs: "read",
  },
  {
    route: "GET /api/v1/aggregated/{symbol}",
    does: "bars of a symbol in windows of one length",
    needs: "read",
  },
  {
    route: "GET /api/v1/indicators/{symbol}",
    does: "indicators over the closed bars of a symbol",
    needs: "read",
  },
  {
    route: "GET /api/v1/symbols",
    does: "symbols and their names, and what there is of each",
    needs: "read",
    example: "/api/v1/symbols",
  },
  {
    route: "GET /api/v1/anomalies",
    does: "what was out of the ordinary in the stream",
    needs: "read",
    example: "/api/v1/anomalies",
  },
  {
    route: "POST /api/v1/live/tickets",
    does: "a ticket that opens one live connection",
    needs: "read",
  },
  {
    route: "POST /api/v1/orders",
    does: "take an order in",
    needs: "trade",
  },
  {
    route: "GET /api/v1/orders",
    does: "your orders, newest first",
    needs: "read",
    example: "/api/v1/orders",
  },
  {
    route: "GET /api/v1/orders/{id}",
    does: "an order as it stands, with its fills",
    needs: "read",
  },
  {
    route: "PUT /api/v1/orders/{id}",
    does: "ask for another price or size of an order",
    needs: "trade",
  },
  {
    route: "DELETE /api/v1/orders/{id}",
    does: "ask for the end of an order",
    needs: "trade",
  },
  {
    route: "GET /api/v1/orderbook/{symbol}",
    does: "the best levels of a book",
    needs: "read",
  },
  {
    route: "GET /api/v1/executions",
    does: "trades of the books, newest first",
    needs: "read",
    example: "/api/v1/executions",
  },
  {
    route: "POST /api/v1/risk/portfolios",
    does: "store a portfolio",
    needs: "trade",
  },
  {
    route: "GET /api/v1/risk/portfolios",
    does: "the portfolios somebody has",
    needs: "read",
    example: "/api/v1/risk/portfolios",
  },
  { route: "GET /api/v1/risk/portfolios/{id}", does: "one portfolio", needs: "read" },
  { route: "PUT /api/v1/risk/portfolios/{id}", does: "replace a portfolio", needs: "trade" },
  { route: "DELETE /api/v1/risk/portfolios/{id}", does: "remove a portfolio", needs: "trade" },
  {
    route: "GET /api/v1/risk/metrics/{portfolio_id}",
    does: "what a portfolio may lose, and what that rests on",
    needs: "read",
  },
  {
    route: "POST /api/v1/risk/hedge/{portfolio_id}",
    does: "trades that take risk away, and what they leave",
    needs: "read",
  },
  {
    route: "POST /api/v1/risk/stress/{portfolio_id}",
    does: "what large moves would do to a portfolio",
    needs: "read",
  },
  {
    route: "GET /api/v1/datasets",
    does: "the datasets and their versions",
    needs: "read",
    example: "/api/v1/datasets",
  },
  {
    route: "GET /api/v1/datasets/{name}/versions",
    does: "versions of one dataset",
    needs: "read",
    example: "/api/v1/datasets/market/versions",
  },
  {
    route: "POST /api/v1/datasets/{name}/rollback",
    does: "go back to an older version",
    needs: "admin",
  },
  {
    route: "GET /api/v1/health",
    does: "whether each part answers, and how fast",
    needs: "public",
    example: "/api/v1/health",
  },
  {
    route: "GET /metrics",
    does: "what the service has counted, as Prometheus reads it",
    needs: "read",
    example: "/metrics",
  },
  {
    route: "GET /",
    does: "the web app: the index to look at instead of to ask for",
    needs: "public",
    example: "/",
  },
  { route: "GET /app/{file}", does: "style and scripts of the web app", needs: "public" },
  {
    route: "GET /openapi.json",
    does: "every call, what it takes and what it answers, as an OpenAPI 3.1 document",
    needs: "public",
    example: "/openapi.json",
  },
  {
    route: "GET /docs",
    does: "that document to read and to try",
    needs: "public",
    example: "/docs",
  },
  { route: "GET /docs/{file}", does: "style and scripts of that page", needs: "public" },
] as const satisfies readonly Route[];

/** What the API document must describe, no more and no less. */
export type RouteName = (typeof LIST)[number]["route"];
export const ROUTES: readonly Route[] = LIST;
