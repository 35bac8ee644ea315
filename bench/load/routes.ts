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
  await storePortfolio(service, ticker);
  const order = await fillBook(service, ticker);
  const streamed = ["market/data", "latest", "ticks", "aggregated", "indicators", "predictions"];
  return {
    ...Object.fromEntries(
      streamed.map((name) => [`GET /api/v1/${name}/{symbol}`, `/api/v1/${name}/${ticker}`]),
    ),
    "GET /indices/{id}/members/{ticker}": `/indices/top100-ew/members/${ticker}`,
    "GET /api/v1/daily/{symbol}": `/api/v1/daily/${ticker}`,
    "GET /api/v1/risk/portfolios/{id}": "/api/v1/risk/portfolios/load",
    "GET /api/v1/risk/metrics/{portfolio_id}": "/api/v1/risk/metrics/load",
    "GET /api/v1/orders/{id}": `/api/v1/orders/${order}`,
    "GET /api/v1/orderbook/{symbol}": `/api/v1/orderbook/${ticker}`,
    "GET /app/{file}": "/app/licenses.md",
    "GET /docs/{file}": "/docs/swagger-ui.css",
  };
}

/** Shares and the index: a portfolio that is there already is left as it is. */
async function storePortfolio(service: Service, ticker: string): Promise<void> {
  const positions = [
    { kind: "stock", symbol: ticker, quantity: 100 },
    { kind: "index", index: "top100-ew", quantity: -10 },
  ];
  const { status } = await fetch(`${service.url}/api/v1/risk/portfolios`, {
    method: "POST",
    body: JSON.stringify({ id: "load", positions }),
  });
  if (status > 201) throw new Error(`the portfolio of the load was answered ${status}`);
}

/** Orders of each side, so that none trades. */
const ORDERS = 20;

/** A book of orders that rest; sent again they are the same. @returns the id of one of them */
async function fillBook(service: Service, symbol: string): Promise<string> {
  let id = "";
  for (let at = 0; at < 2 * ORDERS; at++) {
    const isBuy = at % 2 === 0;
    const price = `${isBuy ? 50 - at : 150 + at}.00`;
    const order = { symbol, side: isBuy ? "buy" : "sell", type: "limit", quantity: "10", price };
    const answer = await fetch(`${service.url}/api/v1/orders`, {
      method: "POST",
      headers: { "idempotency-key": `load-${at}` },
      body: JSON.stringify(order),
    });
    if (answer.status !== 202)
      throw new Error(`an order of the load was answered ${answer.status}`);
    ({ id } = (await answer.json()) as { id: string });
  }
  return id;
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
