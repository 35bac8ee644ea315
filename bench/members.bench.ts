/**
 * The 100 largest names of each day of a year, three ways: by seek in the index of the caps part (ours), by
 * ROW_NUMBER() over everything in the same file and engine, and by ROW_NUMBER() with QUALIFY in DuckDB. Warm, the
 * result not cached anywhere.
 *
 * "In the engine" each way ends in one row of sums over the members, so that only finding them is compared. "In
 * JavaScript" each way hands every member over as numbers (date, symbol, market cap): ours is then the walk of an
 * index build, sql/index/candidates.sql, which also asks of each candidate whether it is eligible that day; the
 * others apply no filter. Handing 25,200 rows over costs sql.js more than finding them.
 */
import { readFileSync } from "node:fs";
import { loadSqlite, type Sqlite } from "../lib/edge/sqljs.ts";
import { DEFAULT_PARAMETERS } from "../lib/index/definition.ts";
import { candidates, universeOf } from "../lib/index/queries.ts";
import type { Universe } from "../lib/index/universe.ts";
import { REFERENCE_SCHEMA } from "../lib/market/schema.ts";
import type { Image, SqlValue } from "../lib/ports.ts";
import { type CapsShape, capsDays, capsFiles } from "./caps.ts";
import { duckWithCaps } from "./duckdb.ts";
import { demandSame, type Figure, interleaved, type Options, ratios } from "./harness.ts";
import { inFolder } from "./markets.ts";

const SIZE = 100;

/** The days of a part without reading its rows: each is found by a seek from the one before. */
const DAYS = `
  with recursive day (date) as (
    select min(date) from cap
    union all
    select (select min(c.date) from cap c where c.date > day.date) from day where day.date is not null
  )`;

/**
 * The cap of the last member, then the range of the index down to it. The floor comes first: with a second lower
 * bound before it SQLite would walk the whole day and test each row.
 */
const SEEK = `${DAYS},
  floor (date, market_cap) as materialized (
    select day.date, (
      select n.market_cap
      from cap n indexed by cap_by_size
      where n.date = day.date and n.market_cap > 0
      order by n.market_cap desc
      limit 1 offset ${SIZE - 1}
    )
    from day
    where day.date is not null
  )
  select count(*) as members, sum(m.symbol * (m.date % 100)) as digest
  from floor
  cross join cap m indexed by cap_by_size
  where m.date = floor.date and m.market_cap >= floor.market_cap and m.market_cap > 0`;

const RANKED = `
  select date, symbol, market_cap,
    row_number() over (partition by date order by market_cap desc, symbol) as rank
  from cap
  where market_cap > 0`;
const SCAN = `select count(*) as members, sum(symbol * (date % 100)) as digest from (${RANKED}) where rank <= ${SIZE}`;
const SCAN_ROWS = `select date, symbol, market_cap from (${RANKED}) where rank <= ${SIZE} order by date, rank`;
const QUALIFIED = `${RANKED} qualify rank <= ${SIZE}`;
const DUCK = `select count(*)::double as members, sum(symbol * (date % 100))::double as digest from (${QUALIFIED})`;
const DUCK_ROWS = `select date, symbol, market_cap from (${QUALIFIED}) order by date, rank`;

/** Three numbers for each member, day by day, largest first. */
type Members = Float64Array;

