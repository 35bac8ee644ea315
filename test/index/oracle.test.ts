// The engine against one SQL statement that knows nothing of it, on random markets; SQLite itself is another build.
import { readFileSync } from "node:fs";
import { DatabaseSync } from "node:sqlite";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type Action, market, type Row, type TinyMarket } from "./market-fixture.ts";

const ORACLE = readFileSync(new URL("./oracle.sql", import.meta.url), "utf8");
/** In byte order "B" < "B-A" < "B.A" < "B/A" < "BA" < "b"; in a dictionary's it is another. */
const TICKERS = ["AA", "A", "B/A", "BA", "b", "B.A", "B", "B-A"];

type Settings = Readonly<{ size: number; maxStaleDays: number; base: number }>;

type Random = Readonly<{
  dates: readonly number[];
  rows: readonly Row[];
  actions: readonly Action[];
  idOrder: readonly string[];
  cuts: readonly number[];
  /** Several, because building them costs less than a market. */
  settings: readonly Settings[];
}>;

const cell = fc.record({
  isPriced: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
  close: fc.integer({ min: 1, max: 400 }).map((n) => n / 4),
  // Few different caps, so that ties are common.
  cap: fc.constantFrom(null, 0, 1e9, 2e9, 2e9, 3e9, 25_393_170_829_999),
});

const random: fc.Arbitrary<Random> = fc
  .record({ names: fc.integer({ min: 1, max: 8 }), days: fc.integer({ min: 2, max: 12 }) })
  .chain(({ names, days }) => {
    const dates = Array.from({ length: days }, (_, i) => 20250301 + i);
    const tickers = TICKERS.slice(0, names);
    const action = fc
      .record({
        date: fc.constantFrom(...dates),
        ticker: fc.constantFrom(...tickers),
        kind: fc.constantFrom(
          ["split", 2],
          ["split", 0.1],
          ["spinoff", 1.25],
          ["dividend", 0.5],
          ["dividend", 0.75],
          ["delisting", 0],
          ["delisting", 12.5],
        ),
      })
      .map(
        ({ date, ticker, kind: [action, value] }): Action => ({
          date,
          ticker,
          action: String(action),
          value: Number(value),
        }),
      );
    return fc.record({
      dates: fc.constant(dates),
      // The first name has a row each day, so that each day is a session.
      rows: fc.array(cell, { minLength: names * days, maxLength: names * days }).map((cells) =>
        cells.flatMap(({ isPriced, close, cap }, i): Row[] =>
          isPriced || i % names === 0
            ? [
                {
                  date: dates[Math.floor(i / names)]!,
                  ticker: tickers[i % names]!,
                  close,
                  marketCap: cap,
                },
              ]
            : [],
        ),
      ),
      // One action of a kind for a day and name; at most one delisting for a name.
      actions: fc.uniqueArray(action, {
        maxLength: 8,
        selector: (a) =>
          a.action === "delisting" ? a.ticker : `${a.date} ${a.ticker} ${a.action}`,
      }),
      idOrder: fc.shuffledSubarray(tickers, { minLength: names, maxLength: names }),
      cuts: fc.subarray(dates.slice(1), { maxLength: Math.min(3, days - 1) }),
      settings: fc.array(
        fc.record({
          size: fc.integer({ min: 1, max: 9 }),
          maxStaleDays: fc.integer({ min: 0, max: 4 }),
          base: fc.integer({ min: 0, max: days - 1 }),
        }),
        { minLength: 4, maxLength: 4 },
      ),
    });
  });

type Day = {
  date: number;
  members: string;
  stale: string;
  price_return: number | null;
  total_return: number | null;
  turnover: number | null;
};

/** A market in tables of its own. */
function tablesOf({ dates, rows, actions }: Random): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  db.exec(`
    create table session(n integer primary key, date integer);
    create table price(n integer, ticker text, close real, cap real, primary key (n, ticker));
    create table event(n integer, ticker text, split real, dividend real, final real, primary key (n, ticker));
  `);
  const n = new Map(dates.map((date, i) => [date, i]));
  const session = db.prepare("insert into session values (?, ?)");
  for (const [date, i] of n) session.run(i, date);
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
      fc.property(random, (given) => {
        const tiny = market(given);
        const tables = tablesOf(given);
        try {
          for (const settings of given.settings) {
            expectAgreement(tiny, tables, given.dates, settings);
          }
        } finally {
          tiny.close();
          tables.close();
        }
      }),
      { seed: 20_250_301, numRuns: 60 },
    );
  });
});
