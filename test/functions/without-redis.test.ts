// Nobody listens where Redis should be: everything answers all the same.
import { beforeAll, describe, expect, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { MARKET, service } from "./service.ts";

const { request } = service({ isCached: false });
const FIRST = isoDay(MARKET.sessions[0]!);
const LAST = isoDay(MARKET.sessions.at(-1)!);

beforeAll(async () => {
  const built = await request("POST /build-index", {
    json: { start_date: FIRST, end_date: LAST, index: "top5-ew" },
  });
  expect(built.status).toBe(200);
});

describe("with Redis stopped", () => {
  it.each([
    ["GET /index-performance?index=top5-ew&benchmark=cap_weighted", 200],
    [`GET /index-composition?index=top5-ew&date=${LAST}&reserve=1`, 200],
    ["GET /composition-changes?index=top5-ew", 200],
    [`GET /index-attribution?index=top5-ew&date=${LAST}`, 200],
    ["GET /indices/top5-ew/members/NA", 200],
    ["GET /indices", 200],
    ["GET /indices/top5-ew", 200],
    ["GET /api/v1/sessions", 200],
    ["GET /api/v1/datasets", 200],
    ["GET /api/v1/datasets/index/versions", 200],
    ["GET /api/v1/health", 200],
    ["GET /metrics", 200],
    ["POST /export-data?index=top5-ew", 201],
    // A ticket that no other process can look up would open nothing.
    ["POST /api/v1/live/tickets", 503],
  ])("%s answers %i", async (target, status) => {
    const answer = await request(target);
    expect(answer.status, answer.text.slice(0, 300)).toBe(status);
  });

  it("says so in the health of the service", async () => {
    const { body } = await request("GET /api/v1/health");
    expect(body).toMatchObject({
      status: "degraded",
      parts: { store: { status: "up" }, cache: { status: "down" }, market: { status: "up" } },
      as_of: LAST,
    });
  });

  it("says so in the figures, which then are those of this process", async () => {
    const { text } = await request("GET /metrics");
    expect(text).toContain("\nqf_metrics_shared 0\n");
    expect(text).toMatch(/\nqf_index_builds_total\{outcome="committed"\} [1-9]/);
    expect(text).toMatch(/\nqf_dependency_failures_total\{part="redis"\} [1-9]/);
  });

  it("keeps answers in the memory of the process", async () => {
    const target = "GET /index-performance?index=top5-ew&risk_free=0.01";
    expect((await request(target)).headers["x-cache"]).toBe("miss");
    expect((await request(target)).headers["x-cache"]).toBe("hit");
  });

  it("deletes an index", async () => {
    await request("POST /build-index", { json: { start_date: LAST, index: { id: "gone" } } });
    expect((await request("DELETE /indices/gone")).status).toBe(204);
  });
});
