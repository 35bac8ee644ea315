import { describe, expect, it } from "vitest";
import { nasdaqApi } from "../../lib/sources/nasdaq-api.ts";
import type { DailyBatch, RejectedRow } from "../../lib/sources/rows.ts";
import { listOf, nasdaqApiStub, refusal, row } from "./stubs/nasdaq-api.ts";
import { type StubAnswer, type StubRequest, virtualWorld } from "./stubs/vendor-stub.ts";

/** Friday 1 March 2024, 16:30 in New York. */
const EVENING = "2024-03-01T21:30:00Z";
const LISTS = {
  NASDAQ: [
    row("AAPL", { lastsale: "$1,170.25", netchange: "1.50", name: "Apple Inc. Common Stock" }),
  ],
  NYSE: [row("BRK/B", { marketCap: "", ipoyear: "", sector: " " }), row("T")],
  AMEX: [row("IMO", { lastsale: "" })],
};

type Given = Readonly<{
  tickers?: readonly string[];
  from?: number;
  sessions?: readonly number[];
  at?: string;
  isWhole?: boolean;
  instead?: (request: StubRequest) => StubAnswer | undefined;
}>;

async function open(given: Given = {}) {
  const { tickers, from, sessions = [20240301], at = EVENING, isWhole = false, instead } = given;
  const stub = await nasdaqApiStub(LISTS, instead);
  const virtual = virtualWorld();
  const begunMs = virtual.nowMs();
  const world = { ...virtual, nowMs: () => Date.parse(at) + virtual.nowMs() - begunMs };
  const days = { from: from ?? 20240301, to: 20240731, sessions };
  const options = { tickers, ...days, isWhole, baseUrl: stub.url };
  return { source: nasdaqApi(options, world), stub };
}

async function read(source: Awaited<ReturnType<typeof open>>["source"]) {
  const refused: RejectedRow[] = [];
  const rows: string[] = [];
  for await (const batch of source.rows((one) => refused.push(one))) rows.push(...linesOf(batch));
  return { rows, refused };
}

const linesOf = ({
  count,
  date,
  ticker,
  exchange,
  close,
  netChange,
  volume,
  marketCap,
}: DailyBatch) =>
  Array.from({ length: count }, (_, at) =>
    [date, exchange, ticker, close, netChange, volume, marketCap].map((of) => of?.[at]).join(" "),
  );

const reasonsOf = ({ failures }: Awaited<ReturnType<typeof open>>["source"]) =>
  failures?.().map(({ date, ticker, reason }) => `${ticker ?? date} ${reason}`);

