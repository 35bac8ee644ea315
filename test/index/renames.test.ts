// A rename keeps the security's identity; a ticker can be used again by somebody else.
import { describe, expect, it } from "vitest";
import { changeLines, levels, market, members } from "./market-fixture.ts";

const round = (values: readonly number[]) => values.map((v) => Number(v.toFixed(10)));

describe("renames", () => {
  it("are neither an entry nor an exit, and the return goes on", () => {
    const tiny = market({
      rows: `
        date        FB       META     X
        2022-06-08  200@100  .        10@50
        2022-06-09  .        210@105  10@50
        2022-06-10  .        210@105  10@50
      `,
      renames: `
        date        old  new
        2022-06-09  FB   META
      `,
    });
    const days = tiny.build({ size: 1 });
    expect(members(days)).toEqual(["20220608 FB", "20220609 META", "20220610 META"]);
    expect(changeLines(days)).toEqual([]);
    expect(round(levels(days))).toEqual([100, 105, 105]);
    expect(days.map((day) => day.holdings[0]!.security)).toEqual([1, 1, 1]);
  });

  it("may happen while the name is halted", () => {
    const days = market({
      rows: `
        date        FB       META     X
        2022-06-08  200@100  .        10@50
        2022-06-09  .        .        10@50
        2022-06-10  .        210@105  10@50
      `,
      renames: `
        date        old  new
        2022-06-09  FB   META
      `,
    }).build({ size: 1 });
    expect(members(days)).toEqual(["20220608 FB", "20220609 META*", "20220610 META"]);
    expect(changeLines(days)).toEqual([]);
    expect(round(levels(days))).toEqual([100, 100, 105]);
  });

  it("leave the old ticker to whoever uses it next, and part the two", () => {
    // FI was one company, then nobody's, then FISV took the ticker.
    const days = market({
      rows: `
        date        FI       FISV    X
        2021-09-30  20@100   60@50   10@10
        2021-10-01  .        60@50   10@10
        2021-10-04  .        60@50   10@10
        2023-06-06  .        60@50   10@10
        2023-06-07  66@55    .       10@10
      `,
      renames: `
        date        old   new
        2023-06-07  FISV  FI
      `,
    }).build({ size: 2, max_stale_days: 1 });
    expect(members(days)).toEqual([
      "20210930 FI FISV",
      "20211001 FI* FISV",
      "20211004 FISV X",
      "20230606 FISV X",
      "20230607 FI X",
    ]);
    expect(changeLines(days)).toEqual([
      "20211004 + X 2 (was 3) rank",
      "20211004 - FI - (was 1) stale",
    ]);
    expect(round(levels(days)).at(-1)).toBe(105);
  });

  it("tell a newcomer on a freed ticker from the security that left it", () => {
    const days = market({
      rows: `
        date        OLD     NEW     X
        2025-03-03  10@90   .       5@10
        2025-03-04  30@5    11@90   5@10  -- another company trades as OLD
        2025-03-05  30@95   11@90   5@10
      `,
      renames: `
        date        old  new
        2025-03-04  OLD  NEW
      `,
    }).build({ size: 1 });
    expect(members(days)).toEqual(["20250303 OLD", "20250304 NEW", "20250305 OLD"]);
    expect(round(levels(days))).toEqual([100, 110, 110]);
    expect(changeLines(days)).toEqual([
      "20250305 + OLD 1 (was 3) rank",
      "20250305 - NEW 2 (was 1) rank",
    ]);
    expect(new Set(days.map((day) => day.holdings[0]!.security)).size).toBe(2);
  });

  it("of two names that swap tickers on one day keep both apart", () => {
    const days = market({
      rows: `
        date        A       B      X
        2025-03-03  10@90   50@20  5@10
        2025-03-04  55@20   11@90  5@10
      `,
      renames: `
        date        old  new
        2025-03-04  A    B
        2025-03-04  B    A
      `,
    }).build({ size: 2 });
    expect(members(days)).toEqual(["20250303 A B", "20250304 B A"]);
    expect(changeLines(days)).toEqual([]);
    expect(round(levels(days))).toEqual([100, 110]);
  });

  it("end a halted holder of the ticker that is taken: it trades under none", () => {
    const rules = { size: 2, rebalance: "monthly" as const };
    const tiny = market({
      rows: `
        date        T      NEXT   X
        2025-02-03  10@90  50@20  5@80
        2025-02-04  .      50@20  5@80
        2025-02-05  60@20  .      5@80
      `,
      renames: `
        date        old   new
        2025-02-05  NEXT  T
      `,
    });
    const days = tiny.build(rules);
    expect(members(days)).toEqual(["20250203 T X", "20250204 T* X", "20250205 X"]);
    expect(changeLines(days)).toEqual(["20250205 - T - (was 1) stale"]);
    expect(round(levels(days))).toEqual([100, 100, 100]);
    expect(members(tiny.build({ size: 2 }))).toEqual([
      "20250203 T X",
      "20250204 T* X",
      "20250205 X T",
    ]);
  });

  it("carry records, events and a split on with the security", () => {
    const days = market({
      rows: `
        date        FB      META    X
        2022-06-08  200@90  .       5@10
        2022-06-09  .       100@90  5@10
        2022-06-10  .       100@90  5@10
        2022-06-13  .       .       5@10
      `,
      renames: `
        date        old  new
        2022-06-09  FB   META
      `,
      actions: `
        date        ticker  action     value
        2022-06-09  META    split      2
        2022-06-13  META    delisting  90
      `,
      records: `
        ticker  from      to        country  type    issuer  primary
        FB      20120518  20220608  US       common  -       -
        META    20220609  20220612  US       common  -       -
      `,
    }).build({ size: 1 });
    expect(members(days)).toEqual(["20220608 FB", "20220609 META", "20220610 META", "20220613 X"]);
    expect(round(levels(days))).toEqual([100, 100, 100, 90]);
  });

  it("apply an event that the vendor names by the ticker of the day it was renamed", () => {
    const days = market({
      rows: `
        date        FB      META    X
        2022-06-08  200@90  .       5@10
        2022-06-09  .       100@90  5@10
      `,
      renames: `
        date        old  new
        2022-06-09  FB   META
      `,
      actions: `
        date        ticker  action  value
        2022-06-09  FB      split   2
      `,
    }).build({ size: 1 });
    expect(round(levels(days))).toEqual([100, 100]);
  });

  it("make a name that enters on the day of its rename one that came by rank", () => {
    const days = market({
      rows: `
        date        A      FB     META
        2025-03-03  10@50  10@40  .
        2025-03-04  10@50  .      10@60
        2025-03-05  10@50  .      10@60
      `,
      renames: `
        date        old  new
        2025-03-04  FB   META
      `,
    }).build({ size: 1 });
    expect(changeLines(days)).toEqual([
      "20250304 + META 1 (was 2) rank",
      "20250304 - A 2 (was 1) rank",
    ]);
  });
});
