/**
 * A million ticks in packed columns through windows of 1, 5 and 15 minutes, in ms: 1,000 divided by it is millions of
 * ticks per second. Half an hour of event time, so 66 ticks per minute bar of 500 symbols and 7 of 5,000; times out of
 * order by up to two seconds, every tick with an id. Emitted bars are appended to columns and cleared. The windows are
 * those of the round before, half an hour later: a stream that goes on. Beside it the plain way: an object per bar in a
 * Map, each tick added to each size.
 *
 * Reading the frames from their record is not in here, nor are indicators: bench frames.
 */
import { SymbolTable } from "../lib/stream/symbols.ts";
import type { TickColumns } from "../lib/stream/ticks.ts";
import { Windows } from "../lib/stream/windows.ts";
import { demandSame, type Figure, interleaved, type Options, ratios } from "./harness.ts";
import { goOn, MINUTE_MS, namesOf, SIZES_MS, ticksOf } from "./ticks.ts";

const SPAN_MS = 30 * MINUTE_MS;
const FRAME = 1000;

export async function run({ small }: Options): Promise<Figure[]> {
  const count = small ? 20_000 : 1_000_000;
  const figures: Figure[] = [];
  for (const symbols of small ? [5, 50] : [500, 5000]) {
    const ticks = ticksOf(count, symbols, SPAN_MS);
    const names = namesOf(symbols);
    demandSame("bars", ourBars(ticks, names), plainBars(ticks, names));
    const windows = new Windows({ sizesMs: SIZES_MS }, new SymbolTable(names));
    const variants = {
      ours: () => through(windows, ticks),
      plain: () => plain(ticks, SIZES_MS).size,
    };
    const samples = await interleaved(variants, {
      ...(small ? { rounds: 2, warmups: 1 } : { rounds: 9, warmups: 2 }),
      prepare: () => goOn([ticks], SPAN_MS),
    });
    const perMillion = (times: readonly number[]) => times.map((ms) => (ms / count) * 1e6);
    const name = `million ticks, ${symbols} symbols, 3 sizes`;
    figures.push(
      {
        name: `${name}: ours`,
        unit: "ms",
        samples: perMillion(samples.ours),
        checked: "every bar equal to the plain way's",
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
  return bars;
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
  const firstMs = Math.floor(ticks.timeMs[0]! / SPAN_MS) * SPAN_MS;
  for (let row = 0; row < ticks.symbol.length; row++) {
    const [symbol, timeMs] = [ticks.symbol[row]!, ticks.timeMs[row]!];
    const [price, size] = [ticks.price[row]!, ticks.size[row]!];
    for (let place = 0; place < sizesMs.length; place++) {
      const sizeMs = sizesMs[place]!;
      const startMs = timeMs - (timeMs % sizeMs);
      const key = (symbol * 4 + place) * 64 + (startMs - firstMs) / sizeMs;
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
