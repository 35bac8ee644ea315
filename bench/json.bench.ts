/**
 * The member lists of 30 days as JSON text, one text per day, three ways: built by SQLite (sql/index/composition.sql,
 * ours); as sql.js gives objects (getAsObject of a prepared statement), then JSON.stringify; and as our own `query`
 * gives rows, then JSON.stringify. All read the same warm image; the two peers read the plain columns and work the
 * derived members out in JavaScript, since fewer values cross that way. The target is for sql.js's own objects: our
 * `query` was made to spare most of what they cost. Nothing else of an answer (version, warnings, headers) is in here.
 */
import { zstdDecompressSync } from "node:zlib";
import initSqlJs, { type Database } from "sql.js";
import { composition } from "../lib/index/reading.ts";
import { yearPart } from "../lib/index/schema.ts";
import { build } from "../lib/jobs/build.ts";
import { sessionsBetween } from "../lib/market/sessions.ts";
import type { Image, Objects, PartEntry } from "../lib/ports.ts";
import { isoDay } from "../lib/time.ts";
import {
  demandClose,
  demandSame,
  type Figure,
  interleaved,
  type Options,
  ratios,
} from "./harness.ts";
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
  const objects = memoryObjects();
  const images = storeOver(objects);
  try {
    const all = sessionsBetween(20240102, 20240401);
    await load(images, simulated(small ? 60 : 500, all[0]!, all.at(-1)!));
    const definition = topOf("top", size);
    await build({ images }, { definition, start: all[0]!, end: all.at(-1)!, jobId: "build" });
    const snapshot = await images.snapshot("index", { revalidate: true });
    const year = await snapshot.open(yearPart("top", 2024));
    const days = all.slice(-DAYS);
    const db = await opened(objects, snapshot.manifest.parts[yearPart("top", 2024)]!);
    const statement = db.prepare(MEMBERS);
    const objectsOf = (date: number): MemberRow[] => {
      const rows: MemberRow[] = [];
      statement.bind({ ":date": date });
      while (statement.step()) rows.push(statement.getAsObject() as MemberRow);
      return rows;
    };
    const variants = {
      ours: () => days.map((date) => composition(year, date, NOTIONAL_USD)),
      objects: () => days.map((date) => asJson(objectsOf(date), date)),
      rows: () => days.map((date) => asJson(rowsOf(year, date), date)),
    };
    demandSameLists(variants.ours(), variants.objects());
    demandSameLists(variants.ours(), variants.rows());
    const samples = await interleaved(
      variants,
      small ? { rounds: 2, warmups: 1 } : { rounds: 40, warmups: 10, calls: 5 },
    );
    db.close();
    snapshot.release();
    const name = `JSON of ${DAYS} days, ${size} members`;
    return [
      {
        name: `${name}: in SQL`,
        unit: "ms",
        samples: samples.ours,
        checked: `${DAYS * size} members equal, numbers to 1e-15`,
      },
      { name: `${name}: sql.js's objects`, unit: "ms", samples: samples.objects },
      { name: `${name}: our rows`, unit: "ms", samples: samples.rows },
      {
        name: `${name}: sql.js's objects / in SQL`,
        unit: "x",
        samples: ratios(samples.objects, samples.ours),
        ...(!small && { target: { atLeast: 3 } }),
      },
      {
        name: `${name}: our rows / in SQL`,
        unit: "x",
        samples: ratios(samples.rows, samples.ours),
      },
    ];
  } finally {
    images.close();
  }
}

/** The same part as a plain sql.js database. */
async function opened(objects: Objects, { sha256 }: PartEntry): Promise<Database> {
  const [stored] = (await objects.list("images/index/")).filter(({ key }) => key.includes(sha256));
  const part = await objects.get(stored!.key);
  const engine = await initSqlJs();
  return new engine.Database(zstdDecompressSync(part!.body));
}

const rowsOf = (year: Image, date: number): MemberRow[] =>
  year.query<MemberRow>(MEMBERS, { ":date": date });

const asJson = (rows: readonly MemberRow[], date: number): string =>
  JSON.stringify(
    rows.map((row) => {
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
    }),
  );

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
