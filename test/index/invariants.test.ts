// What holds of every index on every market.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { BuiltDay } from "../../lib/index/run.ts";
import { market, type Row } from "./market-fixture.ts";
import { type Given, randomMarkets, randomRenames } from "./random-markets.ts";

const settings = fc.record({
  size: fc.integer({ min: 1, max: 6 }),
  max_stale_days: fc.integer({ min: 0, max: 3 }),
  rebalance: fc.constantFrom("daily", "on_change", "monthly" as const),
  return_type: fc.constantFrom("price", "total" as const),
});

const given = randomMarkets.chain((one) =>
  fc.record({
    given: fc.constant(one),
    renames: randomRenames(one),
    rules: settings,
  }),
);

const tickers = (day: BuiltDay) => day.holdings.map((h) => h.ticker);

/** Everything of a day that is stored: securities are numbers of one run and mean nothing outside it. */
const figures = ({ moves: _, holdings, ...day }: BuiltDay) => ({
  ...day,
  holdings: holdings.map(({ security: __, ...holding }) => holding),
});

type Value = typeof given extends fc.Arbitrary<infer T> ? T : never;
const check = (runs: number, holds: (value: Value) => void) =>
  fc.assert(fc.property(given, holds), { seed: 42, numRuns: runs });

describe("every built day", () => {
  it("has weights that sum to 1 and no name twice", () => {
    check(25, ({ given: one, renames, rules }) => {
      const tiny = market({ ...one, renames });
      for (const day of tiny.build(rules)) {
        const sum = day.holdings.reduce((total, h) => total + h.weight, 0);
        if (day.holdings.length > 0) expect(sum).toBeCloseTo(1, 12);
        expect(new Set(tickers(day)).size).toBe(day.holdings.length);
        expect(new Set(day.holdings.map((h) => h.security)).size).toBe(day.holdings.length);
        expect(day.holdings.length).toBeLessThanOrEqual(rules.size);
      }
      tiny.close();
    });
  });

  it("lists as entered and exited what its members differ by from the day before", () => {
    check(25, ({ given: one, rules }) => {
      const tiny = market(one);
      const days = tiny.build(rules);
      days.forEach((day, i) => {
        const before = i === 0 ? tickers(day) : tickers(days[i - 1]!);
        const named = (side: string) =>
          day.changes.filter((c) => c.side === side).map((c) => c.ticker);
        const bytes = (a: string, b: string) => (a < b ? -1 : 1);
        expect(named("entered")).toEqual(
          tickers(day)
            .filter((t) => !before.includes(t))
            .sort(bytes),
        );
        expect(named("exited")).toEqual(
          before.filter((t) => !tickers(day).includes(t)).sort(bytes),
        );
      });
      tiny.close();
    });
  });

  it("follows from its divisor: a rebalance alone does not move the level", () => {
    check(25, ({ given: one, renames, rules }) => {
      const tiny = market({ ...one, renames });
      const days = tiny.build({ ...rules, rebalance: "daily", return_type: "price" });
      const notional = 1_000_000;
      days.slice(1).forEach((day, i) => {
        const before = days[i]!;
        // Shares bought at the close before for one notional each, valued now: still in the old divisor.
        const value = day.moves.reduce((sum, move) => sum + notional * move.grossPrice, 0);
        const wanted = before.divisor === null ? before.level : value / before.divisor;
        expect(Math.abs(day.level - wanted)).toBeLessThanOrEqual(1e-10 * wanted);
        // Then the divisor absorbs the rebalance.
        if (day.divisor !== null) {
          const after = (day.holdings.length * notional) / day.divisor;
          expect(after / day.level).toBeCloseTo(1, 12);
        }
      });
      tiny.close();
    });
  });

  it("is the same whatever ids symbols have and however the market is cut into parts", () => {
    check(25, ({ given: one, renames, rules }) => {
      const [a, b] = [
        market({ ...one, renames }),
        market({ ...one, renames, idOrder: one.idOrder.toReversed(), cuts: [] }),
      ];
      expect(a.build(rules).map(figures)).toEqual(b.build(rules).map(figures));
      a.close();
      b.close();
    });
  });

  it("is the same when a later build goes on from any day before", () => {
    check(25, ({ given: one, renames, rules }) => {
      const tiny = market({ ...one, renames });
      const days = tiny.build(rules);
      days.slice(0, -1).forEach((resume, i) => {
        expect(tiny.build(rules, { resume }).map(figures)).toEqual(days.slice(i + 1).map(figures));
      });
      tiny.close();
    });
  });

  it("does not move by a split that prices are adjusted for", () => {
    check(20, ({ given: one, rules }) => {
      const ticker = one.idOrder[0]!;
      const date = one.dates[Math.floor(one.dates.length / 2)]!;
      const quiet = { ...one, actions: one.actions.filter((a) => a.ticker !== ticker) };
      const split: Given = {
        ...quiet,
        rows: quiet.rows.map(
          (row): Row =>
            row.ticker === ticker && row.date >= date ? { ...row, close: row.close / 4 } : row,
        ),
        actions: [...quiet.actions, { date, ticker, action: "split", value: 4 }],
      };
      const [plain, changed] = [market(quiet), market(split)];
      const facts = (days: readonly BuiltDay[]) =>
        days.map((day) => ({
          members: tickers(day),
          level: Number(day.level.toPrecision(11)),
          changes: day.changes,
        }));
      expect(facts(changed.build(rules))).toEqual(facts(plain.build(rules)));
      plain.close();
      changed.close();
    });
  });
});
