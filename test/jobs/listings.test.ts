// A market taken from the Nasdaq screener evening by evening: filters and one line per issuer work on it from the first
// day on, and no evening changes what an earlier day was.
import { describe, expect, it } from "vitest";
import { composition } from "../../lib/jobs/composition.ts";
import { ingest } from "../../lib/jobs/ingest.ts";
import { nasdaqApi } from "../../lib/sources/nasdaq-api.ts";
import { dayKey } from "../../lib/time.ts";
import { nasdaqApiStub, row, type ScreenerRow } from "../sources/stubs/nasdaq-api.ts";
import { virtualWorld } from "../sources/stubs/vendor-stub.ts";
import { bodyOf, type Home, homes } from "./home.ts";

const newHome = homes();
const [THURSDAY, FRIDAY, MONDAY] = ["2024-02-29", "2024-03-01", "2024-03-04"] as const;

const share = (symbol: string, cap: number, over: ScreenerRow = {}) =>
  row(symbol, { marketCap: `${cap}e9`, ...over });

const NASDAQ = [
  share("GOOG", 900, { name: "Alphabet Inc. Class C Capital Stock" }),
  share("GOOGL", 899, { name: "Alphabet Inc. Class A Common Stock" }),
  share("AAPL", 800, { name: "Apple Inc. Common Stock" }),
];
const NYSE = [
  share("TSM", 700, { name: "Taiwan Semiconductor American Depositary Shares", country: "Taiwan" }),
  share("ACN", 600, { name: "Accenture plc Class A Ordinary Shares", country: "Ireland" }),
  share("BAC^K", 500, { name: "Bank of America Corporation Depositary Shares" }),
  share("XOM", 400, { name: "Exxon Mobil Corporation Common Stock" }),
];
const AMEX = [share("CCZ", 300, { name: "Comcast Holdings ZONES" })];
const LISTS = { NASDAQ, NYSE, AMEX };

type Evening = Readonly<{ lists?: typeof LISTS; tickers?: readonly string[] }>;

/** At 16:30 in New York, as the schedule would. */
async function evening(home: Home, day: string, { lists = LISTS, tickers }: Evening = {}) {
  const stub = await nasdaqApiStub(lists);
  const virtual = virtualWorld();
  const begunMs = virtual.nowMs();
  const atMs = Date.parse(`${day}T21:30:00Z`);
  const world = { ...virtual, nowMs: () => atMs + virtual.nowMs() - begunMs };
  const date = dayKey(day);
  const range = { tickers, from: date, to: date, sessions: [date] };
  const source = nasdaqApi({ ...range, baseUrl: stub.url }, world);
  const { images } = home;
  return ingest(
    { images, nowMs: Date.now },
    { source, minDays: 1, isStrict: false, jobId: `${day} ${Math.random()}` },
  );
}

const members = async (home: Home, day: string, rules: Parameters<Home["build"]>[1] = {}) => {
  const id = `i${day}`;
  await home.build({ start: dayKey(day), end: dayKey(day), id }, { size: 5, ...rules });
  const answer = composition(home.images, { index: id, date: dayKey(day), reserve: 0 });
  const { constituents } = await bodyOf<{ constituents: { ticker: string }[] }>(answer);
  return constituents.map(({ ticker }) => ticker);
};

async function reference<Row>(home: Home, sql: string): Promise<Row[]> {
  const snapshot = await home.images.snapshot("market", { revalidate: true });
  try {
    return (await snapshot.open("reference")).query<Row>(sql);
  } finally {
    snapshot.release();
  }
}
const records = (home: Home, ticker: string) =>
  reference<Readonly<{ valid_from: number; valid_to: number; country: string | null }>>(
    home,
    `select r.valid_from, r.valid_to, r.country from security_record r
       join symbol s on s.id = r.symbol where s.ticker = '${ticker}' order by r.valid_from`,
  );
const factsOn = async (home: Home, day: string) =>
  (
    await reference<{ text: string }>(
      home,
      `select facts_digest as text from session where date = ${dayKey(day)}`,
    )
  )[0]?.text;

const without = (symbol: string, list: readonly ScreenerRow[]) =>
  list.filter((one) => one.symbol !== symbol);

