/**
 * One shard of the market stream: records in their order become bars, indicators, anomalies and last trades.
 *
 * The same records give the same results and the same state however they are cut into batches, and wherever the state
 * was exported and restored between them; the only thing that enters beside the records is the clock, `processedMs`,
 * from which delays are told. A frame that came before changes nothing. What is wrong is refused, with a reason, and
 * stops nobody else.
 */
import { AppError } from "../errors.ts";
import { addSaid, ClosedBars, type Said } from "./closed-bars.ts";
import type { Frame } from "./frame.ts";
import { type Latest, LatestTrades } from "./latest.ts";
import { pack, unpack } from "./pack.ts";
import { type ProducerState, Producers } from "./producers.ts";
import type { SegmentFrame, SegmentRefusal } from "./segment.ts";
import { SYMBOL_PATTERN, SymbolTable } from "./symbols.ts";
import { Taken } from "./taken.ts";
import type { TickColumns } from "./ticks.ts";
import type { BarUpdate, BatchUpdates } from "./updates.ts";
import type { RefusedRow, RowRefusal, WindowOptions, WindowState } from "./window-options.ts";
import { Windows } from "./windows.ts";

/** The head of a frame; a record that is no frame has none, and a repeat of it is not known by its number. */
export type FrameHead = Omit<Frame, "symbols" | "rows" | "columns">;

/** Ticks as a record of the log brought them. */
export type Arrival = Readonly<{
  seq: string;
  arrivalMs: number;
  head: FrameHead | null;
  symbols: readonly string[];
  rows: number;
  columns: TickColumns;
  /** Rows of the record that were left out of the columns already, ascending. */
  leftOut?: readonly number[];
}>;

export type ProcessorOptions = Readonly<{
  windows?: WindowOptions;
  /** How far beyond its arrival a trade may say it happened. Default: 60 s. */
  aheadMs?: number;
}>;

/** What a batch left behind; see {@link Processor.drain}. */
export type Replayed = Readonly<{
  symbols: readonly string[];
  frames: readonly SegmentFrame[];
  ticks: TickColumns;
  processedMs: number;
}>;

/** Symbols of one shard; more than all securities of all markets. */
const SYMBOLS_MAX = 65_536;
const AHEAD_MS = 60_000;
/** Refused rows of one record that are told one by one. */
const TOLD_MAX = 100;
const NOTHING: Said = { bars: [], indicators: [], anomalies: [] };

const REASONS: Readonly<
  Record<Exclude<RowRefusal, "duplicate">, readonly [reason: string, wanted: string]>
> = {
  symbol: ["unknown_symbol", "its symbol must be one of the record's, in capital letters"],
  price: ["bad_price", "price must be a number above 0"],
  size: ["bad_size", "size must be a number from 0"],
  time: ["bad_time", "time must be an instant that is not in the future"],
  unmatched: ["unmatched", "no trade of this id can be changed any more"],
};

type Head = Readonly<{
  format: 2;
  lastSeq: string;
  aheadMs: number;
  windows: Omit<WindowState, "windows" | "ids" | "trades"> | null;
  producers: readonly ProducerState[];
  symbols: readonly string[];
}>;

export class Processor {
  /** The last record taken; "0" before the first. */
  lastSeq = "0";
  readonly symbols = new SymbolTable();
  readonly #options: Required<ProcessorOptions>;
  /** Made when the first frame tells since when the feed listens. */
  #windows: Windows | undefined;
  readonly #latest = new LatestTrades();
  readonly #producers = new Producers();
  #closed: ClosedBars;
  #said: Said = NOTHING;
  #taken = new Taken(0);

  constructor(options: ProcessorOptions = {}) {
    this.#options = { windows: {}, aheadMs: AHEAD_MS, ...options };
    this.#closed = new ClosedBars([], this.symbols);
  }

  /** A record that could not be read at all, or a row of one. */
  refuse(refused: SegmentRefusal): void {
    this.#taken.refused.push(refused);
    this.#taken.refusedRows++;
    this.lastSeq = refused.seq;
  }

  /** Rows and records refused since the last {@link drain}; of one record only the first are told one by one. */
  get refusedRows(): number {
    return this.#taken.refusedRows;
  }

