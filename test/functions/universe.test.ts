// GET /api/v1/universe: who was on the market on a day, under which ticker, with those that have left since.
import { describe, expect, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { MARKET, MISSING, service } from "./service.ts";

const { request } = service();
const FIRST = isoDay(MARKET.sessions[0]!);
const LAST = isoDay(MARKET.sessions.at(-1)!);

type Member = {
  ticker: string;
  security: string;
  from: string | null;
  to: string | null;
  ending: string;
  first_priced: string | null;
  last_priced: string | null;
};
type Body = {
  date: string;
  total: number;
  members: Member[];
  next: string | null;
  meta: { dataset_version: string; as_of: string; warnings: { code: string }[] };
};

const universe = async (query: string) => {
  const answer = await request(`GET /api/v1/universe?${query}`);
  expect(answer.status, answer.text).toBe(200);
  return answer.body as unknown as Body;
};
const tickersOf = ({ members }: Body) => members.map(({ ticker }) => ticker);

const renamed = MARKET.changes[0]!;
const gone = MARKET.actions.find(({ action }) => action === "delisting")!;
const dayBefore = (day: number) => isoDay(MARKET.sessions.findLast((date) => date < day)!);
const dayAfter = (day: number) => isoDay(MARKET.sessions.find((date) => date > day)!);

describe("GET /api/v1/universe", () => {
  it("lists who was priced on the day by ticker, each once", async () => {
    const body = await universe(`date=${LAST}`);
    const priced = MARKET.rows.filter(({ date }) => isoDay(date) === LAST);
    expect(tickersOf(body)).toEqual(expect.arrayContaining(priced.map(({ ticker }) => ticker)));
    expect(tickersOf(body)).toEqual([...new Set(tickersOf(body))].sort());
    expect(body).toMatchObject({ date: LAST, total: body.members.length, next: null });
    expect(body.meta).toMatchObject({
      as_of: LAST,
      point_in_time: true,
      warnings: [{ code: "CAPS_AS_DELIVERED" }],
    });
  });

  it("keeps who was delisted on the days before, and says what became of it", async () => {
    const before = await universe(`date=${dayBefore(gone.date)}&ticker=${gone.ticker}`);
    const rows = MARKET.rows.filter(({ ticker }) => ticker === gone.ticker);
    expect(before.members).toMatchObject([
      {
        ticker: gone.ticker,
        to: isoDay(gone.date),
        ending: "delisted",
        first_priced: isoDay(rows[0]!.date),
        last_priced: isoDay(rows.at(-1)!.date),
      },
    ]);
    const after = await universe(`date=${dayAfter(gone.date)}`);
    expect(tickersOf(after)).not.toContain(gone.ticker);
  });

  it("names a security by the ticker of the day, and by one key over its rename", async () => {
    const { oldTicker, newTicker, date } = renamed;
    const before = await universe(`date=${dayBefore(date)}&ticker=${oldTicker}`);
    const after = await universe(`date=${dayAfter(date)}&ticker=${newTicker}`);
    expect([before, after].map(tickersOf)).toEqual([[oldTicker], [newTicker]]);
    expect(before.members[0]!.security).toBe(after.members[0]!.security);
    const early = await universe(`date=${dayBefore(date)}&ticker=${newTicker}`);
    expect(early).toMatchObject({ total: 0, members: [], next: null });
  });

  it("gives a long list in pages that join to the whole", async () => {
    const whole = await universe(`date=${FIRST}`);
    const pages: Member[] = [];
    let cursor = "";
    for (let page = 0; page < 20; page++) {
      const { members, next, total } = await universe(`date=${FIRST}&limit=3${cursor}`);
      expect({ total, fits: members.length <= 3 }).toEqual({ total: whole.total, fits: true });
      pages.push(...members);
      if (next === null) break;
      cursor = `&cursor=${next}`;
    }
    expect(pages).toEqual(whole.members);
  });

  it("answers 304 for what the client has, and a table as csv", async () => {
    const first = await request(`GET /api/v1/universe?date=${LAST}`);
    const { etag = "" } = first.headers;
    const again = await request(`GET /api/v1/universe?date=${LAST}`, {
      headers: { "if-none-match": etag },
    });
    expect({ status: again.status, text: again.text }).toEqual({ status: 304, text: "" });
    const other = await request(`GET /api/v1/universe?date=${FIRST}`, {
      headers: { "if-none-match": etag },
    });
    expect(other.status).toBe(200);
    const csv = await request(`GET /api/v1/universe?date=${LAST}&format=csv`);
    expect(csv.text.split("\r\n")[0]).toBe(
      "ticker,security,from,to,ending,first_priced,last_priced",
    );
  });

  it.each([
    ["2024-01-20", 404, "NO_TRADING_DAY", { previous_trading_day: "2024-01-19" }],
    ["2024-01-15", 404, "NO_TRADING_DAY", { next_trading_day: "2024-01-16" }],
    [MISSING, 404, "MISSING_SESSION", { missing: [MISSING] }],
    ["2023-12-15", 422, "RANGE_OUTSIDE_DATA", { available: { start_date: FIRST } }],
    ["2024-02-01", 422, "RANGE_OUTSIDE_DATA", { available: { end_date: LAST } }],
  ])("answers %s with %i %s", async (date, status, code, facts) => {
    const answer = await request(`GET /api/v1/universe?date=${date}`);
    expect(answer).toMatchObject({ status, body: { code, ...facts } });
  });

  it.each([
    ["", "date"],
    ["date=20240102", "date"],
    [`date=${LAST}&limit=0`, "limit"],
    [`date=${LAST}&limit=10001`, "limit"],
    [`date=${LAST}&cursor=junk`, "cursor"],
    [`date=${LAST}&cursor=ZDIwMjQxMDEw`, "cursor"],
    [`date=${LAST}&ticker=N%20A`, "ticker"],
    [`date=${LAST}&index=top5-ew`, "index"],
  ])("refuses ?%s by name", async (query, path) => {
    const { status, body } = await request(`GET /api/v1/universe?${query}`);
    expect({ status, code: body.code }).toEqual({ status: 400, code: "BAD_REQUEST" });
    expect(body.errors).toMatchObject([{ path }]);
  });
});
