/** What load asks of each GET route: one request that the simulated market of `npm start` answers with 200. */
import { ROUTES } from "../../lib/schemas/routes.ts";
import type { Service } from "./service.ts";
import { streamMorning } from "./stream.ts";

/** Routes whose path has a hole, filled with what the simulated market and the stream have. */
async function holes(service: Service): Promise<Readonly<Record<string, string>>> {
  const answer = await fetch(`${service.url}/index-composition?date=2024-12-31`);
  const { constituents } = (await answer.json()) as { constituents: { ticker: string }[] };
  const ticker = constituents[0]!.ticker;
  await streamMorning(service, ticker);
  const streamed = ["market/data", "latest", "ticks", "aggregated", "indicators", "predictions"];
  return {
    ...Object.fromEntries(
      streamed.map((name) => [`GET /api/v1/${name}/{symbol}`, `/api/v1/${name}/${ticker}`]),
    ),
    "GET /indices/{id}/members/{ticker}": `/indices/top100-ew/members/${ticker}`,
    "GET /api/v1/daily/{symbol}": `/api/v1/daily/${ticker}`,
    "GET /app/{file}": "/app/licenses.md",
    "GET /docs/{file}": "/docs/swagger-ui.css",
  };
}

export type Target = Readonly<{ route: string; path: string }>;

/** Every GET route of a service, which is given a morning of trades for it. @throws Error for one that nobody has said how to ask */
export async function targets(service: Service): Promise<Target[]> {
  const filled = await holes(service);
  return ROUTES.filter(({ route }) => route.startsWith("GET ")).map(({ route, example }) => {
    const path = example ?? filled[route];
    if (path === undefined)
      throw new Error(`bench/load/routes.ts does not say how to ask ${route}`);
    return { route: route.slice("GET ".length), path };
  });
}
