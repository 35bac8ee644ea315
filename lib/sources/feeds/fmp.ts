/**
 * Last quotes of US stocks from Financial Modeling Prep, asked one by one. Each change since the last look is one tick: the
 * last price at the vendor's time of it, with the volume the day has grown by. So volume is whole from the first look on,
 * while prices between two looks are not seen. The first look at a symbol has no size: nobody knows when its volume was.
 *
 * @see https://site.financialmodelingprep.com/developer/docs/stable/quote
 */
import * as z from "zod";
import { AppError } from "../../errors.ts";
import type { Feed, FeedTick, FeedWorld } from "../../feed.ts";
import { newYorkDay } from "../new-york.ts";
import { answerOf } from "../vendor/answer.ts";
import { keyMissing, wrongAnswer } from "../vendor/errors.ts";
import { type VendorClient, type VendorWorld, vendorClient } from "../vendor-client.ts";
import { pollingFeed } from "./polling.ts";

const NAME = "fmp";
const KEY_SETTING = "FMP_API_KEY";
export const FMP_URL = "https://financialmodelingprep.com";
/** What the smallest plan for it allows is 300. */
const REQUESTS_PER_MINUTE = 300;

const quotes = z.array(
  z.object({ symbol: z.string(), price: z.number(), volume: z.number(), timestamp: z.number() }),
);
const ASKED = { vendor: NAME, operation: "GET /stable/quote" };

export type FmpFeedOptions = Readonly<{
  key: string | undefined;
  symbols: readonly string[];
  url?: string | undefined;
  /** 300; `null` = no limit. */
  requestsPerMinute?: number | null;
  roundMs?: number;
}>;

type Seen = Readonly<{ volume: number; timestamp: number; price: number; day: number }>;

/** @throws AppError VENDOR_REFUSED without a key, BAD_REQUEST without symbols */
export function fmpFeed(options: FmpFeedOptions, world: FeedWorld): Feed {
  const { key, symbols, url = FMP_URL, requestsPerMinute = REQUESTS_PER_MINUTE, roundMs } = options;
  if (!key) throw keyMissing(NAME, KEY_SETTING);
  if (symbols.length === 0) {
    throw new AppError("BAD_REQUEST", `${NAME} needs symbols: it is asked for one at a time`);
  }
  const clientOf = once((by: VendorWorld) =>
    vendorClient({
      vendor: NAME,
      baseUrl: url,
      requestsPerMinute,
      secretQuery: { apikey: key },
      keySetting: KEY_SETTING,
      world: by,
    }),
  );
  const seen = new Map<string, Seen>();
  const ask = async (symbol: string, by: VendorWorld) => newOf(symbol, clientOf(by), seen);
  return pollingFeed(
    { name: NAME, symbols, ask, ...(roundMs !== undefined && { roundMs }) },
    world,
  );
}

async function newOf(
  symbol: string,
  client: VendorClient,
  seen: Map<string, Seen>,
): Promise<FeedTick[]> {
  const answer = await client.json({ path: "/stable/quote", query: { symbol } });
  const [quote] = answerOf(quotes, answer, ASKED);
  if (!quote) throw wrongAnswer(ASKED, `no quote of "${symbol}"`, { status: 404 });
  const { price, volume, timestamp } = quote;
  const day = newYorkDay(timestamp * 1000);
  const before = seen.get(symbol);
  const isNew =
    before?.timestamp !== timestamp || before.volume !== volume || before.price !== price;
  if (!isNew || (before && timestamp < before.timestamp)) return [];
  seen.set(symbol, { price, volume, timestamp, day });
  const grown = before === undefined ? 0 : before.day === day ? volume - before.volume : volume;
  // A volume that was put right downwards is no trade.
  return [{ symbol, timeMs: timestamp * 1000, price, size: Math.max(0, grown) }];
}

/** The client of the first world it is called with: a limit of requests holds over all of them. */
function once(make: (world: VendorWorld) => VendorClient): (world: VendorWorld) => VendorClient {
  let made: VendorClient | undefined;
  return (world) => {
    made ??= make(world);
    return made;
  };
}
