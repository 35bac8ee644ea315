/**
 * Ticks to bars: event-time tumbling windows [start, end) per symbol and size, aligned to the epoch.
 *
 * The watermark is the largest event time of the stream less `latenessMs`. A tick is late for a size when its window
 * ended at or before the watermark that stood when it came; that is decided size by size. A window is emitted once the
 * watermark has reached its end, in the order (end, size, symbol name), and only if something was traded in it.
 * Prices in the currency of the symbol, times in epoch ms.
 *
 * The same rows give the same bars however they are cut into frames, and wherever the state was exported and restored
 * between them. A tick costs one addition and no allocation; longer windows are added up from closed shorter ones.
 */
import type { BarColumns } from "./bars.ts";
import { addTrade, CELL } from "./cells.ts";
import { OpenWindows } from "./open-windows.ts";
import { addPlainRows } from "./plain-rows.ts";
import { readd } from "./readd.ts";
import type { Ring } from "./ring.ts";
import { SeenIds } from "./seen-ids.ts";
import { SymbolTable } from "./symbols.ts";
import { TICK, type Tick, type TickColumns } from "./ticks.ts";
import { TradeLog } from "./trade-log.ts";
import {
  noCounts,
  type RefusedRow,
  type RowRefusal,
  type WindowCounts,
  type WindowOptions,
  type WindowSettings,
  type WindowState,
  windowSettings,
} from "./window-options.ts";
import { takeSymbols } from "./window-state.ts";

const MOST = Number.MAX_VALUE;
/** The last instant that a date can hold. */
const NO_NUMBERS = new Float64Array(0);
const MOST_MS = 8.64e15;

