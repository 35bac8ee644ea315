// Real vendors through a whole ingestion, gate on: what is stored does not depend on who told it, and says where it
// came from and how its market caps came about.
import { describe, expect, it } from "vitest";
import { performance } from "../../lib/jobs/performance.ts";
import { vendorSource } from "../../lib/sources/vendors.ts";
import { nasdaqApiStub, row } from "../sources/stubs/nasdaq-api.ts";
import { virtualWorld } from "../sources/stubs/vendor-stub.ts";
import { bodyOf, type Home, homes } from "./home.ts";
import {
  type Asking,
  closeOf,
  DIVIDEND,
  HISTORIES,
  type History,
  load,
  RANGE,
  SESSIONS,
  SPLIT,
  TICKERS,
  vendor,
} from "./vendor-market.ts";

const newHome = homes();

const asked = async (home: Home, name: History, asking: Asking = {}) => {
  const { source } = await vendor(name, asking);
  return load(home, source);
};

async function query<Row>(home: Home, part: string, sql: string): Promise<Row[]> {
  const snapshot = await home.images.snapshot("market", { revalidate: true });
  try {
    return (await snapshot.open(part)).query<Row>(sql);
  } finally {
    snapshot.release();
  }
}

type Stored = Readonly<{
  date: number;
  ticker: string;
  close: number;
  cap: number | null;
  source: string;
  basis: string | null;
}>;

const rowsOf = (home: Home, month: string) =>
  query<Stored>(
    home,
    `bars/${month}`,
    `select b.date, s.ticker, b.close, b.market_cap as cap, o.name as source, c.basis
       from bar b
       join symbol s on s.id = b.symbol
       join source o on o.id = b.source
       left join cap_basis c on c.date = b.date and c.symbol = b.symbol
      order by b.date, s.ticker`,
  );

const TRADED = SESSIONS.flatMap((date) =>
  TICKERS.map((ticker) => ({ date, ticker, close: closeOf(ticker, date) })),
);

/** By the filings that were out before the day, on the day's own split basis. */
function filedShares(ticker: string, date: number): number {
  if (ticker === "BBB") return 500;
  if (date > 20240124) return 2100;
  return date < SPLIT.date ? 1000 : 2000;
}

type Meta = Readonly<{ point_in_time: boolean; warnings: readonly { code: string }[] }>;

/** What an index over the market says of it. */
async function metaOf(home: Home, { from: start, to: end } = RANGE): Promise<Meta> {
  await home.build({ start, end }, { size: 1 });
  const request = { index: "tiny", start, end, riskFree: 0, costBps: 0 };
  return (await bodyOf<{ meta: Meta }>(performance(home.images, request))).meta;
}

const codesOf = ({ warnings }: Meta) => warnings.map(({ code }) => code);

describe.each(HISTORIES)("a history of %s", (name) => {
  it("is stored as traded, under its name, with its splits and dividends", async () => {
    const home = await newHome();
    expect(await asked(home, name)).toMatchObject({
      outcome: "committed",
      source: name,
      gate: "on",
      rows_accepted: TRADED.length,
      repaired: {},
      quarantined: {},
      // Polygon's counts of shares are not believed within a quarter of a split.
      failures: name === "polygon" ? 1 : 0,
    });
    const rows = await rowsOf(home, "2024-01");
    expect(rows.map(({ date, ticker, close }) => ({ date, ticker, close }))).toEqual(TRADED);
    expect(new Set(rows.map(({ source }) => source))).toEqual(new Set([name]));
    const actions = await query(
      home,
      "reference",
      `select a.date, s.ticker, a.action, a.value
         from corporate_action a join symbol s on s.id = a.symbol order by a.date`,
    );
    expect(actions).toEqual([
      { date: DIVIDEND.date, ticker: "AAA", action: "dividend", value: DIVIDEND.value },
      { date: SPLIT.date, ticker: "AAA", action: "split", value: SPLIT.ratio },
    ]);
  });

  it("gets caps from the shares filed by then, and only then counts as point in time", async () => {
    const [plain, filed] = [await newHome(), await newHome()];
    await asked(plain, name);
    await asked(filed, name, { shares: "sec-edgar" });
    expect(await rowsOf(filed, "2024-01")).toEqual(
      TRADED.map((row) => ({
        ...row,
        cap: row.close * filedShares(row.ticker, row.date),
        source: name,
        basis: "shares",
      })),
    );
    const [unknown, known] = [await metaOf(plain), await metaOf(filed)];
    expect([unknown.point_in_time, known.point_in_time]).toEqual([false, true]);
    expect([codesOf(unknown), codesOf(known)]).toEqual([["NOT_POINT_IN_TIME"], []]);
  });

  it("changes nothing when it is loaded again", async () => {
    const home = await newHome();
    await asked(home, name, { shares: "sec-edgar" });
    const version = await home.version("market");
    const again = await asked(home, name, { shares: "sec-edgar" });
    expect(again).toMatchObject({ outcome: "unchanged", rows_accepted: TRADED.length });
    expect(await home.version("market")).toBe(version);
  });
});

