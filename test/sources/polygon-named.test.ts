/** Polygon asked for single tickers: details, counts of shares, renames and delistings. */
import { describe, expect, it } from "vitest";
import { type PolygonOptions, polygon } from "../../lib/sources/polygon.ts";
import {
  askedOf,
  bar,
  listed,
  POLYGON_TEST_KEY,
  type PolygonMarket,
  polygonStub,
} from "./stubs/polygon.ts";
import { virtualWorld } from "./stubs/vendor-stub.ts";

const counted = (ticker: string, shares: number, more = {}) =>
  listed(ticker, {
    list_date: "2010-01-04",
    address: { city: "CUPERTINO", state: "CA" },
    market_cap: 1e9,
    share_class_shares_outstanding: shares,
    weighted_shares_outstanding: shares + 1,
    ...more,
  });

/** Asked on 2024-03-01, by the clock of the test. */
async function factsOf(market: PolygonMarket, options: Partial<PolygonOptions> = {}) {
  const stub = await polygonStub(market);
  const source = polygon(
    {
      tickers: ["AAA"],
      from: 20240102,
      to: 20240131,
      sessions: [20240102, 20240131],
      key: POLYGON_TEST_KEY,
      baseUrl: stub.url,
      requestsPerMinute: null,
      ...options,
    },
    virtualWorld(),
  );
  const facts = await source.facts();
  return { ...facts, failures: source.failures?.() ?? [], asked: askedOf(stub) };
}

const split = (ticker: string, execution_date: string, split_to: number) => ({
  id: "E1",
  ticker,
  execution_date,
  split_from: 1,
  split_to,
});

describe("a named ticker", () => {
  it("is described by its details of the days it is asked on", async () => {
    const { securities, shares, failures, asked } = await factsOf({
      details: { AAA: { "": counted("AAA", 500, { cik: "0000000001" }) } },
    });
    expect(securities).toEqual([
      {
        ticker: "AAA",
        validFrom: 20100104,
        validTo: 99991231,
        exchange: "nyse",
        name: "AAA Inc.",
        country: "United States",
        securityType: "common",
        issuer: "0000000001",
        primaryLine: null,
        cik: "0000000001",
      },
    ]);
    expect(shares).toEqual([
      {
        ticker: "AAA",
        effectiveDate: 20240101,
        knownAt: 20240101,
        shares: 500,
        source: "polygon share_class_shares_outstanding",
      },
    ]);
    expect(failures).toEqual([]);
    expect(asked).toEqual([
      "/v3/reference/splits?execution_date.gte=2023-09-23&execution_date.lte=2024-02-29&ticker=AAA",
      "/v3/reference/tickers/AAA?date=2024-01-01",
      "/v3/reference/tickers/AAA?date=2024-01-31",
      "/v3/reference/dividends?ex_dividend_date.gte=2024-01-02&ex_dividend_date.lte=2024-01-31&ticker=AAA",
    ]);
  });

  it("has its shares counted again in every quarter", async () => {
    const { shares } = await factsOf(
      { details: { AAA: { "": counted("AAA", 500), "2023-07-03": counted("AAA", 510) } } },
      { from: 20230601, to: 20231002, sessions: [20230601, 20230630, 20230703, 20231002] },
    );
    expect(shares?.map(({ effectiveDate, shares }) => [effectiveDate, shares])).toEqual([
      [20230531, 500],
      [20230703, 510],
      [20231002, 510],
    ]);
  });

  it("counts as known when its filing was out, and what is told today as known today", async () => {
    const { shares, asked } = await factsOf(
      { details: { AAA: { "": counted("AAA", 500) } } },
      { from: 20231201, to: 20240102, sessions: [20231201, 20240102], filingLagDays: 90 },
    );
    expect(shares?.map(({ effectiveDate, knownAt }) => [effectiveDate, knownAt])).toEqual([
      [20230901, 20231130],
      [20240102, 20240229],
    ]);
    expect(asked).toContain("/v3/reference/tickers/AAA?date=2023-09-01");
  });

  it("takes the count of all classes where there is none of its own", async () => {
    const details = counted("AAA", 500, { share_class_shares_outstanding: undefined });
    const { shares } = await factsOf({ details: { AAA: { "": details } } });
    expect(shares).toMatchObject([{ shares: 501, source: "polygon weighted_shares_outstanding" }]);
  });

  it("has no count when it is a receipt", async () => {
    const details = { AAA: { "": counted("AAA", 500, { type: "ADRC" }) } };
    const { securities, shares } = await factsOf({ details });
    expect([securities[0]?.securityType, shares]).toEqual(["adr", []]);
  });

  it("has no count near a split, which is told", async () => {
    const { shares, actions, failures } = await factsOf({
      details: { AAA: { "": counted("AAA", 500) } },
      splits: [split("AAA", "2024-01-16", 4)],
    });
    expect([shares, actions]).toEqual([
      [],
      [{ date: 20240116, ticker: "AAA", action: "split", value: 4 }],
    ]);
    expect(failures).toEqual([
      {
        ticker: "AAA",
        date: 20240101,
        reason: "VENDOR_ANSWER",
        detail: "500 shares may be of either side of the split of 2024-01-16",
      },
    ]);
  });

  it.each([
    ["is believed that grew with a later split", 130, [20170101]],
    ["is left out that already stands on the basis of a later split", 500, []],
  ])("has a count of long ago that %s", async (_, then, expected) => {
    const { shares, actions, asked } = await factsOf(
      {
        details: { AAA: { "": counted("AAA", then), "2020-08-31": counted("AAA", 500) } },
        splits: [split("AAA", "2020-08-31", 4)],
      },
      { from: 20170102, to: 20170131, sessions: [20170103, 20170131] },
    );
    expect(shares?.map(({ effectiveDate }) => effectiveDate)).toEqual(expected);
    expect(actions, "a split after the range is none of it").toEqual([]);
    expect(asked).toContain("/v3/reference/tickers/AAA");
  });

  it("has no count when its splits cannot be had", async () => {
    const { shares, securities, failures } = await factsOf({
      details: { AAA: { "": counted("AAA", 500) } },
      instead: ({ path }) =>
        path.endsWith("/splits")
          ? { json: { results: [{ ticker: "AAA", split_from: 1 }] } }
          : undefined,
    });
    expect([shares, securities.length]).toEqual([[], 1]);
    expect(failures.map(({ detail }) => detail)).toEqual([
      expect.stringMatching(/results\.0\.execution_date: .*string/),
      "counts of shares are left out, for want of its splits",
    ]);
  });

  it("that nobody knows is told, and the others stand", async () => {
    const { securities, failures } = await factsOf(
      { details: { AAA: { "": counted("AAA", 500) } } },
      { tickers: ["NOPE", "AAA"] },
    );
    expect(securities.map(({ ticker }) => ticker)).toEqual(["AAA"]);
    expect(failures).toEqual([
      {
        ticker: "NOPE",
        date: null,
        reason: "UNKNOWN_SECURITY",
        detail: "polygon does not know this ticker",
      },
    ]);
  });

  it("that came within the range is no failure", async () => {
    const { securities, shares, failures } = await factsOf({
      details: { AAA: { "2024-01-20": counted("AAA", 500, { list_date: "2024-01-20" }) } },
    });
    expect(securities).toMatchObject([{ validFrom: 20240120, validTo: 99991231 }]);
    expect([shares, failures]).toEqual([[], []]);
  });
});

