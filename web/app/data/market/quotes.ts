/** The last price of each symbol somebody watches, and what it was on the day before. */
import type { Answer } from "../../../api/client.ts";
import type { TradeItem } from "../../../api/live.ts";
import { Signal } from "../signal.ts";

type Latest = Answer<"GET /api/v1/latest/{symbol}">;

export type Quote = Readonly<{
  price: number | null;
  /** Of the last trade, ISO. */
  time: string | null;
  /** What a change is told from: the close before, or the first price of the day where none is known. */
  base: number | null;
  isBaseOpen: boolean;
  /** Above 0 when the last price was higher than the one before it, below when lower. */
  moved: number;
}>;

const NOTHING: Quote = { price: null, time: null, base: null, isBaseOpen: false, moved: 0 };

export class Quotes {
  readonly #signals = new Map<string, Signal<Quote>>();
  /** The last trade of each symbol since the last frame. */
  readonly #pending = new Map<string, TradeItem>();

  of(symbol: string): Signal<Quote> {
    const known = this.#signals.get(symbol);
    if (known) return known;
    const made = new Signal(NOTHING);
    this.#signals.set(symbol, made);
    return made;
  }

  /** Those of other symbols are forgotten. */
  keep(symbols: ReadonlySet<string>): void {
    for (const map of [this.#signals, this.#pending])
      for (const symbol of [...map.keys()]) if (!symbols.has(symbol)) map.delete(symbol);
  }

  take(item: TradeItem): void {
    this.#pending.set(item.symbol, item);
  }

  /** Tells what came since the last frame. */
  tell(): void {
    for (const [symbol, { price, time }] of this.#pending) {
      const signal = this.of(symbol);
      const known = signal.value;
      const moved = known.price === null ? 0 : price - known.price;
      signal.set({ ...known, price, time, moved });
    }
    this.#pending.clear();
  }

  /** What the service says; a trade that came live meanwhile is the later one. */
  load({ symbol, price, time, day }: Latest): void {
    const signal = this.of(symbol);
    const known = signal.value;
    const isLater = known.time === null || (time !== null && time > known.time);
    const base = day === null ? known.base : (day.previous_close ?? day.open);
    signal.set({
      price: isLater ? price : known.price,
      time: isLater ? time : known.time,
      base,
      isBaseOpen: day === null ? known.isBaseOpen : day.previous_close === null,
      moved: 0,
    });
  }
}

/** A fraction; null where nothing is known to tell it from. */
export const changeOf = ({ price, base }: Quote): number | null =>
  price === null || base === null || base === 0 ? null : price / base - 1;
