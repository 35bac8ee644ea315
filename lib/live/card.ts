/** An update on its way to connections: by which name two of them are one, and its JSON, made when first needed. */
import { anomalyItem, barItem, type Item, indicatorItem, tradeItem } from "../stream/items.ts";
import {
  type AnomalyUpdate,
  type BarUpdate,
  type IndicatorUpdate,
  mergedTrades,
  type TradeUpdate,
} from "../stream/updates.ts";

export class Card {
  /**
   * Of two cards of one name that wait for the same connection only one is sent. Final bars and anomalies are named by
   * their number, so none of them gives way to another.
   */
  readonly name: string;
  /** Of what is replaced, the time it speaks of: one of another time comes after all that waits already. */
  readonly timeMs: number;
  /** Where two cards of this name are added up; elsewhere the later one stands for both. */
  readonly trades: TradeUpdate | undefined;
  readonly #item: () => Item;
  #text: string | undefined;
  #bytes = 0;

  constructor(name: string, item: () => Item, timeMs = 0, trades?: TradeUpdate) {
    this.name = name;
    this.timeMs = timeMs;
    this.trades = trades;
    this.#item = item;
  }

  get text(): string {
    if (this.#text === undefined) {
      this.#text = JSON.stringify(this.#item());
      this.#bytes = Buffer.byteLength(this.#text);
    }
    return this.#text;
  }

  /** Of the text in UTF-8. */
  get bytes(): number {
    return this.text === "" ? 0 : this.#bytes;
  }

  /** This card and a later one of its name as one. */
  mergedWith(later: Card): Card {
    if (this.trades === undefined || later.trades === undefined) return later;
    const merged = mergedTrades(this.trades, later.trades);
    if (merged === this.trades) return this;
    return merged === later.trades ? later : cardOf.trades(merged);
  }
}

export const cardOf = {
  trades: (update: TradeUpdate): Card =>
    new Card(`trades ${update.symbol}`, () => tradeItem(update), 0, update),
  bars: (update: BarUpdate): Card => {
    const { symbol, sizeMs, startMs, partial } = update.bar;
    const which = partial ? `partial ${sizeMs}` : `final ${update.seq}`;
    return new Card(`bars ${symbol} ${which}`, () => barItem(update), partial ? startMs : 0);
  },
  indicators: (update: IndicatorUpdate): Card =>
    new Card(
      `indicators ${update.symbol} ${update.sizeMs}`,
      () => indicatorItem(update),
      update.endMs,
    ),
  anomalies: (update: AnomalyUpdate): Card =>
    new Card(`anomalies ${update.symbol} ${update.seq}`, () => anomalyItem(update)),
};
