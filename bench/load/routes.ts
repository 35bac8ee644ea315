/** What load asks of each GET route: one request that the simulated market of `npm start` answers with 200. */
import { ROUTES } from "../../lib/schemas/routes.ts";

/** Routes whose path has a hole, filled with what the simulated market has. */
async function holes(url: string): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${url}/index-composition?date=2024-12-31`);
  const { constituents } = (await answer.json()) as { constituents: { ticker: string }[] };
  const ticker = constituents[0]!.ticker;
  return {
    "GET /indices/{id}/members/{ticker}": `/indices/top100-ew/members/${ticker}`,
    "GET /api/v1/daily/{symbol}": `/api/v1/daily/${ticker}`,
    "GET /app/{file}": "/app/licenses.md",
    "GET /docs/{file}": "/docs/swagger-ui.css",
  };
}

export type Target = Readonly<{ route: string; path: string }>;

/** Every GET route of the service. @throws Error for one that nobody has said how to ask */
export async function targets(url: string): Promise<Target[]> {
  const filled = await holes(url);
  return ROUTES.filter(({ route }) => route.startsWith("GET ")).map(({ route, example }) => {
    const path = example ?? filled[route];
    if (path === undefined)
      throw new Error(`bench/load/routes.ts does not say how to ask ${route}`);
    return { route: route.slice("GET ".length), path };
  });
}
