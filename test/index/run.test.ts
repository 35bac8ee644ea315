// Policy EW-1 on markets small enough to be worked out by hand. Base 100; cells are price@cap.
import { describe, expect, it } from "vitest";
import { changeLines, levels, market, members, returns } from "./market-fixture.ts";

const close = (values: readonly (number | null)[], wanted: readonly (number | null)[]) =>
  expect(values.map((v) => (v === null ? null : Number(v.toFixed(10))))).toEqual(wanted);

describe("selection and return", () => {
  it("lets members of a close earn from that close to the next one, never the day's own move", () => {
    const days = market({
      rows: `
        date        A        B
        2025-03-03  100@100  50@90
        2025-03-04  100@100  75@135  -- B jumps 50 % and enters: the jump is not the index's
        2025-03-05  100@100  60@108  -- its fall of 20 % is
      `,
    }).build({ size: 1 });
    expect(members(days)).toEqual(["20250303 A", "20250304 B", "20250305 B"]);
    close(returns(days), [null, 0, -0.2]);
    close(levels(days), [100, 100, 80]);
  });

  it("makes no return of its own when a name of another price level takes a place", () => {
    const days = market({
      rows: `
        date        MEGA     EQIX    APO
        2025-01-07  200@300  945@91  165@90
        2025-01-08  200@300  945@89  165@90  -- EQIX leaves for APO at unchanged prices
        2025-01-09  200@300  945@89  165@90
      `,
    }).build({ size: 2 });
    expect(members(days)).toEqual(["20250107 MEGA EQIX", "20250108 MEGA APO", "20250109 MEGA APO"]);
    expect(levels(days)).toEqual([100, 100, 100]);
    // The leaver's half is sold and the newcomer's bought.
    close(
      days.map((day) => day.turnover),
      [null, 0.5, 0],
    );
  });

  it("averages the members' returns, whatever their prices and caps", () => {
    const days = market({
      rows: `
        date        A        B      C
        2025-03-03  100@900  10@80  1@70
        2025-03-04  110@990  10@80  0.94@66
      `,
    }).build();
    close(
      returns(days),
      [null, (0.1 + 0 - 0.06) / 3].map((r) => r && Number(r.toFixed(10))),
    );
  });

  it("orders equal caps by the bytes of the ticker", () => {
    const rows = `
      date        b    BA   B/A  B.A  B-A  B
      2025-03-03  1@7  1@7  1@7  1@7  1@7  1@7
    `;
    expect(members(market({ rows }).build({ size: 6 }))).toEqual(["20250303 B B-A B.A B/A BA b"]);
    expect(members(market({ rows }).build({ size: 2 }))).toEqual(["20250303 B B-A"]);
  });

  it("holds every eligible name when there are fewer than its size", () => {
    const days = market({
      rows: `
        date        A    B
        2025-03-03  100  90
        2025-03-04  110  90
      `,
    }).build({ size: 5 });
    expect(members(days)).toEqual(["20250303 A B", "20250304 A B"]);
    expect(days.map((day) => day.holdings.map((h) => h.weight))).toEqual([
      [0.5, 0.5],
      [0.5, 0.5],
    ]);
    close(returns(days), [null, 0.05]);
  });

  it("stands still while nobody is eligible, and goes on from the same level", () => {
    const days = market({
      rows: `
        date        A      B
        2025-03-03  100    .
        2025-03-04  110@-  .
        2025-03-05  200@-  .
        2025-03-06  200    50
        2025-03-07  220    50
      `,
    }).build();
    expect(members(days)).toEqual([
      "20250303 A",
      "20250304",
      "20250305",
      "20250306 A B",
      "20250307 A B",
    ]);
    close(returns(days), [null, 0.1, 0, 0, 0.05]);
    close(levels(days), [100, 110, 110, 110, 115.5]);
    expect(days.map((day) => day.divisor === null)).toEqual([false, true, true, false, false]);
  });

  it("takes a name with no cap or a cap of zero for none, but counts its return while held", () => {
    const days = market({
      rows: `
        date        A      B      C
        2025-03-03  10@30  10@20  10@10
        2025-03-04  10@30  12@-   10@10  -- held, so its 20 % count; not selectable
        2025-03-05  10@30  24@0   11@10  -- its 100 % do not, C's 10 % do
      `,
    }).build({ size: 2 });
    expect(members(days)).toEqual(["20250303 A B", "20250304 A C", "20250305 A C"]);
    close(returns(days), [null, 0.1, 0.05]);
  });

  it("starts on the first session asked for, with what was carried into it", () => {
    const tiny = market({
      rows: `
        date        A      B      C
        2025-03-03  10@30  10@20  10@10
        2025-03-04  10@30  .      10@10
        2025-03-05  10@30  .      10@10
        2025-03-06  10@30  15@20  10@10
      `,
    });
    const days = tiny.build({ size: 2, max_stale_days: 2 }, { start: 20250305 });
    expect(members(days)).toEqual(["20250305 A B*", "20250306 A B"]);
    expect(days[0]).toMatchObject({ level: 100, dailyReturn: null, turnover: null, changes: [] });
    close(levels(days), [100, 125]);
    expect(
      members(tiny.build({ size: 2, max_stale_days: 1 }, { start: 20250305, end: 20250305 })),
    ).toEqual(["20250305 A C"]);
  });

  it("gives turnover and divisor of the drift back to equal weights", () => {
    const days = market({
      rows: `
        date        A        B
        2025-03-03  100@200  50@100
        2025-03-04  110@220  50@100
      `,
    }).build({ size: 2, notional_per_constituent: 1000 });
    // Half each became 0.55 and 0.5 of 1.05; 0.55/1.05 - 1/2 = 1/42 is sold.
    close(
      days.map((day) => day.turnover),
      [null, Number((1 / 42).toFixed(10))],
    );
    close(
      days.map((day) => day.divisor),
      [20, Number((2000 / 105).toFixed(10))],
    );
  });

  it("weighs the benchmark by the caps of the close before", () => {
    const days = market({
      rows: `
        date        A        B
        2025-03-03  100@300  100@100
        2025-03-04  110@330  90@90
      `,
    }).build({ size: 2 });
    expect(days[0]!.benchmarkReturn).toBeNull();
    expect(days[1]!.benchmarkReturn).toBeCloseTo((300 * 0.1 - 100 * 0.1) / 400, 12);
    close(returns(days), [null, 0]);
  });
});

