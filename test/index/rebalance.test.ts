// Rules other than daily, on real sessions: between rebalances nothing enters and weights drift.
import { describe, expect, it } from "vitest";
import { changeLines, levels, market, members } from "./market-fixture.ts";

const round = (value: number) => Number(value.toFixed(10));
const weights = (days: ReturnType<ReturnType<typeof market>["build"]>) =>
  days.map((day) => day.holdings.map((h) => round(h.weight)));

describe("on_change", () => {
  const rows = `
    date        A       B      C
    2025-03-03  10@100  10@90  10@50
    2025-03-04  20@200  10@90  10@50  -- A doubles: 2/3 and 1/3
    2025-03-05  20@200  20@90  10@50  -- B doubles: 1/2 and 1/2 of 2
    2025-03-06  40@200  20@10  10@50  -- A doubles, and C takes B's place
    2025-03-07  40@200  20@10  20@50
  `;

  it("lets weights drift while the members stay and resets them at the close of a change", () => {
    const days = market({ rows }).build({ size: 2, rebalance: "on_change" });
    expect(members(days)).toEqual([
      "20250303 A B",
      "20250304 A B",
      "20250305 A B",
      "20250306 A C",
      "20250307 A C",
    ]);
    expect(weights(days)).toEqual([
      [0.5, 0.5],
      [round(2 / 3), round(1 / 3)],
      [0.5, 0.5],
      [0.5, 0.5],
      [round(1 / 3), round(2 / 3)],
    ]);
    // Buy and hold of A and B: 1.5, 2, 3 times the start; then half of C's doubling.
    expect(levels(days).map(round)).toEqual([100, 150, 200, 300, 450]);
    // Nothing is traded but at the change: B's third goes, A's two thirds fall to a half.
    expect(days.map((day) => day.turnover && round(day.turnover))).toEqual([null, 0, 0, 0.5, 0]);
  });

  it("differs from daily rebalancing by the drift alone", () => {
    const days = market({ rows }).build({ size: 2 });
    expect(levels(days).map(round)).toEqual([100, 150, 225, 337.5, 506.25]);
  });
});

