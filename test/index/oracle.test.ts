// The engine against one SQL statement that knows nothing of it, on random markets; SQLite itself is another build.
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { epochDay } from "../../lib/time.ts";
import { market, type TinyMarket } from "./market-fixture.ts";
import { type Given, randomMarkets } from "./random-markets.ts";

const ORACLE = readFileSync(new URL("./oracle.sql", import.meta.url), "utf8");
type Settings = Readonly<{ size: number; maxStaleDays: number; base: number }>;

/** A market and several ways to build it, because building costs less than a market. */
const random = randomMarkets.chain((given) =>
  fc.record({
    given: fc.constant(given),
    settings: fc.array(
      fc.record({
        size: fc.integer({ min: 1, max: 9 }),
        maxStaleDays: fc.integer({ min: 0, max: 4 }),
        base: fc.nat(given.dates.length - 1),
      }),
      { minLength: 4, maxLength: 4 },
    ),
  }),
);

type Day = {
  date: number;
  members: string;
  stale: string;
  price_return: number | null;
  total_return: number | null;
  turnover: number | null;
};

/** A market in tables of its own. */
function tablesOf({ dates, rows, actions }: Given): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(`
    create table session(n integer primary key, date integer, day integer);
    create table price(n integer, ticker text, close real, cap real, primary key (n, ticker));
    create table event(n integer, ticker text, split real, dividend real, final real, primary key (n, ticker));
  `);
  const n = new Map(dates.map((date, i) => [date, i]));
  const session = db.prepare("insert into session values (?, ?, ?)");
  for (const [date, i] of n) session.run(i, date, epochDay(date));
  const price = db.prepare("insert into price values (?, ?, ?, ?)");
  for (const row of rows) price.run(n.get(row.date)!, row.ticker, row.close, row.marketCap);
  const event = db.prepare(`
    insert into event values (?, ?, ?, ?, ?)
    on conflict do update set
      split = split * excluded.split,
      dividend = dividend + excluded.dividend,
      final = coalesce(final, excluded.final)
  `);
  for (const { date, ticker, action, value } of actions) {
    const split = action === "split" || action === "spinoff" ? value : 1;
    const dividend = action === "dividend" ? value : 0;
    event.run(n.get(date)!, ticker, split, dividend, action === "delisting" ? value : null);
  }
  return db;
}

const near = (actual: number | null, wanted: number | null) =>
  actual === null || wanted === null ? actual === wanted : Math.abs(actual - wanted) < 1e-12;

function expectAgreement(
  tiny: TinyMarket,
  tables: DatabaseSync,
  dates: readonly number[],
  settings: Settings,
) {
  const { size, maxStaleDays, base } = settings;
  const rules = { size, max_stale_days: maxStaleDays };
  const range = { start: dates[base]! };
  const price = tiny.build(rules, range);
  const total = tiny.build({ ...rules, return_type: "total" }, range);
  const wanted = tables
    .prepare(ORACLE)
    .all({ ":size": size, ":max_stale_days": maxStaleDays, ":base": base }) as Day[];
  const tickers = (held: readonly { ticker: string }[]) => held.map((h) => h.ticker).join(" ");
  expect(
    price.map(({ date, holdings }) => ({
      date,
      members: tickers(holdings),
      stale: tickers(holdings.filter((h) => h.priceDate < date)),
    })),
  ).toEqual(wanted.map(({ date, members, stale }) => ({ date, members, stale })));
  const wrong = wanted.filter(
    (day, i) =>
      !near(price[i]!.dailyReturn, day.price_return) ||
      !near(total[i]!.dailyReturn, day.total_return) ||
      !near(price[i]!.turnover, day.turnover),
  );
  expect(wrong).toEqual([]);
}

describe("the engine", () => {
  it("agrees with one SQL statement on random markets", { timeout: 60_000 }, () => {
    fc.assert(
      fc.property(random, ({ given, settings: all }) => {
        const tiny = market(given);
        const tables = tablesOf(given);
        try {
          for (const settings of all) {
            expectAgreement(tiny, tables, given.dates, settings);
          }
        } finally {
          tiny.close();
          tables.close();
        }
      }),
      { seed: 20_250_301, numRuns: 40 },
    );
  });
});
