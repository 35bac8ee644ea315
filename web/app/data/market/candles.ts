/**
 * The bars of one symbol and window as a chart shows them: what is stored, and the live items on top of it. A trade moves
 * the last candle before its bar is told; the bar then says how it is. Times of candles are starts of windows.
 */
import type { BarItem, TradeItem } from "../../../api/live.ts";

/** guessed: made of trades alone; forming: the service's own, not closed yet; final: closed. */
export type Standing = "guessed" | "forming" | "final";

export type Candle = Readonly<{
  startMs: number;
  open: number;
  high: number;
  low: number;
  close: number;
  /** Shares. */
  volume: number;
  revision: number;
  standing: Standing;
  /** Number of the last trade in it; 0 where nobody says. */
  atTrade: number;
}>;

/** A bar as the service stores it. */
export type StoredBar = Readonly<{
  start: string;
  open: number;
  high: number;
  low: number;
  close: number;
  volume: number;
  revision: number;
  partial: boolean;
}>;

/** What a chart draws: all anew, or some candles that are new or changed, in order of time. */
export type Changes = Readonly<{ isAnew: boolean; candles: readonly Candle[] }>;

/** As many as a chart holds; above it the oldest go, some at a time, as drawing all anew takes a while. */
export const CANDLES_MAX = 20_000;
const SPARE = 1_000;
/** More single changes than this are drawn anew together. */
const CHANGES_MAX = 100;

const NOTHING: Changes = { isAnew: false, candles: [] };

export class Candles {
  readonly windowMs: number;
  readonly #max: number;
  #all: Candle[] = [];
  readonly #changed = new Map<number, Candle>();
  #isAnew = false;

  constructor(windowMs: number, max = CANDLES_MAX) {
    this.windowMs = windowMs;
    this.#max = max;
  }

  /** The oldest first. */
  get all(): readonly Candle[] {
    return this.#all;
  }

  get isFull(): boolean {
    return this.#all.length >= this.#max;
  }

  /** Takes bars that were asked for, the oldest first: of two of the same time the later news stands. */
  load(bars: readonly StoredBar[]): void {
    const merged = mergedCandles(this.#all, bars.map(candleOf));
    this.#all = merged.slice(Math.max(0, merged.length - this.#max));
    this.#isAnew = true;
  }

  takeBar(item: BarItem): void {
    const startMs = Date.parse(item.start);
    const at = this.#indexOf(startMs);
    const known = this.#at(at, startMs);
    if (item.open === null) {
      // Withdrawn: all of its trades were cancelled.
      if (known === undefined) return;
      this.#all.splice(at, 1);
      this.#isAnew = true;
      return;
    }
    const told = candleOfItem(item, startMs);
    if (known === undefined || isNewer(told, known)) this.#put(at, told);
  }

  /** A trade moves the candle it falls into where that is the last one, or begins the next. */
  takeTrade({ price, size, time, seq, first_seq, high, low, volume }: TradeItem): void {
    const timeMs = Date.parse(time);
    const startMs = Math.floor(timeMs / this.windowMs) * this.windowMs;
    const last = this.#all.at(-1);
    if (last === undefined || startMs > last.startMs) {
      const same = { open: price, high: price, low: price, close: price };
      const guessed = { startMs, ...same, volume: size, revision: 0, standing: "guessed" } as const;
      this.#put(this.#all.length, { ...guessed, atTrade: seq });
      return;
    }
    if (startMs < last.startMs || last.standing === "final" || seq <= last.atTrade) return;
    // Trades between, of which nobody knows when they were, are left to the bar.
    const isNext = first_seq === last.atTrade + 1;
    this.#put(this.#all.length - 1, {
      ...last,
      high: Math.max(last.high, isNext ? high : price),
      low: Math.min(last.low, isNext ? low : price),
      close: price,
      volume: last.volume + (isNext ? volume : size),
      atTrade: seq,
    });
  }

  /** What has changed since it was asked for last. */
  drain(): Changes {
    if (this.#all.length > this.#max + SPARE) {
      this.#all = this.#all.slice(this.#all.length - this.#max);
      this.#isAnew = true;
    }
    const isAnew = this.#isAnew || this.#changed.size > CHANGES_MAX;
    if (!isAnew && this.#changed.size === 0) return NOTHING;
    const candles = isAnew
      ? this.#all
      : [...this.#changed.values()].sort((a, b) => a.startMs - b.startMs);
    this.#changed.clear();
    this.#isAnew = false;
    return { isAnew, candles };
  }

  /** Where a candle of this time is, or belongs; what comes live is near the end. */
  #indexOf(startMs: number): number {
    let at = this.#all.length;
    while (at > 0 && this.#all[at - 1]!.startMs >= startMs) at--;
    return at;
  }

  #at(index: number, startMs: number): Candle | undefined {
    const found = this.#all[index];
    return found?.startMs === startMs ? found : undefined;
  }

  #put(at: number, candle: Candle): void {
    const isThere = this.#at(at, candle.startMs) !== undefined;
    // A chart takes what is new only at its end.
    if (!isThere && at < this.#all.length) this.#isAnew = true;
    this.#all.splice(at, isThere ? 1 : 0, candle);
    this.#changed.set(candle.startMs, candle);
  }
}

const candleOf = ({ start, partial, ...bar }: StoredBar): Candle => ({
  startMs: Date.parse(start),
  open: bar.open,
  high: bar.high,
  low: bar.low,
  close: bar.close,
  volume: bar.volume,
  revision: bar.revision,
  standing: partial ? "forming" : "final",
  atTrade: 0,
});

const candleOfItem = (item: BarItem, startMs: number): Candle => ({
  startMs,
  open: item.open!,
  high: item.high!,
  low: item.low!,
  close: item.close!,
  volume: item.volume,
  revision: item.revision,
  standing: item.partial ? "forming" : "final",
  atTrade: item.at_trade ?? 0,
});

/** Whether it takes the place of what is known of the same window. */
function isNewer(told: Candle, known: Candle): boolean {
  if (told.standing === "final") {
    return known.standing !== "final" || told.revision >= known.revision;
  }
  return known.standing !== "final" && told.atTrade >= known.atTrade;
}

/** Both in order of time; of the loaded ones those win that are newer. */
export function mergedCandles(known: readonly Candle[], loaded: readonly Candle[]): Candle[] {
  const merged: Candle[] = [];
  let [a, b] = [0, 0];
  while (a < known.length || b < loaded.length) {
    const own = known[a];
    const other = loaded[b];
    if (other === undefined || (own !== undefined && own.startMs < other.startMs)) {
      merged.push(own!);
      a++;
    } else if (own === undefined || other.startMs < own.startMs) {
      merged.push(other);
      b++;
    } else {
      merged.push(isNewer(other, own) ? other : own);
      a++;
      b++;
    }
  }
  return merged;
}
