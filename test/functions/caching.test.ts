// Where answers come from: computed once, then from memory or Redis, or not sent at all; never stale.
import { beforeAll, describe, expect, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { MARKET, service } from "./service.ts";

const { request } = service();
const FIRST = isoDay(MARKET.sessions[0]!);
const LAST = isoDay(MARKET.sessions.at(-1)!);

beforeAll(async () => {
  await request("POST /build-index", {
    json: { start_date: FIRST, end_date: "2024-01-26", index: "top5-ew" },
  });
});

const TARGETS = [
  "GET /index-performance?index=top5-ew",
  "GET /index-composition?index=top5-ew&date=2024-01-19&reserve=1",
  "GET /composition-changes?index=top5-ew",
  "GET /index-attribution?index=top5-ew&date=2024-01-19",
  "GET /indices/top5-ew/members/NA",
];

describe.each(TARGETS)("%s", (target) => {
  it("is computed once, answered from the cache, and not sent again to who has it", async () => {
    const forced = await request(target, { headers: { "cache-control": "no-cache" } });
    expect(forced).toMatchObject({ status: 200, headers: { "x-cache": "bypass" } });
    const cached = await request(target);
    expect(cached.headers["x-cache"]).toBe("hit");
    expect(cached.text).toBe(forced.text);
    const { etag } = cached.headers;
    expect(etag).toMatch(/^W\/"[0-9a-f]{32}"$/);
    const again = await request(target, { headers: { "if-none-match": etag! } });
    expect(again).toMatchObject({ status: 304, text: "" });
    const other = await request(target, { headers: { "if-none-match": 'W/"other"' } });
    expect(other.status).toBe(200);
  });

  it("comes as a table too, under an ETag of its own", async () => {
    const json = await request(target);
    const table = await request(`${target}&format=csv`.replace(/^([^?]*)&/, "$1?"));
    expect(table).toMatchObject({
      status: 200,
      headers: { "content-type": "text/csv; charset=utf-8" },
    });
    expect(table.headers.etag).not.toBe(json.headers.etag);
    const [header = "", ...lines] = table.text.trimEnd().split("\r\n");
    expect(header).toMatch(/^[a-z_]+(,[a-z_]+)+$/);
    expect(lines.length).toBeGreaterThan(0);
    expect(table.headers["x-warnings"]).toContain("CAPS_AS_DELIVERED");
  });
});

describe("a cached answer", () => {
  it("is a miss the first time it is asked for", async () => {
    const target = "GET /index-performance?index=top5-ew&risk_free=0.0123";
    expect((await request(target)).headers["x-cache"]).toBe("miss");
    expect((await request(target)).headers["x-cache"]).toBe("hit");
  });

  it("holds no text that a spreadsheet would run", async () => {
    const { text } = await request(
      "GET /index-composition?index=top5-ew&date=2024-01-19&format=csv&reserve=5",
    );
    const cells = text.split(/\r?\n|,/).map((cell) => cell.replace(/^"/, ""));
    expect(cells.filter((cell) => /^[=+@]/.test(cell))).toEqual([]);
    const { text: json } = await request("GET /index-composition?index=top5-ew&date=2024-01-19");
    expect(json).toContain("=HYPERLINK");
  });

  it("gives way to a newer one as soon as the index grows", async () => {
    const target = "GET /index-performance?index=top5-ew";
    const before = await request(target);
    await request("POST /build-index", {
      json: { start_date: LAST, end_date: LAST, index: "top5-ew" },
    });
    const after = await request(target, { headers: { "if-none-match": before.headers.etag! } });
    expect(after.status).toBe(200);
    expect((after.body.meta as { as_of: string }).as_of).toBe(LAST);
    expect((before.body.meta as { as_of: string }).as_of).toBe("2024-01-26");
  });
});
