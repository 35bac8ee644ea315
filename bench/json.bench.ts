/**
 * The member lists of 30 days as JSON text, one text per day, three ways: as the product makes them (rows of `query`,
 * then JSON.stringify), as sql.js gives objects (getAsObject of a prepared statement, then JSON.stringify), and built by
 * SQLite (json_group_array of json_object). All read the same warm image. Nothing else of an answer (version, warnings,
 * headers) is in here.
 */
import { zstdDecompressSync } from "node:zlib";
import initSqlJs, { type Database } from "sql.js";
import { constituentsOf } from "../lib/index/body.ts";
import { type MemberDayRow, memberDays } from "../lib/index/reading.ts";
import { yearPart } from "../lib/index/schema.ts";
import { build } from "../lib/jobs/build.ts";
import { sessionsBetween } from "../lib/market/sessions.ts";
import type { Objects, PartEntry } from "../lib/ports.ts";
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
  select m.date, m.rank, c.ticker, c.name, m.market_cap, m.weight, m.price, coalesce(m.price_date, m.date) as price_date
  from member m
  join constituent c on c.id = m.constituent
  where m.date = :date
  order by m.rank`;

const JSON_IN_SQL = `
  select json_group_array(
    json_object(
      'rank', rank,
      'ticker', ticker,
      'name', name,
      'market_cap', market_cap,
      'weight', weight,
      'notional', notional,
      'index_shares', notional / price,
      'price', price,
      'price_date', substr(priced, 1, 4) || '-' || substr(priced, 5, 2) || '-' || substr(priced, 7, 2),
      'stale', json(iif(priced < :date, 'true', 'false'))
    )
  ) as constituents
  from (
    select
      m.rank,
      c.ticker,
      c.name,
      m.market_cap,
      m.weight,
      m.price,
      coalesce(m.price_date, m.date) as priced,
      :notional_per_constituent * d.constituents * m.weight as notional
    from member m
    join day d on d.date = m.date
    join constituent c on c.id = m.constituent
    where m.date = :date
    order by m.rank
  )`;

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
    const objectsOf = (date: number): MemberDayRow[] => {
      const rows: MemberDayRow[] = [];
      statement.bind({ ":date": date });
      while (statement.step()) rows.push(statement.getAsObject() as MemberDayRow);
      return rows;
    };
    const asJson = (rows: readonly MemberDayRow[]) =>
      JSON.stringify(constituentsOf(rows, NOTIONAL_USD));
    const inSql = (date: number) =>
      year.text(JSON_IN_SQL, { ":date": date, ":notional_per_constituent": NOTIONAL_USD })!;
    const variants = {
      ours: () => days.map((date) => asJson(memberDays(year.query, date, date))),
      objects: () => days.map((date) => asJson(objectsOf(date))),
      inSql: () => days.map(inSql),
    };
    demandSameLists(variants.ours(), variants.objects());
    demandSameLists(variants.ours(), variants.inSql());
    const samples = await interleaved(
      variants,
      small ? { rounds: 2, warmups: 1 } : { rounds: 40, warmups: 10, calls: 5 },
    );
    db.close();
    snapshot.release();
    const name = `JSON of ${DAYS} days, ${size} members`;
    return [
      {
        name: `${name}: ours`,
        unit: "ms",
        samples: samples.ours,
        checked: `${DAYS * size} members equal, numbers to 1e-15`,
      },
      { name: `${name}: sql.js's objects`, unit: "ms", samples: samples.objects },
      { name: `${name}: in SQL`, unit: "ms", samples: samples.inSql },
      {
        name: `${name}: sql.js's objects / ours`,
        unit: "x",
        samples: ratios(samples.objects, samples.ours),
        ...(!small && { target: { atLeast: 3 } }),
      },
      {
        name: `${name}: in SQL / ours`,
        unit: "x",
        samples: ratios(samples.inSql, samples.ours),
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
