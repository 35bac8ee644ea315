// Which days exist: closed ones, missing ones, those beyond the data and those not built are all told apart.
import { beforeAll, describe, expect, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { type Answer, MARKET, MISSING, service } from "./service.ts";

const { request } = service();
const FIRST = isoDay(MARKET.sessions[0]!);
const LAST = isoDay(MARKET.sessions.at(-1)!);
const BUILT = { start_date: "2023-12-28", end_date: "2024-01-26" };

beforeAll(async () => {
  const { status } = await request("POST /build-index", { json: { ...BUILT, index: "top5-ew" } });
  expect(status).toBe(200);
});

const problem = ({ status, headers, body }: Answer) => {
  const { type: _, title: __, detail, request_id: ___, ...facts } = body;
  return { status, type: headers["content-type"], detail, ...facts };
};
const refusal = (facts: Readonly<Record<string, unknown>>) =>
  expect.objectContaining({ type: "application/problem+json", ...facts });

const RANGES = [
  "GET /index-performance?index=top5-ew",
  "GET /composition-changes?index=top5-ew",
] as const;
const DAYS = [
  "GET /index-composition?index=top5-ew",
  "GET /index-attribution?index=top5-ew",
] as const;

describe.each(DAYS)("%s", (target) => {
  it.each([
    ["2024-01-20", "Saturday", "2024-01-19", "2024-01-22"],
    ["2024-01-15", "Martin Luther King Jr. Day", "2024-01-12", "2024-01-16"],
    ["2024-01-01", "New Year's Day", "2023-12-29", "2024-01-02"],
  ])("says of %s that it is closed, and gives its neighbours", async (date, why, before, after) => {
    const answer = problem(await request(`${target}&date=${date}`));
    expect(answer).toEqual(
      refusal({
        status: 404,
        code: "NO_TRADING_DAY",
        detail: expect.stringContaining(why),
        previous_trading_day: before,
        next_trading_day: after,
      }),
    );
  });

  it("tells a session nobody captured from a closed day", async () => {
    expect(problem(await request(`${target}&date=${MISSING}`))).toEqual(
      refusal({
        status: 404,
        code: "MISSING_SESSION",
        missing: [MISSING],
        previous_trading_day: "2024-01-16",
        next_trading_day: "2024-01-18",
      }),
    );
  });

  it.each(["2023-12-15", "2024-02-01", "1990-01-02", "1905-03-01", "2100-12-31"])(
    "says of %s what the market holds",
    async (date) => {
      expect(problem(await request(`${target}&date=${date}`))).toEqual(
        refusal({ status: 422, code: "RANGE_OUTSIDE_DATA" }),
      );
    },
  );

  it("says what is built when the market holds more", async () => {
    expect(problem(await request(`${target}&date=${LAST}`))).toEqual(
      refusal({
        status: 404,
        code: "INDEX_NOT_BUILT",
        index: "top5-ew",
        built: { start_date: "2023-12-28", end_date: "2024-01-26" },
      }),
    );
  });

  it("does not know an index that was never built", async () => {
    const other = target.replace("top5-ew", "nobody");
    expect(problem(await request(`${other}&date=2024-01-19`))).toEqual(
      refusal({ status: 404, code: "UNKNOWN_INDEX", index: "nobody", indices: ["top5-ew"] }),
    );
  });
});

describe.each(RANGES)("%s", (target) => {
  const range = (start: string, end: string) =>
    request(`${target}&start_date=${start}&end_date=${end}`);

  it("moves the ends of a range inwards to sessions", async () => {
    const { body } = await range("2023-12-30", "2024-01-07");
    const { body: exact } = await range("2024-01-02", "2024-01-05");
    expect(body).toEqual(exact);
  });

  it("refuses a reversed range", async () => {
    expect(problem(await range("2024-01-10", "2024-01-09"))).toEqual(
      refusal({ status: 400, code: "REVERSED_RANGE", start_date: "2024-01-10" }),
    );
  });

  it("finds no session between two closed days", async () => {
    expect(problem(await range("2024-01-13", "2024-01-15"))).toEqual(
      refusal({
        status: 404,
        code: "NO_TRADING_DAY",
        previous_trading_day: "2024-01-12",
        next_trading_day: "2024-01-16",
      }),
    );
    expect(problem(await range(MISSING, MISSING))).toEqual(
      refusal({ status: 404, code: "MISSING_SESSION" }),
    );
  });

  it.each([
    ["2023-12-15", "2024-01-10"],
    ["2024-01-10", "2024-02-01"],
    ["2023-01-03", "2025-01-03"],
    ["2025-01-03", "2025-01-06"],
  ])("says of %s to %s what the market holds", async (start, end) => {
    expect(problem(await range(start, end))).toEqual(
      refusal({
        status: 422,
        code: "RANGE_OUTSIDE_DATA",
        available: { start_date: FIRST, end_date: LAST },
      }),
    );
  });

  it("says of a range that is open at one end why it lies outside, not that it is reversed", async () => {
    const open = async (query: string) => problem(await request(`${target}&${query}`));
    expect(await open("start_date=2024-02-01")).toEqual(
      refusal({ status: 422, code: "RANGE_OUTSIDE_DATA" }),
    );
    expect(await open("end_date=2023-12-01")).toEqual(
      refusal({ status: 422, code: "RANGE_OUTSIDE_DATA" }),
    );
    expect(await open(`start_date=${LAST}`)).toEqual(
      refusal({ status: 404, code: "INDEX_NOT_BUILT" }),
    );
  });

  it("says what is built when the market holds more", async () => {
    for (const [start, end] of [
      [FIRST, "2024-01-05"],
      ["2024-01-05", LAST],
    ] as const) {
      expect(problem(await range(start, end))).toEqual(
        refusal({
          status: 404,
          code: "INDEX_NOT_BUILT",
          built: { start_date: "2023-12-28", end_date: "2024-01-26" },
        }),
      );
    }
  });

  it("covers the whole run without dates", async () => {
    const { body } = await request(target);
    const { body: named } = await range("2023-12-28", "2024-01-26");
    expect(body).toEqual(named);
  });
});

describe("GET /api/v1/sessions", () => {
  it("lists what is captured and what is missing", async () => {
    const { body } = await request("GET /api/v1/sessions");
    expect(body).toMatchObject({
      available: { start_date: FIRST, end_date: LAST },
      sessions_total: MARKET.sessions.length,
      missing: [MISSING],
      market: { kind: "real", source: "memory" },
    });
  });
});
