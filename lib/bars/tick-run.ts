/** Ticks of one shard and day, gathered in the order in which they came in and cut into blocks by symbol. */
import { encodeTickBlock } from "../stream/tick-block.ts";
import { TICK, type TickColumns } from "../stream/ticks.ts";

/** What a block holds of one symbol. */
export type BlockShare = Readonly<{
  symbol: string;
  /** Whole ms around its first and last trade; null where it has amendments alone. */
  fromMs: number | null;
  toMs: number | null;
  trades: number;
  amendments: number;
}>;

export type RunBlock = Readonly<{ bytes: Uint8Array; shares: readonly BlockShare[] }>;

/** Symbols with fewer ticks share a block: alone, what stands around them would be more than they are. */
const BLOCK_ROWS = 1024;
const FIRST_CAPACITY = 1024;
const AMENDS = TICK.cancel | TICK.correct;

export class TickRun {
  rows = 0;
  readonly #places = new Map<string, number>();
  #symbol = new Int32Array(FIRST_CAPACITY);
  #flags = new Uint8Array(FIRST_CAPACITY);
  /** Time, price, size and id side by side; an id of NaN is none. */
  #doubles = new Float64Array(4 * FIRST_CAPACITY);

  /** Takes one row of a segment's ticks. */
  add(symbol: string, { timeMs, price, size, id, flags }: TickColumns, row: number): void {
    if (this.rows === this.#symbol.length) this.#grow();
    let place = this.#places.get(symbol);
    if (place === undefined) {
      place = this.#places.size;
      this.#places.set(symbol, place);
    }
    const at = this.rows++;
    this.#symbol[at] = place;
    this.#flags[at] = flags?.[row] ?? 0;
    this.#doubles[4 * at] = timeMs[row]!;
    this.#doubles[4 * at + 1] = price[row]!;
    this.#doubles[4 * at + 2] = size[row]!;
    this.#doubles[4 * at + 3] = id?.[row] ?? Number.NaN;
  }

  /** By symbol in the order of names, and by arrival; each made when it is asked for, a long run takes seconds in all. */
  *blocks(): Generator<RunBlock> {
    const names = [...this.#places.keys()];
    const rowsOf = names.map((): number[] => []);
    for (let at = 0; at < this.rows; at++) rowsOf[this.#symbol[at]!]!.push(at);
    const order = names.map((_, place) => place).sort((a, b) => (names[a]! < names[b]! ? -1 : 1));
    let group: number[] = [];
    let rows = 0;
    for (const place of order) {
      group.push(place);
      rows += rowsOf[place]!.length;
      if (rows < BLOCK_ROWS) continue;
      yield this.#block(group, names, rowsOf);
      group = [];
      rows = 0;
    }
    if (group.length > 0) yield this.#block(group, names, rowsOf);
  }

  #block(
    group: readonly number[],
    names: readonly string[],
    rowsOf: readonly (readonly number[])[],
  ): RunBlock {
    const order = group.flatMap((place) => rowsOf[place]!);
    const rows = order.length;
    const column = (field: number) => {
      const values = new Float64Array(rows);
      for (let row = 0; row < rows; row++) values[row] = this.#doubles[4 * order[row]! + field]!;
      return values;
    };
    const local = new Map(group.map((place, at) => [place, at]));
    const id = column(3);
    const flags = new Uint8Array(rows);
    const symbol = new Int32Array(rows);
    for (let row = 0; row < rows; row++) {
      flags[row] = this.#flags[order[row]!]!;
      symbol[row] = local.get(this.#symbol[order[row]!]!)!;
    }
    const ticks = {
      rows,
      symbol,
      timeMs: column(0),
      price: column(1),
      size: column(2),
      ...(id.some((value) => !Number.isNaN(value)) && { id }),
      ...(flags.some((value) => value !== 0) && { flags }),
    };
    const symbols = group.map((place) => names[place]!);
    const shares = group.map((place) => this.#share(names[place]!, rowsOf[place]!));
    return { bytes: encodeTickBlock({ symbols, ticks }), shares };
  }

  #share(symbol: string, rows: readonly number[]): BlockShare {
    let [from, to, amendments] = [Infinity, -Infinity, 0];
    for (const at of rows) {
      if ((this.#flags[at]! & AMENDS) !== 0) {
        amendments++;
        continue;
      }
      const timeMs = this.#doubles[4 * at]!;
      if (timeMs < from) from = timeMs;
      if (timeMs > to) to = timeMs;
    }
    const trades = rows.length - amendments;
    const isTraded = trades > 0;
    return {
      symbol,
      fromMs: isTraded ? Math.floor(from) : null,
      toMs: isTraded ? Math.ceil(to) : null,
      trades,
      amendments,
    };
  }

  #grow(): void {
    const capacity = 2 * this.#symbol.length;
    const [symbol, flags, doubles] = [this.#symbol, this.#flags, this.#doubles];
    this.#symbol = new Int32Array(capacity);
    this.#symbol.set(symbol);
    this.#flags = new Uint8Array(capacity);
    this.#flags.set(flags);
    this.#doubles = new Float64Array(4 * capacity);
    this.#doubles.set(doubles);
  }
}
