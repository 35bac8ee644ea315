/** Rows that come one by one with the name of their symbol, gathered into columns. */
import type { TickColumns } from "./ticks.ts";

export class TickBuilder {
  readonly symbols: string[] = [];
  rows = 0;
  #indexes: Map<string, number> | undefined;
  #symbol: Int32Array;
  #timeMs: Float64Array;
  #price: Float64Array;
  #size: Float64Array;
  /** Made when the first row has an id, or flags. */
  #id: Float64Array | undefined;
  #flags: Uint8Array | undefined;

  constructor(capacity: number) {
    this.#symbol = new Int32Array(capacity);
    this.#timeMs = new Float64Array(capacity);
    this.#price = new Float64Array(capacity);
    this.#size = new Float64Array(capacity);
  }

  /** @param id -1 = none */
  add(
    symbol: string,
    timeMs: number,
    price: number,
    size: number,
    id: number,
    flags: number,
  ): void {
    const row = this.rows++;
    if (row === this.#symbol.length) this.#grow();
    this.#symbol[row] = this.#index(symbol);
    this.#timeMs[row] = timeMs;
    this.#price[row] = price;
    this.#size[row] = size;
    if (id >= 0 && this.#id === undefined) {
      this.#id = new Float64Array(this.#symbol.length);
      if (row > 0) this.#id.fill(-1, 0, row);
    }
    if (this.#id !== undefined) this.#id[row] = id;
    if (flags !== 0) this.#flags ??= new Uint8Array(this.#symbol.length);
    if (this.#flags !== undefined) this.#flags[row] = flags;
  }

  /** What was added; columns `id` and `flags` only when a row needs them. */
  columns(): TickColumns {
    if (this.rows < this.#symbol.length) this.#cut();
    const [symbol, timeMs, price, size] = [this.#symbol, this.#timeMs, this.#price, this.#size];
    const [id, flags] = [this.#id, this.#flags];
    // Written out: copying properties takes as long as reading a tick.
    if (flags !== undefined) {
      return id === undefined
        ? { symbol, timeMs, price, size, flags }
        : { symbol, timeMs, price, size, id, flags };
    }
    return id === undefined ? { symbol, timeMs, price, size } : { symbol, timeMs, price, size, id };
  }

  /** Leaves room for nothing more. */
  #cut(): void {
    const { rows } = this;
    this.#symbol = this.#symbol.subarray(0, rows);
    this.#timeMs = this.#timeMs.subarray(0, rows);
    this.#price = this.#price.subarray(0, rows);
    this.#size = this.#size.subarray(0, rows);
    this.#id = this.#id?.subarray(0, rows);
    this.#flags = this.#flags?.subarray(0, rows);
  }

  #index(name: string): number {
    // Most records are one tick, and need no map.
    if (this.symbols.length === 0) return this.symbols.push(name) - 1;
    if (this.symbols.at(-1) === name) return this.symbols.length - 1;
    this.#indexes ??= new Map([[this.symbols[0]!, 0]]);
    const known = this.#indexes.get(name);
    if (known !== undefined) return known;
    this.#indexes.set(name, this.symbols.length);
    return this.symbols.push(name) - 1;
  }

  #grow(): void {
    const capacity = Math.max(16, this.#symbol.length * 2);
    const wider = (column: Float64Array) => {
      const grown = new Float64Array(capacity);
      grown.set(column);
      return grown;
    };
    const symbol = new Int32Array(capacity);
    symbol.set(this.#symbol);
    this.#symbol = symbol;
    this.#timeMs = wider(this.#timeMs);
    this.#price = wider(this.#price);
    this.#size = wider(this.#size);
    this.#id &&= wider(this.#id);
    if (this.#flags === undefined) return;
    const flags = new Uint8Array(capacity);
    flags.set(this.#flags);
    this.#flags = flags;
  }
}
