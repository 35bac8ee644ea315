/**
 * Trades of US stocks from Finage over its WebSocket. Known of it, and what is done here:
 *
 * - Each account has an address of its own (FINAGE_WS_URL, with its port), and the key stands in it as `token`.
 * - "authorizing", then "connected to the adapter": only then is a subscription asked for. Its confirmation is not
 *   documented, so the feed counts as ready when it was asked.
 * - Messages have symbol, price, size and time, numbers partly as text, and no id: no repeat can be recognised, and
 *   nothing be corrected. Its sale conditions are not documented: all trades count as regular.
 *
 * @see https://finage.co.uk/docs/websocket
 */
import { AppError } from "../../errors.ts";
import type { Feed, FeedTick, FeedWorld } from "../../feed.ts";
import { keyMissing } from "../vendor/errors.ts";
import { type Heard, type Session, type SocketTimes, socketFeed } from "./socket.ts";

const NAME = "finage";
const KEY_SETTING = "FINAGE_API_KEY";

export type FinageFeedOptions = Readonly<{
  key: string | undefined;
  symbols: readonly string[];
  /** "wss://<subdomain>.finage.ws:<port>", as the account's dashboard shows it. */
  url: string | undefined;
  times?: SocketTimes;
}>;

type Message = Readonly<Record<string, unknown>>;

/** @throws AppError VENDOR_REFUSED without a key, BAD_REQUEST without an address or symbols */
export function finageFeed(options: FinageFeedOptions, world: FeedWorld): Feed {
  const { key, symbols, url, times } = options;
  if (!key) throw keyMissing(NAME, KEY_SETTING);
  if (!url) {
    throw new AppError(
      "BAD_REQUEST",
      `${NAME} needs the address of your account: set FINAGE_WS_URL to what its dashboard shows`,
      { setting: "FINAGE_WS_URL" },
    );
  }
  if (symbols.length === 0) {
    throw new AppError("BAD_REQUEST", `${NAME} needs symbols: it has no subscription to all`);
  }
  const address = new URL(url);
  address.searchParams.set("token", key);
  const session = () => finageSession(symbols);
  const dialect = { name: NAME, url: address.href, secrets: [key], session };
  return socketFeed(dialect, world, times);
}

function finageSession(symbols: readonly string[]): Session {
  const subscription = JSON.stringify({ action: "subscribe", symbols: symbols.join(",") });
  return {
    probe: () => subscription,
    hear(text) {
      const message = JSON.parse(text) as Message | null;
      if (typeof message !== "object" || message === null) return { malformed: 1 };
      if (message.status_code !== undefined) return answerTo(message, subscription);
      const tick = tickOf(message);
      return tick ? { ticks: [tick], isReady: true } : { malformed: 1 };
    },
  };
}

/** @throws AppError VENDOR_REFUSED */
function answerTo(message: Message, subscription: string): Heard {
  const code = Number(message.status_code);
  const said = `${code} ("${String(message.message).slice(0, 200)}")`;
  if (code === 401 || code === 403) {
    throw new AppError(
      "VENDOR_REFUSED",
      `${NAME} refused the feed: ${said}; check the key in ${KEY_SETTING} and what its plan covers`,
      { dependency: NAME, setting: KEY_SETTING, status: code },
    );
  }
  if (code !== 200) return { lost: `was told ${said}` };
  const isAuthorised = String(message.message).toLowerCase().includes("connected");
  return isAuthorised ? { send: [subscription], isReady: true } : {};
}

function tickOf({ s, p, v, t }: Message): FeedTick | undefined {
  const [price, timeMs] = [numberOf(p), numberOf(t)];
  if (typeof s !== "string" || price === undefined || timeMs === undefined) return undefined;
  // A change of price without a size still moves the price.
  return { symbol: s, timeMs, price, size: numberOf(v) ?? 0 };
}

function numberOf(value: unknown): number | undefined {
  const number = typeof value === "string" && value.trim() !== "" ? Number(value) : value;
  return typeof number === "number" && Number.isFinite(number) ? number : undefined;
}
