import { describe, expect, it } from "vitest";
import { totalPnl } from "../../lib/risk/components.ts";
import {
  type Market,
  type Position,
  positionValue,
  type Scenarios,
} from "../../lib/risk/positions.ts";
import { deltaGammaVega, revalue } from "../../lib/risk/revaluation.ts";
import { BOOK, MARKET, option, stock } from "./book.ts";

const NAMES = ["ACME", "BETA", "ew-500"];
/** Every name moves alike. */
const scenarios = (moves: readonly number[], shifts: readonly number[]): Scenarios => ({
  returns: new Map(NAMES.map((name) => [name, Float64Array.from(moves)])),
  volatilityShifts: Float64Array.from(shifts),
});

describe("full revaluation", () => {
  it("is the value there less the value here, position by position", () => {
    const [moves, shifts] = [
      [0.1, -0.25, 0],
      [0.02, 0.15, -0.05],
    ];
    const pnl = revalue(BOOK, MARKET, scenarios(moves, shifts));
    expect(pnl.map((list) => list.length)).toEqual(BOOK.map(() => 3));
    for (const [scenario, move] of moves.entries()) {
      const spots = new Map([...MARKET.spots].map(([name, spot]) => [name, spot * (1 + move)]));
      const there: Market = { ...MARKET, spots };
      for (const [at, position] of BOOK.entries()) {
        const moved: Position =
          position.kind === "option"
            ? { ...position, impliedVolatility: position.impliedVolatility + shifts[scenario]! }
            : position;
        const expected = positionValue(moved, there) - positionValue(position, MARKET);
        expect(pnl[at]![scenario]).toBeCloseTo(expected, 8);
      }
    }
  });

  it("of stock is in proportion, and a short one gains when it falls", () => {
    const [pnl] = revalue([stock("BETA", -200)], MARKET, scenarios([-0.1, 0.05], [0, 0]));
    expect(pnl![0]).toBeCloseTo(800, 10);
    expect(pnl![1]).toBeCloseTo(-400, 10);
  });

  it("loses no more on a long option than it cost, and gains without end", () => {
    const cost = positionValue(option(), MARKET);
    const [pnl] = revalue([option()], MARKET, scenarios([-0.99, 9], [0, 0]));
    expect(pnl![0]).toBeCloseTo(-cost, 8);
    expect(pnl![1]).toBeGreaterThan(800_000);
  });

  it("keeps volatilities at 1 % at least, and changes nothing where nothing happens", () => {
    const [low] = revalue([option()], MARKET, scenarios([0, 0], [-0.24, -5]));
    expect(low![1]).toBe(low![0]);
    const calm = option({ impliedVolatility: 0.004 });
    expect(revalue([calm], MARKET, scenarios([0], [0]))[0]![0]).toBe(0);
    expect(totalPnl(revalue(BOOK, MARKET, scenarios([0], [0])))[0]).toBe(0);
  });
});

it("values American options with many volatilities as it does with one, within the error of their scheme", () => {
  const put = option({ style: "american", option: "put", strike: 110, quantity: 1, multiplier: 1 });
  const moves = Array.from({ length: 60 }, (_, at) => -0.3 + at / 100);
  const shifts = moves.map((_, at) => -0.2 + ((at * 37) % 60) / 100);
  const [together] = revalue([put], MARKET, scenarios(moves, shifts));
  for (const [at, move] of moves.entries()) {
    const [alone] = revalue([put], MARKET, scenarios([move], [shifts[at]!]));
    expect(Math.abs(together![at]! - alone![0]!)).toBeLessThan(2e-4);
  }
});

describe("delta, gamma and vega", () => {
  it("are near for small moves and off by the third order", () => {
    const small = scenarios([0.002, -0.002], [0.001, -0.001]);
    const [full, near] = [revalue, deltaGammaVega].map((by) => totalPnl(by(BOOK, MARKET, small)));
    const large = scenarios([0.2], [0.1]);
    const [fullFar, nearFar] = [revalue, deltaGammaVega].map((by) =>
      totalPnl(by(BOOK, MARKET, large)),
    );
    expect(Math.abs(full![0]! - near![0]!)).toBeLessThan(1);
    expect(Math.abs(full![0]! - near![0]!) / Math.abs(full![0]!)).toBeLessThan(0.01);
    expect(Math.abs(fullFar![0]! - nearFar![0]!)).toBeGreaterThan(100);
  });

  it("are exact for stock and index", () => {
    const moves = scenarios([0.3, -0.6], [0, 0.5]);
    const lists: Position[] = [stock("ACME", 7), { kind: "index", index: "ew-500", quantity: -2 }];
    const near = deltaGammaVega(lists, MARKET, moves);
    for (const [at, list] of revalue(lists, MARKET, moves).entries()) {
      for (const [scenario, profit] of list.entries()) {
        expect(near[at]![scenario]).toBeCloseTo(profit, 9);
      }
    }
  });

  it("shift volatilities only as far as they go", () => {
    const [pnl] = deltaGammaVega([option()], MARKET, scenarios([0, 0], [-0.24, -5]));
    expect(pnl![1]).toBe(pnl![0]);
  });
});

it.each([
  ["an underlying without returns", { ...scenarios([0.1], [0]), returns: new Map() }, "had none"],
  ["fewer returns than shifts", scenarios([0.1], [0, 0]), "must have 2 returns"],
  ["a price below nothing", scenarios([-1], [0]), "above -1"],
  ["a return that is no number", scenarios([Number.NaN], [0]), "above -1"],
  ["a shift that is no number", scenarios([0], [Number.NaN]), "finite"],
])("refuses %s", (_, given, message) => {
  expect(() => revalue(BOOK, MARKET, given)).toThrow(message);
  expect(() => deltaGammaVega(BOOK, MARKET, given)).toThrow(message);
});
