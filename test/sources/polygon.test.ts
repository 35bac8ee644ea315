import { describe, expect, it } from "vitest";
import type { DailyBatch, MarketSource, RejectedRow } from "../../lib/ports.ts";
import { type PolygonOptions, polygon } from "../../lib/sources/polygon.ts";
import {
  askedOf,
  bar,
  listed,
  POLYGON_TEST_KEY,
  type PolygonMarket,
  polygonStub,
} from "./stubs/polygon.ts";
import { type StubAnswer, virtualWorld } from "./stubs/vendor-stub.ts";

const SESSIONS = [20240301, 20240304, 20240305];
const GROUPED = {
  "2024-03-01": [bar("AAA", 10), bar("BBB", 20)],
  "2024-03-04": [bar("AAA", 11), bar("BBB", 21)],
  "2024-03-05": [bar("AAA", 12)],
};
const NOT_IN_PLAN: StubAnswer = {
  status: 403,
  json: {
    status: "NOT_AUTHORIZED",
    message: "Your plan doesn't include this data timeframe. Please upgrade your plan",
  },
};

async function sourceOf(market: PolygonMarket, options: Partial<PolygonOptions> = {}) {
  const stub = await polygonStub({ grouped: GROUPED, ...market });
  const world = virtualWorld();
  const source = polygon(
    {
      tickers: undefined,
      from: 20240301,
      to: 20240305,
      sessions: SESSIONS,
      key: POLYGON_TEST_KEY,
      baseUrl: stub.url,
      requestsPerMinute: null,
      ...options,
    },
    world,
  );
  return { source, stub, world, asked: () => askedOf(stub) };
}

/** Closes as "day ticker close", and the rows that were refused. */
async function read(source: MarketSource, file?: number) {
  const rejected: RejectedRow[] = [];
  const rows: string[] = [];
  for await (const batch of source.rows((row) => rejected.push(row), file)) {
    rows.push(...linesOf(batch));
  }
  return { rows, rejected };
}

const linesOf = ({ count, date, ticker, close }: DailyBatch): string[] =>
  Array.from({ length: count }, (_, at) => `${date[at]} ${ticker[at]} ${close[at]}`);

describe("polygon rows", () => {
  it("come a session and a request at a time, as traded and without a cap", async () => {
    const { source, stub, asked } = await sourceOf({});
    const batches: DailyBatch[] = [];
    for await (const batch of source.rows(() => {})) batches.push(batch);
    expect(batches.flatMap(linesOf)).toEqual([
      "20240301 AAA 10",
      "20240301 BBB 20",
      "20240304 AAA 11",
      "20240304 BBB 21",
      "20240305 AAA 12",
    ]);
    const [{ file, line, open, high, low, volume, marketCap } = batches[0]!] = batches;
    expect([file, line[1], open[1], high[1], low[1], volume[1], marketCap[1]]).toEqual([
      "polygon/2024-03-01",
      2,
      19,
      21,
      18,
      1000,
      Number.NaN,
    ]);
    const path = "/v2/aggs/grouped/locale/us/market/stocks";
    expect(asked()).toEqual(
      ["2024-03-01", "2024-03-04", "2024-03-05"].map((day) => `${path}/${day}?adjusted=false`),
    );
    expect(stub.requests.every(({ query }) => !JSON.stringify(query).includes("k3y"))).toBe(true);
    expect([source.totalUnits, source.doneUnits(), source.failures?.()]).toEqual([3, 3, []]);
  });

  it("can be read from any session on, so that an ingestion goes on where it was", async () => {
    const { source, asked } = await sourceOf({});
    expect(source.files?.[1]).toBe("polygon/2024-03-04");
    expect((await read(source, 1)).rows).toEqual(["20240304 AAA 11", "20240304 BBB 21"]);
    expect([asked().length, source.doneUnits()]).toEqual([1, 2]);
  });

  it("are those of the tickers asked for", async () => {
    const { source } = await sourceOf({}, { tickers: ["BBB"] });
    expect((await read(source)).rows).toEqual(["20240301 BBB 20", "20240304 BBB 21"]);
    expect(source.failures?.()).toEqual([]);
  });

  it("keep to five requests a minute unless told otherwise", async () => {
    const stub = await polygonStub({ grouped: GROUPED });
    const world = virtualWorld();
    const options = { tickers: undefined, from: 20240301, to: 20240305, sessions: SESSIONS };
    const source = polygon({ ...options, key: POLYGON_TEST_KEY, baseUrl: stub.url }, world);
    await read(source);
    expect(world.waits).toEqual([12_000, 12_000]);
  });

  it("that are wrong are refused one by one, symbols of garbage included", async () => {
    const { source } = await sourceOf({
      grouped: {
        ...GROUPED,
        "2024-03-04": [
          bar("\u0000HTLB^\u0016", 9.1e11),
          { ...bar("AAA", 11), c: "11" },
          { ...bar("CCC", 5), v: -1 },
          bar("BBB", 21),
        ],
      },
    });
    const { rows, rejected } = await read(source, 1);
    expect(rows).toEqual(["20240304 BBB 21"]);
    expect(rejected.map(({ file, line, ticker, reason }) => [file, line, ticker, reason])).toEqual([
      ["polygon/2024-03-04", 1, null, "BAD_TICKER"],
      ["polygon/2024-03-04", 2, "AAA", "BAD_NUMBER"],
      ["polygon/2024-03-04", 3, "CCC", "BAD_VOLUME"],
    ]);
  });
});

