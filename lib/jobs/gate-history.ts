/** The stored sessions a quality gate looks back on, as it wants them. */
import { type GateDay, HISTORY_SESSIONS } from "../market/gate/gate.ts";
import { barsPart, capsPart, periodsOf } from "../market/parts.ts";
import * as queries from "../market/queries.ts";
import { previousSession } from "../market/sessions.ts";
import type { Draft } from "../ports.ts";
import { addDays } from "../time.ts";

/**
 * The sessions stored before a day, ascending, as many as a gate needs to go on as if it had judged all of them.
 *
 * @param exchangeOf by symbol, where the rows to come say it: stored ones do not
 */
export async function storedDays(
  draft: Draft,
  before: number,
  exchangeOf: ReadonlyMap<number, number>,
): Promise<GateDay[]> {
  let start = before;
  for (let back = 0; back < HISTORY_SESSIONS; back++) start = previousSession(start);
  const end = addDays(before, -1);
  const entries = draft.parts();
  const periods = periodsOf(entries).filter((period) => {
    const { from, to } = entries[capsPart(period)]!;
    return from !== null && to! >= start && from <= end;
  });
  const days: DayColumns[] = [];
  const delivered = new Map<number, number>();
  for (const period of periods) {
    days.push(...(await capsOf(draft, period, start, end)));
    const { query } = await draft.open(barsPart(period));
    for (const row of queries.gatedCaps(query, start, end)) {
      delivered.set(keyOf(row.date, row.symbol), row.delivered ?? Number.NaN);
    }
  }
  const last = days.at(-1);
  const volumes = last ? await volumesOf(draft, periods.at(-1)!, last.date) : new Map();
  return days.map((day) =>
    day.gateDay({
      exchangeOf,
      delivered,
      // Only the session before is compared by volume.
      volumes: day === last ? volumes : NO_VOLUMES,
    }),
  );
}

const NO_VOLUMES: ReadonlyMap<number, number> = new Map();
const keyOf = (date: number, symbol: number): number => date * 2 ** 20 + symbol;

async function capsOf(
  draft: Draft,
  period: string,
  start: number,
  end: number,
): Promise<DayColumns[]> {
  const statement = queries.capsBetween(await draft.open(capsPart(period)));
  const days: DayColumns[] = [];
  let day: DayColumns | undefined;
  try {
    statement.each({ ":start": start, ":end": end }, (row) => {
      const date = row[0] as number;
      if (day?.date !== date) {
        day = new DayColumns(date);
        days.push(day);
      }
      day.symbols.push(row[1] as number);
      day.closes.push(row[2] as number);
      day.caps.push((row[3] as number | null) ?? Number.NaN);
    });
  } finally {
    statement.free();
  }
  return days;
}

async function volumesOf(
  draft: Draft,
  period: string,
  date: number,
): Promise<ReadonlyMap<number, number>> {
  const { query } = await draft.open(barsPart(period));
  return new Map(
    queries.volumes(query, date).map(({ symbol, volume }) => [symbol, volume ?? Number.NaN]),
  );
}

type Beside = Readonly<{
  exchangeOf: ReadonlyMap<number, number>;
  /** By day and symbol, where it is not what is stored. */
  delivered: ReadonlyMap<number, number>;
  volumes: ReadonlyMap<number, number>;
}>;

/** The columns of a stored day; what the gate asks of a fresh one besides is unknown. */
class DayColumns {
  readonly date: number;
  readonly symbols: number[] = [];
  readonly closes: number[] = [];
  readonly caps: number[] = [];

  constructor(date: number) {
    this.date = date;
  }

  gateDay({ exchangeOf, delivered, volumes }: Beside): GateDay {
    const { date, symbols } = this;
    const count = symbols.length;
    const unknown = new Float64Array(count).fill(Number.NaN);
    const marketCap = Float64Array.from(this.caps);
    const given = marketCap.slice();
    if (delivered.size > 0) {
      for (let i = 0; i < count; i++) {
        const other = delivered.get(keyOf(date, symbols[i]!));
        if (other !== undefined) given[i] = other;
      }
    }
    const volume = unknown.slice();
    if (volumes.size > 0) {
      for (let i = 0; i < count; i++) volume[i] = volumes.get(symbols[i]!) ?? Number.NaN;
    }
    const exchange = new Uint8Array(count);
    for (let i = 0; i < count; i++) exchange[i] = exchangeOf.get(symbols[i]!) ?? 0;
    return {
      date,
      count,
      symbol: Int32Array.from(symbols),
      exchange,
      open: unknown,
      high: unknown,
      low: unknown,
      close: Float64Array.from(this.closes),
      netChange: unknown,
      volume,
      marketCap,
      delivered: given,
    };
  }
}
