/**
 * Watches the closed bars of many symbols by the rules of {@link findings}. Remembers of each symbol the last 20 closes
 * and volumes and when it last sent an alert of each type. The RSI comes from the indicators of the stream.
 */
import { AppError } from "../../errors.ts";
import { type CloseRefusal, refusalOf } from "../indicators/memory.ts";
import {
  type AnomalyType,
  BASELINE_BARS,
  COOLDOWN_MS,
  type Finding,
  findings,
  isAlarming,
} from "./rules.ts";

/** A closed bar. What is not known is null: a rule that needs it does not fire. */
export type ObservedBar = Readonly<{
  /** End of the bar, ms since 1970; cooldowns run in this time. */
  endMs: number;
  close: number;
  /** Left out of later baselines when null. */
  volume: number | null;
  /** From the last trade of the bar to its processing. */
  latencyMs: number | null;
  /** Wilder's RSI 14 with this bar's close in it; null (or NaN, as columns have it) while it is not defined. */
  rsi: number | null;
}>;

export type Anomaly = Finding &
  Readonly<{
    symbol: number;
    endMs: number;
    /** Whether somebody is to be told now: high or critical, and none sent within the cooldown. */
    alert: boolean;
  }>;

/** Why a bar is not judged; then it is no part of a baseline either. */
export type BarRefusal = CloseRefusal | "bad_volume" | "bad_time" | "bad_latency" | "bad_rsi";

/** What the detector knows of a symbol, as plain data. Closes and volumes side by side, oldest first, 20 at most. */
export type WatchState = Readonly<{
  closes: readonly number[];
  volumes: readonly (number | null)[];
  lastAlertMs: Readonly<Partial<Record<AnomalyType, number>>>;
}>;

/** Types whose severity may call for an alert; the place in the list is the column of their last one. */
const ALERTING = ["price_spike", "volume_spike", "high_latency"] as const;

const NOTHING: readonly Anomaly[] = Object.freeze([]);

export class AnomalyDetector {
  readonly symbols: number;
  readonly #bars: Int32Array;
  /** Rings of {@link BASELINE_BARS} per symbol; the next bar goes to `bars % BASELINE_BARS`. */
  readonly #closes: Float64Array;
  /** NaN where a bar came without. */
  readonly #volumes: Float64Array;
  /** -Infinity where none was sent. */
  readonly #lastAlertMs: Float64Array;

  /** @throws AppError DEGENERATE_INPUT unless there is at least one symbol */
  constructor(symbols: number) {
    if (!(Number.isInteger(symbols) && symbols >= 1)) {
      const message = `the number of symbols must be a whole number above 0, was "${symbols}"`;
      throw new AppError("DEGENERATE_INPUT", message, { symbols });
    }
    this.symbols = symbols;
    this.#bars = new Int32Array(symbols);
    this.#closes = new Float64Array(symbols * BASELINE_BARS);
    this.#volumes = new Float64Array(symbols * BASELINE_BARS);
    this.#lastAlertMs = new Float64Array(symbols * ALERTING.length).fill(-Infinity);
  }

  /**
   * Judges a symbol's next closed bar against those before it, then adds it to them.
   *
   * @returns what was found, in the order price, volume, RSI, latency; or why the bar was refused, and nothing changed
   * @throws AppError DEGENERATE_INPUT when there is no such symbol
   */
  observe(symbol: number, bar: ObservedBar): readonly Anomaly[] | BarRefusal {
    this.#demandSymbol(symbol);
    const refusal = barRefusal(bar);
    if (refusal !== null) return refusal;
    const { close, volume, endMs, latencyMs, rsi } = bar;
    const isJudged = this.#bars[symbol]! >= BASELINE_BARS;
    const found = findings({
      close,
      meanClose: isJudged ? this.#mean(this.#closes, symbol) : Number.NaN,
      volume: volume ?? Number.NaN,
      meanVolume: isJudged ? this.#mean(this.#volumes, symbol) : Number.NaN,
      rsi: rsi ?? Number.NaN,
      latencyMs: latencyMs ?? Number.NaN,
    });
    this.#remember(symbol, close, volume ?? Number.NaN);
    if (found.length === 0) return NOTHING;
    return found.map((finding) => ({
      symbol,
      endMs,
      ...finding,
      alert: this.#alerts(symbol, finding, endMs),
    }));
  }