describe("a session that cannot be had", () => {
  it.each<[string, StubAnswer, string, RegExp]>([
    ["has no rows", { json: { adjusted: false, resultsCount: 0 } }, "MISSING_SESSION", /no rows/],
    ["is cut short", { fault: "cut" }, "VENDOR_ANSWER", /it ended after/],
    ["is broken", { status: 500, text: "oops" }, "DEPENDENCY_DOWN", /status 500/],
    ["has another shape", { json: { results: { AAA: 1 } } }, "VENDOR_ANSWER", /results: .*array/],
    [
      "has rows of another shape",
      { json: { results: [{ symbol: "AAA", close: 1 }] } },
      "VENDOR_ANSWER",
      /no row is right: the ticker is blank/,
    ],
    [
      "is adjusted though it must not be",
      { json: { adjusted: true, results: [bar("AAA", 1)] } },
      "VENDOR_ANSWER",
      /prices as traded/,
    ],
  ])("is told, and the others stand: it %s", async (_, answer, reason, detail) => {
    const { source } = await sourceOf({
      instead: ({ path }) => (path.endsWith("2024-03-04") ? answer : undefined),
    });
    expect((await read(source)).rows).toEqual([
      "20240301 AAA 10",
      "20240301 BBB 20",
      "20240305 AAA 12",
    ]);
    expect(source.failures?.()).toEqual([
      { ticker: null, date: 20240304, reason, detail: expect.stringMatching(detail) },
    ]);
  });

  it("is asked for again when the vendor was busy or broken in passing", async () => {
    const answers: Record<number, StubAnswer> = {
      1: { status: 429, headers: { "retry-after": "20" } },
      2: { status: 500, text: "" },
    };
    const { source, world } = await sourceOf({ instead: ({ count }) => answers[count] });
    expect((await read(source)).rows).toHaveLength(5);
    expect(world.waits).toEqual([20_000, 500]);
  });

  it("is found by halving when the plan begins later", async () => {
    const sessions = Array.from({ length: 20 }, (_, at) => 20240301 + at);
    const isCovered = (path: string) =>
      path >= "/v2/aggs/grouped/locale/us/market/stocks/2024-03-15";
    const { source, asked } = await sourceOf(
      {
        instead: ({ path }) =>
          isCovered(path) ? { json: { results: [bar("AAA", 10)] } } : NOT_IN_PLAN,
      },
      { sessions },
    );
    expect((await read(source)).rows).toHaveLength(6);
    // 6 that are covered and, of the 14 that are not, the first and those that halving met.
    expect(asked().length).toBeLessThan(12);
    const failures = source.failures?.() ?? [];
    expect(failures.map(({ date }) => date)).toEqual(sessions.slice(0, 14));
    expect(failures[0]).toMatchObject({
      reason: "VENDOR_REFUSED",
      detail: expect.stringContaining("Your plan doesn't include this data timeframe"),
    });
  });
});

