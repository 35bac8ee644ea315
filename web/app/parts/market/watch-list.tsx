/** The symbols that are watched: last price and change of the day, each drawn by itself when it moves. */
import { type FormEvent, useId, useMemo, useState } from "react";
import type { Answer } from "../../../api/client.ts";
import { change, tone } from "../../data/format.ts";
import type { MarketFeed } from "../../data/market/feed.ts";
import { changeOf } from "../../data/market/quotes.ts";
import type { Watched } from "../../data/market/watched.ts";
import { useSignal } from "../../data/signal.ts";
import { priceText } from "./price-text.ts";

export type Known = Answer<"GET /api/v1/symbols">["symbols"];

type Props = Readonly<{
  feed: MarketFeed;
  watched: Watched;
  known: Known;
  chosen: string | undefined;
  hrefOf: (symbol: string) => string;
}>;

export function WatchList({ feed, watched, known, chosen, hrefOf }: Props) {
  return (
    <section className="watch-list" aria-label="Watch list">
      <h2>Watch list</h2>
      <ul>
        {watched.symbols.map((symbol) => (
          <li key={symbol}>
            <Row feed={feed} symbol={symbol} href={hrefOf(symbol)} isChosen={symbol === chosen} />
            <button
              type="button"
              className="quiet"
              aria-label={`Stop watching ${symbol}`}
              onClick={() => watched.remove(symbol)}
            >
              ×
            </button>
          </li>
        ))}
      </ul>
      <Adding known={known} watched={watched} />
    </section>
  );
}

type RowProps = Readonly<{ feed: MarketFeed; symbol: string; href: string; isChosen: boolean }>;

function Row({ feed, symbol, href, isChosen }: RowProps) {
  const quote = useSignal(feed.quotes.of(symbol));
  const { price, time, moved, isBaseOpen } = quote;
  const fraction = changeOf(quote);
  return (
    <a className="quote" href={href} aria-current={isChosen || undefined}>
      <span className="quote-symbol">{symbol}</span>
      {/* Made anew for each trade that moves it, so that it flashes once. */}
      <span key={moved === 0 ? "" : time} className={`quote-price ${flashOf(moved)}`}>
        {price === null ? "–" : priceText(price)}
      </span>
      <span
        className={`quote-change ${tone(fraction) ?? ""}`}
        title={isBaseOpen ? "since the first trade of the day" : "since the close before"}
      >
        {change(fraction)}
      </span>
    </a>
  );
}

const flashOf = (moved: number): string => (moved === 0 ? "" : moved > 0 ? "rose" : "fell");

const FOUND_MAX = 8;

function Adding({ known, watched }: Readonly<{ known: Known; watched: Watched }>) {
  const [text, setText] = useState("");
  const id = useId();
  const found = useMemo(
    () => foundIn(known, text, new Set(watched.symbols)),
    [known, text, watched.symbols],
  );
  const add = (symbol: string) => {
    watched.add(symbol);
    setText("");
  };
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const typed = text.trim();
    const exact = found.find(({ symbol }) => symbol === typed.toUpperCase());
    const symbol = (exact ?? found[0])?.symbol;
    if (symbol !== undefined) add(symbol);
  };
  return (
    <form onSubmit={submit} className="watch-add">
      <input
        type="search"
        aria-label="Add a symbol"
        aria-controls={id}
        placeholder="Add a symbol or name"
        value={text}
        onChange={({ target }) => setText(target.value)}
      />
      <ul id={id} className="watch-found" aria-label="Symbols found">
        {found.map(({ symbol, name, data }) => (
          <li key={symbol}>
            <button type="button" onClick={() => add(symbol)}>
              <b>{symbol}</b> <span className="dim">{name}</span>
              {data.stream && <span className="badge gain">stream</span>}
            </button>
          </li>
        ))}
      </ul>
      {text.trim() !== "" && found.length === 0 && <p className="dim">No other symbol has it.</p>}
    </form>
  );
}

/** Those that trade in the stream first; then those whose symbol begins so, then those named so. */
export function foundIn(known: Known, text: string, without: ReadonlySet<string>): Known {
  const wanted = text.trim().toLowerCase();
  if (wanted === "") return [];
  const rank = ({ symbol, data }: Known[number]): number =>
    (data.stream === null ? 2 : 0) + (symbol.toLowerCase().startsWith(wanted) ? 0 : 1);
  return known
    .filter(
      ({ symbol, name }) =>
        !without.has(symbol) &&
        (symbol.toLowerCase().startsWith(wanted) || name?.toLowerCase().includes(wanted)),
    )
    .toSorted((a, b) => rank(a) - rank(b))
    .slice(0, FOUND_MAX);
}