describe("monthly", () => {
  const rows = `
    date        A       B      C       D
    2025-01-30  10@100  10@90  10@80   10@10
    2025-01-31  12@120  10@90  10@80   10@10
    2025-02-03  12@120  10@90  10@95   10@10  -- C overtakes B inside the month
    2025-02-27  12@120  20@90  10@95   10@10
    2025-02-28  12@120  20@90  20@95   10@10
    2025-03-03  12@120  20@90  22@95   10@10
  `;

  it("sets members and weights at the close of the month's last session only", () => {
    const days = market({ rows }).build({ size: 2, rebalance: "monthly" });
    expect(members(days)).toEqual([
      "20250130 A B",
      "20250131 A B",
      "20250203 A B",
      "20250227 A B",
      "20250228 A C",
      "20250303 A C",
    ]);
    expect(weights(days)).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
      [0.5, 0.5],
      [round(1 / 3), round(2 / 3)],
      [0.5, 0.5],
      [round(1 / 2.1), round(1.1 / 2.1)],
    ]);
    expect(levels(days).map(round)).toEqual([100, 110, 110, 165, 165, 173.25]);
    expect(changeLines(days)).toEqual([
      "20250228 + C 2 (was 2) rank",
      "20250228 - B 3 (was 3) rank",
    ]);
  });

  it("ends a month whose last session nobody captured at the next one", () => {
    const days = market({ rows: rows.replace(/.*2025-02-28.*\n/, "") }).build({
      size: 2,
      rebalance: "monthly",
    });
    expect(members(days).slice(-2)).toEqual(["20250227 A B", "20250303 A C"]);
  });

  it("spreads the value of a delisted member over the rest in proportion", () => {
    const days = market({
      rows: `
        date        A       B       C      D
        2025-02-03  10@100  10@90   10@80  10@70
        2025-02-04  20@200  10@90   10@80  10@70
        2025-02-05  20@200  .       10@80  10@70
        2025-02-06  20@200  .       20@80  10@70
      `,
      actions: `
        date        ticker  action     value
        2025-02-05  B       delisting  5
      `,
    }).build({ rebalance: "monthly" });
    // 10 each; A 20; B pays 5: 35 in all, of which A and C carry on 20 : 10.
    expect(levels(days).map(round)).toEqual([100, round(400 / 3), round(350 / 3), round(1400 / 9)]);
    expect(members(days)).toEqual([
      "20250203 A B C",
      "20250204 A B C",
      "20250205 A C",
      "20250206 A C",
    ]);
    expect(weights(days).slice(2)).toEqual([
      [round(2 / 3), round(1 / 3)],
      [0.5, 0.5],
    ]);
    expect(changeLines(days)).toEqual(["20250205 - B - (was 2) delisted"]);
    expect(days[2]!.turnover).toBeCloseTo(1 / 7, 12);
  });

  it("lets a member go at its last price once it is too stale, and keeps one that lost its cap or record", () => {
    const days = market({
      rows: `
        date        A       B      C      D
        2025-02-03  10@100  10@90  10@80  10@70
        2025-02-04  10@100  .      10@-   10@70
        2025-02-05  10@100  .      10@80  10@70
        2025-02-06  10@100  20@90  10@80  10@70
      `,
      records: `
        ticker  from      to        country  type    issuer  primary
        A       20200101  20250203  US       common  -       -
      `,
    }).build({ rebalance: "monthly", max_stale_days: 1 });
    expect(members(days)).toEqual([
      "20250203 A B C",
      "20250204 A B* C",
      "20250205 A C",
      "20250206 A C",
    ]);
    expect(levels(days).map(round)).toEqual([100, 100, 100, 100]);
    expect(changeLines(days)).toEqual(["20250205 - B - (was 1) stale"]);
  });

  it("adjusts the price of a halted member for a split on the way", () => {
    const days = market({
      rows: `
        date        A       B
        2025-02-03  10@100  10@90
        2025-02-04  10@100  .
        2025-02-05  10@100  6@90
      `,
      actions: `
        date        ticker  action  value
        2025-02-04  B       split   2
      `,
    }).build({ size: 2, rebalance: "monthly" });
    expect(days[1]!.holdings[1]).toMatchObject({ ticker: "B", price: 5, weight: 0.5 });
    expect(levels(days).map(round)).toEqual([100, 100, 110]);
  });

  it("stands still with nobody left until the period ends", () => {
    const days = market({
      rows: `
        date        A       B
        2025-02-27  10@100  .
        2025-02-28  .       10@5
        2025-03-03  .       12@5
      `,
      actions: `
        date        ticker  action     value
        2025-02-28  A       delisting  20
      `,
    });
    const built = days.build({ size: 1, rebalance: "monthly" });
    expect(members(built)).toEqual(["20250227 A", "20250228 B", "20250303 B"]);
    expect(levels(built).map(round)).toEqual([100, 200, 240]);
    const quarterly = days.build({ size: 1, rebalance: "quarterly" });
    expect(members(quarterly)).toEqual(["20250227 A", "20250228", "20250303"]);
    expect(levels(quarterly).map(round)).toEqual([100, 200, 200]);
  });

  it("goes on the same way from what is stored, also after a rename during a halt", () => {
    const tiny = market({
      rows: `
        date        FB      META    B      C
        2025-02-03  10@100  .       10@90  10@80
        2025-02-04  .       .       20@90  10@80
        2025-02-05  .       .       20@90  10@80
        2025-02-06  .       15@100  20@90  10@80
        2025-02-28  .       15@100  20@90  10@80
      `,
      renames: `
        date        old  new
        2025-02-05  FB   META
      `,
    });
    const rules = { size: 2, rebalance: "monthly" as const };
    const days = tiny.build(rules);
    expect(members(days)).toEqual([
      "20250203 FB B",
      "20250204 FB* B",
      "20250205 META* B",
      "20250206 META B",
      "20250228 META B",
    ]);
    expect(levels(days).map(round)).toEqual([100, 150, 150, 175, 175]);
    for (const [i, resume] of days.slice(0, -1).entries()) {
      expect(tiny.build(rules, { resume }), `from day ${i}`).toEqual(days.slice(i + 1));
    }
  });
});

describe("quarterly", () => {
  it("waits for the last session of the quarter", () => {
    const days = market({
      rows: `
        date        A       B
        2025-02-28  10@100  10@90
        2025-03-03  10@80   10@90
        2025-03-31  10@80   10@90
        2025-04-01  10@80   20@90
      `,
    }).build({ size: 1, rebalance: "quarterly" });
    expect(members(days)).toEqual(["20250228 A", "20250303 A", "20250331 B", "20250401 B"]);
    expect(levels(days)).toEqual([100, 100, 100, 200]);
  });
});
