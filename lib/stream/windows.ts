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
import { BarColumns } from "./bars.ts";
import { addIrregular, addRegular, CELL, EMISSIONS, mergeCell, TRADES } from "./cells.ts";
import { formingBars } from "./forming.ts";
import { readd } from "./readd.ts";
import { type Ring, rings, type Slot } from "./ring.ts";
import { SeenIds } from "./seen-ids.ts";
import { SymbolTable } from "./symbols.ts";
import { TICK, type Tick, type TickColumns } from "./ticks.ts";
import { TradeLog } from "./trade-log.ts";
import {
  noCounts,
  type WindowCounts,
  type WindowOptions,
  type WindowSettings,
  type WindowState,
  windowSettings,
} from "./window-options.ts";
import { exportCells, restoreCells, takeSymbols } from "./window-state.ts";

const NOT_A_TRADE = TICK.cancel | TICK.correct;
const MOST = Number.MAX_VALUE;
/** The last instant that a date can hold. */
const MOST_MS = 8.64e15;

export class Windows {
  readonly settings: WindowSettings;
  readonly symbols: SymbolTable;
  /** Bars that were emitted and not cleared yet. Whoever reads them empties the columns. */
  readonly bars = new BarColumns();
  readonly #rings: Ring[];
  /** The only size that ticks go into directly, when there is one. */
  readonly #root: Ring;
  readonly #hasOneRoot: boolean;
  readonly #latenessMs: number;
  readonly #log: TradeLog | undefined;
  readonly #seen = new SeenIds();
  #counts: WindowCounts;
  #symbolCount = 0;
  #latestMs = -1;
  #pushedMs = -1;
  /** The earliest end of an open window. */
  #nextEndMs = MOST;

  /** @throws AppError DEGENERATE_INPUT for options that cannot work */
  constructor(options: WindowOptions = {}, symbols = new SymbolTable()) {
    this.settings = windowSettings(options);
    this.symbols = symbols;
    const { sizesMs, latenessMs, allowedLatenessMs, correctableMs } = this.settings;
    this.#latenessMs = latenessMs;
    this.#rings = rings(sizesMs, latenessMs + Math.max(allowedLatenessMs, correctableMs));
    this.#root = this.#rings[0]!;
    this.#hasOneRoot = this.#rings.filter(({ source }) => source === undefined).length === 1;
    // All trades around a correctable one are needed to add its windows up again.
    this.#log = correctableMs > 0 ? new TradeLog(correctableMs + sizesMs.at(-1)!) : undefined;
    this.#counts = noCounts(sizesMs.length);
  }

