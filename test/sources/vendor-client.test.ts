import { describe, expect, it } from "vitest";
import { AppError } from "../../lib/errors.ts";
import { type VendorOptions, vendorClient } from "../../lib/sources/vendor-client.ts";
import { type StubAnswer, vendorStub, virtualWorld } from "./stubs/vendor-stub.ts";

const KEY = "s3cr3t/key";

/** A client of a stub that gives these answers in turn, the last one for ever. */
async function clientOf(answers: readonly StubAnswer[], options: Partial<VendorOptions> = {}) {
  const stub = await vendorStub(({ count }) => answers[Math.min(count, answers.length) - 1]!);
  const world = virtualWorld();
  const client = vendorClient({
    vendor: "stub",
    baseUrl: stub.url,
    requestsPerMinute: null,
    headers: { Authorization: `Bearer ${KEY}` },
    secretQuery: { token: KEY },
    keySetting: "STUB_KEY",
    world,
    ...options,
  });
  return { client, world, stub };
}

/** The error of a request that must fail. */
async function failure(request: Promise<unknown>): Promise<AppError> {
  const error = await request.then(
    () => expect.fail("the request succeeded"),
    (error: unknown) => error,
  );
  expect(error).toBeInstanceOf(AppError);
  return error as AppError;
}

describe("a request", () => {
  it("carries path, query, headers and key, and gives the JSON that was answered", async () => {
    const { client, stub } = await clientOf([{ json: { rows: [1] } }], {
      headers: { "User-Agent": "equipoise" },
    });
    const answer = await client.json({
      path: "/v1/prices",
      query: { symbol: "BRK.B", limit: 2 },
      headers: { accept: "text/json" },
    });
    expect(answer).toEqual({ rows: [1] });
    expect(stub.requests).toEqual([
      expect.objectContaining({
        method: "GET",
        path: "/v1/prices",
        query: { symbol: "BRK.B", limit: "2", token: KEY },
        headers: expect.objectContaining({ "user-agent": "equipoise", accept: "text/json" }),
      }),
    ]);
  });

  it("gives text as it came", async () => {
    const { client } = await clientOf([{ text: "a,b\n1,Å\n" }]);
    expect(await client.text({ path: "/csv" })).toBe("a,b\n1,Å\n");
  });

  it.each(["@elsewhere.invalid/x", ":1/x", "//elsewhere.invalid/x"])(
    "stays on its host whatever the path says: %s",
    async (path) => {
      const { client, stub } = await clientOf([{ json: 1 }]);
      expect(await client.json({ path })).toBe(1);
      expect(stub.requests).toHaveLength(1);
    },
  );

  it("does not follow a redirect, which would carry the key away", async () => {
    const { client, stub } = await clientOf([
      { status: 301, headers: { location: `https://other.invalid/x?token=${KEY}` } },
    ]);
    expect(await failure(client.json({ path: "/x" }))).toMatchObject({
      code: "VENDOR_ANSWER",
      message: "stub answered GET /x wrongly: status 301 to https://other.invalid",
    });
    expect(stub.requests).toHaveLength(1);
  });
});

