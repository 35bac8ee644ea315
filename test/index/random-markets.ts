/**
 * Random markets of a few names and days: missing rows, lost caps, ties, actions of every kind, tickers used again; ids
 * and parts at random.
 */
import fc from "fast-check";
import { addDays } from "../../lib/time.ts";
import type { Action, Rename, Row } from "./market-fixture.ts";

/** In byte order "B" < "B-A" < "B.A" < "B/A" < "BA" < "b"; in a dictionary's it is another. */
const TICKERS = ["AA", "A", "B/A", "BA", "b", "B.A", "B", "B-A"];

export type Given = Readonly<{
  dates: readonly number[];
  rows: readonly Row[];
  actions: readonly Action[];
  idOrder: readonly string[];
  cuts: readonly number[];
}>;

const cell = fc.record({
  isPriced: fc.integer({ min: 0, max: 3 }).map((n) => n > 0),
  close: fc.integer({ min: 1, max: 400 }).map((n) => n / 4),
  // Few different caps, so that ties are common.
  marketCap: fc.constantFrom(null, 0, 1e9, 2e9, 2e9, 3e9, 25_393_170_829_999),
});

const actionOf = (dates: readonly number[], tickers: readonly string[]) =>
  fc
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
    .map(({ date, ticker, kind: [action, value] }): Action => {
      return { date, ticker, action: String(action), value: Number(value) };
    });

/** Days from one session to the next: mostly one, at times about as long as a delisted name keeps its ticker. */
const step = fc.constantFrom(1, 1, 1, 1, 1, 1, 44, 45, 90, 91);

const datesOf = (days: number): fc.Arbitrary<number[]> =>
  fc.array(step, { minLength: days, maxLength: days }).map((steps) => {
    let date = 20250301;
    return steps.map((days) => {
      date = addDays(date, days);
      return date;
    });
  });

export const randomMarkets: fc.Arbitrary<Given> = fc
  .record({
    names: fc.integer({ min: 1, max: 8 }),
    dates: fc.integer({ min: 2, max: 12 }).chain(datesOf),
  })
  .chain(({ names, dates }) => {
    const days = dates.length;
    const tickers = TICKERS.slice(0, names);
    return fc.record({
      dates: fc.constant(dates),
      rows: fc.array(cell, { minLength: names * days, maxLength: names * days }).map((cells) =>
        cells.flatMap(({ isPriced, close, marketCap }, i): Row[] => {
          const date = dates[Math.floor(i / names)]!;
          const ticker = tickers[i % names]!;
          // The first name has a row each day, so that each day is a session.
          return isPriced || i % names === 0 ? [{ date, ticker, close, marketCap }] : [];
        }),
      ),
      // One action of a kind for a day and name; a ticker may see several delistings.
      actions: fc.uniqueArray(actionOf(dates, tickers), {
        maxLength: 8,
        selector: (a) => `${a.date} ${a.ticker} ${a.action}`,
      }),
      idOrder: fc.shuffledSubarray(tickers, { minLength: names, maxLength: names }),
      cuts: fc.subarray(dates.slice(1), { maxLength: Math.min(3, days - 1) }),
    });
  });

/** Renames between tickers of a market; two may fall on one day, and a ticker may be used again. */
export const randomRenames = ({ dates, idOrder }: Given): fc.Arbitrary<Rename[]> =>
  fc
    .uniqueArray(
      fc.record({
        date: fc.constantFrom(...dates),
        oldTicker: fc.constantFrom(...idOrder),
        newTicker: fc.constantFrom(...idOrder, "NEW"),
      }),
      // A ticker is given up once a day and taken once a day.
      { maxLength: 3, selector: (rename) => `${rename.date} ${rename.oldTicker}` },
    )
    .map((renames) =>
      renames.filter(
        ({ date, oldTicker, newTicker }, i) =>
          oldTicker !== newTicker &&
          renames.findIndex((r) => r.date === date && r.newTicker === newTicker) === i,
      ),
    );
