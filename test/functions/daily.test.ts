// GET /api/v1/daily/{symbol}: the bars of a security over renames, splits and dividends, and what is refused.
import { describe, expect, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { MARKET, MISSING, service } from "./service.ts";

const { request } = service();
const FIRST = isoDay(MARKET.sessions[0]!);
const LAST = isoDay(MARKET.sessions.at(-1)!);

type Bar = {
  date: string;
  ticker: string;
  close: number;
  adjusted_close: number;
  market_cap: number | null;
};
type Body = {
  symbol: string;
  adjusted: string;
  tickers: { ticker: string; from: string | null; to: string | null }[];
  bars: Bar[];
  splits: { date: string; kind: string; ratio: number }[];
  dividends: { date: string; amount: number }[];
  next: string | null;
  meta: { dataset_version: string; as_of: string; warnings: { code: string }[] };
};

const daily = async (symbol: string, query = "") => {
  const answer = await request(`GET /api/v1/daily/${symbol}?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as unknown as Body;
};
const refused = async (target: string) => {
  const { status, body } = await request(`GET /api/v1/daily/${target}`);
  return { status, code: body.code, body };
};
const rowsOf = (...tickers: string[]) => MARKET.rows.filter((row) => tickers.includes(row.ticker));
const renamed = MARKET.changes[0]!;

describe("GET /api/v1/daily/{symbol}", () => {
  it("gives every stored bar with close and market cap as they were delivered", async () => {
    const { bars, symbol, next, meta } = await daily("NA");
    const stored = rowsOf("NA");
    expect(
      bars.map(({ date, ticker, close, market_cap }) => [date, ticker, close, market_cap]),
    ).toEqual(stored.map((row) => [isoDay(row.date), "NA", row.close, row.marketCap]));
    expect({ symbol, next, as_of: meta.as_of }).toEqual({ symbol: "NA", next: null, as_of: LAST });
  });

  it("tells one history of a security over its rename, by either of its tickers", async () => {
    const { oldTicker, newTicker, date } = renamed;
    const after = await daily(newTicker);
    const before = await daily(oldTicker);
    expect(after.bars).toEqual(before.bars);
    expect(after.bars).toHaveLength(rowsOf(oldTicker, newTicker).length);
    expect(after.tickers.map(({ ticker, to }) => [ticker, to])).toEqual([
      [oldTicker, expect.any(String)],
      [newTicker, null],
    ]);
    expect(after.tickers[1]!.from).toBe(isoDay(date));
  });

  it("takes start and end for start_date and end_date, but not both", async () => {
    const named = await daily("NA", "start_date=2024-01-05&end_date=2024-01-12");
    expect(await daily("NA", "start=2024-01-05&end=2024-01-12")).toEqual(named);
    expect(named.bars.map(({ date }) => date)).toEqual(
      MARKET.sessions.filter((day) => day >= 20240105 && day <= 20240112).map(isoDay),
    );
    expect(await refused("NA?start=2024-01-05&start_date=2024-01-05")).toMatchObject({
      status: 400,
      code: "BAD_REQUEST",
      body: { errors: [{ path: "start" }] },
    });
  });

  it("gives a long range in pages that join to the whole", async () => {
    for (const adjusted of ["none", "splits", "total"]) {
      const whole = await daily("NA", `adjusted=${adjusted}`);
      const pages: Bar[] = [];
      let cursor = "";
      for (let page = 0; page < 20; page++) {
        const { bars, next } = await daily("NA", `adjusted=${adjusted}&limit=7${cursor}`);
        expect(bars.length).toBeLessThanOrEqual(7);
        pages.push(...bars);
        if (next === null) break;
        cursor = `&cursor=${next}`;
      }
      expect(pages, adjusted).toEqual(whole.bars);
    }
  });

  it("answers 304 for what the client has, and a table as csv", async () => {
    const first = await request("GET /api/v1/daily/NA");
    const { etag = "" } = first.headers;
    const again = await request("GET /api/v1/daily/NA", { headers: { "if-none-match": etag } });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: "" });
    const csv = await request("GET /api/v1/daily/NA?format=csv&end_date=2023-12-19");
    expect(csv.text.split("\r\n")[0]).toBe(
      "date,ticker,open,high,low,close,adjusted_close,volume,market_cap",
    );
    expect(csv.text.trimEnd().split("\r\n")).toHaveLength(3);
  });

  it("warns of sessions nobody captured", async () => {
    const { meta } = await daily("NA", "start_date=2024-01-16&end_date=2024-01-18");
    expect(meta.warnings).toContainEqual(expect.objectContaining({ code: "MISSING_SESSION" }));
  });

  it.each([
    ["NOSUCH", 404, "UNKNOWN_SECURITY"],
    ["NA?on=1999-12-31", 200, undefined],
    [`${renamed.newTicker}?on=2023-12-18`, 404, "UNKNOWN_SECURITY"],
    ["NA?start_date=2024-01-10&end_date=2024-01-09", 400, "REVERSED_RANGE"],
    ["NA?start_date=2024-01-13&end_date=2024-01-15", 404, "NO_TRADING_DAY"],
    [`NA?start_date=${MISSING}&end_date=${MISSING}`, 404, "MISSING_SESSION"],
    ["NA?start_date=2023-12-15", 422, "RANGE_OUTSIDE_DATA"],
    ["NA?end_date=2023-12-01", 422, "RANGE_OUTSIDE_DATA"],
    ["NA?start_date=2025-01-02", 422, "RANGE_OUTSIDE_DATA"],
    ["NA?adjusted=yes", 400, "BAD_REQUEST"],
    ["NA?limit=0", 400, "BAD_REQUEST"],
    ["NA?limit=10001", 400, "BAD_REQUEST"],
    ["NA?cursor=junk", 400, "BAD_REQUEST"],
    ["N%20A", 400, "BAD_REQUEST"],
  ])("answers %s with %i %s", async (target, status, code) => {
    expect(await refused(target)).toMatchObject({ status, code });
  });

  it("keeps its shape where a security had no price", async () => {
    const gone = MARKET.actions.find(({ action }) => action === "delisting")!;
    const { bars, splits, dividends } = await daily(
      gone.ticker,
      `start_date=${isoDay(gone.date)}&end_date=${LAST}`,
    );
    expect({ bars, splits, dividends }).toEqual({ bars: [], splits: [], dividends: [] });
  });

  it("covers the whole market without dates", async () => {
    expect(await daily("NA")).toEqual(await daily("NA", `start_date=${FIRST}&end_date=${LAST}`));
  });
});