describe("waiting", () => {
  it("goes out no faster than the limit", async () => {
    const { client, world, stub } = await clientOf([{ json: 1 }], { requestsPerMinute: 5 });
    for (let i = 0; i < 3; i++) await client.json({ path: "/x" });
    expect(world.waits).toEqual([12_000, 12_000]);
    expect(stub.requests).toHaveLength(3);
  });

  it("backs off twice as long each time, and spends a token on each attempt", async () => {
    const broken = { status: 500, text: "oops" };
    const { client, world } = await clientOf([broken, broken, broken, { json: 1 }], {
      requestsPerMinute: 60_000,
    });
    expect(await client.json({ path: "/x" })).toBe(1);
    expect(world.waits).toEqual([250, 500, 1000]);
  });

  it("waits as long as the vendor says, for a number of seconds or until a date", async () => {
    const { client, world } = await clientOf([
      { status: 429, headers: { "retry-after": "30" } },
      { status: 503, headers: { "retry-after": "Fri, 01 Mar 2024 00:00:45 GMT" } },
      { json: 1 },
    ]);
    expect(await client.json({ path: "/x" })).toBe(1);
    expect(world.waits).toEqual([30_000, 15_000]);
  });

  it("keeps other requests back as well when the vendor says to wait", async () => {
    let now = 0;
    const sleepers: (() => void)[] = [];
    const world = {
      ...virtualWorld(),
      nowMs: () => now,
      sleep: () => new Promise<void>((wake) => sleepers.push(wake)),
    };
    const { client, stub } = await clientOf(
      [{ status: 429, headers: { "retry-after": "30" } }, { json: 1 }],
      { world },
    );
    const first = client.json({ path: "/first" });
    while (sleepers.length < 1) await new Promise((soon) => setImmediate(soon));
    const second = client.json({ path: "/second" });
    await new Promise((soon) => setImmediate(soon));
    expect([sleepers.length, stub.requests.length]).toEqual([2, 1]);
    now = 30_000;
    for (const wake of sleepers) wake();
    expect(await Promise.all([first, second])).toEqual([1, 1]);
  });

  it("gives up on a vendor that wants more time than there is", async () => {
    const { client, world, stub } = await clientOf([
      { status: 429, headers: { "retry-after": "3600" } },
    ]);
    expect(await failure(client.json({ path: "/x" }))).toMatchObject({
      code: "DEPENDENCY_DOWN",
      message: "stub did not answer GET /x: status 429, come back in 3600 s, in 1 attempt",
      details: { dependency: "stub", operation: "GET /x", status: 429, attempts: 1 },
    });
    expect([world.waits, stub.requests.length]).toEqual([[], 1]);
  });
});

describe("a failure", () => {
  it("is of the dependency when the vendor stays broken", async () => {
    const { client, stub } = await clientOf([{ status: 502, text: "<html>\n bad gateway" }]);
    expect(await failure(client.json({ path: "/x" }))).toMatchObject({
      code: "DEPENDENCY_DOWN",
      message: 'stub did not answer GET /x: status 502 ("<html> bad gateway"), in 5 attempts',
      details: { dependency: "stub", operation: "GET /x", status: 502, attempts: 5 },
    });
    expect(stub.requests).toHaveLength(5);
  });

  it("says why nobody could be reached", async () => {
    const { client } = await clientOf([{ json: 1 }], {
      baseUrl: "http://127.0.0.1:1",
      attempts: 2,
    });
    const { code, message } = await failure(client.json({ path: "/x" }));
    expect([code, message]).toEqual([
      "DEPENDENCY_DOWN",
      expect.stringMatching(/^stub did not answer GET \/x: .+, in 2 attempts$/),
    ]);
  });

  it.each(["hang", "stall"] as const)("ends an answer that does not come: %s", async (fault) => {
    const { client, stub } = await clientOf([{ fault }], { timeoutMs: 40, attempts: 2 });
    expect(await failure(client.json({ path: "/x" }))).toMatchObject({
      code: "DEPENDENCY_DOWN",
      message: "stub did not answer GET /x: no whole answer within 40 ms, in 2 attempts",
    });
    expect(stub.requests).toHaveLength(2);
  });

  it.each(["cut", "reset"] as const)("names an answer that is cut short: %s", async (fault) => {
    const { client, stub } = await clientOf([{ fault }], { attempts: 3 });
    expect(await failure(client.json({ path: "/x" }))).toMatchObject({
      code: "VENDOR_ANSWER",
      message: expect.stringMatching(
        /^stub did not answer GET \/x: it ended after \d+ of 100 bytes, in 3 attempts$/,
      ),
    });
    expect(stub.requests).toHaveLength(3);
  });

  it.each(["hang", "stall", "cut", "reset", "refuse"] as const)(
    "is over when the next answer is whole: %s",
    async (fault) => {
      const { client } = await clientOf([{ fault }, { json: [1] }], { timeoutMs: 500 });
      expect(await client.json({ path: "/x" })).toEqual([1]);
    },
  );

  it.each([401, 403])("of the key is not tried again: %i", async (status) => {
    const { client, stub } = await clientOf([{ status, text: `Unknown API key ${KEY}` }]);
    expect(await failure(client.json({ path: "/x" }))).toMatchObject({
      code: "VENDOR_REFUSED",
      message: `stub refused GET /x with status ${status} ("Unknown API key ***"); check the key in STUB_KEY and what its plan covers`,
      details: { dependency: "stub", operation: "GET /x", status, setting: "STUB_KEY" },
    });
    expect(stub.requests).toHaveLength(1);
  });

  it("carries the status of a refusal that is no fault of the key", async () => {
    const { client, stub } = await clientOf([{ status: 404, json: { error: "no such symbol" } }]);
    expect(await failure(client.json({ path: "/x" }))).toMatchObject({
      code: "VENDOR_ANSWER",
      details: { dependency: "stub", operation: "GET /x", status: 404 },
    });
    expect(stub.requests).toHaveLength(1);
  });

  it("quotes the beginning of what is no JSON", async () => {
    const { client } = await clientOf([{ text: `<p>Hello ${KEY}</p>${"x".repeat(5000)}` }]);
    const { code, message } = await failure(client.json({ path: "/x" }));
    expect([code, message.slice(0, 64)]).toEqual([
      "VENDOR_ANSWER",
      'stub answered GET /x wrongly: expected JSON, was "<p>Hello ***</',
    ]);
    expect(message.length).toBeLessThan(300);
  });

  it.each([
    ["announced", {}],
    ["found while reading", { "transfer-encoding": "chunked" }],
  ])("ends a body longer than the bound, %s", async (_, headers) => {
    const { client, stub } = await clientOf([{ text: "x".repeat(2000), headers }], {
      maxBytes: 1000,
    });
    expect(await failure(client.text({ path: "/x" }))).toMatchObject({
      code: "VENDOR_ANSWER",
      message: expect.stringContaining("1000"),
    });
    expect(stub.requests).toHaveLength(1);
  });

  it("never holds the key, even when the key itself is the fault", async () => {
    const key = "abc\ndef";
    const { client } = await clientOf([{ json: 1 }], {
      headers: { Authorization: `Bearer ${key}` },
      attempts: 1,
    });
    const error = await failure(client.json({ path: "/x" }));
    const written = [error.message, error.stack, JSON.stringify(error.details), error.cause];
    expect(written.join(" ")).not.toMatch(/abc|def/);
  });
});

