/** Every route of the service with one line on what it does: for the start page and for answers to unknown paths. */
export type Route = Readonly<{ route: string; does: string; example?: string }>;

export const ROUTES: readonly Route[] = [
  { route: "POST /build-index", does: "build an index from the stored market and store it" },
  {
    route: "GET /index-performance",
    does: "level, returns and statistics",
    example: "/index-performance",
  },
  {
    route: "GET /index-composition",
    does: "the members at the close of one session",
    example: "/index-composition?date=2024-12-31",
  },
  {
    route: "GET /composition-changes",
    does: "who entered and who left, with reasons",
    example: "/composition-changes",
  },
  { route: "POST /export-data", does: "an Excel workbook, answered as a link" },
  { route: "GET /indices", does: "the indices that exist", example: "/indices" },
  { route: "GET /indices/{id}", does: "the rules of one index", example: "/indices/top100-ew" },
  { route: "DELETE /indices/{id}", does: "remove an index" },
  { route: "GET /indices/{id}/members/{ticker}", does: "when a security was a member" },
  {
    route: "GET /index-attribution",
    does: "what each member contributed to one day's return",
    example: "/index-attribution?date=2024-12-31",
  },
  {
    route: "GET /api/v1/sessions",
    does: "sessions captured and missing",
    example: "/api/v1/sessions",
  },
  {
    route: "GET /api/v1/quality",
    does: "what was repaired, refused or noticed when the market was loaded",
    example: "/api/v1/quality",
  },
  {
    route: "GET /api/v1/ingestions",
    does: "which ingestions ran and what came of them",
    example: "/api/v1/ingestions",
  },
  {
    route: "GET /api/v1/daily/{symbol}",
    does: "daily bars, market caps, splits and dividends of a security",
  },
  {
    route: "GET /api/v1/datasets",
    does: "the datasets and their versions",
    example: "/api/v1/datasets",
  },
  {
    route: "GET /api/v1/datasets/{name}/versions",
    does: "versions of one dataset",
    example: "/api/v1/datasets/market/versions",
  },
  { route: "POST /api/v1/datasets/{name}/rollback", does: "go back to an older version" },
  {
    route: "GET /api/v1/health",
    does: "whether each part answers, and how fast",
    example: "/api/v1/health",
  },
  { route: "GET /", does: "this page", example: "/" },
];
