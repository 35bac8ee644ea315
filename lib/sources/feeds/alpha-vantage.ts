/**
 * Minutes of US stocks from Alpha Vantage, asked one symbol after the other. Known of it, and what is done here:
 *
 * - TIME_SERIES_INTRADAY gives bars of a minute by their beginning in New York's time. Each minute that is over becomes one
 *   tick at its last millisecond: its close, with its volume. Open, high and low inside the minute are not seen.
 * - It is part of the plans that are paid. Where it is refused, GLOBAL_QUOTE is asked instead, which names a day and no
 *   time: what changed between two looks counts as traded at the second one, or at the close of a day that is over.
 * - 5 requests a minute suit the free plan, which allows 25 a day: the feed waits when they are used up.
 *
 * @see https://www.alphavantage.co/documentation/#intraday
 */
import * as z from "zod";
import { AppError } from "../../errors.ts";
import type { Feed, FeedNote, FeedTick, FeedWorld } from "../../feed.ts";
import { dayKey, isIsoDay } from "../../time.ts";
import { BASE_URL, VENDOR } from "../alpha-vantage/api.ts";
import { noticeIn } from "../alpha-vantage/notices.ts";
import { numberOf } from "../numbers.ts";
import { answerOf } from "../vendor/answer.ts";
import { keyMissing, statusOf, wrongAnswer } from "../vendor/errors.ts";
import { noticeAware } from "../vendor/notices.ts";
import { type VendorClient, type VendorWorld, vendorClient } from "../vendor-client.ts";
import { newYorkCloseMs, newYorkInstantMs } from "./new-york-clock.ts";
import { pollingFeed } from "./polling.ts";

const KEY_SETTING = "ALPHA_VANTAGE_API_KEY";
const REQUESTS_PER_MINUTE = 5;
const MINUTE_MS = 60_000;
const SERIES = "Time Series (1min)";
/** A premium function is refused so. */
const NOT_IN_PLAN = 403;

const intraday = z.object({
  [SERIES]: z.record(z.string(), z.object({ "4. close": z.string(), "5. volume": z.string() })),
});
const quote = z.object({
  "Global Quote": z.object({
    "05. price": z.string().optional(),
    "06. volume": z.string().optional(),
    "07. latest trading day": z.string().optional(),
  }),
});

export type AlphaVantageFeedOptions = Readonly<{
  key: string | undefined;
  symbols: readonly string[];
  url?: string | undefined;
  /** 5; `null` = no limit. */
  requestsPerMinute?: number | null;
  roundMs?: number;
}>;

/** @throws AppError VENDOR_REFUSED without a key, BAD_REQUEST without symbols */
export function alphaVantageFeed(options: AlphaVantageFeedOptions, world: FeedWorld): Feed {
  const { key, symbols, roundMs } = options;
  if (!key) throw keyMissing(VENDOR, KEY_SETTING);
  if (symbols.length === 0) {
    throw new AppError("BAD_REQUEST", `${VENDOR} needs symbols: it is asked for one at a time`);
  }
  const looks = new Looks({ ...options, key }, world.note);
  const ask = (symbol: string, by: VendorWorld) => looks.news(symbol, by);
  return pollingFeed(
    { name: VENDOR, symbols, ask, ...(roundMs !== undefined && { roundMs }) },
    world,
  );
}

class Looks {
  readonly #options: AlphaVantageFeedOptions & Readonly<{ key: string }>;
  readonly #note: FeedNote;
  #client: VendorClient | undefined;
  #hasIntraday = true;
  /** By symbol: the beginning of the last minute that was told. */
  readonly #minutes = new Map<string, number>();
  readonly #quotes = new Map<string, Readonly<{ price: number; volume: number; day: number }>>();

  constructor(options: AlphaVantageFeedOptions & Readonly<{ key: string }>, note: FeedNote) {
    this.#options = options;
    this.#note = note;
  }

