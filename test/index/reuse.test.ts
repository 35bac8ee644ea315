// A ticker that was delisted and is used again is another security; one that merely goes on printing is not, for a while.
import { describe, expect, it } from "vitest";
import { DEFAULT_PARAMETERS } from "../../lib/index/definition.ts";
import { changeLines, levels, market, members } from "./market-fixture.ts";

const round = (values: readonly number[]) => values.map((v) => Number(v.toFixed(10)));
const DELISTED = `
  date        ticker  action     value
  2020-03-03  T       delisting  12
`;

describe("a ticker after its delisting", () => {
  it("lets a newcomer in years later, which earns its own returns only", () => {
    const tiny = market({
      rows: `
        date        T       X
        2020-03-02  10@90   5@10
        2020-03-03  .       5@10
        2022-05-02  40@80   5@10
        2022-05-03  44@88   5@10
      `,
      actions: DELISTED,
    });
    const days = tiny.build({ size: 1 });
    expect(members(days)).toEqual(["20200302 T", "20200303 X", "20220502 T", "20220503 T"]);
    expect(changeLines(days)).toEqual([
      "20200303 + X 1 (was 2) rank",
      "20200303 - T - (was 1) delisted",
      "20220502 + T 1 (was -) returned",
      "20220502 - X 2 (was 1) rank",
    ]);
    expect(round(levels(days))).toEqual([100, 120, 120, 132]);
    const securities = new Set(days.map((day) => day.holdings[0]!.security));
    expect(securities.size, "T, X and the newcomer").toBe(3);
    // A history that begins after the delisting knows the same newcomer.
    expect(members(tiny.build({ size: 1 }, { start: 20220502 }))).toEqual([
      "20220502 T",
      "20220503 T",
    ]);
  });

  it("keeps out what goes on printing, and believes it after 90 days", () => {
    const days = market({
      rows: `
        date        T      X
        2020-03-02  10@90  5@10
        2020-03-03  11@90  5@10
        2020-03-04  11@90  5@10  -- not a gap: a late print, or a delisting that is not true
        2020-05-31  11@90  5@10  -- 89 days
        2020-06-01  11@90  5@10  -- 90 days
      `,
      actions: DELISTED,
    }).build({ size: 1 });
    expect(members(days)).toEqual([
      "20200302 T",
      "20200303 X",
      "20200304 X",
      "20200531 X",
      "20200601 T",
    ]);
    expect(round(levels(days))).toEqual([100, 120, 120, 120, 120]);
  });

  it("counts 90 days from the last delisting of a holder, be it on the last day of all", () => {
    const days = market({
      rows: `
        date        T      X
        2020-03-02  10@90  5@10
        2020-06-01  11@90  5@10
      `,
      actions: `
        date        ticker  action     value
        2020-03-03  T       delisting  12
        2020-06-01  T       delisting  12
      `,
    }).build({ size: 1 });
    expect(members(days)).toEqual(["20200302 T", "20200601 X"]);
  });

  it("lets a recorded newcomer in at once, and pays the holder of who left", () => {
    const days = market({
      rows: `
        date        T      X
        2020-03-02  10@90  5@10
        2020-03-03  50@95  5@10  -- outranked: what T's holders got is 12
        2020-03-04  50@95  5@10
        2020-03-05  55@95  5@10
      `,
      actions: DELISTED,
      records: `
        ticker  from      to        country  type    issuer  primary
        T       20100101  20200302  US       common  old     -
        T       20200303  99991231  US       common  new     -
        X       20100101  99991231  US       common  x       -
      `,
    }).build({ size: 1 });
    expect(members(days)).toEqual(["20200302 T", "20200303 X", "20200304 T", "20200305 T"]);
    expect(round(levels(days))).toEqual([100, 120, 120, 132]);
    expect(days[2]!.holdings[0]!.security).not.toBe(days[0]!.holdings[0]!.security);
  });

  it("asks the newcomer for a record of its own where the one who left had one that ended", () => {
    const rows = `
      date        T      X
      2020-03-02  10@90  5@10
      2020-03-03  .      5@10
      2022-05-02  40@80  5@10
    `;
    const header = "ticker from to country type issuer primary";
    const old = "T 20100101 20200302 US common old -";
    const chosen = (records: string) =>
      members(market({ rows, actions: DELISTED, records }).build({ size: 1 })).at(-1);
    expect(chosen(`${header}\n${old}`)).toBe("20220502 X");
    expect(chosen(`${header}\n${old}\nT 20220502 99991231 US common new -`)).toBe("20220502 T");
    expect(chosen(`${header}\n${old}\nT 20220502 99991231 Germany common new -`)).toBe(
      "20220502 X",
    );
    // The record of the newcomer says nothing of who had the ticker before it.
    const days = market({
      rows,
      actions: DELISTED,
      records: `${header}\nT 20220502 99991231 Germany common new -`,
    }).build({ size: 1, universe: DEFAULT_PARAMETERS.universe });
    expect(members(days)).toEqual(["20200302 T", "20200303 X", "20220502 X"]);
  });

  it("is delisted again when the newcomer is", () => {
    const days = market({
      rows: `
        date        T      X
        2020-03-02  10@90  5@10
        2020-03-03  .      5@10
        2022-05-02  40@80  5@10
        2022-05-03  .      5@10
        2022-05-04  40@80  5@10
      `,
      actions: `${DELISTED.trimEnd()}\n  2022-05-03  T  delisting  0`,
    }).build({ size: 1 });
    expect(members(days).slice(2)).toEqual(["20220502 T", "20220503 X", "20220504 X"]);
    expect(round(levels(days))).toEqual([100, 120, 120, 0, 0]);
  });

  it("keeps apart the two whose days meet because nobody captured the sessions between", () => {
    const days = market({
      rows: `
        date        T      X
        2020-03-02  10@90  5@10
        2022-05-02  40@80  5@10  -- the first session on or after the delisting is the newcomer's
        2022-05-03  44@80  5@10
      `,
      actions: DELISTED,
    }).build({ size: 1 });
    expect(members(days)).toEqual(["20200302 T", "20220502 T", "20220503 T"]);
    expect(round(levels(days))).toEqual([100, 120, 132]);
    expect(changeLines(days)).toHaveLength(2);
  });
});
