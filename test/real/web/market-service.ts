/** A service with a stream: trades of the past that are stored, and a source of those that are to come. */
import { expect, vi } from "vitest";
import { type OwnService, ownService } from "./own-service.ts";
import { type TickSource, tickSource, walk } from "./ticks.ts";

const MINUTE_MS = 60_000;
/** Of one frame; a record of the log has 1 MB at most. */
const FRAME_ROWS = 20_000;

export type MarketService = Readonly<{
  own: OwnService;
  /** Trades of now. */
  live: TickSource;
  /** Trades of the past, later than those that are stored. */
  past: TickSource;
  close: () => Promise<void>;
}>;

export type MarketServiceOptions = Readonly<{
  symbols: readonly string[];
  /** How many minutes have trades. */
  minutes: number;
  /** How many minutes before now the last of them are. */
  agoMinutes?: number;
  /** Trades of each minute. */
  trades: number;
}>;

export const thisMinute = (): number => Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS;

export async function marketService(options: MarketServiceOptions): Promise<MarketService> {
  const { symbols, minutes, trades, agoMinutes = 0 } = options;
  const own = await ownService({ FIRST_MARKET: "none" });
  const source = (name: string, isLive: boolean) =>
    tickSource({ endpoint: own.s3Url, producer: `${name}/0`, isLive });
  const past = source("past", false);
  const fromMs = thisMinute() - (minutes + agoMinutes) * MINUTE_MS;
  const all = symbols
    .flatMap((symbol) => walk(symbol, fromMs, trades * (minutes - 1), MINUTE_MS / trades))
    .sort((a, b) => a.timeMs - b.timeMs);
  for (let at = 0; at < all.length; at += FRAME_ROWS) {
    await past.send(all.slice(at, at + FRAME_ROWS));
  }
  await vi.waitFor(
    async () => {
      const [first] = symbols;
      const answer = await fetch(`${own.url}/api/v1/aggregated/${first}?limit=10000`);
      const { bars } = (await answer.json()) as { bars?: unknown[] };
      expect(bars?.length).toBeGreaterThanOrEqual(Math.min(10_000, minutes - 3));
    },
    { timeout: 100_000, interval: 250 },
  );
  return { own, past, live: source("live", true), close: own.close };
}

export type Bar = Readonly<{
  start: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
}>;

/** The newest bars that are stored, oldest first. */
export async function storedBars(url: string, symbol: string, limit: number): Promise<Bar[]> {
  const answer = await fetch(`${url}/api/v1/aggregated/${symbol}?limit=${limit}`);
  return ((await answer.json()) as { bars: Bar[] }).bars;
}

/** What the market view asks in vain: no model was trained; and a ticket, which it asks for again, of a busy Redis. */
export const EXPECTS = [/404/, /status of 503.*live\/tickets/];