describe("a named ticker that is gone", () => {
  const gone = listed("AAA", {
    active: false,
    delisted_utc: "2024-01-16T00:00:00Z",
    composite_figi: "BBG1",
  });
  const MARKET: PolygonMarket = {
    details: { AAA: { "": counted("AAA", 500), "2024-01-17": null } },
    tickers: [listed("AAA", { active: false, delisted_utc: "2001-01-16T00:00:00Z" }), gone],
    grouped: { "2024-01-16": [bar("AAA", 30)] },
  };
  const options = { sessions: [20240102, 20240116, 20240131] };

  it("ends at its last close", async () => {
    const { securities, actions, changes, failures } = await factsOf(MARKET, options);
    expect(securities).toMatchObject([{ ticker: "AAA", validTo: 20240116 }]);
    expect(actions).toEqual([{ ticker: "AAA", date: 20240116, action: "delisting", value: 30 }]);
    expect([changes, failures]).toEqual([[], []]);
  });

  it("goes on under its new ticker when the vendor says so", async () => {
    const change = (date: string, ticker: string) => ({
      ticker_change: { ticker },
      type: "ticker_change",
      date,
    });
    const events = { BBG1: [change("2024-01-17", "BBB"), change("2010-01-04", "AAA")] };
    const { actions, changes } = await factsOf({ ...MARKET, events }, options);
    expect(changes).toEqual([
      { date: 20240117, oldTicker: "AAA", newTicker: "BBB", name: "AAA Inc." },
    ]);
    expect(actions).toEqual([]);
  });

  it("is not called delisted while a rename cannot be ruled out", async () => {
    const { actions, changes, failures } = await factsOf(
      {
        ...MARKET,
        instead: ({ path }) => (path.startsWith("/vX") ? { status: 500, text: "" } : undefined),
      },
      options,
    );
    expect([actions, changes]).toEqual([[], []]);
    expect(failures).toMatchObject([{ ticker: "AAA", date: 20240116, reason: "DEPENDENCY_DOWN" }]);
  });

  it("is told without a final price when its last day was no session", async () => {
    const { actions, failures } = await factsOf(MARKET);
    expect(actions).toEqual([]);
    expect(failures).toMatchObject([
      { detail: "delisted without a final price: that day was no session" },
    ]);
  });

  it("is not mistaken for an earlier user of its ticker", async () => {
    const { securities, actions } = await factsOf({
      ...MARKET,
      tickers: MARKET.tickers!.slice(0, 1),
    });
    expect(securities).toMatchObject([{ validTo: 99991231 }]);
    expect(actions).toEqual([]);
  });
});