export class Windows {
  readonly settings: WindowSettings;
  readonly symbols: SymbolTable;
  /** Bars that were emitted and not cleared yet. Whoever reads them empties the columns. */
  readonly bars: BarColumns;
  /** Rows of the last frame that were not taken, in order, and why. */
  readonly refused: RefusedRow[] = [];
  readonly #open: OpenWindows;
  /** The shortest size. */
  readonly #root: Ring;
  /** Ticks go into the shortest size alone; all others are made up of it. */
  readonly #isPlain: boolean;
  readonly #latenessMs: number;
  readonly #log: TradeLog | undefined;
  readonly #seen = new SeenIds();
  readonly #counts: WindowCounts;
  #symbolCount = 0;
  /** Late ticks that nobody has asked for yet; no part of the state. */
  #late = 0;
  /** Largest event time of a valid tick, -1 before the first. */
  #latestMs = -1;
  #pushedMs = -1;
  /** Where single rows are laid to go the same way as frames. */
  readonly #single = {
    symbol: new Int32Array(1),
    timeMs: new Float64Array(1),
    price: new Float64Array(1),
    size: new Float64Array(1),
    id: new Float64Array(1),
    flags: new Uint8Array(1),
  };

  /** @throws AppError DEGENERATE_INPUT for options that cannot work */
  constructor(options: WindowOptions = {}, symbols = new SymbolTable()) {
    this.settings = windowSettings(options);
    this.symbols = symbols;
    const { sizesMs, latenessMs, correctableMs } = this.settings;
    this.#latenessMs = latenessMs;
    this.#counts = noCounts(sizesMs.length);
    this.#open = new OpenWindows(this.settings, symbols, this.#counts);
    this.bars = this.#open.bars;
    this.#root = this.#open.rings[0]!;
    // All trades around a correctable one are needed to add its windows up again.
    this.#log = correctableMs > 0 ? new TradeLog(correctableMs + sizesMs.at(-1)!) : undefined;
    const roots = this.#open.rings.filter(({ source }) => source === undefined);
    this.#isPlain = roots.length === 1;
  }

  /** Event time up to which windows are closed; below 0 before the first tick. */
  get watermarkMs(): number {
    return Math.max(this.#pushedMs, this.#latestMs - this.#latenessMs);
  }

  get counts(): Readonly<WindowCounts> {
    return structuredClone(this.#counts);
  }

  /** @returns ticks that came too late for a window of some size since this was last asked, in this process */
  takeLate(): number {
    const late = this.#late;
    this.#late = 0;
    return late;
  }

  /**
   * Takes the rows [from, to) of a frame. Bars that become final go to {@link bars}.
   * @param notAfterMs a later event time is refused: one wrong clock would make all others late. The caller's clock and
   *   what it tolerates.
   */
  pushFrame(columns: TickColumns, from: number, to: number, notAfterMs = MOST_MS): void {
    this.#fit();
    this.refused.length = 0;
    this.#counts.ticks += to - from;
    for (let row = from; row < to; row++) {
      row = this.#addPlain(columns, row, to, notAfterMs);
      if (row < to) this.#take(columns, row, notAfterMs);
    }
  }

  /** Takes one tick. See {@link pushFrame}. */
  push({ symbol, timeMs, price, size, id, irregular }: Tick, notAfterMs = MOST_MS): void {
    const flags = irregular === true ? TICK.irregular : 0;
    this.#pushOne(symbol, timeMs, price, size, id, flags, notAfterMs);
  }

  /** The trade never happened: its bars are emitted anew, as revisions where they were final. */
  cancel(symbol: string, id: number): void {
    this.#pushOne(symbol, 0, 0, 0, id, TICK.cancel);
  }

  /** The trade had another price, size or sale condition. Its event time stands. */
  correct({ symbol, price, size, id, irregular }: Omit<Tick, "timeMs">): void {
    const flags = TICK.correct | (irregular === true ? TICK.irregular : 0);
    this.#pushOne(symbol, 0, price, size, id, flags);
  }

  /**
   * Pushes the watermark by processing time, so that the windows of a quiet stream close: what comes later for them is
   * late. It never goes back.
   */
  advance(watermarkMs: number): void {
    if (!(watermarkMs > this.watermarkMs)) return;
    this.#fit();
    this.#pushedMs = Math.min(watermarkMs, MOST_MS);
    if (this.#pushedMs >= this.#open.nextEndMs) this.#open.close(this.#pushedMs);
  }

  /**
   * Every open window as it stands goes to {@link bars} as a partial bar, in order. Nothing else changes.
   * @param some indexes of symbols; all of them when omitted
   */
  flush(some?: readonly number[] | Int32Array): void {
    this.#fit();
    this.#open.flush(some);
  }

  /**
   * @see WindowState. Emitted bars that nobody read are not part of it.
   * @param hasTrades false leaves out the trades that could still be changed, which are the most of it
   */
  export({ hasTrades = true } = {}): WindowState {
    this.#log?.evict(this.watermarkMs);
    return {
      format: 1,
      settings: this.settings,
      symbols: [...this.symbols.names],
      latestMs: this.#latestMs,
      pushedMs: this.#pushedMs,
      counts: structuredClone(this.#counts),
      windows: this.#open.export(this.watermarkMs),
      ids: this.#seen.export(),
      trades: hasTrades ? (this.#log?.export() ?? NO_NUMBERS) : NO_NUMBERS,
    };
  }

  /**
   * Goes on where {@link export} was called.
   * @throws AppError DEGENERATE_INPUT when the table has the state's symbols at other indexes, or the format is unknown
   */
  static restore(state: WindowState, symbols = new SymbolTable()): Windows {
    takeSymbols(state, symbols);
    const windows = new Windows(state.settings, symbols);
    windows.#fit();
    windows.#latestMs = state.latestMs;
    windows.#pushedMs = state.pushedMs;
    Object.assign(windows.#counts, structuredClone(state.counts));
    windows.#seen.restore(state.ids);
    windows.#log?.restore(state.trades);
    windows.#open.restore(state.windows);
    return windows;
  }

  /** Makes room for symbols that were added to the table. */
  #fit(): void {
    if (this.symbols.size === this.#symbolCount) return;
    this.#symbolCount = this.symbols.size;
    // Room for twice as many, so that a stream of new names does not copy everything each time.
    const room = 2 ** Math.ceil(Math.log2(this.#symbolCount));
    for (const ring of this.#open.rings) ring.fit(room);
    this.#seen.fit(room);
    this.#log?.fit(room);
  }

  #pushOne(
    symbol: string,
    timeMs: number,
    price: number,
    size: number,
    id: number | undefined,
    flags: number,
    notAfterMs = MOST_MS,
  ): void {
    const row = this.#single;
    row.symbol[0] = this.symbols.index(symbol);
    row.timeMs[0] = timeMs;
    row.price[0] = price;
    row.size[0] = size;
    row.id[0] = id ?? -1;
    row.flags[0] = flags;
    this.pushFrame(row, 0, 1, notAfterMs);
  }

  /**
   * Adds trades of the window that took the last one, until a row is anything else.
   * @returns the row that is anything else, or `to`
   */
  #addPlain(columns: TickColumns, from: number, to: number, notAfterMs: number): number {
    if (!this.#isPlain) return from;
    const { startMs, endMs, cells } = this.#root.current;
    // What closes a window, or may be too far ahead, is looked at by itself.
    const beforeMs = Math.min(endMs, this.#open.nextEndMs + this.#latenessMs, notAfterMs);
    const [symbolCount, latestMs] = [this.#symbolCount, this.#latestMs];
    const window = { cells, symbolCount, startMs, beforeMs, latestMs };
    const end = addPlainRows(window, columns, from, to, this.#seen);
    this.#latestMs = window.latestMs;
    this.#log?.evict(this.watermarkMs);
    this.#log?.pushRows(columns, from, end);
    return end;
  }

  /** Takes a row of any kind. */
  #take(columns: TickColumns, row: number, notAfterMs: number): void {
    const symbol = columns.symbol[row]!;
    const [timeMs, price, size] = [columns.timeMs[row]!, columns.price[row]!, columns.size[row]!];
    const id = columns.id === undefined ? -1 : columns.id[row]!;
    const flags = columns.flags === undefined ? 0 : columns.flags[row]!;
    const refuse = (reason: RowRefusal) => this.#refuse(row, reason);
    const isPriced = price > 0 && price <= MOST;
    const isSized = size >= 0 && size <= MOST;
    if (symbol >>> 0 >= this.#symbolCount) refuse("symbol");
    else if ((flags & TICK.cancel) !== 0) this.#cancel(symbol, id) || refuse("unmatched");
    else if (!isPriced) refuse("price");
    else if (!isSized) refuse("size");
    else if ((flags & TICK.correct) !== 0) {
      this.#correct(symbol, price, size, id, flags) || refuse("unmatched");
    } else if (!(timeMs >= 0 && timeMs <= notAfterMs)) refuse("time");
    // Last: what was refused has not come, so its id may come again.
    else if (id >= 0 && !this.#seen.add(symbol, id)) refuse("duplicate");
    else {
      this.#reach(timeMs);
      this.#place(columns, row);
    }
  }

  #refuse(row: number, reason: RowRefusal): void {
    this.refused.push({ row, reason });
    if (reason === "duplicate") this.#counts.duplicates++;
    else if (reason === "unmatched") this.#counts.unmatched++;
    else this.#counts.invalid[reason]++;
  }

  /** Event time has come this far. The tick's own window ends later, so closing first changes no bar and frees slots. */
  #reach(timeMs: number): void {
    if (timeMs <= this.#latestMs) return;
    this.#latestMs = timeMs;
    if (timeMs - this.#latenessMs >= this.#open.nextEndMs)
      this.#open.close(timeMs - this.#latenessMs);
  }

  /** Finds the tick's window of every size: open, closed but revisable, or gone. */
  #place(columns: TickColumns, row: number): void {
    const symbol = columns.symbol[row]!;
    const [timeMs, price, size] = [columns.timeMs[row]!, columns.price[row]!, columns.size[row]!];
    const isIrregular = ((columns.flags?.[row] ?? 0) & TICK.irregular) !== 0;
    const watermarkMs = this.watermarkMs;
    let dropped = 0;
    for (const ring of this.#open.rings) {
      // What an open shorter window holds comes up when that closes.
      if (ring.source !== undefined && ring.source.endMs(timeMs) > watermarkMs) continue;
      const endMs = ring.endMs(timeMs);
      if (endMs + this.settings.allowedLatenessMs <= watermarkMs) {
        dropped |= 1 << ring.index;
        this.#counts.lateBySize[ring.index]!++;
        continue;
      }
      const slot = endMs > watermarkMs ? this.#open.open(ring, timeMs) : ring.slot(timeMs);
      addTrade(slot.cells, symbol * CELL, timeMs, price, size, isIrregular);
      if (endMs <= watermarkMs) this.#open.emit(ring, slot, symbol);
      else if (ring.source === undefined) ring.current = slot;
    }
    if (dropped !== 0) {
      this.#counts.lateTicks++;
      this.#late++;
    }
    this.#log?.evict(watermarkMs);
    this.#log?.pushRows(columns, row, row + 1, dropped);
  }

  /** @returns whether there was a trade to cancel */
  #cancel(symbol: number, id: number): boolean {
    const found = this.#standing(symbol, id);
    if (found < 0) return false;
    this.#log!.cancel(found);
    this.#counts.cancelled++;
    this.#readd(symbol, found);
    return true;
  }

  /** @returns whether there was a trade to correct */
  #correct(symbol: number, price: number, size: number, id: number, flags: number): boolean {
    const found = this.#standing(symbol, id);
    if (found < 0) return false;
    this.#log!.correct(found, price, size, flags);
    this.#counts.corrected++;
    this.#readd(symbol, found);
    return true;
  }

  /** @returns the running number of a trade that can still be changed; -1 when there is none */
  #standing(symbol: number, id: number): number {
    const found = id >= 0 ? (this.#log?.find(symbol, id) ?? -1) : -1;
    if (found < 0) return -1;
    const timeMs = this.#log!.timeMs(found);
    const isInTime = timeMs + this.settings.correctableMs > this.watermarkMs;
    const longest = this.#open.rings.at(-1)!;
    return isInTime && this.#log!.isWholeFrom(longest.startMs(timeMs)) ? found : -1;
  }

  #readd(symbol: number, changed: number): void {
    readd(this.#open.rings, this.#log!, symbol, changed, this.watermarkMs, (ring, slot) =>
      this.#open.emit(ring, slot, symbol),
    );
  }
}