  async news(symbol: string, world: VendorWorld): Promise<FeedTick[]> {
    this.#client ??= this.#clientBy(world);
    if (!this.#hasIntraday) return this.#quoted(symbol, this.#client, world.nowMs());
    try {
      return await this.#minutesOf(symbol, this.#client, world.nowMs());
    } catch (error) {
      if (statusOf(error) !== NOT_IN_PLAN) throw error;
      this.#hasIntraday = false;
      this.#note("feed.only_quotes", { feed: VENDOR, reason: (error as Error).message });
      return this.#quoted(symbol, this.#client, world.nowMs());
    }
  }

  #clientBy(world: VendorWorld): VendorClient {
    const { key, url = BASE_URL, requestsPerMinute = REQUESTS_PER_MINUTE } = this.#options;
    return vendorClient({
      vendor: VENDOR,
      baseUrl: url,
      requestsPerMinute,
      secretQuery: { apikey: key },
      keySetting: KEY_SETTING,
      world: { ...world, fetch: noticeAware(world.fetch, noticeIn) },
    });
  }

  async #minutesOf(symbol: string, client: VendorClient, nowMs: number): Promise<FeedTick[]> {
    const name = "TIME_SERIES_INTRADAY";
    const query = {
      function: name,
      symbol,
      interval: "1min",
      outputsize: "compact",
      adjusted: "false",
    };
    const asked = { vendor: VENDOR, operation: name };
    const answer = answerOf(intraday, await client.json({ path: "/query", query }), asked);
    const bars = Object.entries(answer[SERIES] ?? {})
      .map(([stamp, bar]) => ({ startMs: instantOf(stamp), ...bar }))
      // A minute that goes on would be told with half of its volume.
      .filter(({ startMs }) => startMs + MINUTE_MS <= nowMs)
      .sort((a, b) => a.startMs - b.startMs);
    const last = bars.at(-1);
    if (!last) return [];
    const told = this.#minutes.get(symbol) ?? last.startMs - 1;
    this.#minutes.set(symbol, Math.max(told, last.startMs));
    return bars
      .filter(({ startMs }) => startMs > told)
      .map((bar) => ({
        symbol,
        timeMs: bar.startMs + MINUTE_MS - 1,
        price: numberOf(bar["4. close"]),
        size: numberOf(bar["5. volume"]),
      }));
  }

  async #quoted(symbol: string, client: VendorClient, nowMs: number): Promise<FeedTick[]> {
    const name = "GLOBAL_QUOTE";
    const asked = { vendor: VENDOR, operation: name };
    const query = { function: name, symbol };
    const { "Global Quote": told } = answerOf(
      quote,
      await client.json({ path: "/query", query }),
      asked,
    );
    const iso = told["07. latest trading day"] ?? "";
    if (!isIsoDay(iso)) throw wrongAnswer(asked, `no quote of "${symbol}"`, { status: 404 });
    const [price, volume] = [numberOf(told["05. price"] ?? ""), numberOf(told["06. volume"] ?? "")];
    const day = dayKey(iso);
    const before = this.#quotes.get(symbol);
    this.#quotes.set(symbol, { price, volume, day });
    const isSame = before?.price === price && before.volume === volume && before.day === day;
    // When the first one was traded is not known.
    if (isSame || before === undefined) return [];
    const grown = before.day === day ? volume - before.volume : volume;
    const timeMs = Math.min(nowMs, newYorkCloseMs(day));
    return [{ symbol, timeMs, price, size: Math.max(0, grown) }];
  }
}

/** "2024-01-05 16:00:00" in New York; NaN for anything else. */
function instantOf(stamp: string): number {
  const [, day = "", hours, minutes, seconds] =
    /^(\S{10}) (\d{2}):(\d{2}):(\d{2})$/.exec(stamp) ?? [];
  if (!isIsoDay(day)) return Number.NaN;
  const ofDayMs = ((Number(hours) * 60 + Number(minutes)) * 60 + Number(seconds)) * 1000;
  return newYorkInstantMs(dayKey(day), ofDayMs);
}
