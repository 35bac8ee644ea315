/**
 * The latest trades of a stream in the order of their arrival, kept so that a cancel or a correction can find its trade
 * and the windows around it can be added up again. Columns in a ring; trades of one symbol are linked backwards.
 */
import { TICK, type TickColumns } from "./ticks.ts";

/** Bits beside those of TICK: a cancelled trade, and from `DROPPED` up one bit per size that the trade was late for. */
const CANCELLED = 8;
const DROPPED_SHIFT = 8;

const FIRST_CAPACITY = 1024;
/** Trades kept at most: some 13 MB here, and as much in every stored state. */
const TRADES_MAX = 250_000;
/** Numbers per trade in an exported state. */
const WIDTH = 6;

export class TradeLog {
  /** A trade stays until its event time is this far behind the watermark, and all that arrived before it are gone. */
  readonly #keepMs: number;
  readonly #most: number;
  /** Event time up to which trades may be missing that would have stayed, had there been room; -1 = none is. */
  #missingMs = -1;
  /** A power of two. */
  #capacity = FIRST_CAPACITY;
  /** Running numbers of the oldest trade and of the next one; the place in the columns is the number modulo capacity. */
  #head = 0;
  #tail = 0;
  #timeMs = new Float64Array(FIRST_CAPACITY);
  #price = new Float64Array(FIRST_CAPACITY);
  #size = new Float64Array(FIRST_CAPACITY);
  #id = new Float64Array(FIRST_CAPACITY);
  #symbol = new Int32Array(FIRST_CAPACITY);
  #bits = new Int32Array(FIRST_CAPACITY);
  /** Running number of the symbol's trade before, -1 = none. */
  #before = new Float64Array(FIRST_CAPACITY);
  #latest = new Float64Array(0);

  /** @param most of a busier stream the oldest trades go before their time */
  constructor(keepMs: number, most = TRADES_MAX) {
    this.#keepMs = keepMs;
    this.#most = most;
  }

  /** Whether all trades from an event time on are there that ought to be. */
  isWholeFrom(startMs: number): boolean {
    return startMs > this.#missingMs;
  }

