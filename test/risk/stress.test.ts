import { expect, it } from "vitest";
import { totalPnl } from "../../lib/risk/components.ts";
import { revalue } from "../../lib/risk/revaluation.ts";
import { stressGrid, stressWindows } from "../../lib/risk/stress.ts";
import { BOOK, MARKET, option, stock } from "./book.ts";

const everywhere = (...moves: number[]) =>
  new Map(["ACME", "BETA", "ew-500"].map((name) => [name, Float64Array.from(moves)]));

it("values every spot move with every shift of volatility", () => {
  const grid = stressGrid(BOOK, MARKET, {
    spotMoves: [-0.2, 0, 0.2],
    volatilityShifts: [0, 0.1],
  });
  expect(grid.pnl.map((row) => row.length)).toEqual([2, 2, 2]);
  expect(grid.pnl[1]![0]).toBe(0);
  for (const [row, move] of grid.spotMoves.entries()) {
    for (const [column, shift] of grid.volatilityShifts.entries()) {
      const cell = { returns: everywhere(move), volatilityShifts: Float64Array.of(shift) };
      expect(grid.pnl[row]![column]).toBe(totalPnl(revalue(BOOK, MARKET, cell))[0]);
    }
  }
});

it("shows a straddle that gains by moves and by volatility", () => {
  const straddle = [option(), option({ option: "put" })];
  const { pnl } = stressGrid(straddle, MARKET, {
    spotMoves: [-0.3, 0.3],
    volatilityShifts: [0, 0.2],
  });
  for (const row of pnl) {
    expect(row[0]).toBeGreaterThan(10_000);
    expect(row[1]).toBeGreaterThan(row[0]!);
  }
});

it("finds the worst scenario of each named window", () => {
  const windows = [
    { name: "crash", returns: everywhere(-0.05, -0.2, 0.1), volatilityShifts: new Float64Array(3) },
    { name: "calm", returns: everywhere(0.01), volatilityShifts: new Float64Array(1) },
  ];
  const [crash, calm] = stressWindows([stock("ACME", 10)], MARKET, windows);
  expect(crash).toMatchObject({ name: "crash", worstScenario: 1 });
  expect(crash!.worstLoss).toBeCloseTo(200, 10);
  expect(crash!.pnl).toHaveLength(3);
  // Where all scenarios gain, the worst loss is a gain.
  expect(calm!.worstLoss).toBeCloseTo(-10, 10);
});

it("refuses a portfolio without positions", () => {
  const moves = { spotMoves: [0.1], volatilityShifts: [0] };
  expect(() => stressGrid([], MARKET, moves)).toThrow("at least one position");
});