describe("the Nasdaq screener of today", () => {
  it("gives one session of three exchanges, asked once each", async () => {
    const { source, stub } = await open();
    const { rows, refused } = await read(source);
    expect(rows).toEqual([
      "20240301 nasdaq AAPL 1170.25 1.5 1000 10500000000",
      "20240301 nyse BRK/B 10.5 -0.25 1000 NaN",
      "20240301 nyse T 10.5 -0.25 1000 10500000000",
    ]);
    expect(refused).toMatchObject([
      { file: "nasdaq-api amex 2024-03-01", line: 1, ticker: "IMO", reason: "NO_PRICE" },
    ]);
    const { captures, securities } = await source.facts();
    expect(captures).toEqual(
      [
        ["nasdaq", 1, "00"],
        ["nyse", 2, "02"],
        ["amex", 1, "04"],
      ].map(([exchange, rows, second]) => ({
        session: 20240301,
        exchange,
        capturedAt: `2024-03-01T21:30:${second}+00:00`,
        rows,
      })),
    );
    expect(securities, "today's names are no records of all days").toEqual([]);
    expect(stub.requests.map(({ path, query }) => [path, query])).toEqual(
      ["NASDAQ", "NYSE", "AMEX"].map((exchange) => [
        "/api/screener/stocks",
        { tableonly: "true", download: "true", exchange },
      ]),
    );
    expect(stub.requests[0]?.headers["user-agent"]).toContain("Mozilla");
    expect([source.doneUnits(), source.totalUnits, source.failures?.()]).toEqual([3, 3, []]);
  });

  it("tells who is listed on the day, with the names and countries of that day", async () => {
    const { source } = await open({ tickers: ["AAPL", "BRK.B"] });
    const { listings = [] } = await source.facts();
    expect(listings.map(({ ticker, isWanted }) => [ticker, isWanted])).toEqual([
      ["AAPL", true],
      ["BRK/B", true],
      ["T", false],
      ["IMO", false],
    ]);
    expect(listings[0]).toEqual({
      ticker: "AAPL",
      day: 20240301,
      exchange: "nasdaq",
      name: "Apple Inc. Common Stock",
      country: "United States",
      isWanted: true,
    });
  });

  it("leaves blank what the vendor leaves blank, and leaves out what is no ticker", async () => {
    const { source } = await open({
      instead: ({ query }) =>
        query.exchange === "NYSE"
          ? listOf([row("T", { name: " ", country: "" }), row("NO TICKER")])
          : undefined,
    });
    const { listings = [] } = await source.facts();
    expect(listings.filter(({ exchange }) => exchange === "nyse")).toMatchObject([
      { ticker: "T", name: null, country: null },
    ]);
  });

  it("keeps the tickers asked for and tells those it does not know", async () => {
    const { source } = await open({ tickers: ["BRK-B", "GONE"] });
    expect((await read(source)).rows).toEqual(["20240301 nyse BRK/B 10.5 -0.25 1000 NaN"]);
    expect(reasonsOf(source)).toEqual(["GONE UNKNOWN_TICKER"]);
  });

  it("tells sessions it cannot have", async () => {
    const { source } = await open({ from: 20240228, sessions: [20240228, 20240229, 20240301] });
    expect((await read(source)).rows).toHaveLength(3);
    expect(source.failures?.()).toMatchObject([
      { date: 20240228, reason: "NO_HISTORY", detail: expect.stringContaining("2 sessions") },
    ]);
  });

  it.each([
    ["before the close", "2024-03-01T20:59:00Z", [20240301], "20240301 SESSION_OPEN"],
    [
      "before the close in summer time",
      "2024-07-01T19:59:00Z",
      [20240701],
      "20240701 SESSION_OPEN",
    ],
    ["on a day without trading", "2024-03-02T23:00:00Z", [20240304], "20240302 NON_SESSION"],
  ])("asks for nothing %s", async (_, at, sessions, reason) => {
    const { source, stub } = await open({ at, sessions });
    expect((await read(source)).rows).toEqual([]);
    expect(reasonsOf(source)).toContain(reason);
    expect(stub.requests).toEqual([]);
  });

  it("asks once the close has come, in summer time as well", async () => {
    const { source } = await open({ at: "2024-07-01T20:00:00Z", sessions: [20240701] });
    expect((await read(source)).rows).toHaveLength(3);
  });

  it("counts an answer after midnight in Greenwich for the day in New York", async () => {
    const { source } = await open({ at: "2024-03-02T01:00:00Z" });
    expect((await read(source)).rows[0]).toMatch(/^20240301 /);
  });

  it("refuses a range without today and an empty list of tickers", async () => {
    await expect(open({ at: "2024-02-29T23:00:00Z" })).rejects.toMatchObject({
      code: "BAD_REQUEST",
      message:
        "nasdaq-api knows no day but today, 2024-02-29 in New York; asked for were 2024-03-01 to 2024-07-31",
    });
    await expect(open({ tickers: [] })).rejects.toMatchObject({ code: "BAD_REQUEST" });
  });
});

describe("faults of the Nasdaq screener", () => {
  const onlyNyse = (answer: StubAnswer) => (request: StubRequest) =>
    request.query.exchange === "NYSE" ? answer : undefined;

  it.each([
    ["an error told with status 200", refusal("No record found"), '("No record found") (nyse)'],
    ["an empty list", listOf([]), "expected rows of nyse, were none"],
    ["another form of row", listOf([row("T"), { symbol: "X" }]), "data.rows.1: expected symbol"],
    ["another form", { json: { data: { rows: {} } } }, "data.rows: "],
    ["a body cut short", { fault: "cut" }, "(nyse)"],
    ["a page in the place of JSON", { text: "<html>" }, "expected JSON"],
    ["a status that says no", { status: 403, text: "Access Denied" }, "status 403"],
  ] as const)("leave the other exchanges standing: %s", async (_, answer, words) => {
    const { source } = await open({ instead: onlyNyse(answer) });
    expect((await read(source)).rows.map((line) => line.split(" ")[1])).toEqual(["nasdaq"]);
    expect(source.failures?.()).toEqual([
      {
        ticker: null,
        date: 20240301,
        reason: expect.stringMatching(/^VENDOR_(ANSWER|REFUSED)$/),
        detail: expect.stringContaining(words),
      },
    ]);
  });

  it("end it when it dies after an exchange, or when one is lacking and the whole is wanted", async () => {
    const died = await open({ instead: onlyNyse({ fault: "refuse" }) });
    await expect(read(died.source)).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    const lacking = await open({ isWhole: true, instead: onlyNyse(refusal("No record found")) });
    await expect(read(lacking.source)).rejects.toMatchObject({ code: "VENDOR_ANSWER" });
  });

  it("are waited for when they pass", async () => {
    const { source, stub } = await open({
      instead: ({ count }) =>
        count === 1
          ? { status: 429, headers: { "retry-after": "1" } }
          : count === 2
            ? { status: 500 }
            : undefined,
    });
    expect((await read(source)).rows).toHaveLength(3);
    expect(stub.requests).toHaveLength(5);
    expect(source.failures?.()).toEqual([]);
  });

  it("end it when nothing was answered", async () => {
    const all = await open({ instead: () => refusal("Down for maintenance") });
    await expect(read(all.source)).rejects.toMatchObject({ code: "VENDOR_ANSWER" });
    const gone = await open({ instead: () => ({ status: 503 }) });
    await expect(gone.source.facts()).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
  });
});
