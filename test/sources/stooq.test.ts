import { describe, expect, it } from "vitest";
import { stooq, stooqBars, stooqSymbol } from "../../lib/sources/stooq.ts";
import { stooqStub } from "./stubs/stooq.ts";
import { virtualWorld } from "./stubs/vendor-stub.ts";

const RANGE = { from: 20240102, to: 20240103 };
const BARS = ["2024-01-02,10,11,9,10.5,1000", "2024-01-03,11,12,10,11.5,1100"];

async function open(
  tickers: readonly string[],
  instead?: Parameters<typeof stooqStub>[1],
  options: object = {},
) {
  const stub = await stooqStub({ "aaa.us": BARS, "brk-b.us": BARS }, instead);
  const bars = stooqBars({ tickers, ...RANGE, baseUrl: stub.url, ...options }, virtualWorld());
  return { bars, stub };
}

async function closesOf({ rows }: ReturnType<typeof stooqBars>) {
  const closes: unknown[][] = [];
  for await (const batch of rows(() => expect.fail("a row was refused"))) {
    for (let at = 0; at < batch.count; at++) {
      closes.push([batch.ticker[at], batch.date[at], batch.close[at]]);
    }
  }
  return closes;
}

describe("bars of Stooq", () => {
  it("come day by day, from the beginning at each reading, and are asked for once", async () => {
    const { bars, stub } = await open(["AAA", "BRK/B"]);
    const closes = [
      ["AAA", 20240102, 10.5],
      ["BRK/B", 20240102, 10.5],
      ["AAA", 20240103, 11.5],
      ["BRK/B", 20240103, 11.5],
    ];
    expect(await closesOf(bars)).toEqual(closes);
    expect(await closesOf(bars)).toEqual(closes);
    expect(stub.requests.map(({ query }) => query)).toEqual([
      { s: "aaa.us", d1: "20240102", d2: "20240103", i: "d" },
      { s: "brk-b.us", d1: "20240102", d2: "20240103", i: "d" },
    ]);
  });

  it("send a key when there is one", async () => {
    const { bars, stub } = await open(["AAA"], undefined, { key: "K3Y" });
    await closesOf(bars);
    expect(stub.requests[0]?.query.apikey).toBe("K3Y");
  });

  it("are told to be missing where Stooq has no data", async () => {
    const { bars } = await open(["GONE", "AAA", "^SPX"]);
    expect(await closesOf(bars)).toHaveLength(2);
    expect(bars.failures().map(({ ticker, reason }) => [ticker, reason])).toEqual([
      ["^SPX", "BAD_TICKER"],
      ["GONE", "VENDOR_ANSWER"],
    ]);
  });

  it("stand as far as they came when the hits of the day are used up", async () => {
    const { bars, stub } = await open(["AAA", "BBB", "CCC", "DDD", "EEE"], ({ count }) =>
      count > 1 ? { text: "Exceeded the daily hits limit" } : undefined,
    );
    expect(await closesOf(bars)).toHaveLength(2);
    expect(bars.failures().map(({ ticker }) => ticker)).toEqual(["BBB", "CCC", "DDD", "EEE"]);
    expect(stub.requests).toHaveLength(4);
  });

  it.each([
    ["a key is wanted", "Get your apikey:\n1. Open ...", "VENDOR_REFUSED", "STOOQ_API_KEY"],
    ["a riddle comes", "<html><script>", "VENDOR_ANSWER", "was a page for browsers"],
    ["the columns are others", "Datum,Kurs\n", "VENDOR_ANSWER", "expected a table with Date"],
  ])("are refused when %s", async (_, text, code, words) => {
    const { bars } = await open(["AAA"], () => ({ text }));
    await expect(closesOf(bars)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(words),
    });
  });

  it("fail with one error where there is no network", async () => {
    const { bars } = await open(["AAA", "BBB"], () => ({ fault: "refuse" }));
    await expect(closesOf(bars)).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
      details: { dependency: "stooq" },
    });
  });

  it.each([
    ["BRK.B", "brk-b.us"],
    ["AAPL", "aapl.us"],
    ["BAC^B", undefined],
  ])("are of %s as %s", (ticker, symbol) => {
    expect(stooqSymbol(ticker)).toBe(symbol);
  });
});

describe("Stooq as the source of a market", () => {
  it("is refused with the reason and with what it is good for", () => {
    expect(() => stooq({ tickers: ["AAA"], ...RANGE }, virtualWorld())).toThrow(
      expect.objectContaining({
        code: "BAD_REQUEST",
        message: expect.stringMatching(/adjusted for splits and dividends.*equipoise reconcile/),
      }),
    );
  });
});
