import { describe, expect, it } from "vitest";
import { AppError } from "../../lib/errors.ts";
import { noticeIn } from "../../lib/sources/alpha-vantage/notices.ts";
import { alphaVantage } from "../../lib/sources/alpha-vantage.ts";
import { type AlphaVantagePlan, alphaVantageStub, KEY, sentences } from "./stubs/alpha-vantage.ts";
import { virtualWorld } from "./stubs/vendor-stub.ts";

/** The stub's world stands at 2024-03-01. */
const RANGE = { from: 20240102, to: 20240131 };
const LONG = { from: 20200101, to: 20240131 };
const BARS = [
  "2024-02-01,13,14,12,13.5,1300",
  "2024-01-03,11,12,10,11.5,1100",
  "2024-01-02,10,11,9,10.5,1000",
];

async function open(plan: AlphaVantagePlan, tickers: readonly string[], options: object = {}) {
  const stub = await alphaVantageStub(plan);
  const world = virtualWorld();
  const all = { tickers, ...RANGE, key: KEY, baseUrl: stub.url, ...options };
  const source = alphaVantage(all, world);
  const functions = () =>
    stub.requests.map(({ query }) => `${query.function} ${query.symbol ?? ""}`);
  return { source, stub, world, functions };
}

async function closesOf({ rows }: Pick<ReturnType<typeof alphaVantage>, "rows">) {
  const closes: unknown[][] = [];
  for await (const batch of rows(() => expect.fail("a row was refused"))) {
    for (let at = 0; at < batch.count; at++) {
      closes.push([batch.ticker[at], batch.date[at], batch.close[at], batch.volume[at]]);
    }
  }
  return closes;
}

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => expect.fail("it succeeded"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe("rows of Alpha Vantage", () => {
  it("stand as traded, day by day, under the tickers that were asked for", async () => {
    const { source, stub } = await open({ daily: { AAA: BARS, "BRK-B": BARS } }, ["BRK.B", "AAA"]);
    expect(await closesOf(source)).toEqual([
      ["BRK.B", 20240102, 10.5, 1000],
      ["AAA", 20240102, 10.5, 1000],
      ["BRK.B", 20240103, 11.5, 1100],
      ["AAA", 20240103, 11.5, 1100],
    ]);
    expect(stub.requests[0]?.query).toMatchObject({ outputsize: "compact", apikey: KEY });
  });

  it("are asked for at the pace of the free plan", async () => {
    const { source, functions, world } = await open({ daily: { AAA: BARS } }, ["AAA"], {
      isPricesOnly: true,
    });
    await source.facts();
    expect(functions()).toEqual(["TIME_SERIES_DAILY AAA", "SPLITS AAA", "DIVIDENDS AAA"]);
    expect(world.waits).toEqual([12_000, 12_000]);
  });

  it("are the last 100 sessions where the plan refuses more, which is told once", async () => {
    const instead: AlphaVantagePlan["instead"] = ({ query }) =>
      query.outputsize === "full" ? { json: sentences.premium } : undefined;
    const { source, stub } = await open(
      { daily: { AAA: BARS, BBB: BARS }, instead },
      ["AAA", "BBB"],
      { ...LONG, isPricesOnly: true },
    );
    expect(await closesOf(source)).toHaveLength(4);
    const sizes = stub.requests.flatMap(({ query }) => query.outputsize ?? []);
    expect(sizes).toEqual(["full", "compact", "compact"]);
    expect(source.failures?.()).toEqual([
      {
        ticker: "AAA",
        date: null,
        reason: "VENDOR_REFUSED",
        detail: "the plan of the key gives the last 100 sessions only",
      },
    ]);
  });
});

describe("facts of Alpha Vantage", () => {
  it("are actions of the range, the users of a ticker and the present one's company", async () => {
    const plan: AlphaVantagePlan = {
      daily: { AAA: BARS },
      splits: {
        AAA: [
          ["2024-01-16", "4.0000"],
          ["2024-01-10", "1.2810"],
        ],
      },
      dividends: {
        AAA: [
          ["2024-01-22", "0.21"],
          ["2024-01-08", "0.20"],
          ["2024-01-05", "None"],
        ],
      },
      shares: {
        AAA: [
          ["2023-12-31", "100"],
          ["2023-09-30", "90"],
        ],
      },
      overview: {
        AAA: {
          AssetType: "Common Stock",
          CIK: "1234",
          Country: "USA",
          FiscalYearEnd: "December",
          SharesOutstanding: "410",
        },
      },
      active: [
        'AAA,"Alpha, Inc",NYSE,Stock,2015-01-02,null,Active',
        "ZZZ,Zed,NYSE,ETF,,null,Active",
      ],
      delisted: ["AAA,Old Alpha,NASDAQ,Stock,1999-01-04,2012-05-01,Delisted"],
    };
    const { source } = await open(plan, ["AAA"]);
    const { actions, shares, securities } = await source.facts();
    expect(actions).toEqual([
      { date: 20240110, ticker: "AAA", action: "spinoff", value: 1.281 },
      { date: 20240116, ticker: "AAA", action: "split", value: 4 },
      { date: 20240108, ticker: "AAA", action: "dividend", value: 0.8 },
      { date: 20240122, ticker: "AAA", action: "dividend", value: 0.21 },
    ]);
    expect(shares?.map((fact) => [fact.effectiveDate, fact.knownAt, fact.shares])).toEqual([
      [20230930, 20231114, 90],
      [20231231, 20240330, 100],
    ]);
    expect(securities).toEqual([
      expect.objectContaining({
        name: "Old Alpha",
        validFrom: 19000101,
        validTo: 20120501,
        country: null,
        cik: null,
      }),
      expect.objectContaining({
        name: "Alpha, Inc",
        validFrom: 20150102,
        validTo: 99991231,
        exchange: "NYSE",
        country: "United States",
        securityType: "common",
        cik: "0000001234",
      }),
    ]);
    expect(source.failures?.()).toEqual([]);
  });
});

describe("a sentence of Alpha Vantage", () => {
  it.each([
    ["badKey", 401, undefined],
    ["unknown", 404, undefined],
    ["aSecond", 429, 15],
    ["aMinute", 429, 15],
    ["aDay", 429, 86_400],
    ["premium", 403, undefined],
  ] as const)("%s has the status %s", (name, status, retryAfterSeconds) => {
    const notice = noticeIn(JSON.stringify(sentences[name]));
    expect([notice?.status, notice?.retryAfterSeconds]).toEqual([status, retryAfterSeconds]);
  });

  it.each(['{"symbol":"AAA","data":[]}', "timestamp,open\r\n", '{"Note":', '{"Note":1}'])(
    "is not in %s",
    (text) => {
      expect(noticeIn(text)).toBeUndefined();
    },
  );
});

describe("failures of Alpha Vantage", () => {
  it("by too much at once are waited for", async () => {
    const instead: AlphaVantagePlan["instead"] = ({ count }) =>
      count <= 2 ? { json: count === 1 ? sentences.aSecond : sentences.aMinute } : undefined;
    const { source, stub } = await open({ daily: { AAA: BARS }, instead }, ["AAA"], {
      isPricesOnly: true,
    });
    expect(await closesOf(source)).toHaveLength(2);
    expect(stub.requests).toHaveLength(5);
    expect(source.failures?.()).toEqual([]);
  });

  it("by a used-up day end it without waiting, what came before stands, and no key is told", async () => {
    const instead: AlphaVantagePlan["instead"] = ({ count }) =>
      count > 3 ? { json: sentences.aDay } : undefined;
    const tickers = ["AAA", "BBB", "CCC", "DDD", "EEE"];
    const daily = Object.fromEntries(tickers.map((ticker) => [ticker, BARS]));
    const { source, stub, world } = await open({ daily, instead }, tickers, { isPricesOnly: true });
    expect((await closesOf(source)).map(([ticker]) => ticker)).toEqual(["AAA", "AAA"]);
    const failures = source.failures?.() ?? [];
    expect(failures.map(({ ticker, reason }) => [ticker, reason])).toEqual(
      ["BBB", "CCC", "DDD", "EEE"].map((ticker) => [ticker, "DEPENDENCY_DOWN"]),
    );
    expect(failures[0]?.detail).toContain("API key as *** and our standard API rate limit");
    expect(Math.max(...world.waits)).toBeLessThan(60_000);
    expect(stub.requests).toHaveLength(6);
  });

  it("by a key that is not taken end it", async () => {
    const { source, stub } = await open({ daily: {} }, ["AAA", "BBB"], { key: "wrong" });
    const error = await failureOf(source.facts());
    expect(error.code).toBe("VENDOR_REFUSED");
    expect(error.message).toContain("check the key in ALPHA_VANTAGE_API_KEY");
    expect(stub.requests).toHaveLength(1);
  });

  it("of single symbols are told", async () => {
    const { source, functions } = await open(
      { daily: { AAA: BARS } },
      ["AAA", "GONE", "TSCO.LON"],
      { isPricesOnly: true },
    );
    expect(await closesOf(source)).toHaveLength(2);
    expect(source.failures?.().map(({ ticker, reason }) => [ticker, reason])).toEqual([
      ["TSCO.LON", "BAD_TICKER"],
      ["GONE", "VENDOR_ANSWER"],
    ]);
    expect(functions().filter((name) => name.endsWith("GONE"))).toHaveLength(1);
  });

  it.each([
    ["another table", { text: "day,close\r\n2024-01-02,1\r\n" }, "expected a table with timestamp"],
    [
      "a row too short",
      { text: "timestamp,open,high,low,close,volume\r\n2024-01-02,1\r\n" },
      "row 1: 2 fields",
    ],
    [
      "a day that is none",
      { text: "timestamp,open,high,low,close,volume\r\n2024-13-02,1,1,1,1,1\r\n" },
      "row 1: no day",
    ],
    ["a body that is cut short", { fault: "cut" }, "ended after"],
  ] as const)("by %s are told with what was expected", async (_, answer, detail) => {
    const instead: AlphaVantagePlan["instead"] = ({ query }) =>
      query.symbol === "BAD" ? answer : undefined;
    const { source } = await open({ daily: { AAA: BARS }, instead }, ["AAA", "BAD"], {
      isPricesOnly: true,
    });
    await source.facts();
    expect(source.failures?.()[0]).toMatchObject({ ticker: "BAD", reason: "VENDOR_ANSWER" });
    expect(source.failures?.()[0]?.detail).toContain(detail);
  });

  it("of a network that is not there are one", async () => {
    const { source } = await open({ daily: {}, instead: () => ({ fault: "refuse" }) }, ["A", "B"]);
    const error = await failureOf(source.facts());
    expect([error.code, error.details.dependency]).toEqual(["DEPENDENCY_DOWN", "alpha-vantage"]);
  });

  it("of a question that cannot be asked come at once", () => {
    const ask = (options: object) => () =>
      alphaVantage({ tickers: ["AAA"], ...RANGE, key: KEY, ...options }, virtualWorld());
    expect(ask({ key: undefined })).toThrow("alpha-vantage needs a key: set ALPHA_VANTAGE_API_KEY");
    expect(ask({ tickers: undefined })).toThrow("alpha-vantage needs tickers");
  });
});
