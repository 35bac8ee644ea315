import { afterEach, describe, expect, it, vi } from "vitest";
import { AppError } from "../../lib/errors.ts";
import type { DailyBatch, MarketSource } from "../../lib/ports.ts";
import { yahoo } from "../../lib/sources/yahoo.ts";
import { virtualWorld } from "./stubs/vendor-stub.ts";
import { failure, openingSeconds, type YahooPlan, yahooStub } from "./stubs/yahoo.ts";

/** The stub's world stands at 2024-03-01, before New York opens. */
const RANGE = { from: 20240102, to: 20240105 };

const AAA = {
  bars: [
    ["2024-01-02", 49.5, 51, 49, 50, 2000],
    ["2024-01-03", 50, 52, 49.5, 51, 2200],
    ["2024-01-04", 51, 53, 50, 52, 2400],
    ["2024-02-29", 60, 62, 59, 61, 2600],
  ],
} as const;

async function open(plan: YahooPlan, tickers: readonly string[], options: object = {}) {
  const stub = await yahooStub(plan);
  const world = virtualWorld();
  const source = yahoo({ tickers, ...RANGE, baseUrl: stub.url, ...options }, world);
  return { source, stub, world };
}

/** Rows as [ticker, date, close, volume, market cap]; `null` stands for NaN. */
async function rowsOf(source: MarketSource) {
  const rows: unknown[][] = [];
  const known = (value: number) => (Number.isNaN(value) ? null : value);
  for await (const batch of source.rows(() => expect.fail("a row was refused"))) {
    rows.push(...Array.from({ length: batch.count }, (_, at) => rowOf(batch, at).map(known)));
  }
  return rows;
}

const rowOf = (batch: DailyBatch, at: number) => [
  batch.ticker[at] as unknown as number,
  batch.date[at]!,
  batch.close[at]!,
  batch.volume[at]!,
  batch.marketCap[at]!,
];

