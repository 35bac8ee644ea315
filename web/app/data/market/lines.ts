/** Indicators of one symbol and window as lines of a chart; their times are starts of windows, as those of candles. */
import type { IndicatorItem } from "../../../api/live.ts";
import { CANDLES_MAX } from "./candles.ts";

/** By the names of live items: "sma20", "macd_signal". */
export const LINE_NAMES = [
  "sma20",
  "sma50",
  "bollinger_upper",
  "bollinger_middle",
  "bollinger_lower",
  "rsi14",
  "macd_macd",
  "macd_signal",
  "macd_histogram",
] as const;
export type LineName = (typeof LINE_NAMES)[number];
/** What is asked of the service. */
export const ASKED_NAMES = "sma20,sma50,bollinger,rsi14,macd";

export type LinePoint = Readonly<{
  startMs: number;
  values: Readonly<Partial<Record<LineName, number | null>>>;
}>;

/** As the service answers: a list for each output, an entry for each of `times`, the ends of bars. */
export type StoredLines = Readonly<{
  times: readonly string[];
  indicators: Readonly<
    Record<string, Readonly<{ values: Readonly<Record<string, readonly (number | null)[]>> }>>
  >;
}>;

const SPARE = 1_000;

export class Lines {
  readonly windowMs: number;
  readonly #max: number;
  #all: LinePoint[] = [];
  #changed: LinePoint[] = [];
  #isAnew = false;

  constructor(windowMs: number, max = CANDLES_MAX) {
    this.windowMs = windowMs;
    this.#max = max;
  }

  get all(): readonly LinePoint[] {
    return this.#all;
  }

  load({ times, indicators }: StoredLines): void {
    const columns = Object.entries(indicators).flatMap(([name, { values }]) =>
      Object.entries(values).map(
        ([output, column]) => [output === "value" ? name : `${name}_${output}`, column] as const,
      ),
    );
    const byStart = new Map(this.#all.map((point) => [point.startMs, point]));
    times.forEach((end, at) => {
      const startMs = Date.parse(end) - this.windowMs;
      const values = Object.fromEntries(columns.map(([name, column]) => [name, column[at]!]));
      byStart.set(startMs, { startMs, values });
    });
    const sorted = [...byStart.values()].sort((a, b) => a.startMs - b.startMs);
    this.#all = sorted.slice(Math.max(0, sorted.length - this.#max));
    this.#isAnew = true;
  }

  take({ time, values }: IndicatorItem): void {
    const startMs = Date.parse(time) - this.windowMs;
    let at = this.#all.length;
    while (at > 0 && this.#all[at - 1]!.startMs >= startMs) at--;
    const isThere = this.#all[at]?.startMs === startMs;
    if (!isThere && at < this.#all.length) this.#isAnew = true;
    // Only what is drawn is kept.
    const kept = Object.fromEntries(LINE_NAMES.map((name) => [name, values[name] ?? null]));
    const point = { startMs, values: kept };
    this.#all.splice(at, isThere ? 1 : 0, point);
    this.#changed.push(point);
    if (this.#changed.length > SPARE) this.#isAnew = true;
    if (this.#isAnew) this.#changed = [];
  }

  drain(): Readonly<{ isAnew: boolean; points: readonly LinePoint[] }> {
    if (this.#all.length > this.#max + SPARE) {
      this.#all = this.#all.slice(this.#all.length - this.#max);
      this.#isAnew = true;
    }
    const isAnew = this.#isAnew;
    const points = isAnew ? this.#all : this.#changed;
    this.#isAnew = false;
    this.#changed = [];
    return { isAnew, points };
  }
}