describe("polygon as a whole", () => {
  it("does not begin without a key", () => {
    const options = { tickers: undefined, from: 20240301, to: 20240305, sessions: SESSIONS };
    expect(() => polygon({ ...options, key: undefined }, virtualWorld())).toThrow(
      "polygon needs a key: set POLYGON_API_KEY to the one of your account there",
    );
  });

  it("ends with a key that is refused, which no message holds", async () => {
    const { source, stub } = await sourceOf({}, { key: "wr0ng" });
    const error = await read(source).catch((error: Error) => error);
    expect(error).toMatchObject({
      code: "VENDOR_REFUSED",
      message: expect.stringContaining("POLYGON_API_KEY"),
    });
    expect(JSON.stringify([error, String(error)])).not.toContain("wr0ng");
    expect(stub.requests).toHaveLength(1);
  });

  it.each<[string, PolygonMarket, string]>([
    ["is down", { instead: () => ({ status: 503, text: "" }) }, "DEPENDENCY_DOWN"],
    ["refuses every session", { instead: () => NOT_IN_PLAN }, "VENDOR_REFUSED"],
    ["answers nothing that can be read", { instead: () => ({ text: "<p>" }) }, "VENDOR_ANSWER"],
  ])("ends when the vendor %s", async (_, market, code) => {
    const { source } = await sourceOf(market);
    await expect(read(source)).rejects.toMatchObject({ code });
  });

  it("says what it can be asked for", async () => {
    const { source } = await sourceOf({}, { tickers: ["AAA"], requestsPerMinute: 100 });
    expect(source).toMatchObject({ name: "polygon", kind: "real", isPointInTime: false });
    expect(source.capabilities).toEqual({
      dailyBars: true,
      marketCap: false,
      sharesOutstanding: true,
      corporateActions: true,
      universe: true,
      since: null,
      requestsPerMinute: 100,
      keySetting: "POLYGON_API_KEY",
    });
    const other = await sourceOf({}, { tickers: ["AAB"] });
    expect(source.print).not.toBe(other.source.print);
  });
});