  /** Event time up to which windows are closed; below 0 before the first tick. */
  get watermarkMs(): number {
    return Math.max(this.#pushedMs, this.#latestMs - this.#latenessMs);
  }

  get counts(): Readonly<WindowCounts> {
    return structuredClone(this.#counts);
  }

  /**
   * Takes the rows [from, to) of a frame. Bars that become final go to {@link bars}.
   * @param notAfterMs a later event time is refused: one wrong clock would make all others late. The caller's clock and
   *   what it tolerates.
   */
  pushFrame(columns: TickColumns, from: number, to: number, notAfterMs = MOST_MS): void {
    this.#fit();
    const { symbol, timeMs, price, size, id, flags } = columns;
    for (let row = from; row < to; row++) {
      this.#take(
        symbol[row]!,
        timeMs[row]!,
        price[row]!,
        size[row]!,
        id === undefined ? -1 : id[row]!,
        flags === undefined ? 0 : flags[row]!,
        notAfterMs,
      );
    }
    this.#counts.ticks += to - from;
  }

  /** Takes one tick. See {@link pushFrame}. */
  push(
    { symbol, timeMs, price, size, id = -1, irregular = false }: Tick,
    notAfterMs = MOST_MS,
  ): void {
    const index = this.symbols.index(symbol);
    this.#fit();
    this.#counts.ticks++;
    this.#take(index, timeMs, price, size, id, irregular ? TICK.irregular : 0, notAfterMs);
  }

  /** The trade never happened: its bars are emitted anew, as revisions where they were final. */
  cancel(symbol: string, id: number): void {
    this.#fit();
    this.#counts.ticks++;
    this.#take(this.symbols.index(symbol), 0, 0, 0, id, TICK.cancel, MOST_MS);
  }

  /** The trade had another price, size or sale condition. Its event time stands. */
  correct({ symbol, price, size, id, irregular = false }: Omit<Tick, "timeMs">): void {
    this.#fit();
    this.#counts.ticks++;
    const flags = TICK.correct | (irregular ? TICK.irregular : 0);
    this.#take(this.symbols.index(symbol), 0, price, size, id ?? -1, flags, MOST_MS);
  }

  /**
   * Pushes the watermark by processing time, so that the windows of a quiet stream close: what comes later for them is
   * late. It never goes back.
   */
  advance(watermarkMs: number): void {
    if (!(watermarkMs > this.watermarkMs)) return;
    this.#fit();
    this.#pushedMs = Math.min(watermarkMs, MOST_MS);
    if (this.#pushedMs >= this.#nextEndMs) this.#close(this.#pushedMs);
  }

  /** Every open window as it stands goes to {@link bars} as a partial bar, in order. Nothing else changes. */
  flush(): void {
    this.#fit();
    formingBars(this.#rings, this.symbols, this.bars);
  }

  /** @see WindowState. Emitted bars that nobody read are not part of it. */
  export(): WindowState {
    return {
      format: 1,
      settings: this.settings,
      symbols: [...this.symbols.names],
      latestMs: this.#latestMs,
      pushedMs: this.#pushedMs,
      counts: structuredClone(this.#counts),
      windows: exportCells(this.#rings, this.watermarkMs, this.#keepMs),
      ids: this.#seen.export(),
      trades: this.#log?.export() ?? [],
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
    windows.#counts = structuredClone(state.counts);
    windows.#seen.restore(state.ids);
    windows.#log?.restore(state.trades);
    windows.#nextEndMs = restoreCells(windows.#rings, state.windows);
    return windows;
  }

  get #keepMs(): number {
    return Math.max(this.settings.allowedLatenessMs, this.settings.correctableMs);
  }

  /** Makes room for symbols that were added to the table. */
  #fit(): void {
    if (this.symbols.size === this.#symbolCount) return;
    this.#symbolCount = this.symbols.size;
    // Room for twice as many, so that a stream of new names does not copy everything each time.
    const room = 2 ** Math.ceil(Math.log2(this.#symbolCount));
    for (const ring of this.#rings) ring.fit(room);
    this.#seen.fit(room);
    this.#log?.fit(room);
  }

  #take(
    symbol: number,
    timeMs: number,
    price: number,
    size: number,
    id: number,
    flags: number,
    notAfterMs: number,
  ): void {
    if (symbol >>> 0 >= this.#symbolCount) {
      this.#counts.invalid.symbol++;
      return;
    }
    if ((flags & NOT_A_TRADE) !== 0) {
      this.#amend(symbol, price, size, id, flags);
      return;
    }
    if (id >= 0 && !this.#seen.add(symbol, id)) {
      this.#counts.duplicates++;
      return;
    }
    // Each comparison is false for NaN too.
    const isValid = price > 0 && price <= MOST && size >= 0 && size <= MOST;
    if (!(isValid && timeMs >= 0 && timeMs <= notAfterMs)) {
      this.#refuse(price, size);
      return;
    }
    if (timeMs > this.#latestMs) {
      this.#latestMs = timeMs;
      // The tick's own window ends after it, so closing first changes no bar and frees the slots.
      if (timeMs - this.#latenessMs >= this.#nextEndMs) this.#close(timeMs - this.#latenessMs);
    }
    const slot = this.#root.current;
    if (this.#hasOneRoot && timeMs >= slot.startMs && timeMs < slot.endMs) {
      const at = symbol * CELL;
      if ((flags & TICK.irregular) === 0) addRegular(slot.cells, at, timeMs, price, size);
      else addIrregular(slot.cells, at, timeMs, price, size);
      if (this.#log !== undefined) this.#keep(symbol, timeMs, price, size, id, flags, 0);
    } else this.#place(symbol, timeMs, price, size, id, flags);
  }

  #refuse(price: number, size: number): void {
    const { invalid } = this.#counts;
    if (!(price > 0 && price <= MOST)) invalid.price++;
    else if (!(size >= 0 && size <= MOST)) invalid.size++;
    else invalid.time++;
  }

  /** Finds the tick's window of every size: open, closed but revisable, or gone. */
  #place(
    symbol: number,
    timeMs: number,
    price: number,
    size: number,
    id: number,
    flags: number,
  ): void {
    const watermarkMs = this.watermarkMs;
    let dropped = 0;
    for (const ring of this.#rings) {
      // What an open shorter window holds comes up when that closes.
      if (ring.source !== undefined && ring.source.endMs(timeMs) > watermarkMs) continue;
      const endMs = ring.endMs(timeMs);
      if (endMs + this.settings.allowedLatenessMs <= watermarkMs) {
        dropped |= 1 << ring.index;
        this.#counts.lateBySize[ring.index]!++;
        continue;
      }
      const slot = endMs > watermarkMs ? this.#opened(ring, timeMs) : ring.slot(timeMs);
      const at = symbol * CELL;
      if ((flags & TICK.irregular) === 0) addRegular(slot.cells, at, timeMs, price, size);
      else addIrregular(slot.cells, at, timeMs, price, size);
      if (endMs <= watermarkMs) this.#emit(ring, slot, symbol);
      else if (ring.source === undefined) ring.current = slot;
    }
    if (dropped !== 0) this.#counts.lateTicks++;
    if (this.#log !== undefined) this.#keep(symbol, timeMs, price, size, id, flags, dropped);
  }

  #keep(
    symbol: number,
    timeMs: number,
    price: number,
    size: number,
    id: number,
    flags: number,
    dropped: number,
  ): void {
    this.#log!.evict(this.watermarkMs);
    this.#log!.push(symbol, timeMs, price, size, id >= 0 ? id : -1, flags, dropped);
  }

  #opened(ring: Ring, timeMs: number): Slot {
    const slot = ring.slot(timeMs);
    slot.isOpen = true;
    if (slot.endMs < this.#nextEndMs) this.#nextEndMs = slot.endMs;
    return slot;
  }

  /** Emits every open window that ended by the watermark, by (end, size), each by symbol name. */
  #close(watermarkMs: number): void {
    for (;;) {
      let due: Slot | undefined;
      let from: Ring | undefined;
      this.#nextEndMs = MOST;
      for (const ring of this.#rings) {
        for (const slot of ring.slots) {
          if (!slot.isOpen || slot.endMs >= this.#nextEndMs) continue;
          this.#nextEndMs = slot.endMs;
          due = slot;
          from = ring;
        }
      }
      if (due === undefined || due.endMs > watermarkMs) return;
      this.#closeSlot(from!, due);
    }
  }

  #closeSlot(ring: Ring, slot: Slot): void {
    slot.isOpen = false;
    if (ring.current === slot) ring.forgetCurrent();
    const around = ring.parents.map((parent) => this.#opened(parent, slot.startMs));
    for (const symbol of this.symbols.byName()) {
      const at = symbol * CELL;
      if (slot.cells[at + TRADES] === 0) continue;
      this.#emit(ring, slot, symbol);
      for (const longer of around) mergeCell(longer.cells, slot.cells, at);
    }
  }

  #emit(ring: Ring, { cells, startMs }: Slot, symbol: number): void {
    const at = symbol * CELL;
    const revision = cells[at + EMISSIONS]!;
    cells[at + EMISSIONS] = revision + 1;
    this.#counts.bars++;
    if (revision > 0) this.#counts.revisions++;
    const isPartial = startMs < this.settings.sinceMs;
    this.bars.append(symbol, ring.sizeMs, startMs, cells, at, revision, isPartial);
  }

  #amend(symbol: number, price: number, size: number, id: number, flags: number): void {
    const log = this.#log;
    const isCancel = (flags & TICK.cancel) !== 0;
    if (!isCancel && !(price > 0 && price <= MOST && size >= 0 && size <= MOST)) {
      this.#refuse(price, size);
      return;
    }
    const found = id >= 0 && log !== undefined ? log.find(symbol, id) : -1;
    if (found < 0 || log!.timeMs(found) + this.settings.correctableMs <= this.watermarkMs) {
      this.#counts.unmatched++;
      return;
    }
    if (isCancel) {
      log!.cancel(found);
      this.#counts.cancelled++;
    } else {
      log!.correct(found, price, size, flags);
      this.#counts.corrected++;
    }
    readd(this.#rings, log!, symbol, found, this.watermarkMs, (ring, slot) =>
      this.#emit(ring, slot, symbol),
    );
  }
}