it("an interrupted load does not go on as one with the shares of another source", async () => {
  const [{ source: plain }, { source: filed }] = [
    await vendor("polygon"),
    await vendor("polygon", { shares: "sec-edgar" }),
  ];
  expect(filed.files).toEqual(plain.files);
  expect(filed.print).not.toBe(plain.print);
});

describe("the screener of today", () => {
  /** The stubs' world stands at 2024-03-01 in UTC: the evening of 29 February in New York. */
  const TODAY = { from: 20240229, to: 20240229 };
  const LISTS = {
    NASDAQ: [row("AAA"), row("BBB", { lastsale: "$20", marketCap: "7000.00" })],
    NYSE: [row("CCC", { marketCap: "" })],
    AMEX: [row("DDD")],
  };

  const screener = async (instead?: Parameters<typeof nasdaqApiStub>[1]) => {
    const { url } = await nasdaqApiStub(LISTS, instead);
    const range = { ...TODAY, tickers: undefined, sessions: [TODAY.from] };
    return vendorSource("nasdaq-api", range, { urls: { "nasdaq-api": url } }, virtualWorld());
  };

  it("is stored with the vendor's own caps, as delivered and point in time, once", async () => {
    const home = await newHome();
    await load(home, await screener());
    expect(await rowsOf(home, "2024-02")).toEqual(
      [
        ["AAA", 10.5, 10_500_000_000],
        ["BBB", 20, 7000],
        ["CCC", 10.5, null],
        ["DDD", 10.5, 10_500_000_000],
      ].map(([ticker, close, cap]) => {
        return { date: TODAY.from, ticker, close, cap, source: "nasdaq-api", basis: null };
      }),
    );
    const captures = await query(
      home,
      "reference",
      "select date, exchange, captured_at as at, rows from capture order by rows desc, exchange",
    );
    const at = expect.stringMatching(/^2024-03-01T00:00:\d\d\+00:00$/);
    expect(captures).toEqual(
      [
        ["nasdaq", 2],
        ["amex", 1],
        ["nyse", 1],
      ].map(([exchange, rows]) => ({ date: TODAY.from, exchange, at, rows })),
    );
    const meta = await metaOf(home, TODAY);
    expect([meta.point_in_time, codesOf(meta)]).toEqual([true, []]);
    const again = await load(home, await screener());
    expect(again.outcome).toBe("unchanged");
  });

  it("is not stored when the vendor dies after the first exchange", async () => {
    const home = await newHome();
    const dying = await screener(({ count }) => (count > 1 ? { fault: "refuse" } : undefined));
    await expect(load(home, dying)).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect((await home.images.snapshot("market", { revalidate: true })).manifest.seq).toBe(0);
    expect(await load(home, await screener())).toMatchObject({ rows_accepted: 4, failures: 0 });
  });

  it("does not make a history point in time that was told with hindsight", async () => {
    const home = await newHome();
    await asked(home, "yahoo");
    await load(home, await screener());
    const meta = await metaOf(home, { ...RANGE, to: TODAY.to });
    expect(meta.point_in_time).toBe(false);
  });
});
