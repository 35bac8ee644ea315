/** Invented ticks for the benches of the stream: the same every time, a stream that goes on as long as it is asked. */
import type { TickColumns } from "../lib/stream/ticks.ts";
import { uniform } from "./uniform.ts";

export const MINUTE_MS = 60_000;
export const SIZES_MS = [MINUTE_MS, 5 * MINUTE_MS, 15 * MINUTE_MS];
/** A quarter of an hour begins here. */
export const START_MS = Date.UTC(2024, 0, 2, 14, 30);
const DISORDER_MS = 2000;

export type Ticks = Required<Omit<TickColumns, "flags">>;

export const namesOf = (symbols: number): string[] =>
  Array.from({ length: symbols }, (_, at) => `S${String(at).padStart(4, "0")}`);

/**
 * Ticks of the span that begins at START_MS, symbols at random; one in ten is out of order by up to two seconds. Prices in
 * eighths and whole sizes, so that sums are exact in whatever order they are made. Ids ascend by 1 per symbol.
 */
export function ticksOf(count: number, symbols: number, spanMs: number): Ticks {
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
    columns.timeMs[row] = START_MS + Math.floor((row / count) * spanMs) + DISORDER_MS - behindMs;
    columns.price[row] = 10 + (symbol % 400) + Math.floor(random() * 64) / 8;
    columns.size[row] = 1 + Math.floor(random() * 500);
    columns.id[row] = ++ids[symbol]!;
  }
  return columns;
}

/** Makes the ticks of all parts together those of the next span: later, with ids that go on. */
export function goOn(parts: readonly Ticks[], spanMs: number): void {
  const counts = new Map<number, number>();
  for (const { symbol } of parts) {
    for (const index of symbol) counts.set(index, (counts.get(index) ?? 0) + 1);
  }
  for (const { symbol, timeMs, id } of parts) {
    for (let row = 0; row < symbol.length; row++) {
      timeMs[row] = timeMs[row]! + spanMs;
      id[row] = id[row]! + counts.get(symbol[row]!)!;
    }
  }
}
