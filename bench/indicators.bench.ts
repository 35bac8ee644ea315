/**
 * The six indicators of the stream (SMA 20/50/200, EMA 12/26, RSI 14, MACD 12-26-9, Bollinger 20-2) over the closes of
 * 500 symbols in turn, every one of them up to date after every close. Each side keeps its state from round to round, so
 * all windows are full. Beside ours stands the plain way: an object per symbol with its last closes in an array, each
 * window summed up again at every close. `previews` are ours of a bar that is still forming.
 *
 * Beside them two packages, whose conventions differ in part. trading-signals seeds exponential averages with the first
 * close, so its EMA and MACD are other numbers at first; technicalindicators seeds MACD's averages separately and rounds
 * RSI to two digits. What is the same after hundreds of closes is compared. Both make objects per update.
 *
 * A million updates in n ms are 1000 / n million updates per second.
 */
import * as technical from "technicalindicators";
import * as signals from "trading-signals";
import { type IndicatorName, Indicators } from "../lib/stream/indicators/indicators.ts";
import { demandClose, type Figure, interleaved, type Options, ratios } from "./harness.ts";
import { uniform } from "./uniform.ts";

/** Another way to compute them. Its conventions may differ in part: only what it names is compared. */
type Peer = Readonly<{
  update: (symbol: number, close: number) => void;
  /** Values of a symbol after its last close, outputs in the order ours have them. */
  values: (symbol: number) => Readonly<Partial<Record<IndicatorName, readonly number[]>>>;
}>;

/** To put a package beside ours, add it here. */
const PEERS: Readonly<Record<string, (symbols: number) => Peer>> = {
  "windows summed up again": (symbols) => {
    const each = Array.from({ length: symbols }, () => new Plain());
    return {
      update: (symbol, close) => each[symbol]!.update(close),
      values: (symbol) => each[symbol]!.values,
    };
  },
  "trading-signals": (symbols) => {
    const each = Array.from({ length: symbols }, () => new TradingSignals());
    return {
      update: (symbol, close) => each[symbol]!.update(close),
      values: (symbol) => each[symbol]!.values(),
    };
  },
  technicalindicators: (symbols) => {
    const each = Array.from({ length: symbols }, () => new TechnicalIndicators());
    return {
      update: (symbol, close) => each[symbol]!.update(close),
      values: (symbol) => each[symbol]!.values(),
    };
  },
};

export async function run({ small }: Options): Promise<Figure[]> {
  const [symbols, updates] = small ? [20, 8_000] : [500, 200_000];
  const closes = walks(symbols, 512);
  const each = (take: (symbol: number, close: number) => unknown) => () => {
    for (let at = 0, symbol = 0; at < updates; at++) {
      take(symbol, closes[at % closes.length]!);
      symbol = symbol + 1 === symbols ? 0 : symbol + 1;
    }
  };
  const ours = new Indicators(symbols);
  const peers = Object.entries(PEERS).map(([name, open]) => ({ name, peer: open(symbols) }));
  const variants: Record<string, () => unknown> = {
    ours: each((symbol, close) => ours.update(symbol, close)),
    previews: each((symbol, close) => ours.preview(symbol, close)),
  };
  for (const { name, peer } of peers) variants[name] = each(peer.update);
  variants.ours!();
  for (const { name } of peers) variants[name]!();
  const compared = peers.map(({ name, peer }) => demandAgreement(name, ours, peer, symbols));
  const samples = await interleaved(
    variants,
    small ? { rounds: 2, warmups: 0 } : { rounds: 9, warmups: 1 },
  );
  const what = `${updates.toLocaleString("en-US")} updates of six indicators, ${symbols} symbols`;
  return [
    {
      name: `${what}: ours`,
      unit: "ms",
      samples: samples.ours!,
      checked: `${compared.join(" and ")} values equal to 1e-10`,
    },
    { name: `${what}: ours, previews`, unit: "ms", samples: samples.previews! },
    ...peers.flatMap(({ name }): Figure[] => [
      { name: `${what}: ${name}`, unit: "ms", samples: samples[name]! },
      {
        name: `${what}: ${name} / ours`,
        unit: "x",
        samples: ratios(samples[name]!, samples.ours!),
      },
    ]),
  ];
}

/** @returns how many values were compared. @throws Error when one differs */
function demandAgreement(name: string, ours: Indicators, peer: Peer, symbols: number): number {
  let compared = 0;
  for (let symbol = 0; symbol < symbols; symbol++) {
    for (const [indicator, values] of Object.entries(peer.values(symbol))) {
      const reading = ours.reading(indicator as IndicatorName, symbol);
      const own = Object.values(reading.values).map((value) => value ?? Number.NaN);
      demandClose(`${indicator} of symbol ${symbol}, ${name}`, own, values, 1e-10);
      compared += values.length;
    }
  }
  return compared;
}

/** Random walks, one close of each symbol after the other; the same every time. */
function walks(symbols: number, bars: number): Float64Array {
  const closes = new Float64Array(symbols * bars);
  const draw = uniform(12_345);
  for (let at = 0; at < closes.length; at++) {
    const before = at < symbols ? 100 + at : closes[at - symbols]!;
    closes[at] = before * (1 + (draw() - 0.5) / 100);
  }
  return closes;
}

/** One symbol by trading-signals. */
class TradingSignals {
  readonly #averages = [20, 50, 200].map((period) => new signals.SMA(period));
  readonly #exponential = [12, 26].map((period) => new signals.EMA(period));
  readonly #rsi = new signals.RSI(14);
  readonly #macd = new signals.MACD(new signals.EMA(12), new signals.EMA(26), new signals.EMA(9));
  readonly #bands = new signals.BollingerBands(20, 2);