async function failureOf(promise: Promise<unknown>): Promise<AppError> {
  const error = await promise.then(
    () => expect.fail("it succeeded"),
    (thrown: unknown) => thrown,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

afterEach(() => vi.restoreAllMocks());

describe("rows of Yahoo", () => {
  it("come day by day, of the days that were asked for", async () => {
    const { source } = await open({ charts: { AAA, BBB: AAA } }, ["AAA", "BBB"]);
    expect(await rowsOf(source)).toEqual([
      ["AAA", 20240102, 50, 2000, null],
      ["BBB", 20240102, 50, 2000, null],
      ["AAA", 20240103, 51, 2200, null],
      ["BBB", 20240103, 51, 2200, null],
      ["AAA", 20240104, 52, 2400, null],
      ["BBB", 20240104, 52, 2400, null],
    ]);
  });

  it("can be read twice, and are asked for once", async () => {
    const { source, stub } = await open({ charts: { AAA } }, ["AAA"]);
    await source.facts();
    expect(await rowsOf(source)).toEqual(await rowsOf(source));
    expect(stub.requests.filter(({ path }) => path.includes("/chart/"))).toHaveLength(1);
  });

  it("stand as traded before a split that came after the range", async () => {
    const chart = { ...AAA, splits: [["2024-02-15", 4, 1]] } as const;
    const { source } = await open({ charts: { AAA: chart } }, ["AAA"]);
    expect((await rowsOf(source))[0]).toEqual(["AAA", 20240102, 200, 500, null]);
    expect((await source.facts()).actions).toEqual([]);
  });

  it("carry today's market cap on the session it is of, and nowhere else", async () => {
    const quotes = {
      AAA: { marketCap: 6100, regularMarketTime: openingSeconds("2024-02-29") + 23400 },
    };
    const { source } = await open({ charts: { AAA }, quotes }, ["AAA"], { to: 20240301 });
    expect(await rowsOf(source)).toEqual([
      ["AAA", 20240102, 50, 2000, null],
      ["AAA", 20240103, 51, 2200, null],
      ["AAA", 20240104, 52, 2400, null],
      ["AAA", 20240229, 61, 2600, 6100],
    ]);
  });

  it("go back under the ticker that was asked for, whatever Yahoo writes", async () => {
    const charts = { "BRK-A": AAA, "BF-B": AAA };
    const { source, stub } = await open({ charts }, ["BRK/A", "BF.B", "BF/B"]);
    expect((await rowsOf(source)).slice(0, 2).map(([ticker]) => ticker)).toEqual(["BRK/A", "BF.B"]);
    const asked = stub.requests.map(({ path }) => path).filter((path) => path.includes("/chart/"));
    expect(asked).toEqual(["/v8/finance/chart/BRK-A", "/v8/finance/chart/BF-B"]);
    expect(source.failures?.()).toContainEqual(
      expect.objectContaining({ ticker: "BF/B", detail: "is BF-B there, as BF.B is" }),
    );
  });
});

describe("facts of Yahoo", () => {
  it("tell who a security is today, its shares and since when they count as known", async () => {
    const plan: YahooPlan = {
      charts: { AAA },
      quotes: {
        AAA: {
          longName: "Alpha Inc.",
          exchange: "NYQ",
          marketCap: 6100,
          regularMarketTime: openingSeconds("2024-02-29"),
        },
      },
      quarterly: {
        AAA: [
          ["2023-09-30", 90],
          ["2023-12-31", 100],
        ],
      },
      annual: { AAA: [["2023-12-31", 100]] },
      countries: { AAA: "United States" },
    };
    const { source } = await open(plan, ["AAA"]);
    const { securities, shares } = await source.facts();
    expect(securities).toEqual([
      expect.objectContaining({
        ticker: "AAA",
        exchange: "NYSE",
        name: "Alpha Inc.",
        country: "United States",
        securityType: "common",
      }),
    ]);
    const source0 = "yahoo quarterly ordinarySharesNumber";
    expect(shares).toEqual([
      {
        ticker: "AAA",
        effectiveDate: 20230930,
        knownAt: 20231114,
        shares: 90,
        source: source0,
      },
      {
        ticker: "AAA",
        effectiveDate: 20231231,
        knownAt: 20240330,
        shares: 100,
        source: "yahoo annual ordinarySharesNumber",
      },
    ]);
    expect(source.failures?.()).toEqual([]);
    expect(source.isPointInTime).toBe(false);
  });

  it("leave out shares of the whole company where the line is one class of it", async () => {
    const plan: YahooPlan = {
      charts: { "BRK-B": AAA },
      quotes: {
        "BRK-B": { marketCap: 9_150_000, regularMarketTime: openingSeconds("2024-02-29") },
      },
      quarterly: { "BRK-B": [["2023-09-30", 100]] },
      countries: { "BRK-B": "United States" },
    };
    const { source } = await open(plan, ["BRK.B"]);
    expect((await source.facts()).shares).toEqual([]);
    expect(source.failures?.()).toEqual([
      expect.objectContaining({
        ticker: "BRK.B",
        detail: expect.stringContaining("shares left out: 100 shares of 20230930, but 150000"),
      }),
    ]);
  });

  it("ask for quotes fifty at a time", async () => {
    const tickers = Array.from({ length: 51 }, (_, at) => `T${at}`);
    const charts = Object.fromEntries(tickers.map((ticker) => [ticker, AAA]));
    const { source, stub } = await open({ charts }, tickers, { isPricesOnly: true });
    await source.facts();
    const batches = stub.requests.filter(({ path }) => path === "/v7/finance/quote");
    expect(batches.map(({ query }) => query.symbols?.split(",").length)).toEqual([50, 1]);
    expect(stub.requests).toHaveLength(51 + 2 + 2);
  });
});

describe("failures of Yahoo", () => {
  it("of a symbol that is gone do not touch the others", async () => {
    const { source } = await open({ charts: { AAA } }, ["TWTR", "AAA"], { isPricesOnly: true });
    expect(await rowsOf(source)).toHaveLength(3);
    expect(source.failures?.()[0]).toEqual({
      ticker: "TWTR",
      date: null,
      reason: "VENDOR_ANSWER",
      detail:
        'yahoo answered GET /v8/finance/chart/TWTR wrongly: status 404 ("No data found, symbol may be delisted")',
    });
  });

  it("end it at once, with one error that names Yahoo, where there is no network", async () => {
    const { source, stub } = await open({ charts: {}, instead: () => ({ fault: "refuse" }) }, [
      "AAA",
      "BBB",
    ]);
    const error = await failureOf(source.facts());
    expect(error.code).toBe("DEPENDENCY_DOWN");
    expect(error.message).toMatch(/^yahoo did not answer GET \/v8\/finance\/chart\/AAA: /);
    expect(error.details).toMatchObject({ dependency: "yahoo", attempts: 6 });
    expect(stub.requests.every(({ path }) => path.endsWith("AAA"))).toBe(true);
  });

  it("wait for a wave of 429 to pass", async () => {
    const instead: YahooPlan["instead"] = ({ path, count }) =>
      path.includes("/chart/") && count <= 3
        ? { status: 429, text: "Too Many Requests" }
        : undefined;
    const { source, world } = await open({ charts: { AAA }, instead }, ["AAA"]);
    expect(await rowsOf(source)).toHaveLength(3);
    // The fourth request goes out when three pauses of 20 s are over.
    let waitedMs = 0;
    const sums = world.waits.map((ms) => (waitedMs += ms));
    expect(sums).toContain(60_000);
  });

  it("of a wave that does not pass are told of each symbol, what came before it stands", async () => {
    const instead: YahooPlan["instead"] = ({ path }) =>
      /chart\/[B-F]/.test(path) ? { status: 429 } : undefined;
    const { source, stub } = await open(
      { charts: { AAA }, instead },
      ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF"],
      { isPricesOnly: true },
    );
    expect(await rowsOf(source)).toHaveLength(3);
    const told = source.failures?.().filter(({ reason }) => reason === "DEPENDENCY_DOWN");
    expect(told?.map(({ ticker }) => ticker)).toEqual(["BBB", "CCC", "DDD", "EEE", "FFF"]);
    expect(stub.requests.some(({ path }) => path.endsWith("FFF"))).toBe(false);
  });

  it("of a crumb are mended with a new one", async () => {
    let refusals = 1;
    const instead: YahooPlan["instead"] = ({ path }) =>
      path === "/v7/finance/quote" && refusals-- > 0
        ? failure("finance", 401, "Unauthorized", "Invalid Crumb")
        : undefined;
    const quotes = { AAA: { longName: "Alpha" } };
    const { source, stub } = await open({ charts: { AAA }, quotes, instead }, ["AAA"]);
    expect((await source.facts()).securities[0]?.name).toBe("Alpha");
    expect(stub.requests.filter(({ path }) => path.endsWith("getcrumb"))).toHaveLength(2);
  });

  it("of a crumb that is never taken cost the quotes and not the prices", async () => {
    const instead: YahooPlan["instead"] = ({ path }) =>
      path === "/v7/finance/quote"
        ? failure("finance", 401, "Unauthorized", "Invalid Crumb")
        : undefined;
    const { source } = await open({ charts: { AAA }, instead }, ["AAA"], { isPricesOnly: true });
    expect(await rowsOf(source)).toHaveLength(3);
    expect(source.failures?.()).toEqual([
      expect.objectContaining({ ticker: "AAA", reason: "VENDOR_REFUSED" }),
    ]);
  });

  it.each([
    ["a changed shape", { json: { chart: { result: [{ meta: {} }], error: null } } }],
    ["text that is no JSON", { text: "<html>consent</html>" }],
    ["a body that is cut short", { fault: "cut" }],
    [
      "another shape of numbers",
      {
        json: { chart: { result: [{ meta: {}, timestamp: ["x"], indicators: { quote: [{}] } }] } },
      },
    ],
  ] as const)("name %s", async (_, answer) => {
    const instead: YahooPlan["instead"] = ({ path }) =>
      path.endsWith("/BAD") ? answer : undefined;
    const { source } = await open({ charts: { AAA }, instead }, ["AAA", "BAD"], {
      isPricesOnly: true,
    });
    await source.facts();
    expect(source.failures?.()[0]).toMatchObject({ ticker: "BAD", reason: "VENDOR_ANSWER" });
    expect(source.failures?.()[0]?.detail).toMatch(/^yahoo /);
  });

  it("are of prices in another currency", async () => {
    const charts = { AAA, PEN: { ...AAA, currency: "GBp" } };
    const { source } = await open({ charts }, ["AAA", "PEN"], { isPricesOnly: true });
    await source.facts();
    expect(source.failures?.()[0]?.detail).toContain("prices are in GBp, only USD is taken");
  });

  it("say nothing on the console, and ask nobody else", async () => {
    const fetching = vi.spyOn(globalThis, "fetch");
    const said = (["log", "info", "warn", "error", "debug", "dir"] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation(() => {}),
    );
    const instead: YahooPlan["instead"] = ({ path }) =>
      path.includes("timeseries") ? { status: 400, text: "no" } : undefined;
    const quotes = { AAA: { marketCap: "a lot" } };
    const { source, stub } = await open({ charts: { AAA }, quotes, instead }, ["AAA", "TWTR"]);
    await source.facts();
    const hosts = fetching.mock.calls.map(([input]) => new URL(String(input)).origin);
    expect(new Set(hosts)).toEqual(new Set([stub.url]));
    expect(source.failures?.().length).toBeGreaterThan(2);
    expect(said.flatMap((spy) => spy.mock.calls)).toEqual([]);
  });

  it("are one for a list of no tickers, since Yahoo has none of the market", () => {
    expect(() => yahoo({ tickers: undefined, ...RANGE }, virtualWorld())).toThrow(
      /yahoo needs tickers/,
    );
  });
});