export async function run(options: Options): Promise<Figure[]> {
  const shape: CapsShape = options.small ? { names: 300, days: 20 } : { names: 3000, days: 252 };
  return inFolder(options, async ({ folder, small }) => {
    const sqlite = await loadSqlite();
    const [path] = capsFiles(folder, shape) as [string];
    const caps = sqlite.openImage(readFileSync(path));
    const reference = referenceOf(sqlite, shape);
    const workspace = sqlite.workspace();
    const duck = await duckWithCaps(shape);
    try {
      workspace.attach("reference", reference.image);
      const universe = universeOf(workspace, DEFAULT_PARAMETERS, []);
      const walked = candidates(caps.image);
      const dates = [...capsDays(shape)].map(({ date }) => date);

      const inEngine = {
        seek: () => Object.values(caps.image.query<Record<string, number>>(SEEK)[0]!),
        scan: () => Object.values(caps.image.query<Record<string, number>>(SCAN)[0]!),
        duck: async () => (await duck.columns(DUCK)).flat(),
      };
      const inScript = {
        seek: () => walkedMembers(walked.walk, universe, dates),
        scan: () => scannedMembers(caps.image),
        duck: async () => duckMembers(await duck.columns(DUCK_ROWS)),
      };
      demandSame("sums of seek and scan", inEngine.seek(), inEngine.scan());
      demandSame("sums of seek and DuckDB", inEngine.seek(), await inEngine.duck());
      demandSame("members by walk and scan", [...inScript.seek()], [...inScript.scan()]);
      demandSame("members by walk and DuckDB", [...inScript.seek()], [...(await inScript.duck())]);

      const rounds = small ? { rounds: 2, warmups: 1 } : { rounds: 15, warmups: 3 };
      const what = `members of ${shape.days} days, ${shape.names.toLocaleString("en-US")} names`;
      const checked = `${(shape.days * SIZE).toLocaleString("en-US")} members equal`;
      const figures = [
        ...figuresOf(`${what}, in the engine`, await interleaved(inEngine, rounds), checked, small),
        ...figuresOf(`${what}, in JavaScript`, await interleaved(inScript, rounds), checked, small),
      ];
      walked.free();
      return figures;
    } finally {
      duck.close();
      workspace.close();
      reference.close();
      caps.close();
    }
  });
}

function figuresOf(
  what: string,
  { seek, scan, duck }: Readonly<Record<"seek" | "scan" | "duck", number[]>>,
  checked: string,
  small: boolean,
): Figure[] {
  return [
    { name: `${what}: seek`, unit: "ms", samples: seek, checked },
    { name: `${what}: ROW_NUMBER scan`, unit: "ms", samples: scan },
    { name: `${what}: DuckDB`, unit: "ms", samples: duck },
    {
      name: `${what}: scan / seek`,
      unit: "x",
      samples: ratios(scan, seek),
      ...(!small && { target: { atLeast: 40 } }),
    },
    {
      name: `${what}: seek / DuckDB`,
      unit: "x",
      samples: ratios(seek, duck),
      ...(!small && { target: { atMost: 0.5 } }),
    },
  ];
}

/** A reference part in which every name is US common stock. */
function referenceOf(sqlite: Sqlite, { names }: CapsShape) {
  const part = sqlite.openPart();
  try {
    for (const script of REFERENCE_SCHEMA) part.run(script);
    const symbols: SqlValue[] = [];
    const records: SqlValue[] = [];
    for (let id = 1; id <= names; id++) {
      symbols.push(id, `T${id}`);
      records.push(id, 0, 99991231, "United States", "common");
    }
    part.insert("insert into symbol (id, ticker)", 2, symbols);
    part.insert(
      "insert into security_record (symbol, valid_from, valid_to, country, security_type)",
      5,
      records,
    );
    return sqlite.openImage(part.bytes());
  } finally {
    part.close();
  }
}

function walkedMembers(
  walk: ReturnType<typeof candidates>["walk"],
  universe: Universe,
  dates: readonly number[],
): Members {
  const members = new Float64Array(dates.length * SIZE * 3);
  let at = 0;
  for (const date of dates) {
    let left = SIZE;
    walk(date, Number.POSITIVE_INFINITY, (symbol, _close, marketCap) => {
      if (universe.issuerOn(symbol, date) === undefined) return true;
      members[at++] = date;
      members[at++] = symbol;
      members[at++] = marketCap;
      return --left > 0;
    });
  }
  return members;
}

function scannedMembers(caps: Image): Members {
  const rows = caps.query<{ date: number; symbol: number; market_cap: number }>(SCAN_ROWS);
  const members = new Float64Array(rows.length * 3);
  let at = 0;
  for (const row of rows) {
    members[at++] = row.date;
    members[at++] = row.symbol;
    members[at++] = row.market_cap;
  }
  return members;
}

function duckMembers([dates, symbols, caps]: readonly number[][]): Members {
  const members = new Float64Array(dates!.length * 3);
  for (let i = 0; i < dates!.length; i++) {
    members[i * 3] = dates![i]!;
    members[i * 3 + 1] = symbols![i]!;
    members[i * 3 + 2] = caps![i]!;
  }
  return members;
}