  update(close: number): void {
    for (const average of this.#averages) average.update(close, false);
    for (const average of this.#exponential) average.update(close, false);
    this.#rsi.update(close, false);
    this.#macd.update(close, false);
    this.#bands.update(close, false);
  }

  values(): ReturnType<Peer["values"]> {
    const [sma20, sma50, sma200] = this.#averages.map((average) => average.getResultOrThrow());
    const [ema12, ema26] = this.#exponential.map((average) => average.getResultOrThrow());
    const { upper, middle, lower } = this.#bands.getResultOrThrow();
    return {
      sma20: [sma20!],
      sma50: [sma50!],
      sma200: [sma200!],
      ema12: [ema12!],
      ema26: [ema26!],
      rsi14: [this.#rsi.getResultOrThrow()],
      bollinger: [upper, middle, lower],
    };
  }
}

/** One symbol by technicalindicators. */
class TechnicalIndicators {
  readonly #averages = [20, 50, 200].map((period) => new technical.SMA({ period, values: [] }));
  readonly #exponential = [12, 26].map((period) => new technical.EMA({ period, values: [] }));
  readonly #rsi = new technical.RSI({ period: 14, values: [] });
  readonly #macd = new technical.MACD({
    values: [],
    fastPeriod: 12,
    slowPeriod: 26,
    signalPeriod: 9,
    SimpleMAOscillator: false,
    SimpleMASignal: false,
  });
  readonly #bands = new technical.BollingerBands({ period: 20, stdDev: 2, values: [] });
  #values: ReturnType<Peer["values"]> = {};

  update(close: number): void {
    const [sma20, sma50, sma200] = this.#averages.map((average) => average.nextValue(close));
    const [ema12, ema26] = this.#exponential.map((average) => average.nextValue(close));
    this.#rsi.nextValue(close);
    this.#macd.nextValue(close);
    const bands = this.#bands.nextValue(close);
    if (bands === undefined) return;
    const { upper, middle, lower } = bands;
    this.#values = {
      sma20: [sma20!],
      sma50: [sma50!],
      sma200: [sma200!],
      ema12: [ema12!],
      ema26: [ema26!],
      bollinger: [upper, middle, lower],
    };
  }

  values(): ReturnType<Peer["values"]> {
    return this.#values;
  }
}

/** One symbol, the plain way. */
class Plain {
  values: Record<IndicatorName, readonly number[]> = EMPTY;
  readonly #closes: number[] = [];
  #bars = 0;
  readonly #ema12 = new PlainEma(12);
  readonly #ema26 = new PlainEma(26);
  readonly #fast = new PlainEma(12);
  readonly #signal = new PlainEma(9);
  /** Averages that move by a 14th are exponential ones of a period of 27, but for the seed. */
  readonly #gain = new PlainEma(14, 1 / 14);
  readonly #loss = new PlainEma(14, 1 / 14);

  update(close: number): void {
    const change = close - (this.#closes.at(-1) ?? Number.NaN);
    this.#closes.push(close);
    if (this.#closes.length > 200) this.#closes.shift();
    this.#bars++;
    if (this.#bars > 1) {
      this.#gain.update(Math.max(change, 0));
      this.#loss.update(Math.max(-change, 0));
    }
    this.#ema12.update(close);
    this.#ema26.update(close);
    if (this.#bars > 14) this.#fast.update(close);
    const macd = this.#fast.value - this.#ema26.value;
    if (this.#bars > 25) this.#signal.update(macd);
    const middle = meanOf(this.#closes, 20);
    const reach = 2 * deviationOf(this.#closes, 20, middle);
    this.values = {
      sma20: [middle],
      sma50: [meanOf(this.#closes, 50)],
      sma200: [meanOf(this.#closes, 200)],
      ema12: [this.#ema12.value],
      ema26: [this.#ema26.value],
      rsi14: [(100 * this.#gain.value) / (this.#gain.value + this.#loss.value)],
      macd: [macd, this.#signal.value, macd - this.#signal.value],
      bollinger: [middle + reach, middle, middle - reach],
    };
  }
}

const EMPTY: Record<IndicatorName, readonly number[]> = {
  sma20: [],
  sma50: [],
  sma200: [],
  ema12: [],
  ema26: [],
  rsi14: [],
  macd: [],
  bollinger: [],
};

class PlainEma {
  value = 0;
  readonly #period: number;
  readonly #factor: number;
  #count = 0;

  constructor(period: number, factor = 2 / (period + 1)) {
    this.#period = period;
    this.#factor = factor;
  }

  /** The mean of what it has seen until the seed is whole, so that no separate sum is kept. */
  update(value: number): void {
    this.#count++;
    const share = this.#count > this.#period ? this.#factor : 1 / this.#count;
    this.value += (value - this.value) * share;
  }
}

function meanOf(closes: readonly number[], period: number): number {
  let sum = 0;
  for (let at = closes.length - period; at < closes.length; at++) sum += closes[at] ?? Number.NaN;
  return sum / period;
}

function deviationOf(closes: readonly number[], period: number, mean: number): number {
  let squares = 0;
  for (let at = closes.length - period; at < closes.length; at++) {
    squares += ((closes[at] ?? Number.NaN) - mean) ** 2;
  }
  return Math.sqrt(squares / period);
}