describe("corporate actions", () => {
  it("sees neither a return nor a change of rank in a 2:1 split", () => {
    const days = market({
      rows: `
        date        A        B       C
        2025-03-03  100@100  50@90   20@80
        2025-03-04  50@100   50@90   20@80
        2025-03-05  55@110   50@90   20@80
      `,
      actions: `
        date        ticker  action  value
        2025-03-04  A       split   2
      `,
    }).build();
    close(returns(days), [null, 0, Number((0.1 / 3).toFixed(10))]);
    expect(members(days)).toEqual(["20250303 A B C", "20250304 A B C", "20250305 A B C"]);
    expect(changeLines(days)).toEqual([]);
    close(
      days.map((day) => day.turnover),
      [null, 0, Number((0.5 * (1.1 / 3.1 - 1 / 3 + 2 * (1 / 3 - 1 / 3.1))).toFixed(10))],
    );
  });

  it("takes a spin-off factor for what it is: value that left the price", () => {
    const days = market({
      rows: `
        date        GE
        2025-03-03  100
        2025-03-04  80
      `,
      actions: `
        date        ticker  action   value
        2025-03-04  GE      spinoff  1.25
      `,
    }).build({ size: 1 });
    expect(levels(days)).toEqual([100, 100]);
  });

  it("counts dividends in the total return only, per share after a split of the day", () => {
    const tiny = market({
      rows: `
        date        A
        2025-03-03  100
        2025-03-04  98   -- ex 2
        2025-03-05  48   -- 2:1, ex 0.75 and 0.25 per new share
      `,
      actions: `
        date        ticker  action    value
        2025-03-04  A       dividend  2
        2025-03-05  A       split     2
        2025-03-05  A       dividend  0.75
        2025-03-05  A       dividend  0.25
      `,
    });
    close(levels(tiny.build({ size: 1 })), [100, 98, 96]);
    const total = tiny.build({ size: 1, return_type: "total" });
    close(levels(total), [100, 100, 100]);
    // The divisor follows prices, or a dividend would look like shares bought.
    close(
      total.map((day) => day.priceLevel),
      [100, 98, 96],
    );
    close(
      total.map((day) => day.divisor),
      [10_000, 1e6 / 98, 1e6 / 96].map((d) => Number(d.toFixed(10))),
    );
  });

  it("lets an action of a closed day take effect on the next session", () => {
    const days = market({
      rows: `
        date        A
        2025-03-07  100
        2025-03-10  50
      `,
      actions: `
        date        ticker  action  value
        2025-03-08  A       split   2
      `,
    }).build({ size: 1 });
    expect(levels(days)).toEqual([100, 100]);
  });

  it("pays the final price of a delisting, whatever a row of that day says", () => {
    const days = market({
      rows: `
        date        A       T       C
        2025-03-03  10@100  50@90   10@80
        2025-03-04  10@100  10@900  10@80  -- the vendor still quotes T
        2025-03-05  10@100  99@900  11@80  -- and goes on: never eligible again
      `,
      actions: `
        date        ticker  action     value
        2025-03-04  T       delisting  60
      `,
    }).build({ size: 2 });
    expect(members(days)).toEqual(["20250303 A T", "20250304 A C", "20250305 A C"]);
    close(returns(days), [null, 0.1, 0.05]);
    expect(changeLines(days)).toEqual([
      "20250304 + C 2 (was 3) rank",
      "20250304 - T - (was 2) delisted",
    ]);
  });

  it("loses a bankrupt member's part and spreads what is left over the others", () => {
    const days = market({
      rows: `
        date        A       B      C
        2025-03-03  10@100  8@90   10@80
        2025-03-04  10@100  .      10@80
        2025-03-05  11@100  .      10@80
      `,
      actions: `
        date        ticker  action     value
        2025-03-04  B       delisting  0
      `,
    }).build({ size: 2 });
    close(levels(days), [100, 50, 52.5]);
    expect(members(days)).toEqual(["20250303 A B", "20250304 A C", "20250305 A C"]);
  });

  it("stays at nothing once all it held became worthless", () => {
    const days = market({
      rows: `
        date        A   B
        2025-03-03  10  .
        2025-03-04  .   5
        2025-03-05  .   6
      `,
      actions: `
        date        ticker  action     value
        2025-03-04  A       delisting  0
      `,
    }).build({ size: 1 });
    expect(levels(days)).toEqual([100, 0, 0]);
    expect(days.map((day) => day.divisor)).toEqual([10_000, null, null]);
    expect(days[1]!.turnover).toBe(0.5);
  });
});