describe("the facts of the whole market", () => {
  const TICKERS = [
    listed("AAA", { share_class_figi: "F1", cik: "0000000001" }),
    listed("CCC", { type: "ETF", primary_exchange: "ARCX" }),
    listed("NEW", { share_class_figi: "F2", name: "New Inc." }),
    listed("BBB", { active: false, delisted_utc: "2024-03-04T00:00:00Z" }),
    listed("DDD", { active: false, delisted_utc: "2024-03-05T00:00:00Z" }),
    listed("EEE", { active: false, delisted_utc: "2009-01-05T05:00:00Z" }),
    listed("AAA", { active: false, delisted_utc: "2011-01-05T05:00:00Z" }),
    listed("OLD", {
      active: false,
      delisted_utc: "2024-03-01T00:00:00Z",
      share_class_figi: "F2",
    }),
  ];
  const MARKET: PolygonMarket = {
    tickers: TICKERS,
    splits: [
      { id: "E1", ticker: "AAA", execution_date: "2024-03-04", split_from: 1, split_to: 2 },
      { id: "E2", ticker: "AAA", execution_date: "2024-02-01", split_from: 1, split_to: 3 },
    ],
    dividends: ["AAA", "BBB", "CCC"].map((ticker) => ({
      ticker,
      cash_amount: 0.25,
      currency: "USD",
      dividend_type: "CD",
      ex_dividend_date: "2024-03-05",
      frequency: 4,
    })),
  };

  it("come from its lists, page by page", async () => {
    const { source, asked } = await sourceOf(MARKET);
    const { securities, actions, changes, shares } = await source.facts();
    expect(
      securities.map((s) => [s.ticker, s.validFrom, s.validTo, s.securityType, s.exchange]),
    ).toEqual([
      ["AAA", 19000101, 20110105, "common", "nyse"],
      ["AAA", 20110106, 99991231, "common", "nyse"],
      ["CCC", 19000101, 99991231, "fund", "arca"],
      ["NEW", 19000101, 99991231, "common", "nyse"],
      ["BBB", 19000101, 20240304, "common", "nyse"],
      ["DDD", 19000101, 20240305, "common", "nyse"],
      ["OLD", 19000101, 20240301, "common", "nyse"],
    ]);
    expect(changes).toEqual([
      { date: 20240302, oldTicker: "OLD", newTicker: "NEW", name: "New Inc." },
    ]);
    expect(actions.map(({ date, ticker, action, value }) => [date, ticker, action, value])).toEqual(
      [
        [20240304, "BBB", "delisting", 21],
        [20240304, "AAA", "split", 2],
        [20240305, "AAA", "dividend", 0.25],
        [20240305, "BBB", "dividend", 0.25],
        [20240305, "CCC", "dividend", 0.25],
      ],
    );
    expect(shares).toEqual([]);
    expect(source.failures?.()).toEqual([
      {
        ticker: "DDD",
        date: 20240305,
        reason: "VENDOR_ANSWER",
        detail: "delisted without a final price: it did not trade on that day",
      },
    ]);
    expect(asked().filter((path) => path.includes("cursor"))).toHaveLength(4);
  });

  it("ask for the session of a delisting once, and the rows take it from there", async () => {
    const { source, asked } = await sourceOf(MARKET);
    await source.facts();
    const before = asked().length;
    expect((await read(source)).rows).toHaveLength(5);
    const sessions = asked().filter((path) => path.startsWith("/v2/aggs"));
    expect([sessions.length, asked().length - before]).toEqual([3, 1]);
  });

  it.each(["https://elsewhere.invalid", "http://127.0.0.1:1", "https://user@api.massive.com"])(
    "never follow a page to another host: %s",
    async (origin) => {
      const { source, stub } = await sourceOf({
        ...MARKET,
        instead: ({ path }) =>
          path.endsWith("/splits")
            ? { json: { results: [], next_url: `${origin}/v3/reference/splits?cursor=2` } }
            : undefined,
      });
      const { actions } = await source.facts();
      expect(actions.some(({ action }) => action === "split")).toBe(false);
      expect(source.failures?.()[0]).toMatchObject({
        reason: "VENDOR_ANSWER",
        detail: expect.stringContaining("next_url: expected a page of"),
      });
      expect(stub.requests.filter(({ path }) => path.endsWith("/splits"))).toHaveLength(1);
    },
  );

  it("end a list whose pages go round", async () => {
    const page = { results: [], next_url: "" };
    const { source, stub } = await sourceOf({
      ...MARKET,
      instead: ({ path, headers }) =>
        path.endsWith("/dividends")
          ? { json: { ...page, next_url: `http://${headers.host}${path}?cursor=2` } }
          : undefined,
    });
    await source.facts();
    expect(source.failures?.().at(-1)?.detail).toMatch(/expected an end of the pages/);
    expect(stub.requests.filter(({ path }) => path.endsWith("/dividends"))).toHaveLength(2);
  });

  it("leave the securities out when half of the lists is missing", async () => {
    const { source } = await sourceOf({
      ...MARKET,
      instead: ({ query }) => (query.active === "false" ? { status: 500, text: "" } : undefined),
    });
    const { securities, actions } = await source.facts();
    expect([securities, actions.length]).toEqual([[], 4]);
    expect(source.failures?.()).toMatchObject([{ reason: "DEPENDENCY_DOWN" }]);
  });
});