  fit(symbols: number): void {
    if (symbols <= this.#latest.length) return;
    const latest = new Float64Array(symbols).fill(-1);
    latest.set(this.#latest);
    this.#latest = latest;
  }

  /** @param dropped one bit per size that the trades were late for */
  pushRows(columns: TickColumns, from: number, to: number, dropped = 0): void {
    const { symbol: symbols, timeMs: times, price: prices, size: sizes, id: ids, flags } = columns;
    while (this.#tail - this.#head + to - from > this.#capacity) this.#grow();
    for (let row = from; row < to; row++) {
      const at = this.#tail & (this.#capacity - 1);
      const symbol = symbols[row]!;
      const id = ids === undefined ? -1 : ids[row]!;
      const bits = flags === undefined ? 0 : flags[row]! & TICK.irregular;
      this.#timeMs[at] = times[row]!;
      this.#price[at] = prices[row]!;
      this.#size[at] = sizes[row]!;
      this.#id[at] = id >= 0 ? id : -1;
      this.#symbol[at] = symbol;
      this.#bits[at] = bits | (dropped << DROPPED_SHIFT);
      this.#before[at] = this.#latest[symbol]!;
      this.#latest[symbol] = this.#tail++;
    }
    while (this.#tail - this.#head > this.#most) {
      this.#missingMs = Math.max(this.#missingMs, this.timeMs(this.#head));
      this.#head++;
    }
  }

  /** Forgets what lies too far behind. */
  evict(watermarkMs: number): void {
    while (
      this.#head < this.#tail &&
      this.#timeMs[this.#head & (this.#capacity - 1)]! + this.#keepMs <= watermarkMs
    ) {
      this.#head++;
    }
  }

  /** @returns the running number of a standing trade, -1 when there is none */
  find(symbol: number, id: number): number {
    for (
      let n = this.#latest[symbol]!;
      n >= this.#head;
      n = this.#before[n & (this.#capacity - 1)]!
    ) {
      const at = n & (this.#capacity - 1);
      if (this.#id[at] === id && (this.#bits[at]! & CANCELLED) === 0) return n;
    }
    return -1;
  }

  timeMs(n: number): number {
    return this.#timeMs[n & (this.#capacity - 1)]!;
  }

  /** Whether the trade was late for the size with this index. */
  isDropped(n: number, sizeIndex: number): boolean {
    return ((this.#bits[n & (this.#capacity - 1)]! >> (DROPPED_SHIFT + sizeIndex)) & 1) === 1;
  }

  cancel(n: number): void {
    const at = n & (this.#capacity - 1);
    this.#bits[at] = this.#bits[at]! | CANCELLED;
  }

  correct(n: number, price: number, size: number, flags: number): void {
    const at = n & (this.#capacity - 1);
    this.#price[at] = price;
    this.#size[at] = size;
    this.#bits[at] = (this.#bits[at]! & ~TICK.irregular) | (flags & TICK.irregular);
  }

  /** Visits the standing trades of a symbol that lie in [startMs, endMs) and count for the size, in order of arrival. */
  visit(
    symbol: number,
    startMs: number,
    endMs: number,
    sizeIndex: number,
    take: (timeMs: number, price: number, size: number, isIrregular: boolean) => void,
  ): void {
    const found: number[] = [];
    for (
      let n = this.#latest[symbol]!;
      n >= this.#head;
      n = this.#before[n & (this.#capacity - 1)]!
    ) {
      const at = n & (this.#capacity - 1);
      const timeMs = this.#timeMs[at]!;
      const stands = (this.#bits[at]! & CANCELLED) === 0 && !this.isDropped(n, sizeIndex);
      if (stands && timeMs >= startMs && timeMs < endMs) found.push(at);
    }
    for (const at of found.reverse()) {
      const isIrregular = (this.#bits[at]! & TICK.irregular) !== 0;
      take(this.#timeMs[at]!, this.#price[at]!, this.#size[at]!, isIrregular);
    }
  }

  /** What may be missing, then of all trades, the oldest first, the symbols, times, prices, sizes, ids and bits. */
  export(): Float64Array {
    const rows = this.#tail - this.#head;
    const from = this.#head & (this.#capacity - 1);
    const untilEnd = Math.min(rows, this.#capacity - from);
    const out = new Float64Array(1 + rows * WIDTH);
    out[0] = this.#missingMs;
    for (const [place, column] of this.#columns().entries()) {
      // In two pieces, as they lie in the ring.
      out.set(column.subarray(from, from + untilEnd), 1 + place * rows);
      out.set(column.subarray(0, rows - untilEnd), 1 + place * rows + untilEnd);
    }
    return out;
  }

  #columns() {
    return [this.#symbol, this.#timeMs, this.#price, this.#size, this.#id, this.#bits];
  }

  /** Takes what {@link export} gave into an empty log; there must be room for its symbols. */
  restore(state: Float64Array): void {
    const rows = Math.floor(state.length / WIDTH);
    const column = (place: number) => state.subarray(1 + place * rows, 1 + (place + 1) * rows);
    const [timeMs, price, size, id] = [column(1), column(2), column(3), column(4)];
    this.pushRows({ symbol: Int32Array.from(column(0)), timeMs, price, size, id }, 0, rows);
    this.#bits.set(column(5));
    this.#missingMs = state[0] ?? -1;
  }

  #grow(): void {
    const old = this.#capacity;
    const numbers = Array.from({ length: old }, (_, k) => this.#head + k);
    this.#capacity = old * 2;
    const moved = <Column extends Float64Array | Int32Array>(from: Column, to: Column): Column => {
      for (const n of numbers) to[n & (this.#capacity - 1)] = from[n % old]!;
      return to;
    };
    this.#timeMs = moved(this.#timeMs, new Float64Array(this.#capacity));
    this.#price = moved(this.#price, new Float64Array(this.#capacity));
    this.#size = moved(this.#size, new Float64Array(this.#capacity));
    this.#id = moved(this.#id, new Float64Array(this.#capacity));
    this.#symbol = moved(this.#symbol, new Int32Array(this.#capacity));
    this.#bits = moved(this.#bits, new Int32Array(this.#capacity));
    this.#before = moved(this.#before, new Float64Array(this.#capacity));
  }
}