describe("missing rows", () => {
  const rows = `
    date        A       B      C
    2025-03-03  10@100  50@90  10@80
    2025-03-04  10@100  .      10@80
    2025-03-05  10@100  .      10@80
    2025-03-06  10@100  35@90  10@80
  `;

  it("carries a halted member at no return and earns the whole gap on reopening", () => {
    const days = market({ rows }).build({ size: 2 });
    expect(members(days)).toEqual([
      "20250303 A B",
      "20250304 A B*",
      "20250305 A B*",
      "20250306 A B",
    ]);
    close(levels(days), [100, 100, 100, 85]);
    expect(days[2]!.holdings[1]).toMatchObject({ price: 50, priceDate: 20250303, marketCap: 90 });
  });

  it("drops it at its last price once that is older than max_stale_days", () => {
    const days = market({ rows }).build({ size: 2, max_stale_days: 1 });
    expect(members(days)).toEqual([
      "20250303 A B",
      "20250304 A B*",
      "20250305 A C",
      "20250306 A B",
    ]);
    close(levels(days), [100, 100, 100, 100]);
    expect(changeLines(days)).toEqual([
      "20250305 + C 2 (was 3) rank",
      "20250305 - B - (was 2) stale",
      "20250306 + B 2 (was -) returned",
      "20250306 - C 3 (was 2) rank",
    ]);
  });

  it("drops it at once with max_stale_days 0", () => {
    const days = market({ rows }).build({ size: 2, max_stale_days: 0 });
    expect(members(days)).toEqual(["20250303 A B", "20250304 A C", "20250305 A C", "20250306 A B"]);
    close(levels(days), [100, 100, 100, 100]);
  });

  it("adjusts a carried price for a split on the way, and never a carried cap", () => {
    const days = market({
      rows,
      actions: `
        date        ticker  action    value
        2025-03-04  B       split     2
        2025-03-05  B       spinoff   1.25
        2025-03-05  B       dividend  3    -- on a day without a row nobody is paid
      `,
    }).build({ size: 2, return_type: "total" });
    expect(days.map((day) => day.holdings[1])).toMatchObject([
      { price: 50, marketCap: 90 },
      { price: 25, marketCap: 90 },
      { price: 20, marketCap: 90 },
      { price: 35, marketCap: 90 },
    ]);
    close(levels(days), [100, 100, 100, 137.5]);
  });

  it("applies a split of the reopening day to the carried price", () => {
    const days = market({
      rows,
      actions: `
        date        ticker  action  value
        2025-03-06  B       split   2
      `,
    }).build({ size: 2 });
    close(levels(days), [100, 100, 100, 120]);
  });

  it("carries the last row as it is: one without a cap is not selectable", () => {
    const days = market({
      rows: `
        date        A       B      C
        2025-03-03  10@100  50@90  10@80
        2025-03-04  10@100  50@-   10@80
        2025-03-05  10@100  .      10@80
        2025-03-06  10@100  50@90  10@80
      `,
    }).build({ size: 2 });
    expect(members(days)).toEqual(["20250303 A B", "20250304 A C", "20250305 A C", "20250306 A B"]);
    expect(changeLines(days)).toEqual([
      "20250304 + C 2 (was 3) rank",
      "20250304 - B - (was 2) cap_missing",
      "20250306 + B 2 (was -) returned",
      "20250306 - C 3 (was 2) rank",
    ]);
  });

  it("lets a carried name enter when others fall behind it", () => {
    const days = market({
      rows: `
        date        A       B      C
        2025-03-03  10@100  50@90  10@95
        2025-03-04  10@100  .      10@95
        2025-03-05  10@100  .      10@80
      `,
    }).build({ size: 2 });
    expect(members(days)).toEqual(["20250303 A C", "20250304 A C", "20250305 A B*"]);
    expect(changeLines(days)).toEqual([
      "20250305 + B 2 (was 3) rank",
      "20250305 - C 3 (was 2) rank",
    ]);
  });
});
