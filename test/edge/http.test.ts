import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { config } from "../../lib/config.ts";
import { cached, http, input, reply, routed } from "../../lib/edge/http.ts";
import { AppError } from "../../lib/errors.ts";
import { bodyOf, call } from "./call.ts";
import { mapCache } from "./maps.ts";

/** A whole endpoint as functions/** writes them: parse, cache, answer. */
const composition = http()
  .use(input(z.strictObject({ date: z.iso.date(), reserve: z.coerce.number().int().default(0) })))
  .use(cached({ cache: mapCache() }))
  .handler(({ input: { date, reserve } }) => ({
    version: "00000000000000aa",
    list: "constituents",
    release: () => {},
    compute: async () =>
      JSON.stringify({ date, constituents: [{ rank: 1, ticker: "A" }], reserve: Array(reserve) }),
  }));

const failing = (error: unknown) =>
  http().handler(() => {
    throw error;
  });

describe("http", () => {
  it("answers a whole endpoint", async () => {
    const answer = await call(composition, "GET /index-composition?date=2024-01-02");
    expect(answer.statusCode).toBe(200);
    expect(bodyOf(answer)).toEqual({
      date: "2024-01-02",
      constituents: [{ rank: 1, ticker: "A" }],
      reserve: [],
    });
    expect(answer.headers).toMatchObject({
      "content-type": "application/json",
      "x-cache": "miss",
      "x-request-id": "request-1",
      "x-content-type-options": "nosniff",
      etag: expect.stringMatching(/^W\/"[0-9a-f]{32}"$/),
    });
  });

  it("sends a plain value as JSON, a reply as it is and nothing as 204", async () => {
    const value = await call(
      http().handler(() => ({ a: 1n })),
      "GET /",
    );
    const whole = await call(
      http().handler(() => reply(201, { url: "x" }, { location: "x" })),
      "POST /",
    );
    const nothing = await call(
      http().handler(() => undefined),
      "DELETE /",
    );
    expect([value.statusCode, value.body]).toEqual([200, '{"a":"1"}']);
    expect([whole.statusCode, whole.body, whole.headers.location]).toEqual([
      201,
      '{"url":"x"}',
      "x",
    ]);
    expect([nothing.statusCode, nothing.body]).toEqual([204, ""]);
    expect(nothing.headers["content-type"]).toBeUndefined();
  });

  it("answers an AppError as problem+json with its facts", async () => {
    const error = new AppError("NO_TRADING_DAY", "2025-01-01 is a holiday", {
      next_trading_day: "2025-01-02",
      status: 200,
    });
    const answer = await call(failing(error), "GET /");
    expect(answer.statusCode).toBe(404);
    expect(answer.headers).toMatchObject({
      "content-type": "application/problem+json",
      "cache-control": "no-store",
    });
    expect(bodyOf(answer), "facts never replace the members of RFC 9457").toEqual({
      type: "urn:equipoise:problem:no-trading-day",
      title: "No trading day",
      status: 404,
      code: "NO_TRADING_DAY",
      detail: "2025-01-01 is a holiday",
      next_trading_day: "2025-01-02",
      request_id: "request-1",
    });
  });

  it("answers anything else as a bare 500 and logs it once with its stack", async () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.spyOn(await import("../../lib/config.ts"), "config").mockReturnValue({
      ...config(),
      LOG_LEVEL: "error",
    });
    const answer = await call(failing(new Error("select * from secrets")), "GET /");
    expect(answer.statusCode).toBe(500);
    expect(answer.body).not.toContain("secrets");
    expect(bodyOf(answer).request_id).toBe("request-1");
    const lines = written.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(lines).toHaveLength(1);
    expect(lines[0]).toMatchObject({ level: "ERROR", function_request_id: "request-1" });
    expect(lines[0].error.stack).toContain("http.test.ts");
  });

  it("lets a browser load and run nothing from an answer that is data, and asks for TLS where it is public", async () => {
    const data = await call(
      http().handler(() => ({ a: 1 })),
      "GET /",
    );
    expect(data.headers).toMatchObject({
      "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
      "x-content-type-options": "nosniff",
      "referrer-policy": "no-referrer",
    });
    const failed = await call(failing(new Error("x")), "GET /");
    expect(failed.headers["content-security-policy"]).toContain("default-src 'none'");
    expect(data.headers["strict-transport-security"]).toBeUndefined();
    vi.spyOn(await import("../../lib/config.ts"), "config").mockReturnValue({
      ...config(),
      STAGE: "prod",
    });
    const onAws = await call(composition, "GET /index-composition?date=2024-02-01");
    expect(onAws.headers["strict-transport-security"]).toBe("max-age=31536000");
  });

  it("leaves a page its own policy", async () => {
    const own = { "content-type": "text/html", "content-security-policy": "script-src 'self'" };
    const { headers } = await call(
      http().handler(() => reply(200, "<p>", own)),
      "GET /",
    );
    expect(headers["content-security-policy"]).toBe("script-src 'self'");
  });

  it("lets scripts of another origin read what a limit says, when a setting names the origin", async () => {
    vi.spyOn(await import("../../lib/config.ts"), "config").mockReturnValue({
      ...config(),
      CORS_ORIGIN: "https://example.com",
    });
    const { headers } = await call(composition, "GET /index-composition?date=2024-02-02");
    const exposed = headers["access-control-expose-headers"]?.split(", ");
    expect(headers["access-control-allow-origin"]).toBe("https://example.com");
    expect(headers["access-control-allow-credentials"]).toBeUndefined();
    expect(exposed).toEqual(
      expect.arrayContaining([
        "ratelimit-limit",
        "ratelimit-remaining",
        "ratelimit-reset",
        "retry-after",
        "etag",
      ]),
    );
  });

  it("tells the caller when to come back", async () => {
    const answer = await call(failing(new AppError("DEPENDENCY_DOWN", "S3 is down")), "GET /");
    expect([answer.statusCode, answer.headers["retry-after"]]).toEqual([503, "2"]);
  });

  it("compresses what is large and leaves what is small", async () => {
    const headers = { "accept-encoding": "gzip, br" };
    const target = "GET /index-composition?date=2024-01-02&reserve=";
    const small = await call(composition, `${target}1`, { headers });
    const large = await call(composition, `${target}1000`, { headers });
    const again = await call(composition, `${target}1000`, { headers });
    expect(small.headers["content-encoding"]).toBeUndefined();
    expect(large).toMatchObject({
      isBase64Encoded: true,
      headers: { "content-encoding": "br", vary: "accept-encoding", "x-cache": "miss" },
    });
    const plain = brotliDecompressSync(Buffer.from(large.body, "base64")).toString();
    expect(JSON.parse(plain).reserve).toHaveLength(1000);
    expect([again.body, again.headers["x-cache"]]).toEqual([large.body, "hit"]);
  });

  it("asks for a fresh look when the client wants no cached answer", async () => {
    const echo = http().handler(({ freshness }) => freshness);
    const of = async (value: string) =>
      bodyOf(await call(echo, "GET /", { headers: { "cache-control": value } }));
    expect(await of("no-cache")).toEqual({ revalidate: true });
    expect(await of("max-age=0")).toEqual({ revalidate: true });
    expect(await of("max-age=60")).toEqual({ revalidate: false });
  });

  it("sends each route of one function to its own chain", async () => {
    const both = routed({
      "GET /indices": http().handler(() => ["all"]),
      "GET /indices/{id}": http()
        .use(input(z.strictObject({ id: z.string() })))
        .handler(({ input: { id } }) => [id]),
    });
    const one = { routeKey: "GET /indices/{id}", pathParameters: { id: "top100-ew" } };
    expect((await call(both, "GET /indices")).body).toBe('["all"]');
    expect((await call(both, "GET /indices/top100-ew", one)).body).toBe('["top100-ew"]');
  });
});
