/** What entered with a batch: heads of frames, and the rows the windows took, one after the other. */
import type { Arrival } from "./processor.ts";
import type { SegmentFrame, SegmentRefusal } from "./segment.ts";
import type { SymbolTable } from "./symbols.ts";
import type { TickColumns } from "./ticks.ts";
import type { RefusedRow } from "./window-options.ts";

/** Columns whose rows are all there. */
export type TakenTicks = Required<TickColumns> & Readonly<{ rows: number }>;

const FIRST_ROOM = 256;
const NO_HEAD = { producer: "", epochMs: 0, number: 0, sentMs: 0, clockMs: null, isLive: false };

export class Taken {
  readonly frames: SegmentFrame[] = [];
  readonly refused: SegmentRefusal[] = [];
  /** How many rows and records were refused, told one by one or not. */
  refusedRows = 0;
  /** Rows whose id came before. */
  repeats = 0;
  /** Rows that were taken, but too late for a window of some size. */
  lateTicks = 0;
  /** Symbols of the rows. Those that are new to the shard stand in the order in which its table got them. */
  readonly symbols: string[] = [];
  readonly #indexes = new Map<number, number>();
  #known: number;
  #rows = 0;
  #timeMs = new Float64Array(FIRST_ROOM);
  #price = new Float64Array(FIRST_ROOM);
  #size = new Float64Array(FIRST_ROOM);
  #id = new Float64Array(FIRST_ROOM);
  #symbol = new Int32Array(FIRST_ROOM);
  #flags = new Uint8Array(FIRST_ROOM);

  /** @param known how many symbols the shard's table has as the batch begins */
  constructor(known: number) {
    this.#known = known;
  }

  get rows(): number {
    return this.#rows;
  }

  /** @param own the record's columns with symbols as indexes of the table */
  add(
    { seq, arrivalMs, head, rows }: Arrival,
    own: TickColumns,
    refused: readonly RefusedRow[],
    table: SymbolTable,
  ): void {
    const first = this.#rows;
    this.#fit(first + rows);
    for (; this.#known < table.size; this.#known++) this.#index(this.#known, table);
    let next = 0;
    for (let row = 0; row < rows; row++) {
      if (next < refused.length && refused[next]!.row === row) {
        next++;
        continue;
      }
      const at = this.#rows++;
      this.#timeMs[at] = own.timeMs[row]!;
      this.#price[at] = own.price[row]!;
      this.#size[at] = own.size[row]!;
      this.#id[at] = own.id === undefined ? -1 : own.id[row]!;
      this.#flags[at] = own.flags === undefined ? 0 : own.flags[row]!;
      this.#symbol[at] = this.#index(own.symbol[row]!, table);
    }
    const kept = head === null ? NO_HEAD : headOf(head);
    this.frames.push({ seq, ...kept, arrivalMs, rows: this.#rows - first });
  }

  /** Views of the rows; they stand as long as nothing is added. */
  ticks(): TakenTicks {
    const rows = this.#rows;
    return {
      rows,
      timeMs: this.#timeMs.subarray(0, rows),
      price: this.#price.subarray(0, rows),
      size: this.#size.subarray(0, rows),
      id: this.#id.subarray(0, rows),
      symbol: this.#symbol.subarray(0, rows),
      flags: this.#flags.subarray(0, rows),
    };
  }

  #index(symbol: number, table: SymbolTable): number {
    const known = this.#indexes.get(symbol);
    if (known !== undefined) return known;
    const index = this.symbols.push(table.name(symbol)!) - 1;
    this.#indexes.set(symbol, index);
    return index;
  }

  #fit(rows: number): void {
    if (rows <= this.#timeMs.length) return;
    const room = 2 ** Math.ceil(Math.log2(rows));
    const moved = <Column extends Float64Array | Int32Array | Uint8Array>(
      from: Column,
      to: Column,
    ): Column => {
      to.set(from as never);
      return to;
    };
    this.#timeMs = moved(this.#timeMs, new Float64Array(room));
    this.#price = moved(this.#price, new Float64Array(room));
    this.#size = moved(this.#size, new Float64Array(room));
    this.#id = moved(this.#id, new Float64Array(room));
    this.#symbol = moved(this.#symbol, new Int32Array(room));
    this.#flags = moved(this.#flags, new Uint8Array(room));
  }
}

const headOf = ({
  producer,
  epochMs,
  number,
  sentMs,
  clockMs,
  isLive,
}: NonNullable<Arrival["head"]>): Omit<SegmentFrame, "seq" | "arrivalMs" | "rows"> => ({
  producer,
  epochMs,
  number,
  sentMs,
  clockMs,
  isLive,
});