describe("a market of the screener of today", () => {
  it("holds US common stock alone, one line a company", async () => {
    const home = await newHome();
    await evening(home, THURSDAY);
    expect(await members(home, THURSDAY)).toEqual(["GOOGL", "AAPL", "XOM"]);
  });

  it("takes other countries and kinds when the universe names them", async () => {
    const home = await newHome();
    await evening(home, THURSDAY);
    const universe = {
      countries: ["United States", "Taiwan", "Ireland"],
      security_types: ["common", "adr"] as const,
    };
    expect(await members(home, THURSDAY, { universe, one_per_issuer: false })).toEqual([
      "GOOG",
      "GOOGL",
      "AAPL",
      "TSM",
      "ACN",
    ]);
  });

  it("keeps the line that was asked for when its company's first line was not", async () => {
    const home = await newHome();
    await evening(home, THURSDAY, { tickers: ["GOOG", "XOM"] });
    expect(await members(home, THURSDAY)).toEqual(["GOOG", "XOM"]);
  });

  it("follows a change from its day on, and leaves the days before as they were", async () => {
    const home = await newHome();
    await evening(home, THURSDAY);
    const before = await factsOn(home, THURSDAY);
    const moved = share("XOM", 400, { country: "Ireland" });
    const lists = { ...LISTS, NYSE: [...without("XOM", NYSE), moved], NASDAQ };
    await evening(home, FRIDAY, { lists });
    expect(await records(home, "XOM")).toEqual([
      { valid_from: 20240229, valid_to: 20240229, country: "United States" },
      { valid_from: 20240301, valid_to: 99991231, country: "Ireland" },
    ]);
    expect(await members(home, THURSDAY)).toEqual(["GOOGL", "AAPL", "XOM"]);
    expect(await members(home, FRIDAY)).toEqual(["GOOGL", "AAPL"]);
    expect(await factsOn(home, THURSDAY)).toBe(before);
    expect(await records(home, "AAPL"), "what stays has one record").toHaveLength(1);
  });

  it("lets the other line stand for a company whose first line has gone", async () => {
    const home = await newHome();
    await evening(home, THURSDAY);
    const lists = { ...LISTS, NASDAQ: without("GOOGL", NASDAQ) as typeof NASDAQ };
    await evening(home, FRIDAY, { lists });
    expect(await members(home, FRIDAY)).toContain("GOOG");
  });

  it("changes nothing when the same evening is taken again", async () => {
    const home = await newHome();
    await evening(home, THURSDAY);
    await evening(home, FRIDAY);
    const version = await home.version("market");
    expect((await evening(home, FRIDAY)).outcome).toBe("unchanged");
    expect(await home.version("market")).toBe(version);
    expect(await reference(home, "select * from security_record")).toHaveLength(8);
  });

  it("gives a newcomer a record from its first day on, and none to who has no price", async () => {
    const home = await newHome();
    await evening(home, THURSDAY);
    const lists = {
      ...LISTS,
      AMEX: [...AMEX, share("NEW", 50), share("IMO", 1, { lastsale: "" })],
    };
    await evening(home, MONDAY, { lists });
    expect(await records(home, "NEW")).toMatchObject([{ valid_from: dayKey(MONDAY) }]);
    expect(await records(home, "IMO")).toEqual([]);
  });
});

describe("the screener of today after another source", () => {
  const rows = `
    date        AAPL     XOM      TSM
    2024-02-28  10@800   10@400   10@700
  `;
  const files = [{ name: "1.csv", rows }];

  it("leaves a market without records as it is: all of it passes every filter", async () => {
    const home = await newHome();
    await home.ingest({ files });
    await evening(home, THURSDAY);
    expect(await reference(home, "select * from security_record")).toEqual([]);
    expect(await members(home, "2024-02-28")).toEqual(["AAPL", "TSM", "XOM"]);
  });

  it("lets records that somebody made stand, and adds those that are missing", async () => {
    const home = await newHome();
    const made = (ticker: string, country: string) => ({
      ticker,
      validFrom: 20200102,
      validTo: 99991231,
      exchange: null,
      name: null,
      country,
      securityType: "common",
      issuer: null,
      primaryLine: null,
    });
    await home.ingest({
      files,
      securities: [made("XOM", "Bermuda"), made("TSM", "United States")],
    });
    await evening(home, THURSDAY);
    expect(await records(home, "XOM")).toMatchObject([{ country: "Bermuda" }]);
    expect(await records(home, "GOOGL")).toMatchObject([{ valid_from: dayKey(THURSDAY) }]);
    // It had prices and no record: one from today on would take its past days out.
    expect(await records(home, "AAPL")).toEqual([]);
    expect(await members(home, "2024-02-28")).toEqual(["AAPL", "TSM"]);
    expect(await members(home, THURSDAY)).toEqual(["GOOGL", "AAPL", "TSM"]);
  });

  it("gives way to a securities file that comes later", async () => {
    const home = await newHome();
    await evening(home, THURSDAY);
    await home.ingest({
      files,
      securities: [
        {
          ticker: "XOM",
          validFrom: 20200102,
          validTo: 99991231,
          exchange: null,
          name: null,
          country: "Bermuda",
          securityType: "common",
          issuer: null,
          primaryLine: null,
        },
      ],
    });
    await evening(home, FRIDAY);
    expect(await records(home, "XOM")).toEqual([
      { valid_from: 20200102, valid_to: 99991231, country: "Bermuda" },
    ]);
  });
});
