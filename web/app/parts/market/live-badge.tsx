/** Whether what is shown is of now; and how long a trade takes to be seen. */
import { number } from "../../data/format.ts";
import type { Connection, MarketFeed } from "../../data/market/feed.ts";
import { useSignal } from "../../data/signal.ts";
import { secondOf } from "./new-york.ts";

/** Older than this, trades are told of a past day, and no delay can be told from them. */
const PAST_MS = 3_600_000;

type Said = Readonly<{ tone: "gain" | "warn" | "loss"; text: string }>;

function saidOf({ status, liveMs, error }: Connection): Said {
  if (status === "live") return { tone: "gain", text: "live" };
  if (status === "closed") return { tone: "loss", text: `closed: ${reasonOf(error)}` };
  if (liveMs === undefined) return { tone: "warn", text: "connecting" };
  return { tone: "loss", text: `stale since ${secondOf(liveMs)}` };
}

const reasonOf = (error: unknown): string =>
  error instanceof Error
    ? error.message
    : String((error as { detail?: unknown } | undefined)?.detail ?? "the service has ended it");

export function LiveBadge({ feed }: Readonly<{ feed: MarketFeed }>) {
  const { tone, text } = saidOf(useSignal(feed.connection));
  const gaps = useSignal(feed.gaps);
  return (
    <span className="live-state">
      <span role="status" className={`badge live-badge ${tone}`}>
        {text}
      </span>
      {gaps.length > 0 && (
        <span className="warn">
          not told live:{" "}
          {gaps.map(({ channel, symbol, from, to }) => (
            <span key={`${channel} ${symbol} ${from}`}>
              {symbol} {channel} {from}–{to}{" "}
            </span>
          ))}
          (read from the store)
        </span>
      )}
    </span>
  );
}

/** From the trade to the page, and to the moment the service sent it. */
export function Delay({ feed }: Readonly<{ feed: MarketFeed }>) {
  const { shownMs, sentMs, count } = useSignal(feed.delays);
  if (shownMs === undefined) return <span className="dim">no trade seen yet</span>;
  if (shownMs > PAST_MS)
    return <span className="dim">trades of the past: no delay can be told</span>;
  return (
    <span className="dim" title={`Middle of the last ${count} trades that were painted`}>
      trade to chart <b data-figure="delay">{number(shownMs, 0)}</b> ms
      {sentMs !== undefined && (
        <>
          , sent after <b>{number(sentMs, 0)}</b> ms
        </>
      )}
    </span>
  );
}
