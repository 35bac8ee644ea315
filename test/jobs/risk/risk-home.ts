/** Portfolios over a small market whose every price is known, and what the jobs make of them. */
import { randomUUID } from "node:crypto";
import type * as z from "zod";
import { uniform } from "../../../bench/uniform.ts";
import { hedge } from "../../../lib/jobs/risk/hedge.ts";
import { riskMetrics } from "../../../lib/jobs/risk/metrics.ts";
import { addPortfolio } from "../../../lib/jobs/risk/portfolios.ts";
import { stress } from "../../../lib/jobs/risk/stress.ts";
import { sessionsBetween } from "../../../lib/market/sessions.ts";
import type { Instruments } from "../../../lib/ports.ts";
import type {
  hedgeAnswer,
  riskMetricsAnswer,
  stressAnswer,
} from "../../../lib/schemas/answers/risk.ts";
import * as requests from "../../../lib/schemas/risk.ts";
import { type Home, homes, type SourceSpec } from "../home.ts";

export type Metrics = z.output<typeof riskMetricsAnswer>;

/** Prices by ticker, one for each session; `null` where there is none. */
export type Prices = Readonly<Record<string, readonly (number | null)[]>>;

const MANY = sessionsBetween(20220103, 20241231);
/** As many sessions as there are prices. */
export const sessionsOf = (prices: Prices): number[] =>
  MANY.slice(0, Math.max(...Object.values(prices).map((list) => list.length)));

/** Prices that returns lead to, from 100 on. */
export const pricesOf = (returns: readonly number[], first = 100): number[] =>
  returns.reduce(
    (prices, change) => {
      prices.push(prices.at(-1)! * (1 + change));
      return prices;
    },
    [first],
  );

/** Returns of up to a few percent that follow from a number. */
export const wave = (count: number, phase: number, height = 0.02): number[] =>
  Array.from({ length: count }, (_, i) => height * Math.sin(phase + i * 1.7 + 3 * Math.sin(i * i)));

/** Returns of about one percent with large ones among them, from a seed. */
export function wild(count: number, seed: number): number[] {
  const next = uniform(seed);
  return Array.from(
    { length: count },
    () => (0.01 * (next() + next() + next() + next() - 2)) / (0.08 + next()),
  );
}

export type RiskHome = Home &
  Readonly<{
    /** What was counted, as "name label label". */
    counted: Map<string, number>;
    kept: Map<string, string>;
    load: (prices: Prices, more?: Partial<SourceSpec>) => Promise<void>;
    add: (body: Readonly<Record<string, unknown>>) => Promise<string>;
    metrics: (id: string, query?: Readonly<Record<string, string>>) => Promise<Metrics>;
    version: (id: string) => Promise<string>;
    hedge: (id: string, body: object) => Promise<z.output<typeof hedgeAnswer>>;
    stress: (id: string, body?: object) => Promise<z.output<typeof stressAnswer>>;
  }>;

export function riskHomes(): () => Promise<RiskHome> {
  const newHome = homes();
  return async () => {
    const home = await newHome();
    const counted = new Map<string, number>();
    const kept = new Map<string, string>();
    const note = (name: string, labels: Readonly<Record<string, string>>, by: number) => {
      const key = [name, ...Object.values(labels)].join(" ");
      counted.set(key, (counted.get(key) ?? 0) + by);
    };
    const instruments: Instruments = {
      add: (name, labels, by = 1) => note(name, labels, by),
      set: (name, labels, value) => note(name, labels, value),
      observe: (name, labels) => note(name, labels, 1),
    };
    const cache = {
      set: async (key: string, value: string) => {
        kept.set(key, value);
      },
    };
    const world = { images: home.images, instruments, cache, nowMs: Date.now };
    const answer = (id: string, query: Readonly<Record<string, string>> = {}) =>
      riskMetrics(world, requests.metricsRequest.parse({ portfolio_id: id, ...query }), {});
    return {
      ...home,
      counted,
      kept,
      load: async (prices, more = {}) => {
        const sessions = sessionsOf(prices);
        const rows = sessions.flatMap((date, at) =>
          Object.entries(prices).flatMap(([ticker, list]) => {
            const close = list[at] ?? null;
            return close === null ? [] : [{ date, ticker, close, marketCap: 1e9 }];
          }),
        );
        await home.ingest({ files: [{ name: "rows", rows }], ...more });
      },
      add: async (body) => {
        const content = requests.newPortfolioRequest.parse(body);
        return (await addPortfolio(world, content, { requestId: randomUUID() })).body.id;
      },
      metrics: async (id, query) => {
        const found = await answer(id, query);
        try {
          return JSON.parse(await found.compute()) as Metrics;
        } finally {
          found.release();
        }
      },
      version: async (id) => {
        const found = await answer(id);
        found.release();
        return found.version;
      },
      hedge: async (id, body) =>
        (await hedge(
          world,
          requests.hedgeRequest.parse({ portfolio_id: id, ...body }),
          {},
        )) as never,
      stress: async (id, body = {}) =>
        (await stress(
          world,
          requests.stressRequest.parse({ portfolio_id: id, ...body }),
          {},
        )) as never,
    };
  };
}

export const stock = (symbol: string, quantity: number) => ({ kind: "stock", symbol, quantity });

export const call = (underlying: string, strike: number, expiry: string, quantity?: number) => ({
  ...{ kind: "option", underlying, option: "call", style: "european", strike, expiry },
  implied_volatility: 0.3,
  ...(quantity !== undefined && { quantity }),
});
