/** What the feeds of the market stream stand on, chosen by configuration as lib/world.ts chooses for everything else. */
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "./config.ts";
import { instruments } from "./edge/metrics/meter.ts";
import { vendorFetch } from "./edge/metrics/vendor-fetch.ts";
import type { Feed, FeedNote, SpillStore } from "./feed.ts";
import { type FeedChoice, feedOf } from "./sources/feeds/feeds.ts";

const MB = 1024 * 1024;

/** Ends early, and without a fault, when the signal is aborted. */
const sleepUnless = (ms: number, signal?: AbortSignal): Promise<void> =>
  sleep(ms, undefined, signal && { signal }).catch(() => undefined);

/** A feed by its name. @throws AppError as `feedOf` of lib/sources/feeds/feeds.ts */
export async function marketFeed(choice: FeedChoice, note: FeedNote): Promise<Feed> {
  const settings = config();
  const access = {
    polygonKey: settings.POLYGON_API_KEY,
    finageKey: settings.FINAGE_API_KEY,
    alpacaKey: settings.ALPACA_API_KEY_ID,
    alpacaSecret: settings.ALPACA_API_SECRET,
    alphaVantageKey: settings.ALPHA_VANTAGE_API_KEY,
    fmpKey: settings.FMP_API_KEY,
    simulateTickers: settings.SIMULATE_TICKERS,
    urls: {
      polygon: settings.POLYGON_WS_URL,
      finage: settings.FINAGE_WS_URL,
      alpaca: settings.ALPACA_WS_URL,
      "alpha-vantage": settings.ALPHA_VANTAGE_URL,
      fmp: settings.FMP_URL,
    },
  };
  return feedOf(choice, access, {
    fetch: vendorFetch(globalThis.fetch),
    nowMs: Date.now,
    sleep: sleepUnless,
    random: Math.random,
    instruments,
    note,
  });
}

/**
 * What a live feed is run on (lib/jobs/live-feed/run.ts), but for the log.
 * @throws AppError WRITE_CONFLICT while another process runs a feed of this name on this home
 */
export async function liveFeedWorld(feed: string, note: FeedNote) {
  const { EQUIPOISE_HOME, FEED_SPILL_MB } = config();
  const { fileSpills } = await import("./edge/spill.ts");
  const folder = join(EQUIPOISE_HOME, "feed-spill", feed);
  const spills: SpillStore = await fileSpills({ folder, bytesMax: FEED_SPILL_MB * MB, note });
  return { spills, nowMs: Date.now, random: Math.random, sleep: sleepUnless, instruments, note };
}
