/** Sends what is made from the API document to the functions and holds every answer against it. */
import fc from "fast-check";
import { expect } from "vitest";
import type { Scope } from "../../lib/access/scope.ts";
import { ROUTES } from "../../lib/schemas/routes.ts";
import { isoDay } from "../../lib/time.ts";
import { type Answer, MARKET, MISSING, type Service } from "../functions/service.ts";
import { type OpenApi, type Route, routesOf } from "./contract.ts";
import { describedRequests, type Known, type Made, spoiledRequests } from "./requests.ts";

const DAYS = [...MARKET.sessions.map(isoDay), MISSING, "2024-01-20", "2024-01-15"];
const LAST = DAYS[MARKET.sessions.length - 1]!;
const IDS = ["top5-ew", "top3-ew", "mine", "nobody"];
const TICKERS = ["NA", "NB", "NC", "NCX", "NOSUCH"];

const PUT = {
  ...{ kind: "option", underlying: "NA", option: "put", style: "european", strike: 100 },
  ...{ expiry: "2024-06-21", quantity: -1, implied_volatility: 0.4 },
};

const KNOWN: Known = {
  start_date: DAYS,
  end_date: DAYS,
  date: DAYS,
  on: DAYS,
  index: IDS,
  id: IDS,
  ticker: TICKERS,
  symbol: TICKERS,
  name: ["market", "index", "orders", "nothing"],
  portfolio_id: IDS,
  as_of: DAYS,
  dividend_yields: [{}, { NA: 0.02 }],
  positions: [
    [{ kind: "stock", symbol: "NA", quantity: 10 }, PUT],
    [{ ...PUT, style: "american" }],
    [{ kind: "index", index: "top5-ew", quantity: -1 }],
  ],
  instruments: [[{ kind: "stock", symbol: "NA" }], [{ kind: "index", index: "top5-ew" }]],
  seq: [1, 2, 3, 999_999],
  // A number above the present version waits for it, and bars have none yet; the tests of images cover that.
  min_version: ["0", "0123456789abcdef"],
};

/** Nothing of the inside: no stack, no path of a machine, no statement. */
const INSIDE = /\bat .+\.(ts|js|mjs):\d|node_modules|file:\/\/\/|\/(work|root|home|tmp)\/|sqlite_/i;

/** Somebody who asks: with the headers that say so, and for the scopes the key was given. */
export type Caller = Readonly<{
  headers: Readonly<Record<string, string>>;
  /** "all" where nothing is asked for. */
  scopes: readonly Scope[] | "all";
}>;

const ANYBODY: Caller = { headers: {}, scopes: "all" };
const TURNED_AWAY = new Set([401, 403, 429]);

export type Fuzz = Readonly<{
  described: (requests: number, seed: number) => Promise<void>;
  spoiled: (requests: number, seed: number) => Promise<void>;
  /** Removes what requests have built, so that a long run stays as fast as a short one. */
  tidy: () => Promise<void>;
}>;

/**
 * Answers are held against the document where they arrive, in {@link Service.request}.
 *
 * @param callers each request comes from one of them; the first may do everything
 */
export function fuzz(
  { request }: Service,
  document: OpenApi,
  callers: readonly [Caller, ...Caller[]] = [ANYBODY],
): Fuzz {
  const routes = routesOf(document);
  const [master] = callers;

  const send = async ({ target, sent }: Made, { headers, scopes }: Caller): Promise<Answer> => {
    const answer = await request(target, { ...sent, headers: { ...sent?.headers, ...headers } });
    const where = `${target.slice(0, 300)} ${JSON.stringify(sent).slice(0, 300)}`;
    expect(answer.status, `${where}: ${answer.text.slice(0, 300)}`).toBeLessThan(500);
    if (answer.status >= 400) {
      expect(answer.text, where).not.toMatch(INSIDE);
      expect(answer.text.length, where).toBeLessThan(20_000);
    }
    const { needs = "public" } = ROUTES.find(({ route }) => route === answer.route) ?? {};
    const isFree = needs === "public" || scopes === "all" || scopes.includes(needs);
    if (!isFree) expect([...TURNED_AWAY], where).toContain(answer.status);
    return answer;
  };

  const run = (
    requestsOf: (route: Route, document: OpenApi, known: Known) => fc.Arbitrary<Made>,
    check: (answer: Answer, made: Made) => void,
    options: Readonly<{ numRuns: number; seed: number }>,
  ) =>
    fc.assert(
      fc.asyncProperty(
        fc.oneof(...routes.map((route) => requestsOf(route, document, KNOWN))),
        fc.constantFrom(...callers),
        async (made, caller) => {
          check(await send(made, caller), made);
        },
      ),
      { ...options, endOnFailure: true },
    );

  return {
    described: (numRuns, seed) =>
      run(
        describedRequests,
        (answer, { target, sent }) => {
          const where = `${target} ${JSON.stringify(sent)} ${answer.text}`;
          expect(answer.body.code, where).not.toBe("BAD_REQUEST");
        },
        { numRuns, seed },
      ),
    spoiled: (numRuns, seed) => run(spoiledRequests, () => {}, { numRuns, seed }),
    tidy: async () => {
      const { headers } = master;
      const { body } = await request("GET /indices", { headers });
      for (const { id } of (body as { indices: { id: string }[] }).indices) {
        await request(`DELETE /indices/${id}`, { headers });
      }
      const json = { start_date: DAYS[0], end_date: LAST, index: "top5-ew" };
      expect((await request("POST /build-index", { json, headers })).status).toBe(200);
    },
  };
}