  /** @throws AppError DEGENERATE_INPUT when there is no such symbol */
  exported(symbol: number): WatchState {
    this.#demandSymbol(symbol);
    const bars = this.#bars[symbol]!;
    const count = Math.min(bars, BASELINE_BARS);
    const start = symbol * BASELINE_BARS;
    const places = Array.from({ length: count }, (_, at) => (bars - count + at) % BASELINE_BARS);
    const volumes = places.map((place) => this.#volumes[start + place]!);
    const sent = ALERTING.map((type, at) => [type, this.#lastAlertMs[this.#alertAt(symbol, at)]!]);
    return {
      closes: places.map((place) => this.#closes[start + place]!),
      volumes: volumes.map((volume) => (Number.isNaN(volume) ? null : volume)),
      lastAlertMs: Object.fromEntries(sent.filter(([, ms]) => ms !== -Infinity)),
    };
  }

  /**
   * Makes a symbol what {@link exported} has described.
   *
   * @throws AppError DEGENERATE_INPUT when there is no such symbol or the state is not whole; then nothing has changed
   */
  restore(symbol: number, state: WatchState): void {
    this.#demandSymbol(symbol);
    demandWhole(state);
    this.#bars[symbol] = 0;
    state.closes.forEach((close, at) => {
      this.#remember(symbol, close, state.volumes[at] ?? Number.NaN);
    });
    ALERTING.forEach((type, at) => {
      this.#lastAlertMs[this.#alertAt(symbol, at)] = state.lastAlertMs[type] ?? -Infinity;
    });
  }

  /** Mean of the numbers in a full ring, NaN when there are none. */
  #mean(ring: Float64Array, symbol: number): number {
    const start = symbol * BASELINE_BARS;
    let sum = 0;
    let count = 0;
    for (let at = start; at < start + BASELINE_BARS; at++) {
      const value = ring[at]!;
      if (Number.isNaN(value)) continue;
      sum += value;
      count++;
    }
    return sum / count;
  }

  #remember(symbol: number, close: number, volume: number): void {
    const bars = this.#bars[symbol]!;
    const place = symbol * BASELINE_BARS + (bars % BASELINE_BARS);
    this.#closes[place] = close;
    this.#volumes[place] = volume;
    // Only the place in the ring and whether it is full matter, so the count need not grow for ever.
    this.#bars[symbol] = bars + 1 < 2 * BASELINE_BARS ? bars + 1 : BASELINE_BARS;
  }

  /** A finding that is not told for its cooldown does not prolong it. */
  #alerts(symbol: number, { type, severity }: Finding, endMs: number): boolean {
    const column = (ALERTING as readonly AnomalyType[]).indexOf(type);
    if (!isAlarming(severity) || column < 0) return false;
    const at = this.#alertAt(symbol, column);
    if (endMs - this.#lastAlertMs[at]! < COOLDOWN_MS) return false;
    this.#lastAlertMs[at] = endMs;
    return true;
  }

  #alertAt(symbol: number, column: number): number {
    return symbol * ALERTING.length + column;
  }

  #demandSymbol(symbol: number): void {
    if (symbol >>> 0 === symbol && symbol < this.symbols) return;
    const message = `the symbol must be a whole number from 0 to ${this.symbols - 1}, was "${symbol}"`;
    throw new AppError("DEGENERATE_INPUT", message, { symbol });
  }
}

const isAmount = (value: number) => value >= 0 && value < Infinity;

function barRefusal({ close, volume, endMs, latencyMs, rsi }: ObservedBar): BarRefusal | null {
  const refusal = refusalOf(close);
  if (refusal !== null) return refusal;
  if (volume !== null && !isAmount(volume)) return "bad_volume";
  if (!Number.isSafeInteger(endMs)) return "bad_time";
  // Clocks of two machines differ, so a latency may come out below zero.
  if (latencyMs !== null && !Number.isFinite(latencyMs)) return "bad_latency";
  if (rsi !== null && (rsi < 0 || rsi > 100)) return "bad_rsi";
  return null;
}

function demandWhole({ closes, volumes, lastAlertMs }: WatchState): void {
  const isWhole =
    closes.length <= BASELINE_BARS &&
    volumes.length === closes.length &&
    closes.every((close) => refusalOf(close) === null) &&
    volumes.every((volume) => volume === null || isAmount(volume)) &&
    Object.values(lastAlertMs).every(Number.isSafeInteger);
  if (isWhole) return;
  const message = `the state must have at most ${BASELINE_BARS} closes, a volume or null for each, and whole ms`;
  const details = { closes: closes.length, volumes: volumes.length, last_alert_ms: lastAlertMs };
  throw new AppError("DEGENERATE_INPUT", message, details);
}
