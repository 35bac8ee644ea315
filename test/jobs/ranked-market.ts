/** Sources that say different things of the same days, rows and facts given; and what a market holds of them in the end. */
import type { MarketSource, SharesFact } from "../../lib/ports.ts";
import type { DailyBatch } from "../../lib/source.ts";
import type { Home } from "./home.ts";

/** `null` = left out. */
export type Said = Readonly<{
  date: number;
  ticker: string;
  close: number;
  open?: number | null;
  volume?: number | null;
  cap?: number | null;
}>;

export function batchOf(file: string, rows: readonly Said[]): DailyBatch {
  const column = (value: (row: Said) => number | null | undefined) =>
    Float64Array.from(rows, (row) => value(row) ?? Number.NaN);
  const open = column((row) => row.open);
  return {
    file,
    count: rows.length,
    line: Int32Array.from(rows, (_, at) => at + 2),
    date: Int32Array.from(rows, ({ date }) => date),
    ticker: rows.map(({ ticker }) => ticker),
    open,
    high: open,
    low: open,
    close: column(({ close }) => close),
    volume: column((row) => row.volume),
    marketCap: column((row) => row.cap),
  };
}

/** A source of one file for each list of rows. */
export function vendorOf(
  name: string,
  files: readonly (readonly Said[])[],
  shares: readonly SharesFact[] = [],
): MarketSource {
  return {
    name,
    kind: "real",
    isPointInTime: true,
    facts: async () => ({
      securities: [],
      actions: [],
      changes: [],
      captures: [],
      rejected: [],
      shares,
    }),
    files: files.map((_, number) => `${name} ${number}`),
    print: "print",
    rows: async function* (_, number) {
      for (const [at, rows] of files.entries()) {
        if (number === undefined || number === at) yield batchOf(`${name} ${at}`, rows);
      }
    },
    totalUnits: 0,
    doneUnits: () => 0,
  };
}

export type Held = Readonly<{
  date: number;
  ticker: string;
  open: number | null;
  close: number;
  volume: number | null;
  cap: number | null;
  source: string;
  basis: string | null;
  delivered: number | null;
  shares: number | null;
}>;

const BARS = `select b.date, s.ticker, b.open, b.close, b.volume, b.market_cap as cap, o.name as source,
         c.basis, c.delivered, c.shares
    from bar b
    join symbol s on s.id = b.symbol
    join source o on o.id = b.source
    left join cap_basis c on c.date = b.date and c.symbol = b.symbol
   order by b.date, s.ticker`;

/** Every stored row, by day and ticker; and what the hot parts and the sessions say beside it. */
export async function heldBy({ images }: Home) {
  const snapshot = await images.snapshot("market", { revalidate: true });
  try {
    const rows: Held[] = [];
    const hot: { date: number; close: number; cap: number | null }[] = [];
    for (const part of Object.keys(snapshot.manifest.parts).sort()) {
      const { query } = await snapshot.open(part);
      if (part.startsWith("bars/")) rows.push(...query<Held>(BARS));
      if (part.startsWith("caps/")) {
        hot.push(...query<(typeof hot)[number]>("select date, close, market_cap as cap from cap"));
      }
    }
    const { query } = await snapshot.open("reference");
    const sessions = query("select date, priced_rows, capped_rows, rows_digest from session");
    return { rows, hot, sessions };
  } finally {
    snapshot.release();
  }
}