  /**
   * @param processedMs the clock, epoch ms
   * @returns "repeat" for a frame that came before; else how many frames of its producer are missing before it
   */
  take(arrival: Arrival, processedMs: number): "repeat" | number {
    const { head, seq, arrivalMs, columns, rows } = arrival;
    this.lastSeq = seq;
    const missing = head === null ? 0 : this.#producers.take(head, arrivalMs);
    if (missing === "repeat") return missing;
    this.#windows ??= this.#begun(head);
    const windows = this.#windows;
    const own = { ...columns, symbol: this.#indexed(arrival) };
    windows.pushFrame(own, 0, rows, arrivalMs + this.#options.aheadMs);
    this.#latest.fit(this.symbols.size);
    const live = head?.isLive ? { processedMs, windowMs: windows.settings.sizesMs[0]! } : null;
    this.#latest.take(own, rows, windows.refused, live);
    this.#refuseRows(seq, windows.refused, arrival);
    this.#taken.add(arrival, own, windows.refused, this.symbols);
    this.#advance(arrivalMs);
    this.#say();
    return missing;
  }

  #begun(head: FrameHead | null): Windows {
    const sinceMs = head?.isLive ? head.epochMs : 0;
    const windows = new Windows({ sinceMs, ...this.#options.windows }, this.symbols);
    this.#closed = new ClosedBars(windows.settings.sizesMs, this.symbols);
    return windows;
  }

  /** The record's symbols as indexes of the table; -1 for what is no symbol. */
  #indexed({ symbols, columns, rows }: Arrival): Int32Array {
    const indexes = this.symbols.indexes(
      symbols,
      (name) => SYMBOL_PATTERN.test(name) && this.#hasRoom(name),
    );
    const own = new Int32Array(rows);
    for (let row = 0; row < rows; row++) own[row] = indexes[columns.symbol[row]!] ?? -1;
    return own;
  }

  #hasRoom(name: string): boolean {
    return this.symbols.size < SYMBOLS_MAX || this.symbols.has(name);
  }

  #refuseRows(seq: string, refused: readonly RefusedRow[], arrival: Arrival): void {
    const taken = this.#taken;
    const { columns, symbols, leftOut = [] } = arrival;
    let told = 0;
    for (const { row, reason } of refused) {
      if (reason === "duplicate") {
        taken.repeats++;
        continue;
      }
      taken.refusedRows++;
      if (++told > TOLD_MAX) continue;
      const [name, wanted] = REASONS[reason];
      const symbol = symbols[columns.symbol[row]!] ?? columns.symbol[row]!;
      const was = `${symbol} price ${columns.price[row]} size ${columns.size[row]} time ${columns.timeMs[row]} id ${columns.id?.[row]}`;
      const detail = `${wanted}; was ${was}`;
      taken.refused.push({ seq, row: asSent(row, leftOut), reason: name, detail });
    }
  }

  /** What all producers have told is over, whether trades came or not. */
  #advance(arrivalMs: number): void {
    const clockMs = this.#producers.clockMs(arrivalMs);
    if (clockMs === null || clockMs > arrivalMs + this.#options.aheadMs) return;
    this.#windows!.advance(clockMs);
  }

