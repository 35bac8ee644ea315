// The series of a security: adjusted by hand on a few days, over renames, used tickers and the ends of years.
import { describe, expect, it } from "vitest";
import { dailySeries } from "../../lib/jobs/daily-series.ts";
import type { CorporateAction } from "../../lib/ports.ts";
import { bodyOf, homes, type SourceSpec } from "./home.ts";

const newHome = homes();

type Bar = { date: string; ticker: string; close: number; adjusted_close: number };
type Body = {
  bars: Bar[];
  splits: { date: string; effective_date: string; kind: string; ratio: number }[];
  dividends: { date: string; effective_date: string; amount: number }[];
  meta: { warnings: { code: string; count: number; examples: unknown[] }[] };
};
type Asked = Partial<Parameters<typeof dailySeries>[1]>;

const action = (
  date: number,
  ticker: string,
  kind: CorporateAction["action"],
  value: number,
): CorporateAction => ({ date, ticker, action: kind, value });

/** A market with one file of rows, and what it is asked for. */
async function market(rows: string, more: Partial<SourceSpec> = {}) {
  const home = await newHome();
  await home.ingest({ files: [{ name: "rows", rows }], ...more });
  return (symbol: string, asked: Asked = {}) =>
    bodyOf<Body>(dailySeries(home.images, { symbol, adjusted: "splits", limit: 1000, ...asked }));
}

const adjusted = ({ bars }: Body) => bars.map((bar) => bar.adjusted_close);
const closes = ({ bars }: Body) => bars.map(({ ticker, close }) => `${ticker} ${close}`);

// Three parts: two closed years and a month of the open one.
const THREE_PARTS = `
  date         A    B
  2022-12-29  40   10
  2022-12-30  44   10
  2023-01-03  20   10
  2023-12-29  30   10
  2024-01-02  29   10
  2024-01-03  10   10
`;
const EVENTS = [
  action(20230103, "A", "split", 2),
  action(20230103, "A", "dividend", 1),
  action(20240101, "A", "dividend", 3),
  action(20240103, "A", "spinoff", 2.9),
];

describe("adjusted closes", () => {
  it("are the closes themselves when none is asked for", async () => {
    const daily = await market(THREE_PARTS, { actions: EVENTS });
    expect(adjusted(await daily("A", { adjusted: "none" }))).toEqual([40, 44, 20, 30, 29, 10]);
  });

  it("are divided by later splits and spin-offs of the range", async () => {
    const daily = await market(THREE_PARTS, { actions: EVENTS });
    const whole = await daily("A");
    expect(adjusted(whole)).toEqual([40 / 5.8, 44 / 5.8, 20 / 2.9, 30 / 2.9, 29 / 2.9, 10]);
    expect(whole.splits).toEqual([
      { date: "2023-01-03", effective_date: "2023-01-03", kind: "split", ratio: 2 },
      { date: "2024-01-03", effective_date: "2024-01-03", kind: "spinoff", ratio: 2.9 },
    ]);
    expect(adjusted(await daily("A", { end: 20231229 })), "the range knows no 2024").toEqual([
      20, 22, 20, 30,
    ]);
  });

  it("give the return over a dividend that its payer's holder had, in every part", async () => {
    const daily = await market(THREE_PARTS, { actions: EVENTS });
    const total = await daily("A", { adjusted: "total" });
    const [before, last2022, first2023, last2023, first2024, last] = adjusted(total);
    // 44 before a split of 2 are 22, of which 1 is paid out: 21.
    expect(first2023! / last2022!).toBeCloseTo(20 / 21, 12);
    expect(last2022! / before!).toBeCloseTo(44 / 40, 12);
    // New Year's Day is no session: the dividend takes effect on the next one, measured against the year before.
    expect(first2024! / last2023!).toBeCloseTo(29 / 27, 12);
    expect(last! / first2024!).toBeCloseTo(1, 12);
    expect(total.dividends).toEqual([
      { date: "2023-01-03", effective_date: "2023-01-03", amount: 1 },
      { date: "2024-01-01", effective_date: "2024-01-02", amount: 3 },
    ]);
  });

  it("do not depend on the pages they are given in", async () => {
    const daily = await market(THREE_PARTS, { actions: EVENTS });
    const whole = adjusted(await daily("A", { adjusted: "total" }));
    const first = await daily("A", { adjusted: "total", limit: 2 });
    const rest = await daily("A", { adjusted: "total", after: 20221230 });
    expect([...adjusted(first), ...adjusted(rest)]).toEqual(whole);
  });

  it("leave out a dividend that is worth the share, and say so", async () => {
    const actions = [action(20230103, "A", "dividend", 44), action(20230103, "A", "split", 2)];
    const daily = await market(THREE_PARTS, { actions });
    const total = await daily("A", { adjusted: "total" });
    expect(adjusted(total)).toEqual(adjusted(await daily("A")));
    expect(total.meta.warnings).toContainEqual({
      code: "DIVIDEND_LEFT_OUT",
      message: expect.any(String),
      count: 1,
      examples: [{ effective_date: "2023-01-03", dividend: 44, close_before: 44 }],
    });
  });
});

