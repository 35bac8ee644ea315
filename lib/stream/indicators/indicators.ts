/**
 * The indicators of the stream, for many symbols at once: SMA 20, 50 and 200, EMA 12 and 26, Wilder's RSI 14, MACD
 * 12-26-9, Bollinger 20-2, in TA-Lib's classic conventions. They take the closes of closed bars one at a time; what they
 * say of a bar that is still forming is asked with {@link Indicators.preview}, which changes no symbol.
 *
 * Units: values are prices, except RSI (0 to 100). Columns hold NaN where nothing is defined; readings say null.
 */
import { AppError } from "../../errors.ts";
import { Bollinger } from "./bollinger.ts";
import { Ema } from "./ema.ts";
import { type IndicatorName, type Reading, reading } from "./indicator.ts";
import { Macd } from "./macd.ts";
import { type CloseRefusal, refusalOf, SymbolMemory, type SymbolState } from "./memory.ts";
import { Rsi } from "./rsi.ts";
import { Sma } from "./sma.ts";
import { smoothing } from "./smoothing.ts";

export type { CloseRefusal, IndicatorName, Reading, SymbolState };

/** What the indicators want: two for each SMA, one for each EMA, two for RSI, three for MACD, four for the bands. */
const CELLS = 17;

export class Indicators {
  readonly symbols: number;
  /** The slot whose columns hold the last preview. */
  readonly forming: number;
  readonly sma20: Sma;
  readonly sma50: Sma;
  readonly sma200: Sma;
  readonly ema12: Ema;
  readonly ema26: Ema;
  readonly rsi14: Rsi;
  readonly macd: Macd;
  readonly bollinger: Bollinger;
  readonly #memory: SymbolMemory;

  /** @throws AppError DEGENERATE_INPUT unless there is at least one symbol */
  constructor(symbols: number) {
    const memory = new SymbolMemory({ symbols, windowBars: 200, cells: CELLS });
    this.symbols = symbols;
    this.forming = memory.forming;
    this.#memory = memory;
    this.sma20 = new Sma(memory, 20);
    this.sma50 = new Sma(memory, 50);
    this.sma200 = new Sma(memory, 200);
    this.ema12 = new Ema(memory, smoothing(12));
    this.ema26 = new Ema(memory, smoothing(26));
    this.rsi14 = new Rsi(memory, 14);
    this.macd = new Macd(memory);
    this.bollinger = new Bollinger(memory, this.sma20, 2);
  }

  /**
   * Takes the close of a symbol's next bar and writes the columns. Makes no object; where the call is not inlined the
   * engine puts the number `close` on the heap, and nothing else.
   *
   * @returns `null`, or why the close was refused; then nothing has changed
   * @throws AppError DEGENERATE_INPUT when there is no such symbol
   */
  update(symbol: number, close: number): CloseRefusal | null {
    this.#demandSymbol(symbol);
    return this.#take(symbol, close);
  }

  /**
   * Writes what the columns would hold if the symbol's bar closed now into the slot {@link forming}.
   *
   * @returns `null`, or why the close was refused; then the slot holds what it held
   * @throws AppError DEGENERATE_INPUT when there is no such symbol
   */
  preview(symbol: number, close: number): CloseRefusal | null {
    this.#demandSymbol(symbol);
    const refusal = refusalOf(close);
    if (refusal !== null) return refusal;
    this.#memory.copyToForming(symbol);
    return this.#take(this.forming, close);
  }

  /** Bars a symbol has seen, or with {@link forming} those of the last preview, the forming one counted. */
  bars(symbol: number): number {
    return this.#memory.bars[symbol] ?? 0;
  }

  /** One indicator of a symbol, or of the last preview at {@link forming}. */
  reading(name: IndicatorName, symbol: number): Reading {
    return reading(this[name], symbol, this.bars(symbol));
  }

  /** @throws AppError DEGENERATE_INPUT when there is no such symbol */
  exported(symbol: number): SymbolState {
    this.#demandSymbol(symbol);
    return this.#memory.exported(symbol);
  }

  /**
   * Makes a symbol what {@link exported} has described; its columns are those of that moment.
   *
   * @throws AppError DEGENERATE_INPUT when there is no such symbol or the state is not whole; then nothing has changed
   */
  restore(symbol: number, state: SymbolState): void {
    this.#demandSymbol(symbol);
    this.#memory.restore(symbol, state);
    // The average comes before the bands around it.
    for (const name of INDICATOR_NAMES) this[name].publish(symbol);
  }

  #take(symbol: number, close: number): CloseRefusal | null {
    const refusal = refusalOf(close);
    if (refusal !== null) return refusal;
    this.#memory.push(symbol, close);
    // Written out: a loop over them would call through five different classes from one place, which is slow.
    this.sma20.update(symbol);
    this.sma50.update(symbol);
    this.sma200.update(symbol);
    this.ema12.update(symbol);
    this.ema26.update(symbol);
    this.rsi14.update(symbol);
    this.macd.update(symbol);
    this.bollinger.update(symbol);
    return null;
  }

  #demandSymbol(symbol: number): void {
    if (symbol >>> 0 === symbol && symbol < this.symbols) return;
    const message = `the symbol must be a whole number from 0 to ${this.symbols - 1}, was "${symbol}"`;
    throw new AppError("DEGENERATE_INPUT", message, { symbol });
  }
}

export const INDICATOR_NAMES = [
  "sma20",
  "sma50",
  "sma200",
  "ema12",
  "ema26",
  "rsi14",
  "macd",
  "bollinger",
] as const satisfies readonly IndicatorName[];