  #say(): void {
    const { bars } = this.#windows!;
    if (bars.length === 0) return;
    const said = this.#closed.take(
      bars,
      (symbol, startMs) => this.#latest.delayMs(symbol, startMs),
      (symbol) => this.#latest.tradeSeq(symbol),
    );
    bars.clear();
    if (this.#said === NOTHING) this.#said = said;
    else addSaid(this.#said, said);
  }

  /**
   * Takes again what was taken before, in another process: the same state, and nothing is told of it. Counts of what was
   * refused are not part of it.
   */
  replay({ symbols, frames, ticks, processedMs }: Replayed): void {
    for (const name of symbols) this.symbols.index(name);
    let from = 0;
    for (const { seq, arrivalMs, rows, ...head } of frames) {
      const columns = rowsOf(ticks, from, from + rows);
      from += rows;
      const known = head.producer === "" ? null : head;
      this.take({ seq, arrivalMs, head: known, symbols, rows, columns }, processedMs);
    }
    this.drain();
  }

  /** What the records since the last call came to. */
  drain(): Readonly<{ taken: Taken; updates: BatchUpdates }> {
    const taken = this.#taken;
    taken.lateTicks = this.#windows?.takeLate() ?? 0;
    const updates = { trades: this.#latest.drain(this.symbols.names), ...this.#said };
    this.#taken = new Taken(this.symbols.size);
    this.#said = NOTHING;
    return { taken, updates };
  }

  /** Sizes of the windows, ascending; none before the first record. */
  get sizesMs(): readonly number[] {
    return this.#windows?.settings.sizesMs ?? [];
  }

  get watermarkMs(): number {
    return this.#windows?.watermarkMs ?? -1;
  }

  /** @returns `undefined` for a symbol that had no trade */
  latest(symbol: string): Latest | undefined {
    return this.symbols.has(symbol) ? this.#latest.of(this.symbols.index(symbol)) : undefined;
  }

  /** Final bars of a symbol that were emitted, revisions included. */
  barSeq(symbol: string): number {
    return this.symbols.has(symbol) ? this.#closed.barSeq(this.symbols.index(symbol)) : 0;
  }

  anomalySeq(symbol: string): number {
    return this.symbols.has(symbol) ? this.#closed.anomalySeq(this.symbols.index(symbol)) : 0;
  }

  /** Bars of open windows as they stand, of all symbols by name or of some as they come. */
  forming(only?: Iterable<string>): BarUpdate[] {
    const windows = this.#windows;
    if (windows === undefined) return [];
    windows.flush(only && this.#indexes(only));
    const updates: BarUpdate[] = [];
    for (let row = 0; row < windows.bars.length; row++) {
      const symbol = windows.bars.symbol[row]!;
      const [seq, atTrade] = [this.#closed.barSeq(symbol), this.#latest.tradeSeq(symbol)];
      updates.push({ bar: windows.bars.bar(row, this.symbols), seq, atTrade });
    }
    windows.bars.clear();
    return updates;
  }

  /** Of those that the stream has seen. */
  #indexes(names: Iterable<string>): number[] {
    const indexes: number[] = [];
    for (const name of names) if (this.symbols.has(name)) indexes.push(this.symbols.index(name));
    return indexes;
  }

  /**
   * @param forWhom who only looks at bars and last trades gets neither the trades that could still be cancelled or corrected,
   * which are the most of it, nor what rests on closed bars
   */
  export(forWhom: "work" | "looks"): Uint8Array {
    const isWhole = forWhom === "work";
    const state = this.#windows?.export({ hasTrades: isWhole });
    const none = new Float64Array(0);
    const { windows = none, ids = none, trades = none, ...settings } = state ?? {};
    const head: Head = {
      format: 2,
      lastSeq: this.lastSeq,
      aheadMs: this.#options.aheadMs,
      windows: state ? (settings as Head["windows"]) : null,
      producers: this.#producers.export(),
      symbols: this.symbols.names,
    };
    const latest = this.#latest.export(this.symbols.size);
    const columns = { windows, ids, trades, latest, counts: this.#closed.exportCounts() };
    return pack({ head, columns: { ...columns, ...(isWhole && this.#closed.export()) } });
  }

  /**
   * Goes on where it was exported. In what was exported for looks, indicators and baselines begin anew.
   * @throws AppError BAD_FILE when it is no state of this format
   */
  static restore(bytes: Uint8Array): Processor {
    const { head: given, columns } = unpack(bytes);
    const head = given as Head;
    if (head.format !== 2) {
      throw new AppError("BAD_FILE", `format of a kept state must be 2, was "${head.format}"`);
    }
    const processor = new Processor({
      aheadMs: head.aheadMs,
      windows: head.windows?.settings ?? {},
    });
    processor.lastSeq = head.lastSeq;
    for (const name of head.symbols) processor.symbols.index(name);
    processor.#taken = new Taken(processor.symbols.size);
    processor.#producers.restore(head.producers);
    processor.#latest.restore(columns.latest!);
    if (head.windows === null) return processor;
    const { windows, ids, trades, indicators, watches } = columns;
    const state = { ...head.windows, windows: windows!, ids: ids!, trades: trades! };
    processor.#windows = Windows.restore(state, processor.symbols);
    processor.#closed = new ClosedBars(head.windows.settings.sizesMs, processor.symbols);
    if (indicators && watches) processor.#closed.restore({ indicators, watches });
    processor.#closed.restoreCounts(columns.counts!);
    return processor;
  }
}

const rowsOf = (columns: TickColumns, from: number, to: number): TickColumns => ({
  timeMs: columns.timeMs.subarray(from, to),
  price: columns.price.subarray(from, to),
  size: columns.size.subarray(from, to),
  symbol: columns.symbol.subarray(from, to),
  ...(columns.id && { id: columns.id.subarray(from, to) }),
  ...(columns.flags && { flags: columns.flags.subarray(from, to) }),
});

/** The place of a row in the record that was sent. */
function asSent(row: number, leftOut: readonly number[]): number {
  let place = row;
  for (const other of leftOut) {
    if (other > place) break;
    place++;
  }
  return place;
}