describe("a series", () => {
  const RENAMED = `
    date        FB   META  Z
    2024-01-02   .     7   1
    2024-01-03  10     .   1
    2024-01-04   .    11   1
    2024-01-05  99    12   1
  `;
  const changes = [{ date: 20240104, oldTicker: "FB", newTicker: "META", name: null }];

  it("goes on over a rename and takes in nothing of who had or took the tickers", async () => {
    const daily = await market(RENAMED, { changes });
    expect(closes(await daily("META"))).toEqual(["FB 10", "META 11", "META 12"]);
    expect(closes(await daily("META", { on: 20240102 }))).toEqual(["META 7"]);
    expect(closes(await daily("FB"))).toEqual(["FB 99"]);
    expect(closes(await daily("FB", { on: 20240103 }))).toEqual(["FB 10", "META 11", "META 12"]);
  });

  it("takes an action of the rename's day under either ticker, and none of a stranger's", async () => {
    const actions = [
      action(20240104, "FB", "split", 2),
      action(20240105, "META", "split", 3),
      action(20240105, "FB", "split", 5),
    ];
    const daily = await market(RENAMED, { changes, actions });
    expect(adjusted(await daily("META"))).toEqual([10 / 6, 11 / 3, 12]);
    expect((await daily("FB")).splits.map(({ ratio }) => ratio)).toEqual([5]);
  });

  it("ends with a delisting where the ticker was used again later", async () => {
    const rows = `
      date         X   Z
      2022-03-01  10   1
      2022-03-02   9   1
      2023-01-03  50   1
      2023-01-04  60   1
    `;
    const actions = [action(20220302, "X", "delisting", 9), action(20230104, "X", "split", 2)];
    const daily = await market(rows, { actions });
    expect(closes(await daily("X"))).toEqual(["X 50", "X 60"]);
    const gone = await daily("X", { on: 20220301 });
    expect({ closes: closes(gone), splits: gone.splits }).toEqual({
      closes: ["X 10", "X 9"],
      splits: [],
    });
  });

  it("holds no day without a price", async () => {
    const daily = await market(`
      date        A   B
      2024-01-02  1   1
      2024-01-03  .   1
      2024-01-04  2   1
    `);
    expect((await daily("A")).bars.map(({ date }) => date)).toEqual(["2024-01-02", "2024-01-04"]);
  });
});

describe("an empty market", () => {
  it("says that it is empty", async () => {
    const home = await newHome();
    const asked = dailySeries(home.images, { symbol: "A", adjusted: "none", limit: 1 });
    await expect(asked).rejects.toMatchObject({
      code: "RANGE_OUTSIDE_DATA",
      details: { available: null },
    });
  });
});

describe("freshness", () => {
  it("answers no failure from a manifest that was not looked up again", async () => {
    const home = await newHome();
    const late = home.another();
    await home.ingest({ files: [{ name: "rows", rows: "date A\n2024-01-02 1" }] });
    const asked = { symbol: "B", adjusted: "none", limit: 10 } as const;
    await expect(dailySeries(late, asked)).rejects.toMatchObject({ code: "UNKNOWN_SECURITY" });
    await home.ingest({ files: [{ name: "more", rows: "date B\n2024-01-02 2" }] });
    expect(closes(await bodyOf<Body>(dailySeries(late, asked)))).toEqual(["B 2"]);
  });
});
