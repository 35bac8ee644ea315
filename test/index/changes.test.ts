// Why names enter and leave, and the ranks they have among all that are eligible.
import { describe, expect, it } from "vitest";
import { changeLines, market, type Row } from "./market-fixture.ts";

describe("changes", () => {
  it("says of a name that leaves the first reason that holds", () => {
    const days = market({
      rows: `
        date        K       DELIST  STALE  NOCAP  INELIG  RANK   X      Y      Z      U      V
        2025-03-03  10@100  10@99   10@98  10@97  10@96   10@95  10@50  10@49  10@48  10@47  10@46
        2025-03-04  10@100  .       .      10@-   10@96   10@45  10@50  10@49  10@48  10@47  10@46
      `,
      actions: `
        date        ticker  action     value
        2025-03-04  DELIST  delisting  10
      `,
      records: `
        ticker  from      to        country  type    issuer  primary
        INELIG  20200101  20250303  US       common  -       -
      `,
    }).build({ size: 6, max_stale_days: 0 });
    expect(changeLines(days).filter((line) => line.includes(" - "))).toEqual([
      "20250304 - DELIST - (was 2) delisted",
      "20250304 - INELIG - (was 5) ineligible",
      "20250304 - NOCAP - (was 4) cap_missing",
      "20250304 - RANK 7 (was 6) rank",
      "20250304 - STALE - (was 3) stale",
    ]);
  });

  it("says of a name that enters the first reason that holds", () => {
    const days = market({
      rows: `
        date        P      Q      R      S      T      NEW     BACK    RECORD  RISE   CAP
        2025-02-28  10@50  10@49  10@48  10@47  10@46  .       10@99   10@98   10@45  10@-
        2025-03-03  10@50  10@49  10@48  10@47  10@46  .       .       10@98   10@45  10@-
        2025-03-04  10@40  10@39  10@38  10@37  10@36  10@100  10@99   10@98   10@97  10@96
      `,
      records: `
        ticker  from      to        country  type    issuer  primary
        RECORD  20250304  99991231  US       common  -       -
      `,
    }).build({ size: 5, max_stale_days: 0 }, { start: 20250303 });
    expect(changeLines(days).filter((line) => line.includes(" + "))).toEqual([
      "20250304 + BACK 2 (was -) returned",
      "20250304 + CAP 5 (was -) eligible",
      "20250304 + NEW 1 (was -) new_listing",
      "20250304 + RECORD 3 (was -) eligible",
      "20250304 + RISE 4 (was 6) rank",
    ]);
  });

  it("ranks a name that fell or rose from deep in the list", () => {
    const names = Array.from({ length: 60 }, (_, i) => `N${String(i + 1).padStart(2, "0")}`);
    const row = (date: number, ticker: string, marketCap: number): Row => ({
      date,
      ticker,
      close: 10,
      marketCap,
    });
    const days = market({
      rows: names.flatMap((ticker, i) => [
        row(20250303, ticker, 1000 - i),
        // The third falls to 55, the 41st rises to 1, the others keep their order.
        row(20250304, ticker, i === 2 ? 1000 - 54.5 : i === 40 ? 5000 : 1000 - i),
      ]),
      idOrder: names.toReversed(),
    }).build({ size: 3 });
    expect(changeLines(days)).toEqual([
      "20250304 + N41 1 (was 41) rank",
      "20250304 - N03 55 (was 3) rank",
    ]);
  });

  it("counts a name in the ranks of the day before it was delisted, however late they are read", () => {
    const tiny = market({
      rows: `
        date        A      GONE   B      C      D
        2025-03-03  10@50  10@45  10@40  10@30  10@20
        2025-03-04  10@50  .      10@40  10@30  10@60
      `,
      actions: `
        date        ticker  action     value
        2025-03-04  GONE    delisting  9
      `,
    });
    const days = tiny.build({ size: 2 });
    const lines = ["20250304 + D 1 (was 5) rank", "20250304 - GONE - (was 2) delisted"];
    expect(changeLines(days)).toEqual(lines);
    expect(changeLines(tiny.build({ size: 2 }, { resume: days[0]! }))).toEqual(lines);
  });

  it("knows the ranks of the day before across the border of two parts", () => {
    const rows = `
      date        A      B      C      D
      2025-03-31  10@40  10@30  10@20  10@10
      2025-04-01  10@40  10@5   10@20  10@30
    `;
    const lines = ["20250401 + D 2 (was 4) rank", "20250401 - B 4 (was 2) rank"];
    expect(changeLines(market({ rows, cuts: [20250401] }).build({ size: 2 }))).toEqual(lines);
    expect(changeLines(market({ rows }).build({ size: 2 }))).toEqual(lines);
  });

  it("takes a name that begins with a new part for what it is", () => {
    const rows = `
      date        A      B      C      D      E
      2025-03-28  10@40  10@30  .      10@5   10@4
      2025-03-31  10@40  10@30  .      10@5   .
      2025-04-01  10@40  10@3   10@20  10@35  10@30
    `;
    const built = market({ rows, cuts: [20250401] }).build(
      { size: 4, max_stale_days: 0 },
      { start: 20250331 },
    );
    expect(changeLines(built)).toEqual([
      "20250401 + C 4 (was -) new_listing",
      "20250401 + E 3 (was -) returned",
      "20250401 - B 5 (was 2) rank",
    ]);
  });

  it("counts ranks after share classes of one issuer were made one", () => {
    const days = market({
      rows: `
        date        GOOG   GOOGL  A      B      C
        2025-03-03  10@50  10@50  10@40  10@30  10@20
        2025-03-04  10@50  10@50  10@40  10@10  10@20
      `,
      records: `
        ticker  from      to        country  type    issuer    primary
        GOOG    20200101  99991231  US       common  alphabet  -
        GOOGL   20200101  99991231  US       common  alphabet  -
      `,
    }).build({ size: 3 });
    expect(changeLines(days)).toEqual([
      "20250304 + C 3 (was 4) rank",
      "20250304 - B 4 (was 3) rank",
    ]);
  });
});
