/**
 * A million ticks in packed columns through windows of 1, 5 and 15 minutes, in ms: 1,000 divided by it is millions of
 * ticks per second. Half an hour of event time, so 66 ticks per minute bar of 500 symbols and 7 of 5,000; times out of
 * order by up to two seconds, every tick with an id. Emitted bars are appended to columns and cleared. Beside it the
 * plain way: an object per bar in a Map, each tick added to each size.
 *
 * The targets (20 M ticks/s for 500 symbols, 12 M for 5,000) are for windows and indicators together; here are the
 * windows alone. Reading the frames from their record is not in here.
 */
import { SymbolTable } from "../lib/stream/symbols.ts";
import type { TickColumns } from "../lib/stream/ticks.ts";
import { Windows } from "../lib/stream/windows.ts";
import { demandSame, type Figure, interleaved, type Options, ratios } from "./harness.ts";
import { uniform } from "./uniform.ts";

const MINUTE_MS = 60_000;
const SIZES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS];
const START_MS = Date.UTC(2024, 0, 2, 14, 30);
const SPAN_MS = 30 * MINUTE_MS;
const DISORDER_MS = 2000;
const FRAME = 1000;

export async function run({ small }: Options): Promise<Figure[]> {
  const count = small ? 20_000 : 1_000_000;
  const figures: Figure[] = [];
  for (const { symbols, atMostMs } of [
    { symbols: small ? 5 : 500, atMostMs: 1000 / 20 },
    { symbols: small ? 50 : 5000, atMostMs: 1000 / 12 },
  ]) {
    const ticks = ticksOf(count, symbols);
    const names = Array.from({ length: symbols }, (_, at) => `S${String(at).padStart(4, "0")}`);
    demandSame("bars", ourBars(ticks, names), plainBars(ticks, names));
    const variants = {
      ours: () => through(new Windows({ sizesMs: SIZES_MS }, new SymbolTable(names)), ticks),
      plain: () => plain(ticks, SIZES_MS).size,
    };
    const samples = await interleaved(
      variants,
      small ? { rounds: 2, warmups: 1 } : { rounds: 9, warmups: 2 },
    );
    const perMillion = (times: readonly number[]) => times.map((ms) => (ms / count) * 1e6);
    const name = `million ticks, ${symbols} symbols, 3 sizes`;
    figures.push(
      {
        name: `${name}: ours`,
        unit: "ms",
        samples: perMillion(samples.ours),
        checked: "every bar equal to the plain way's",
        ...(!small && { target: { atMost: Math.floor(atMostMs) } }),
      },
      { name: `${name}: a Map of objects`, unit: "ms", samples: perMillion(samples.plain) },
      {
        name: `${name}: a Map of objects / ours`,
        unit: "x",
        samples: ratios(samples.plain, samples.ours),
      },
    );
  }
  return figures;
}

/** @returns how many bars came out */
function through(windows: Windows, ticks: TickColumns): number {
  let bars = 0;
  for (let from = 0; from < ticks.symbol.length; from += FRAME) {
    windows.pushFrame(ticks, from, Math.min(from + FRAME, ticks.symbol.length));
    bars += windows.bars.length;
    windows.bars.clear();
  }
  windows.flush();
  return bars + windows.bars.length;
}

/** Prices in eighths and whole sizes, so that sums are exact in whatever order they are made. */
function ticksOf(count: number, symbols: number): Required<Omit<TickColumns, "flags">> {
  const columns = {
    symbol: new Int32Array(count),
    timeMs: new Float64Array(count),
    price: new Float64Array(count),
    size: new Float64Array(count),
    id: new Float64Array(count),
  };
  const ids = new Float64Array(symbols);
  const random = uniform(20240102);
  for (let row = 0; row < count; row++) {
    const symbol = Math.floor(random() * symbols);
    columns.symbol[row] = symbol;
    const behindMs = random() < 0.1 ? Math.floor(random() * DISORDER_MS) : 0;
    columns.timeMs[row] = START_MS + Math.floor((row / count) * SPAN_MS) + DISORDER_MS - behindMs;
    columns.price[row] = 10 + (symbol % 400) + Math.floor(random() * 64) / 8;
    columns.size[row] = 1 + Math.floor(random() * 500);
    columns.id[row] = ++ids[symbol]!;
  }
  return columns;
}

type PlainBar = {
  symbol: number;
  sizeMs: number;
  startMs: number;
  open: number;
  openMs: number;
  high: number;
  low: number;
  close: number;
  closeMs: number;
  volume: number;
  notional: number;
  trades: number;
};

/** Adds every tick to a bar of each size. Nothing is late here, so nothing has to be closed. */
function plain(ticks: TickColumns, sizesMs: readonly number[]): Map<number, PlainBar> {
  const bars = new Map<number, PlainBar>();
  for (let row = 0; row < ticks.symbol.length; row++) {
    const [symbol, timeMs] = [ticks.symbol[row]!, ticks.timeMs[row]!];
    const [price, size] = [ticks.price[row]!, ticks.size[row]!];
    for (let place = 0; place < sizesMs.length; place++) {
      const sizeMs = sizesMs[place]!;
      const startMs = timeMs - (timeMs % sizeMs);
      const key = (symbol * 4 + place) * 64 + (startMs - START_MS) / sizeMs;
      const bar = bars.get(key);
      if (bar === undefined) {
        const first = { open: price, openMs: timeMs, close: price, closeMs: timeMs };
        const sums = { high: price, low: price, volume: size, notional: price * size, trades: 1 };
        bars.set(key, { symbol, sizeMs, startMs, ...first, ...sums });
      } else addTo(bar, timeMs, price, size);
    }
  }
  return bars;
}

function addTo(bar: PlainBar, timeMs: number, price: number, size: number): void {
  bar.high = Math.max(bar.high, price);
  bar.low = Math.min(bar.low, price);
  if (timeMs < bar.openMs) [bar.open, bar.openMs] = [price, timeMs];
  if (timeMs >= bar.closeMs) [bar.close, bar.closeMs] = [price, timeMs];
  bar.volume += size;
  bar.notional += price * size;
  bar.trades++;
}

const sortedBars = (bars: readonly (readonly (string | number)[])[]): string[] =>
  bars.map((bar) => bar.join(" ")).sort();

function ourBars(ticks: TickColumns, names: readonly string[]): string[] {
  const windows = new Windows({ sizesMs: SIZES_MS }, new SymbolTable(names));
  windows.pushFrame(ticks, 0, ticks.symbol.length);
  windows.flush();
  return sortedBars(
    windows.bars
      .list(windows.symbols)
      .map((bar) => [
        bar.symbol,
        bar.sizeMs,
        bar.startMs,
        ...[bar.open!, bar.high!, bar.low!, bar.close!],
        ...[bar.volume, bar.vwap!, bar.trades],
      ]),
  );
}

const plainBars = (ticks: TickColumns, names: readonly string[]): string[] =>
  sortedBars(
    [...plain(ticks, SIZES_MS).values()].map((bar) => [
      names[bar.symbol]!,
      bar.sizeMs,
      bar.startMs,
      ...[bar.open, bar.high, bar.low, bar.close],
      ...[bar.volume, bar.notional / bar.volume, bar.trades],
    ]),
  );
