/** The feeds of the market stream, by name. Each is imported when it is asked for. */
import { AppError } from "../../errors.ts";
import type { Feed, FeedWorld } from "../../feed.ts";
import { expandPaths } from "../paths.ts";

export const FEEDS = [
  "simulate",
  "replay",
  "polygon",
  "finage",
  "alpaca",
  "alpha-vantage",
  "fmp",
] as const;
export type FeedName = (typeof FEEDS)[number];

export type FeedChoice = Readonly<{
  source: FeedName;
  /** What to listen to; all there is when empty, where the vendor has that. Of a simulation: the names it uses. */
  symbols: readonly string[];
  /** Of a replay: paths or patterns on disk. */
  files: readonly string[];
  /** Of a replay: times as fast as it happened. */
  speed: number | "max";
  /** Of a simulation: ticks a second, seed, and how its activity goes over the day. */
  rate: number;
  seed: number;
  shape: "flat" | "u";
}>;

/** What the settings say of vendors. Addresses that are not given are the vendors' own. */
export type FeedAccess = Readonly<{
  polygonKey?: string | undefined;
  finageKey?: string | undefined;
  alpacaKey?: string | undefined;
  alpacaSecret?: string | undefined;
  alphaVantageKey?: string | undefined;
  fmpKey?: string | undefined;
  /** Securities of the simulated market, whose largest are what is simulated when no symbols are named. */
  simulateTickers: number;
  urls: Readonly<
    Partial<Record<"polygon" | "finage" | "alpaca" | "alpha-vantage" | "fmp", string | undefined>>
  >;
}>;

/** Companies of a simulation that names none. */
const SIMULATED = 50;
const PRICE = 100;

/**
 * @throws AppError VENDOR_REFUSED without a key; BAD_REQUEST for symbols, files or an address that are missing; BAD_FILE
 */
export async function feedOf(
  choice: FeedChoice,
  access: FeedAccess,
  world: FeedWorld,
): Promise<Feed> {
  const { source, symbols } = choice;
  const { urls } = access;
  switch (source) {
    case "simulate":
      return simulated(choice, access, world);
    case "replay":
      return replayed(choice, world);
    case "polygon": {
      const { polygonFeed } = await import("./polygon.ts");
      return polygonFeed({ key: access.polygonKey, symbols, url: urls.polygon }, world);
    }
    case "finage": {
      const { finageFeed } = await import("./finage.ts");
      return finageFeed({ key: access.finageKey, symbols, url: urls.finage }, world);
    }
    case "alpaca": {
      const { alpacaFeed } = await import("./alpaca.ts");
      const { alpacaKey: key, alpacaSecret: secret } = access;
      return alpacaFeed({ key, secret, symbols, url: urls.alpaca }, world);
    }
    case "alpha-vantage": {
      const { alphaVantageFeed } = await import("./alpha-vantage.ts");
      const url = urls["alpha-vantage"];
      return alphaVantageFeed({ key: access.alphaVantageKey, symbols, url }, world);
    }
    case "fmp": {
      const { fmpFeed } = await import("./fmp.ts");
      return fmpFeed({ key: access.fmpKey, symbols, url: urls.fmp }, world);
    }
  }
}

async function simulated(
  { symbols, seed, rate, shape }: FeedChoice,
  { simulateTickers }: FeedAccess,
  world: FeedWorld,
): Promise<Feed> {
  const { simulateFeed, simulatedSymbols } = await import("./simulate.ts");
  const traded =
    symbols.length > 0
      ? symbols.map((symbol) => ({ symbol, price: PRICE }))
      : simulatedSymbols(seed, simulateTickers, SIMULATED);
  return simulateFeed({ symbols: traded, seed, rate, shape }, world);
}

async function replayed({ files, speed }: FeedChoice, world: FeedWorld): Promise<Feed> {
  if (files.length === 0) {
    throw new AppError("BAD_REQUEST", "a replay needs files of trades: name them or a pattern");
  }
  const { replayFeed } = await import("./replay.ts");
  return replayFeed({ files: expandPaths(files), speed }, world);
}