describe("fetch for libraries", () => {
  it("tries again and gives an answer that can still be read", async () => {
    const { client, world, stub } = await clientOf([
      { status: 429, headers: { "retry-after": "2" } },
      { json: { quote: 1 }, headers: { "set-cookie": "a=1" } },
    ]);
    const response = await client.fetch(`${stub.url}/quote?symbol=X`, {
      headers: { accept: "text/json" },
    });
    expect(await response.json()).toEqual({ quote: 1 });
    expect([response.url, response.status, response.headers.getSetCookie()]).toEqual([
      `${stub.url}/quote?symbol=X`,
      200,
      ["a=1"],
    ]);
    expect(world.waits).toEqual([2000]);
    const sent = stub.requests[1]!;
    expect([sent.headers.accept, sent.headers.authorization, sent.query]).toEqual([
      "text/json",
      undefined,
      { symbol: "X" },
    ]);
  });

  it("leaves a refusal to the library", async () => {
    const { client, stub } = await clientOf([{ status: 401, text: "Invalid Crumb" }]);
    const response = await client.fetch(`${stub.url}/quote`);
    expect([response.status, await response.text()]).toEqual([401, "Invalid Crumb"]);
  });

  it("sends what changes something only once", async () => {
    const { client, stub } = await clientOf([{ status: 500, text: "" }]);
    const { code } = await failure(
      client.fetch(`${stub.url}/consent`, { method: "POST", body: "a" }),
    );
    expect([code, stub.requests.length]).toEqual(["DEPENDENCY_DOWN", 1]);
  });

  it("ends when the library does", async () => {
    const { client, stub } = await clientOf([{ fault: "hang" }]);
    const stop = new AbortController();
    const response = client.fetch(`${stub.url}/x`, { signal: stop.signal });
    while (stub.requests.length === 0) await new Promise((soon) => setImmediate(soon));
    stop.abort(new Error("enough"));
    await expect(response).rejects.toThrow("enough");
    expect(stub.requests).toHaveLength(1);
  });
});
