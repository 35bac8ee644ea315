/**
 * What is said of bars as they close: a number for each emission, the indicators of its size and, of the shortest size,
 * what is out of the ordinary.
 *
 * Indicators take the close of a bar when it is final for the first time. A revision changes the stored bar and neither
 * the readings that were told nor what later ones rest on; answers that are computed from stored bars see it.
 */
import { AnomalyDetector } from "./anomalies/detector.ts";
import type { Bar, BarColumns } from "./bars.ts";
import { Indicators } from "./indicators/indicators.ts";
import { readings } from "./indicators/readings.ts";
import type { SymbolTable } from "./symbols.ts";
import type { AnomalyUpdate, BarUpdate, IndicatorUpdate } from "./updates.ts";

/** How long after a window's end its delay is known; see LatestTrades. */
export type DelayOf = (symbol: number, windowStartMs: number) => number | null;

export type Said = {
  bars: BarUpdate[];
  indicators: IndicatorUpdate[];
  anomalies: AnomalyUpdate[];
};

/** One by one: a call takes no more than some 120,000 arguments, and as many bars may close at once. */
export function addSaid(to: Said, more: Said): void {
  for (const one of more.bars) to.bars.push(one);
  for (const one of more.indicators) to.indicators.push(one);
  for (const one of more.anomalies) to.anomalies.push(one);
}

/** Columns of {@link ClosedBars.export}. */
export type ClosedBarsState = Readonly<{
  indicators: Float64Array;
  watches: Float64Array;
}>;

const ALERTED = ["price_spike", "volume_spike", "high_latency"] as const;

export class ClosedBars {
  readonly #sizesMs: readonly number[];
  readonly #symbols: SymbolTable;
  /** One per size. */
  #indicators: Indicators[] = [];
  #detector: AnomalyDetector | undefined;
  /** Per symbol: bars emitted, anomalies found. */
  #counts = new Float64Array(0);
  #room = 0;

  constructor(sizesMs: readonly number[], symbols: SymbolTable) {
    this.#sizesMs = sizesMs;
    this.#symbols = symbols;
  }

  /** Emissions of a symbol, revisions included. */
  barSeq(symbol: number): number {
    return this.#counts[2 * symbol] ?? 0;
  }

  anomalySeq(symbol: number): number {
    return this.#counts[2 * symbol + 1] ?? 0;
  }

  /** Bars of {@link BarColumns} in the order they were emitted. */
  take(bars: BarColumns, delayOf: DelayOf, tradeSeq: (symbol: number) => number): Said {
    this.#fit();
    const said: Said = { bars: [], indicators: [], anomalies: [] };
    for (let row = 0; row < bars.length; row++) {
      const symbol = bars.symbol[row]!;
      const seq = this.barSeq(symbol) + 1;
      this.#counts[2 * symbol] = seq;
      const bar = bars.bar(row, this.#symbols);
      said.bars.push({ bar, seq, atTrade: tradeSeq(symbol) });
      if (bar.revision === 0 && bar.close !== null) this.#read(bar, symbol, seq, said, delayOf);
    }
    return said;
  }

  #read(bar: Bar, symbol: number, seq: number, said: Said, delayOf: DelayOf): void {
    const place = this.#sizesMs.indexOf(bar.sizeMs);
    const indicators = this.#indicators[place]!;
    if (indicators.update(symbol, bar.close!) !== null) return;
    const { sizeMs, endMs, symbol: name } = bar;
    said.indicators.push({ symbol: name, sizeMs, endMs, seq, ...readings(indicators, symbol) });
    if (place !== 0) return;
    const found = this.#detector!.observe(symbol, {
      endMs,
      close: bar.close!,
      volume: bar.volume,
      latencyMs: delayOf(symbol, bar.startMs),
      rsi: indicators.rsi14.columns.value[symbol]!,
    });
    if (typeof found === "string") return;
    for (const { type, severity, value, baseline, threshold, alert } of found) {
      const number = this.anomalySeq(symbol) + 1;
      this.#counts[2 * symbol + 1] = number;
      const finding = { type, severity, value, baseline, threshold, alert };
      said.anomalies.push({ symbol: name, seq: number, endMs, sizeMs, ...finding });
    }
  }

  /** Makes room for symbols that were added to the table. */
  #fit(): void {
    const count = this.#symbols.size;
    if (count <= this.#room) return;
    const counts = this.#counts;
    const state = this.#room === 0 ? undefined : this.#exported(this.#room);
    this.#room = 2 ** Math.ceil(Math.log2(count));
    this.#indicators = this.#sizesMs.map(() => new Indicators(this.#room));
    this.#detector = new AnomalyDetector(this.#room);
    this.#counts = new Float64Array(2 * this.#room);
    this.#counts.set(counts);
    if (state !== undefined) this.#fill(state);
  }

  /** Two numbers per symbol, by index: bars emitted, anomalies found. */
  exportCounts(): Float64Array {
    this.#fit();
    return this.#counts.slice(0, 2 * this.#symbols.size);
  }

  restoreCounts(counts: Float64Array): void {
    this.#fit();
    this.#counts.set(counts);
  }

  /** Flat numbers, the lengths of lists before them. */
  export(): ClosedBarsState {
    return this.#exported(this.#symbols.size);
  }

  #exported(count: number): ClosedBarsState {
    const symbols = Array.from({ length: Math.min(this.#room, count) }, (_, n) => n);
    return {
      indicators: Float64Array.from(
        this.#indicators.flatMap((indicators, place) =>
          symbols.flatMap((symbol) => {
            const { bars, closes, cells } = indicators.exported(symbol);
            if (bars === 0) return [];
            return [place, symbol, bars, closes.length, cells.length, ...closes, ...cells];
          }),
        ),
      ),
      watches: Float64Array.from(symbols.flatMap((symbol) => this.#watch(symbol))),
    };
  }

  #watch(symbol: number): number[] {
    const { closes, volumes, lastAlertMs } = this.#detector!.exported(symbol);
    if (closes.length === 0) return [];
    const alerts = ALERTED.map((type) => lastAlertMs[type] ?? Number.NaN);
    const known = volumes.map((volume) => volume ?? Number.NaN);
    return [symbol, closes.length, ...closes, ...known, ...alerts];
  }

  /** Goes on where {@link export} was called; the table has the symbols of then. */
  restore(state: ClosedBarsState): void {
    this.#room = 0;
    this.#fit();
    if (this.#room > 0) this.#fill(state);
  }

  #fill({ indicators, watches }: ClosedBarsState): void {
    for (let at = 0; at < indicators.length; ) {
      const [place, symbol, bars, closes, cells] = indicators.subarray(at, at + 5);
      const from = at + 5;
      at = from + closes! + cells!;
      this.#indicators[place!]!.restore(symbol!, {
        bars: bars!,
        closes: [...indicators.subarray(from, from + closes!)],
        cells: [...indicators.subarray(from + closes!, at)],
      });
    }
    for (let at = 0; at < watches.length; ) {
      const [symbol, length] = watches.subarray(at, at + 2);
      const closes = [...watches.subarray(at + 2, at + 2 + length!)];
      const volumes = [...watches.subarray(at + 2 + length!, at + 2 + 2 * length!)];
      at += 2 + 2 * length!;
      const alerts = ALERTED.map((type, n) => [type, watches[at + n]!] as const);
      at += ALERTED.length;
      this.#detector!.restore(symbol!, {
        closes,
        volumes: volumes.map((volume) => (Number.isNaN(volume) ? null : volume)),
        lastAlertMs: Object.fromEntries(alerts.filter(([, ms]) => !Number.isNaN(ms))),
      });
    }
  }
}
