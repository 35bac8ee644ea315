/**
 * Trades of one symbol from several places as one list, newest first. Trades of one instant stand in the order in which
 * they came in, the last first; one that came twice is told once. A cancel takes its trade away, a correction changes it,
 * when it came on the trade's day or the day after: by the days of the stream, not those of a clock.
 */
import { TICK, type TickColumns } from "../stream/ticks.ts";
import { addDays } from "../time.ts";
import { dayOfMs } from "./parts.ts";

export type StreamTick = Readonly<{
  timeMs: number;
  price: number;
  size: number;
  id: number | null;
  irregular: boolean;
}>;

type Trade = StreamTick & Readonly<{ arrival: number }>;
type Amendment = Readonly<{ day: number; arrival: number; trade: StreamTick | null }>;

/** A place in the list: trades of this instant that came in before the `before`-th of it, and earlier instants. */
export type TickPlace = Readonly<{ timeMs: number; before: number }>;

/** The last day whose cancels and corrections can be about a trade of a day. */
export const lastAmending = (day: number): number => addDays(day, 1);

export class TickMerge {
  readonly #trades: Trade[] = [];
  /** By id; blocks are read in any order. */
  readonly #amendments = new Map<number, Amendment[]>();

  /** @param arrival ascends in the order of the log, for every tick that is added */
  addTrade(columns: TickColumns, row: number, arrival: number): void {
    const { timeMs } = columns;
    this.#trades.push({ ...valuesOf(columns, row), timeMs: timeMs[row]!, arrival });
  }

  /** @param day of the stream when it came in */
  addAmendment(columns: TickColumns, row: number, arrival: number, day: number): void {
    const id = columns.id![row]!;
    const isCancel = (columns.flags![row]! & TICK.cancel) !== 0;
    const trade = isCancel ? null : { ...valuesOf(columns, row), timeMs: 0 };
    const known = this.#amendments.get(id);
    if (known) known.push({ day, arrival, trade });
    else this.#amendments.set(id, [{ day, arrival, trade }]);
  }

  /**
   * The newest trades up to a place, and where the next page begins.
   *
   * @param aboveMs trades at or before it are not all there yet, so none of them is told
   */
  newest(
    limit: number,
    place: TickPlace | undefined,
    aboveMs: number,
  ): Readonly<{ ticks: StreamTick[]; next: TickPlace | undefined }> {
    const all = this.#trades
      .filter(({ timeMs }) => timeMs > aboveMs)
      .sort((a, b) => b.timeMs - a.timeMs || b.arrival - a.arrival);
    const ticks: (StreamTick & TickPlace)[] = [];
    for (let from = 0; from < all.length && ticks.length <= limit; ) {
      let to = from + 1;
      while (to < all.length && all[to]!.timeMs === all[from]!.timeMs) to++;
      ticks.push(...this.#ofInstant(all.slice(from, to), place));
      from = to;
    }
    const given = ticks.slice(0, limit);
    const last = given.at(-1);
    return {
      ticks: given.map(({ before: _, ...tick }) => tick),
      next: ticks.length > limit ? { timeMs: last!.timeMs, before: last!.before } : undefined,
    };
  }

  /** The trades of one instant, the last first, each with its place among all that came in of it. */
  #ofInstant(trades: readonly Trade[], place: TickPlace | undefined): (StreamTick & TickPlace)[] {
    const ids = new Set<number>();
    const told: (StreamTick & TickPlace)[] = [];
    for (const [before, trade] of trades.toReversed().entries()) {
      if (trade.id !== null && ids.has(trade.id)) continue;
      if (trade.id !== null) ids.add(trade.id);
      if (place && trade.timeMs === place.timeMs && before >= place.before) continue;
      const { arrival: _, ...tick } = trade;
      const standing = this.#amended(tick, trade.arrival);
      if (standing) told.push({ ...standing, before });
    }
    return told.reverse();
  }

  #amended(tick: StreamTick, arrival: number): StreamTick | undefined {
    if (tick.id === null) return tick;
    const last = lastAmending(dayOfMs(tick.timeMs));
    const all = this.#amendments.get(tick.id) ?? [];
    let standing: StreamTick | undefined = tick;
    for (const { day, arrival: at, trade } of all.toSorted((a, b) => a.arrival - b.arrival)) {
      if (at < arrival || day > last) continue;
      if (trade === null) return undefined;
      standing = { ...trade, timeMs: tick.timeMs };
    }
    return standing;
  }
}

function valuesOf({ price, size, id, flags }: TickColumns, row: number) {
  const own = id?.[row] ?? -1;
  return {
    price: price[row]!,
    size: size[row]!,
    id: own >= 0 ? own : null,
    irregular: ((flags?.[row] ?? 0) & TICK.irregular) !== 0,
  };
}
