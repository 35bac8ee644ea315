/**
 * Emitted bars as columns that are filled, read and emptied again: no object per bar. Reading order is emission order.
 *
 * A bar is named by symbol, size and start. It is final when `partial` is false; `revision` n is the n-th correction of
 * a final bar (0 = none). A partial bar is replaced by whatever comes later. A revision without trades withdraws the
 * bar: every trade in it was cancelled.
 */
import {
  CLOSE,
  HIGH,
  isIrregular,
  LOW,
  NOTIONAL,
  ODD_CLOSE,
  ODD_HIGH,
  ODD_LOW,
  ODD_OPEN,
  OPEN,
  rest,
  TRADES,
  VOLUME,
} from "./cells.ts";
import type { SymbolTable } from "./symbols.ts";

/** One bar, in units of {@link TickColumns}; the window is [startMs, endMs). */
export type Bar = Readonly<{
  symbol: string;
  sizeMs: number;
  startMs: number;
  endMs: number;
  /** `null`, like the other prices, only in a bar that is withdrawn. */
  open: number | null;
  high: number | null;
  low: number | null;
  close: number | null;
  volume: number;
  /** Sum of price times size over volume, irregular trades included; `null` without volume. */
  vwap: number | null;
  /** Trades, those of size 0 and irregular ones included; 0 = the bar is withdrawn. */
  trades: number;
  revision: number;
  /** Not all of the window's time was seen, or not yet. */
  partial: boolean;
  /** No regular trade happened: the prices are those of irregular ones. */
  irregular: boolean;
}>;

/** Bits of the `flags` column. */
export const BAR = { partial: 1, irregular: 2 } as const;

const FIRST_CAPACITY = 1024;

export class BarColumns {
  length = 0;
  symbol = new Int32Array(FIRST_CAPACITY);
  sizeMs = new Float64Array(FIRST_CAPACITY);
  startMs = new Float64Array(FIRST_CAPACITY);
  open = new Float64Array(FIRST_CAPACITY);
  high = new Float64Array(FIRST_CAPACITY);
  low = new Float64Array(FIRST_CAPACITY);
  close = new Float64Array(FIRST_CAPACITY);
  volume = new Float64Array(FIRST_CAPACITY);
  /** NaN where nothing was traded but trades of size 0. */
  vwap = new Float64Array(FIRST_CAPACITY);
  trades = new Float64Array(FIRST_CAPACITY);
  revision = new Int32Array(FIRST_CAPACITY);
  /** Bits of {@link BAR}. */
  flags = new Uint8Array(FIRST_CAPACITY);

  /** Forgets all bars and keeps the room they took. */
  clear(): void {
    this.length = 0;
  }

  /** Prices of a bar without trades are NaN. */
  append(
    symbol: number,
    sizeMs: number,
    startMs: number,
    cells: Float64Array,
    at: number,
    revision: number,
    partial: boolean,
  ): void {
    if (this.length === this.symbol.length) this.#grow();
    const row = this.length++;
    const volume = cells[at + VOLUME]!;
    const trades = cells[at + TRADES]!;
    const isOdd = isIrregular(cells, at);
    const second = rest(cells, at);
    const isTraded = trades > 0;
    this.symbol[row] = symbol;
    this.sizeMs[row] = sizeMs;
    this.startMs[row] = startMs;
    this.open[row] = isTraded ? cells[second + (isOdd ? ODD_OPEN : OPEN)]! : Number.NaN;
    this.high[row] = isTraded ? cells[isOdd ? second + ODD_HIGH : at + HIGH]! : Number.NaN;
    this.low[row] = isTraded ? cells[isOdd ? second + ODD_LOW : at + LOW]! : Number.NaN;
    this.close[row] = isTraded ? cells[isOdd ? second + ODD_CLOSE : at + CLOSE]! : Number.NaN;
    this.volume[row] = volume;
    this.vwap[row] = volume > 0 ? cells[at + NOTIONAL]! / volume : Number.NaN;
    this.trades[row] = trades;
    this.revision[row] = revision;
    this.flags[row] = (partial ? BAR.partial : 0) | (isOdd && isTraded ? BAR.irregular : 0);
  }

  /** @throws RangeError for a row that is not there */
  bar(row: number, symbols: SymbolTable): Bar {
    if (!(row >= 0 && row < this.length)) {
      throw new RangeError(`row must be from 0 to ${this.length - 1}, was ${row}`);
    }
    const startMs = this.startMs[row]!;
    const sizeMs = this.sizeMs[row]!;
    const flags = this.flags[row]!;
    const known = (value: number) => (Number.isNaN(value) ? null : value);
    return {
      symbol: symbols.name(this.symbol[row]!)!,
      sizeMs,
      startMs,
      endMs: startMs + sizeMs,
      open: known(this.open[row]!),
      high: known(this.high[row]!),
      low: known(this.low[row]!),
      close: known(this.close[row]!),
      volume: this.volume[row]!,
      vwap: known(this.vwap[row]!),
      trades: this.trades[row]!,
      revision: this.revision[row]!,
      partial: (flags & BAR.partial) !== 0,
      irregular: (flags & BAR.irregular) !== 0,
    };
  }

  /** All bars as objects; for tests, answers and other places where speed is not the point. */
  list(symbols: SymbolTable): Bar[] {
    return Array.from({ length: this.length }, (_, row) => this.bar(row, symbols));
  }

  #grow(): void {
    const capacity = this.symbol.length * 2;
    const wider = (column: Float64Array) => {
      const grown = new Float64Array(capacity);
      grown.set(column);
      return grown;
    };
    const { symbol, revision, flags } = this;
    this.symbol = new Int32Array(capacity);
    this.symbol.set(symbol);
    this.revision = new Int32Array(capacity);
    this.revision.set(revision);
    this.flags = new Uint8Array(capacity);
    this.flags.set(flags);
    this.sizeMs = wider(this.sizeMs);
    this.startMs = wider(this.startMs);
    this.open = wider(this.open);
    this.high = wider(this.high);
    this.low = wider(this.low);
    this.close = wider(this.close);
    this.volume = wider(this.volume);
    this.vwap = wider(this.vwap);
    this.trades = wider(this.trades);
  }
}
