/** Ticks in frames and columns for tests, from rows that can be read. */
import type { Frame } from "../../lib/stream/frame.ts";
import { SymbolTable } from "../../lib/stream/symbols.ts";
import { TICK, type Tick, type TickColumns } from "../../lib/stream/ticks.ts";

/** With bits of {@link TICK}; `irregular` need not be said twice. */
export type FlaggedTick = Tick & Readonly<{ flags?: number }>;

/** @param symbols the table whose indexes the column has; it gets those it does not know */
export function tickColumns(
  ticks: readonly FlaggedTick[],
  symbols: SymbolTable,
): Required<TickColumns> {
  const column = (of: (tick: Tick) => number) => Float64Array.from(ticks, of);
  return {
    symbol: Int32Array.from(ticks, ({ symbol }) => symbols.index(symbol)),
    timeMs: column(({ timeMs }) => timeMs),
    price: column(({ price }) => price),
    size: column(({ size }) => size),
    id: column(({ id = -1 }) => id),
    flags: Uint8Array.from(ticks, ({ flags = 0, irregular = false }) =>
      flags === 0 && irregular ? TICK.irregular : flags,
    ),
  };
}

/** A frame of the ticks and no other symbols; what is not said of it is as of a first frame long ago. */
export function tickFrame(ticks: readonly FlaggedTick[], head: Partial<Frame> = {}): Frame {
  const table = new SymbolTable();
  const columns = tickColumns(ticks, table);
  return {
    producer: "test/0",
    epochMs: 1,
    number: 1,
    sentMs: 1,
    clockMs: null,
    isLive: false,
    symbols: table.names,
    rows: ticks.length,
    columns,
    ...head,
  };
}
