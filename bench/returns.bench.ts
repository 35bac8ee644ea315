/**
 * Equal-weighted daily returns of the 100 largest names over ten years, from prices and caps alone (no stored
 * index): members at each close, their mean price relative to the next close. Ours is one statement per year part in
 * sql.js, the members of a part's last day carried into the next part; the peer one statement in DuckDB. Both give
 * one row per day to JavaScript. Neither applies filters, splits, carry or changes: the whole policy is what the
 * build benches time.
 */
import { readFileSync } from "node:fs";
import { loadSqlite, type OpenImage } from "../lib/edge/sqljs.ts";
import { type CapsShape, capsFiles } from "./caps.ts";
import { duckWithCaps } from "./duckdb.ts";
import {
  demandClose,
  demandSame,
  type Figure,
  interleaved,
  type Options,
  ratios,
} from "./harness.ts";
import { inFolder } from "./markets.ts";

const SIZE = 100;

/** Members of the days of a part, each with the close they are measured from; those before the part are given. */
const RETURNS = `
  with recursive day (date) as (
    select min(date) from cap
    union all
    select (select min(c.date) from cap c where c.date > day.date) from day where day.date is not null
  ),
  step (date, next, floor) as materialized (
    select
      day.date,
      lead(day.date) over (order by day.date),
      (
        select n.market_cap
        from cap n indexed by cap_by_size
        where n.date = day.date and n.market_cap > 0
        order by n.market_cap desc
        limit 1 offset ${SIZE - 1}
      )
    from day
    where day.date is not null
  )
  select (select min(date) from cap) as date, avg(now.close / (b.value ->> 1)) - 1 as daily_return
  from json_each(:before) b
  join cap now on now.date = (select min(date) from cap) and now.symbol = b.value ->> 0
  having count(*) > 0

  union all

  select step.next as date, avg(now.close / m.close) - 1 as daily_return
  from step
  cross join cap m indexed by cap_by_size
  cross join cap now
  where step.next is not null
    and m.date = step.date and m.market_cap >= step.floor and m.market_cap > 0
    and now.date = step.next and now.symbol = m.symbol
  group by step.next`;

const LAST_MEMBERS = `
  select json_group_array(json_array(symbol, close)) as members
  from (
    select symbol, close
    from cap indexed by cap_by_size
    where date = (select max(date) from cap) and market_cap > 0
    order by market_cap desc
    limit ${SIZE}
  )`;

const DUCK = `
  with day as (
    select date, lead(date) over (order by date) as next from (select distinct date from cap)
  ),
  member as (
    select date, symbol, close
    from cap
    where market_cap > 0
    qualify row_number() over (partition by date order by market_cap desc, symbol) <= ${SIZE}
  )
  select day.next as date, avg(now.close / member.close) - 1 as daily_return
  from day
  join member on member.date = day.date
  join cap now on now.date = day.next and now.symbol = member.symbol
  group by day.next
  order by day.next`;

type Returns = Readonly<{ dates: number[]; values: number[] }>;

export async function run(options: Options): Promise<Figure[]> {
  const shape: CapsShape = options.small ? { names: 120, days: 260 } : { names: 3000, days: 2520 };
  return inFolder(options, async ({ folder, small }) => {
    const sqlite = await loadSqlite();
    const parts = capsFiles(folder, shape).map((path) => sqlite.openImage(readFileSync(path)));
    const duck = await duckWithCaps(shape);
    try {
      const variants = {
        ours: () => returnsOf(parts),
        duck: async (): Promise<Returns> => {
          const [dates = [], values = []] = await duck.columns(DUCK);
          return { dates, values };
        },
      };
      const [ours, peer] = [variants.ours(), await variants.duck()];
      demandSame("days with a return", ours.dates, peer.dates);
      demandClose("returns", ours.values.map(gross), peer.values.map(gross), 1e-13);
      const samples = await interleaved(
        variants,
        small ? { rounds: 2, warmups: 1 } : { rounds: 11, warmups: 2 },
      );
      const name = `returns of ${shape.days.toLocaleString("en-US")} days, ${shape.names.toLocaleString("en-US")} names`;
      return [
        {
          name: `${name}: ours`,
          unit: "ms",
          samples: samples.ours,
          checked: `${ours.dates.length.toLocaleString("en-US")} returns equal to 1e-13`,
        },
        { name: `${name}: DuckDB`, unit: "ms", samples: samples.duck },
        {
          name: `${name}: ours / DuckDB`,
          unit: "x",
          samples: ratios(samples.ours, samples.duck),
          ...(!small && { target: { atMost: 0.6 } }),
        },
      ];
    } finally {
      duck.close();
      for (const part of parts) part.close();
    }
  });
}

const gross = (dailyReturn: number): number => 1 + dailyReturn;

function returnsOf(parts: readonly OpenImage[]): Returns {
  const dates: number[] = [];
  const values: number[] = [];
  let before = "[]";
  for (const { image } of parts) {
    const rows = image.query<{ date: number; daily_return: number }>(RETURNS, {
      ":before": before,
    });
    for (const row of rows) {
      dates.push(row.date);
      values.push(row.daily_return);
    }
    before = image.text(LAST_MEMBERS)!;
  }
  return { dates, values };
}
