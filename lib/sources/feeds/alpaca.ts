/**
 * Trades of US stocks from Alpaca over its WebSocket, of the exchange IEX alone by the free plan. Known of it, and what is
 * done here:
 *
 * - connected -> auth (within 10 s) -> authenticated -> subscribe -> subscription.
 * - Whoever subscribes to trades hears of their corrections ("c") and cancels or errors ("x") too. They name the trade by
 *   its id, which is unique per exchange and day.
 * - Numbers of errors say whether trying again is of use.
 *
 * @see https://docs.alpaca.markets/docs/real-time-stock-pricing-data
 */
import { AppError } from "../../errors.ts";
import type { Feed, FeedTick, FeedWorld } from "../../feed.ts";
import { keyMissing } from "../vendor/errors.ts";
import { saleOfLetters } from "./sale-conditions.ts";
import { type Heard, type Session, type SocketTimes, socketFeed } from "./socket.ts";
import { TradeIds } from "./trade-ids.ts";

const NAME = "alpaca";
const KEY_SETTING = "ALPACA_API_KEY_ID";
const SECRET_SETTING = "ALPACA_API_SECRET";
export const ALPACA_WS_URL = "wss://stream.data.alpaca.markets/v2/iex";
/** auth timeout, connection limit exceeded, slow client, internal error: the next connection may fare better. */
const PASSING = new Set([404, 406, 407, 500]);
/** already authenticated: nothing is wrong. */
const HARMLESS = new Set([403]);
const SYMBOLS_MAX = 500;

export type AlpacaFeedOptions = Readonly<{
  key: string | undefined;
  secret: string | undefined;
  /** All stocks when empty, where the plan allows it. */
  symbols: readonly string[];
  url?: string | undefined;
  times?: SocketTimes;
}>;

type Message = Readonly<Record<string, unknown>>;

/** @throws AppError VENDOR_REFUSED without a key or its secret */
export function alpacaFeed(options: AlpacaFeedOptions, world: FeedWorld): Feed {
  const { key, secret, symbols, url = ALPACA_WS_URL, times } = options;
  if (!key) throw keyMissing(NAME, KEY_SETTING);
  if (!secret) throw keyMissing(NAME, SECRET_SETTING);
  const ids = new TradeIds(world.nowMs());
  const session = () => alpacaSession({ key, secret }, symbols, ids);
  return socketFeed({ name: NAME, url, secrets: [key, secret], session }, world, times);
}

type Credentials = Readonly<{ key: string; secret: string }>;

function alpacaSession(by: Credentials, symbols: readonly string[], ids: TradeIds): Session {
  const wanted = symbols.length > 0 ? symbols : ["*"];
  const subscription = (some: readonly string[]) =>
    JSON.stringify({ action: "subscribe", trades: some });
  const subscriptions = Array.from({ length: Math.ceil(wanted.length / SYMBOLS_MAX) }, (_, at) =>
    subscription(wanted.slice(at * SYMBOLS_MAX, (at + 1) * SYMBOLS_MAX)),
  );
  return {
    // Answered with all that is subscribed to.
    probe: () => subscription(wanted.slice(0, 1)),
    hear(text) {
      const messages = JSON.parse(text) as unknown;
      if (!Array.isArray(messages)) return { malformed: 1 };
      const trades = new Trades(ids);
      let control: Heard = {};
      for (const message of messages as Message[]) {
        const heard = answerTo(message, by, subscriptions);
        if (heard) control = { ...control, ...heard };
        else trades.take(message);
      }
      return { ...control, ...trades.heard() };
    },
  };
}

/** @returns `undefined` for what is no control message. @throws AppError VENDOR_REFUSED */
function answerTo(
  message: Message,
  { key, secret }: Credentials,
  subscriptions: readonly string[],
): Heard | undefined {
  if (message?.T === "success") {
    if (message.msg === "connected") {
      return { send: [JSON.stringify({ action: "auth", key, secret })] };
    }
    return message.msg === "authenticated" ? { send: subscriptions } : {};
  }
  if (message?.T === "subscription") return { isReady: true };
  if (message?.T !== "error") return undefined;
  const code = Number(message.code);
  if (HARMLESS.has(code)) return {};
  const said = `${code} ("${String(message.msg).slice(0, 200)}")`;
  if (PASSING.has(code)) return { lost: `was told ${said}` };
  throw new AppError(
    "VENDOR_REFUSED",
    `${NAME} refused the feed: ${said}; check ${KEY_SETTING}, ${SECRET_SETTING} and what the plan covers`,
    { dependency: NAME, setting: KEY_SETTING, status: code },
  );
}

