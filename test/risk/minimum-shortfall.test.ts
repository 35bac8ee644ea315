import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { uniform } from "../../bench/uniform.ts";
import { withHoldings } from "../../lib/risk/hedging.ts";
import { minimumShortfallHedge } from "../../lib/risk/minimum-shortfall.ts";
import { historicalTail } from "../../lib/risk/tail.ts";

const list = (...values: number[]) => Float64Array.from(values);
const shortfall = (pnl: Float64Array, confidence: number) =>
  historicalTail(pnl, confidence).expectedShortfall;

/** Profits that repeat: a portfolio that moves with its instruments and by itself. */
function market(scenarios: number, instruments: number, seed: number) {
  const draw = uniform(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - draw())) * Math.cos(2 * Math.PI * draw());
  const hedges = Array.from({ length: instruments }, () =>
    Float64Array.from({ length: scenarios }, normal),
  );
  const portfolio = Float64Array.from({ length: scenarios }, (_, at) =>
    hedges.reduce((sum, pnl, which) => sum + (which + 1) * pnl[at]!, 3 * normal()),
  );
  return { portfolio, hedges };
}

/** Between two crossings of losses the shortfall of one holding is a straight line, so one of them is the best. */
function bestCrossing(portfolio: Float64Array, hedge: Float64Array, confidence: number): number {
  let least = Infinity;
  for (let a = 0; a < hedge.length; a++) {
    for (let b = 0; b < a; b++) {
      const holding = (portfolio[b]! - portfolio[a]!) / (hedge[a]! - hedge[b]!);
      if (!Number.isFinite(holding)) continue;
      least = Math.min(least, shortfall(withHoldings(portfolio, [hedge], [holding]), confidence));
    }
  }
  return least;
}

