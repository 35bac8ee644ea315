// The functions of the market stream on S3: answers of what was stored, before and after it is compacted.
import type { Context } from "aws-lambda";
import { describe, expect, it } from "vitest";
import { service } from "./service.ts";
import { OPENING_MS, TRADES } from "./streamed.ts";

const { request } = service();

const compact = async () => {
  const { handler } = await import("../../functions/market/compact.ts");
  return handler({ id: "1" }, { awsRequestId: "1" } as Context);
};
const iso = (ms: number) => new Date(ms).toISOString();
const get = async (target: string) => {
  const { status, body, text } = await request(`GET /api/v1/${target}`);
  expect(status, text).toBe(200);
  return body;
};
type Listed = Readonly<{ name: string; seq: number; parts: number }>;

async function barsAreADataset(): Promise<void> {
  const listed = (await get("datasets")).datasets as Listed[];
  const { seq, parts } = listed.find(({ name }) => name === "bars")!;
  expect((await get("datasets/bars/versions")).versions).toMatchObject([{ seq, parts }]);
  const { world } = await import("../../lib/world.ts");
  const { verify } = await import("../../lib/jobs/verify.ts");
  const checked = (await verify(world.images, world, "stream")).parts.map(({ name }) => name);
  expect(checked.filter((name) => name.startsWith("bars/"))).toHaveLength(parts);
  const back = await request("POST /api/v1/datasets/bars/rollback", { json: { seq } });
  expect(back.status, "what is folded does not go back by itself").toBe(404);
  expect(back.body).toMatchObject({
    code: "UNKNOWN_DATASET",
    datasets: ["market", "index", "risk"],
  });
}

const TARGETS = [
  "latest/NA",
  "ticks/NA?limit=10",
  "aggregated/NA?window=5min",
  "aggregated/NA?points=7",
  "indicators/NA?names=sma20,macd&limit=5",
  "symbols?query=n",
  "anomalies",
];

describe("the market stream", () => {
  it("answers the same before and after it is folded, and its bars are a dataset then", async () => {
    const without = ({ meta: _, ...body }: Awaited<ReturnType<typeof get>>) => body;
    const before = await Promise.all(TARGETS.map(get));
    // What was put a moment ago is too young.
    expect(await compact()).toMatchObject({ segments: 0 });
    const { world } = await import("../../lib/world.ts");
    const { compact: job } = await import("../../lib/jobs/stream/compact.ts");
    const summary = await job(world, { log: "ticks", ageMs: -60_000 });
    expect(summary).toMatchObject({ segments: 30, ticks: TRADES, damaged: [], gaps: 0 });
    const after = await Promise.all(TARGETS.map(get));
    expect(after.map(without)).toEqual(before.map(without));

    await barsAreADataset();
  });

  it("tells the trades and the bars of them", async () => {
    const { ticks } = (await get("ticks/NA?limit=1")) as { ticks: unknown[] };
    expect(ticks).toEqual([
      {
        time: iso(OPENING_MS + (TRADES - 1) * 5000),
        price: 109.75,
        size: 300,
        id: TRADES,
        irregular: false,
      },
    ]);
    const range = `start=${iso(OPENING_MS)}&end=${iso(OPENING_MS + 60_000)}`;
    expect((await get(`aggregated/NA?${range}`)).bars).toEqual([
      {
        start: iso(OPENING_MS),
        end: iso(OPENING_MS + 60_000),
        open: 100,
        high: 102.75,
        low: 100,
        close: 102.75,
        volume: 2400,
        // 140 / 24 quarters above 100.
        vwap: expect.closeTo(100 + 140 / 24 / 4, 9),
        trades: 12,
        revision: 0,
        partial: false,
        irregular: false,
      },
    ]);
  });

  it("gives tables, and 304 for what has not changed", async () => {
    const csv = await request("GET /api/v1/aggregated/NA?format=csv&limit=3");
    expect(csv.text.trim().split("\r\n")).toHaveLength(4);
    expect(csv.headers["cache-control"]).toBe("no-store");
    const symbols = await request("GET /api/v1/symbols?format=csv&limit=1");
    expect(symbols.text).toContain("symbol,name,daily_from,daily_to,stream_from,stream_to");
    const { headers } = await request("GET /api/v1/ticks/NA");
    const again = await request("GET /api/v1/ticks/NA", {
      headers: { "if-none-match": headers.etag! },
    });
    expect(again.status).toBe(304);
  });

  it.each([
    ["latest/NOSUCH", 404, "UNKNOWN_SYMBOL"],
    ["ticks/NB", 404, "UNKNOWN_SYMBOL"],
    ["aggregated/N", 404, "UNKNOWN_SYMBOL"],
    ["aggregated/NA?window=7s", 422, "DEGENERATE_INPUT"],
    ["aggregated/NA?window=1441min", 400, "BAD_REQUEST"],
    ["aggregated/NA?points=1", 400, "BAD_REQUEST"],
    ["ticks/NA?start=2024-12-31T15:00:00Z&end=2024-12-31T14:00:00Z", 400, "REVERSED_RANGE"],
    ["ticks/NA?start=2024-12-31", 400, "BAD_REQUEST"],
    ["ticks/NA?cursor=junk", 400, "BAD_REQUEST"],
    ["indicators/NA?names=sma20,ema99", 400, "BAD_REQUEST"],
    ["anomalies?severity=awful", 400, "BAD_REQUEST"],
    ["symbols?cursor=", 400, "BAD_REQUEST"],
  ])("answers %s with %i %s", async (target, status, code) => {
    const answer = await request(`GET /api/v1/${target}`);
    expect({ status: answer.status, code: answer.body.code }).toEqual({ status, code });
  });
});