class Trades {
  readonly #ids: TradeIds;
  readonly #ticks: FeedTick[] = [];
  #malformed = 0;
  #repeated = 0;
  #unmatched = 0;
  #ignored = 0;

  constructor(ids: TradeIds) {
    this.#ids = ids;
  }

  take(message: Message): void {
    if (message?.T === "t") this.#trade(message);
    else if (message?.T === "c") this.#correction(message);
    else if (message?.T === "x") this.#cancel(message);
    // Quotes and bars were not asked for; kinds that do not exist yet may come without notice.
    else if (typeof message?.T === "string") this.#ignored++;
    else this.#malformed++;
  }

  heard(): Heard {
    return {
      ...(this.#ticks.length > 0 && { ticks: this.#ticks, isReady: true }),
      malformed: this.#malformed,
      repeated: this.#repeated,
      unmatched: this.#unmatched,
      ignored: this.#ignored,
    };
  }

  #trade({ S, i, x, p, s, c, z, t }: Message): void {
    const facts = factsOf(S, p, s, c, t);
    if (!facts) return void this.#malformed++;
    const sale = saleOfLetters(facts.codes, String(z), facts.timeMs);
    if (sale === "none") return void this.#ignored++;
    const { symbol, timeMs, price, size } = facts;
    const id = this.#ids.add(symbol, vendorId(x, i, timeMs));
    if (id === undefined) return void this.#repeated++;
    this.#ticks.push({
      symbol,
      timeMs,
      price,
      size,
      id,
      ...(sale !== "regular" && { irregular: true }),
    });
  }

  /** `o` and `c` stand for the original and the corrected trade. */
  #correction({ S, x, oi, ci, cp, cs, cc, z, t }: Message): void {
    const facts = factsOf(S, cp, cs, cc, t);
    if (!facts) return void this.#malformed++;
    const { symbol, timeMs, price, size, codes } = facts;
    const id = this.#ids.find(symbol, vendorId(x, oi, timeMs));
    if (id === undefined) return void this.#unmatched++;
    this.#ids.alias(symbol, vendorId(x, ci, timeMs), id);
    const irregular = saleOfLetters(codes, String(z), timeMs) !== "regular";
    this.#ticks.push({ symbol, timeMs, price, size, id, irregular, change: "correct" });
  }

  #cancel({ S, x, i, t }: Message): void {
    const timeMs = instantOf(t);
    if (typeof S !== "string" || timeMs === undefined) return void this.#malformed++;
    const id = this.#ids.find(S, vendorId(x, i, timeMs));
    if (id === undefined) return void this.#unmatched++;
    this.#ticks.push({ symbol: S, timeMs, price: 0, size: 0, id, change: "cancel" });
  }
}

type Facts = Readonly<{
  symbol: string;
  timeMs: number;
  price: number;
  size: number;
  codes: readonly string[];
}>;

function factsOf(
  symbol: unknown,
  price: unknown,
  size: unknown,
  codes: unknown,
  time: unknown,
): Facts | undefined {
  const timeMs = instantOf(time);
  if (typeof symbol !== "string" || timeMs === undefined) return undefined;
  if (typeof price !== "number" || typeof size !== "number") return undefined;
  if (codes !== undefined && codes !== null && !Array.isArray(codes)) return undefined;
  return { symbol, timeMs, price, size, codes: (codes as string[] | undefined) ?? [] };
}

function instantOf(time: unknown): number | undefined {
  const ms = typeof time === "string" ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
}

/** Ids are given anew each day; a correction comes on the day of its trade. */
const vendorId = (exchange: unknown, id: unknown, timeMs: number): string =>
  `${exchange} ${id} ${Math.floor(timeMs / 86_400_000)}`;
