/**
 * The member lists of 30 days as JSON text, one text per day: built by SQLite (sql/index/composition.sql, ours), and
 * as rows turned into objects and JSON.stringify. Both read the same warm image through the same prepared-statement
 * pool and begin with the same columns; the peer's rows come from our own `query`, which is faster than sql.js's
 * getAsObject. Nothing else of an answer (version, warnings, headers) is in here.
 */
import { build } from "../lib/jobs/build.ts";
import { composition } from "../lib/index/reading.ts";
import { yearPart } from "../lib/index/schema.ts";
import { sessionsBetween } from "../lib/market/sessions.ts";
import type { Image } from "../lib/ports.ts";
import { isoDay } from "../lib/time.ts";
import { demandClose, demandSame, type Figure, interleaved, type Options, ratios } from "./harness.ts";
import { load, simulated, topOf } from "./markets.ts";
import { memoryObjects, storeOver } from "./stores.ts";

const DAYS = 30;
const NOTIONAL_USD = 1_000_000;

const MEMBERS = `
  select m.rank, c.ticker, c.name, m.market_cap, m.weight, m.price, coalesce(m.price_date, m.date) as priced,
    d.constituents
  from member m
  join day d on d.date = m.date
  join constituent c on c.id = m.constituent
  where m.date = :date
  order by m.rank`;

type MemberRow = Readonly<{
  rank: number;
  ticker: string;
  name: string | null;
  market_cap: number | null;
  weight: number;
  price: number;
  priced: number;
  constituents: number;
}>;

export async function run({ small }: Options): Promise<Figure[]> {
  const size = small ? 20 : 100;
  const images = storeOver(memoryObjects());
  try {
    const all = sessionsBetween(20240102, 20240401);
    await load(images, simulated(small ? 60 : 500, all[0]!, all.at(-1)!));
    const definition = topOf("top", size);
    await build({ images }, { definition, start: all[0]!, end: all.at(-1)!, jobId: "build" });
    const snapshot = await images.snapshot("index", { revalidate: true });
    const year = await snapshot.open(yearPart("top", 2024));
    const days = all.slice(-DAYS);
    const variants = {
      ours: () => days.map((date) => composition(year, date, NOTIONAL_USD)),
      objects: () => days.map((date) => JSON.stringify(asObjects(year, date))),
    };
    demandSameLists(variants.ours(), variants.objects());
    const samples = await interleaved(
      variants,
      small ? { rounds: 2, warmups: 1 } : { rounds: 40, warmups: 10, calls: 5 },
    );
    snapshot.release();
    const name = `JSON of ${DAYS} days, ${size} members`;
    return [
      {
        name: `${name}: in SQL`,
        unit: "ms",
        samples: samples.ours,
        checked: `${DAYS * size} members equal, numbers to 1e-15`,
      },
      { name: `${name}: objects`, unit: "ms", samples: samples.objects },
      {
        name: `${name}: objects / in SQL`,
        unit: "x",
        samples: ratios(samples.objects, samples.ours),
        ...(!small && { target: { atLeast: 3 } }),
      },
    ];
  } finally {
    images.close();
  }
}

const asObjects = (year: Image, date: number) =>
  year.query<MemberRow>(MEMBERS, { ":date": date }).map((row) => {
    const notional = NOTIONAL_USD * row.constituents * row.weight;
    return {
      rank: row.rank,
      ticker: row.ticker,
      name: row.name,
      market_cap: row.market_cap,
      weight: row.weight,
      notional,
      index_shares: notional / row.price,
      price: row.price,
      price_date: isoDay(row.priced),
      stale: row.priced < date,
    };
  });

/** SQLite and JavaScript may write the same number differently (1.0 and 1), so numbers are compared as numbers. */
function demandSameLists(ours: readonly string[], peer: readonly string[]): void {
  const parsed = (texts: readonly string[]) =>
    texts.flatMap((text) => JSON.parse(text) as Record<string, unknown>[]);
  const numbers = (texts: readonly string[]) =>
    parsed(texts).flatMap((member) =>
      Object.values(member).filter((value): value is number => typeof value === "number"),
    );
  const others = (texts: readonly string[]) =>
    parsed(texts).map((member) =>
      Object.entries(member).map(([name, value]) => [name, typeof value === "number" ? 0 : value]),
    );
  demandSame("members", others(ours), others(peer));
  demandClose("numbers of members", numbers(ours), numbers(peer), 1e-15);
}