describe("the hedge of least shortfall", () => {
  it("cancels what an instrument repeats", () => {
    const hedge = minimumShortfallHedge(list(-6, 3, 9, -3), [list(2, -1, -3, 1)], {
      confidence: 0.5,
    });
    expect(hedge.holdings[0]).toBeCloseTo(3, 12);
    expect(hedge.hedged.expectedShortfall).toBeCloseTo(0, 12);
    expect(hedge.effectiveness).toBeCloseTo(1, 12);
    expect(hedge.gap).toBeLessThan(1e-12);
  });

  it("insures the tail, not the gains: a put that pays in the worst scenario", () => {
    // The best gains are given up by least variance, which sells them; the shortfall has no use for that.
    const portfolio = list(-100, -1, 0, 1, 50, 60, 2, 0, -2, 1);
    const put = list(40, -2, -2, -2, -2, -2, -2, -2, -2, -2);
    const hedge = minimumShortfallHedge(portfolio, [put], { confidence: 0.9 });
    expect(hedge.holdings[0]).toBeCloseTo(98 / 42, 10);
    expect(hedge.hedged.expectedShortfall).toBeCloseTo(2 + (2 * 98) / 42, 10);
  });

  it.each([1, 2, 3, 4, 5, 6])("is the best of all crossings, seed %d", (seed) => {
    const { portfolio, hedges } = market(40, 1, seed);
    for (const confidence of [0.8, 0.9, 0.95]) {
      const hedge = minimumShortfallHedge(portfolio, hedges, { confidence });
      const best = bestCrossing(portfolio, hedges[0]!, confidence);
      expect(hedge.hedged.expectedShortfall).toBeCloseTo(best, 9);
    }
  });

  it("is the best of a fine grid of two holdings", () => {
    const { portfolio, hedges } = market(60, 2, 11);
    const hedge = minimumShortfallHedge(portfolio, hedges, { confidence: 0.9 });
    let least = Infinity;
    for (let a = -4; a <= 2; a += 0.05) {
      for (let b = -4; b <= 2; b += 0.05) {
        least = Math.min(least, shortfall(withHoldings(portfolio, hedges, [a, b]), 0.9));
      }
    }
    expect(hedge.hedged.expectedShortfall).toBeLessThanOrEqual(least);
    expect(hedge.hedged.expectedShortfall).toBeGreaterThan(least - 0.2);
  });

  it("never leaves more than there was, and knows its distance to the best", () => {
    const profits = fc.integer({ min: -30, max: 30 });
    const rows = fc.array(fc.tuple(profits, profits, profits), { minLength: 2, maxLength: 40 });
    const limit = { lowest: -5, highest: 5 };
    fc.assert(
      fc.property(rows, fc.constantFrom(0.5, 0.8, 0.9, 0.975), (scenarios, confidence) => {
        const [portfolio, a, b] = [0, 1, 2].map((at) =>
          Float64Array.from(scenarios, (row) => row[at]!),
        );
        const options = { confidence, limits: [limit, limit] };
        const hedge = minimumShortfallHedge(portfolio!, [a!, b!], options);
        const { hedged, unhedged, gap, holdings } = hedge;
        expect(hedged.expectedShortfall).toBeLessThanOrEqual(unhedged.expectedShortfall + 1e-9);
        expect(gap).toBeLessThan(1e-7);
        for (const amount of holdings) expect(Math.abs(amount)).toBeLessThanOrEqual(5);
      }),
      { numRuns: 300 },
    );
  });

  it("closes its gap with ten instruments and a thousand scenarios", () => {
    const { portfolio, hedges } = market(1000, 10, 3);
    const hedge = minimumShortfallHedge(portfolio, hedges, { confidence: 0.975 });
    expect(hedge.gap).toBeLessThan(1e-9 * hedge.unhedged.expectedShortfall);
    expect(hedge.effectiveness).toBeGreaterThan(0.8);
  });

  it("leaves an instrument alone that never pays, and does not mind one twice", () => {
    const { portfolio, hedges } = market(80, 1, 5);
    const alone = minimumShortfallHedge(portfolio, hedges, { confidence: 0.9 });
    const nothing = new Float64Array(80);
    const more = minimumShortfallHedge(portfolio, [nothing, ...hedges, ...hedges], {
      confidence: 0.9,
    });
    expect(more.holdings[0]).toBe(0);
    expect(more.holdings[1]! + more.holdings[2]!).toBeCloseTo(alone.holdings[0]!, 9);
    expect(more.hedged.expectedShortfall).toBeCloseTo(alone.hedged.expectedShortfall, 9);
  });

  it("keeps limits, and rounds to lots last", () => {
    const { portfolio, hedges } = market(200, 2, 8);
    const free = minimumShortfallHedge(portfolio, hedges, { confidence: 0.9, lots: [0.5, 0.5] });
    expect(free.rounded.holdings.map((amount) => (2 * amount) % 1 === 0)).toEqual([true, true]);
    const { rounded } = free;
    expect(rounded.hedged.expectedShortfall).toBeGreaterThanOrEqual(free.hedged.expectedShortfall);
    const limits = [undefined, { lowest: -1, highest: 0 }];
    const kept = minimumShortfallHedge(portfolio, hedges, { confidence: 0.9, limits });
    expect(kept.holdings[1]).toBe(-1);
    expect(kept.hedged.expectedShortfall).toBeGreaterThan(free.hedged.expectedShortfall);
  });
});

it.each([
  ["instruments that always gain", [list(1, 2, 3)], {}, "must be limited"],
  ["no instruments", [], {}, "at least one instrument"],
  ["other scenarios", [list(1, 2)], {}, "portfolio's 3 scenarios"],
  ["reversed limits", [list(1, -2, 3)], { limits: [{ lowest: 1, highest: -1 }] }, "reversed"],
  ["what is no number", [list(1, Number.NaN, 3)], {}, "finite numbers"],
])("refuses %s", (_, instruments, options, message) => {
  const act = () =>
    minimumShortfallHedge(list(-1, 0, 1), instruments, { confidence: 0.5, ...options });
  expect(act).toThrow(message);
});

it("lets instruments that always gain be bought up to their limit", () => {
  const limits = [{ lowest: 0, highest: 4 }];
  const hedge = minimumShortfallHedge(list(-9, 0, 1), [list(1, 2, 3)], { confidence: 0.6, limits });
  expect(hedge.holdings).toEqual([4]);
});
