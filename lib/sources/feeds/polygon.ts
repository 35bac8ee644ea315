/**
 * Trades of US stocks from Polygon (now Massive) over its WebSocket. Known of it, and what is done here:
 *
 * - connected -> auth -> auth_success -> subscribe -> success: a subscription is asked for only when the key was taken.
 * - `q` ascends and is unique per symbol, "but will not always be sequential", so a jump in it proves no gap. A trade is
 *   known by exchange, reporting facility and id within its day, and is told once.
 * - Trades are never corrected or cancelled on this channel.
 * - `ds` has the size with fractions of a share where there are any.
 *
 * @see https://massive.com/docs/websocket/stocks/trades
 */
import { AppError } from "../../errors.ts";
import type { Feed, FeedTick, FeedWorld } from "../../feed.ts";
import { keyMissing } from "../vendor/errors.ts";
import { saleOfNumbers } from "./sale-conditions.ts";
import { type Heard, type Session, type SocketTimes, socketFeed } from "./socket.ts";
import { TradeIds } from "./trade-ids.ts";

const NAME = "polygon";
const KEY_SETTING = "POLYGON_API_KEY";
export const POLYGON_WS_URL = "wss://socket.polygon.io/stocks";
const MS_PER_DAY = 86_400_000;
/** Of one subscribe message. */
const TOPICS_MAX = 500;

export type PolygonFeedOptions = Readonly<{
  key: string | undefined;
  /** All stocks when empty. */
  symbols: readonly string[];
  url?: string | undefined;
  times?: SocketTimes;
}>;

type Message = Readonly<Record<string, unknown>>;

/** @throws AppError VENDOR_REFUSED without a key */
export function polygonFeed(options: PolygonFeedOptions, world: FeedWorld): Feed {
  const { key, symbols, url = POLYGON_WS_URL, times } = options;
  if (!key) throw keyMissing(NAME, KEY_SETTING);
  const ids = new TradeIds(world.nowMs());
  const session = () => polygonSession(key, symbols, ids);
  return socketFeed({ name: NAME, url, secrets: [key], session }, world, times);
}

function polygonSession(key: string, symbols: readonly string[], ids: TradeIds): Session {
  const topics = (symbols.length > 0 ? symbols : ["*"]).map((symbol) => `T.${symbol}`);
  const subscriptions = chunked(topics).map((some) =>
    JSON.stringify({ action: "subscribe", params: some.join(",") }),
  );
  return {
    // Subscribing again is answered as the first time.
    probe: () => JSON.stringify({ action: "subscribe", params: topics[0] }),
    hear(text) {
      const messages = JSON.parse(text) as unknown;
      if (!Array.isArray(messages)) return { malformed: 1 };
      const trades = new Trades(ids);
      let control: Heard = {};
      for (const message of messages as Message[]) {
        if (message?.ev === "T") trades.take(message);
        else if (message?.ev === "status")
          control = { ...control, ...answerTo(message, key, subscriptions) };
        else trades.malformed++;
      }
      return { ...control, ...trades.heard() };
    },
  };
}

/** @throws AppError VENDOR_REFUSED */
function answerTo(message: Message, key: string, subscriptions: readonly string[]): Heard {
  const said = String(message.message ?? "");
  switch (message.status) {
    case "connected":
      return { send: [JSON.stringify({ action: "auth", params: key })] };
    case "auth_success":
      return { send: subscriptions };
    case "success":
      return { isReady: true };
    case "auth_failed":
    case "not_authorized":
    case "error":
      throw new AppError(
        "VENDOR_REFUSED",
        `${NAME} refused the feed: ${message.status} ("${said.slice(0, 200)}"); check the key in ${KEY_SETTING} and what its plan covers`,
        { dependency: NAME, setting: KEY_SETTING },
      );
    default:
      // auth_timeout, max_connections: another connection may fare better.
      return { lost: `was told ${String(message.status)} ("${said.slice(0, 200)}")` };
  }
}

class Trades {
  readonly #ids: TradeIds;
  readonly #ticks: FeedTick[] = [];
  #repeated = 0;
  #ignored = 0;
  malformed = 0;

  constructor(ids: TradeIds) {
    this.#ids = ids;
  }

  take({ sym, x, i, p, s, ds, c, t, trfi }: Message): void {
    const size = typeof ds === "string" ? Number(ds) : s;
    const isTrade =
      typeof sym === "string" &&
      typeof p === "number" &&
      typeof size === "number" &&
      typeof t === "number" &&
      (c === undefined || Array.isArray(c));
    if (!isTrade) return void this.malformed++;
    const sale = saleOfNumbers((c as number[] | undefined) ?? [], t);
    if (sale === "none") return void this.#ignored++;
    const day = Math.floor(t / MS_PER_DAY);
    const id = this.#ids.add(sym, `${x} ${trfi ?? ""} ${i} ${day}`);
    if (id === undefined) return void this.#repeated++;
    const tick = { symbol: sym, timeMs: t, price: p, size, id };
    this.#ticks.push(sale === "regular" ? tick : { ...tick, irregular: true });
  }

  /** A trade is proof enough of a subscription. */
  heard(): Heard {
    return {
      ...(this.#ticks.length > 0 && { ticks: this.#ticks, isReady: true }),
      malformed: this.malformed,
      repeated: this.#repeated,
      ignored: this.#ignored,
    };
  }
}

const chunked = (topics: readonly string[]): string[][] =>
  Array.from({ length: Math.ceil(topics.length / TOPICS_MAX) }, (_, at) =>
    topics.slice(at * TOPICS_MAX, (at + 1) * TOPICS_MAX),
  );
