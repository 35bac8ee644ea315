import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, beforeEach, describe, expect, expectTypeOf, it } from "vitest";
import { freePort } from "../../bench/load/ports.ts";
import { type Answer, clientAt, NetworkError, ServerError } from "../../web/api/client.ts";

type Asked = Readonly<{ line: string; headers: IncomingMessage["headers"]; body: string }>;

let asked: Asked[];
let answer: (response: ServerResponse) => void;
let origin: string;

const server = createServer(async (request, response) => {
  let body = "";
  for await (const bytes of request) body += bytes;
  asked.push({ line: `${request.method} ${request.url}`, headers: request.headers, body });
  answer(response);
});

beforeAll(async () => {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.closeAllConnections();
  server.close();
});
beforeEach(() => {
  asked = [];
  answer = says(200, {});
});

const says =
  (status: number, body: unknown, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    response
      .writeHead(status, {
        "content-type": status < 400 ? "application/json" : "application/problem+json",
        ...headers,
      })
      .end(typeof body === "string" ? body : JSON.stringify(body));

const caught = async (failing: Promise<unknown>): Promise<unknown> =>
  failing.then(
    () => undefined,
    (error) => error,
  );

const PROBLEM = {
  type: "urn:equipoise:problem:no-trading-day",
  title: "No trading day",
  status: 404,
  code: "NO_TRADING_DAY",
  detail: "2024-12-25 is no trading day",
  previous_trading_day: "2024-12-24",
  next_trading_day: "2024-12-26",
  request_id: "r-1",
};

describe("what is asked", () => {
  it("has its path, query and body where the service looks for them", async () => {
    const { ask } = clientAt(origin);
    await ask("GET /index-performance", {
      query: { start_date: "2024-12-02", end_date: undefined, cost_bps: 5 },
    });
    await ask("GET /indices/{id}/members/{ticker}", { path: { id: "top5-ew", ticker: "BRK/B" } });
    await ask("POST /build-index", { body: { start_date: "2024-12-02", index: { size: 10 } } });
    await ask("POST /export-data", { query: { sheets: ["performance", "about"] } });
    await ask("GET /indices");
    expect(asked.map(({ line }) => line)).toEqual([
      "GET /index-performance?start_date=2024-12-02&cost_bps=5",
      "GET /indices/top5-ew/members/BRK%2FB",
      "POST /build-index",
      "POST /export-data?sheets=performance%2Cabout",
      "GET /indices",
    ]);
    expect(JSON.parse(asked[2]!.body)).toEqual({ start_date: "2024-12-02", index: { size: 10 } });
    expect(asked[2]!.headers["content-type"]).toBe("application/json");
  });

  it("carries a key only once one was given, and no longer than that", async () => {
    const { ask, setKey, hasKey } = clientAt(origin);
    await ask("GET /indices");
    setKey("eq_1");
    expect(hasKey()).toBe(true);
    await ask("GET /indices");
    setKey("");
    expect(hasKey()).toBe(false);
    await ask("GET /indices");
    expect(asked.map(({ headers }) => headers["x-api-key"])).toEqual([
      undefined,
      "eq_1",
      undefined,
    ]);
  });

  it("may want the store looked at anew", async () => {
    const { ask } = clientAt(origin);
    await ask("GET /api/v1/datasets", { isFresh: true });
    expect(asked[0]!.headers["cache-control"]).toMatch(/no-cache|max-age=0/);
  });

  it("is typed by the API document", () => {
    const { ask } = clientAt(origin);
    expectTypeOf<Answer<"GET /index-composition">["constituents"][number]["ticker"]>().toBeString();
    expectTypeOf<Answer<"DELETE /indices/{id}">>().toBeUndefined();
    expectTypeOf<Answer<"GET /metrics">>().toBeString();
    // Never run: what must not compile.
    const wrong = () => {
      // @ts-expect-error a day must be named
      ask("GET /index-composition");
      // @ts-expect-error nothing is called so
      ask("GET /index-composition", { query: { date: "2024-12-31", day: 1 } });
      // @ts-expect-error there is no such call
      ask("GET /nothing");
      // @ts-expect-error a figure of another kind
      ask("GET /index-performance", { query: { cost_bps: "5" } });
    };
    expect(wrong).toBeTypeOf("function");
  });
});

describe("what is answered", () => {
  it("is JSON as what it says, text as it is, nothing as undefined", async () => {
    const { ask, askText } = clientAt(origin);
    answer = says(200, { indices: [] });
    expect(await ask("GET /indices")).toEqual({ indices: [] });
    answer = says(200, "a 1\n", { "content-type": "text/plain; version=0.0.4" });
    expect(await ask("GET /metrics")).toBe("a 1\n");
    answer = says(200, "id\ntop5-ew\n", { "content-type": "text/csv; charset=utf-8" });
    expect(await askText("GET /indices", { query: { format: "csv" } })).toBe("id\ntop5-ew\n");
    answer = (response) => response.writeHead(204).end();
    expect(await ask("DELETE /indices/{id}", { path: { id: "top5-ew" } })).toBeUndefined();
  });

  it("is a ServerError with all the service said when it refuses", async () => {
    answer = says(404, PROBLEM);
    const error = await caught(
      clientAt(origin).ask("GET /index-composition", { query: { date: "2024-12-25" } }),
    );
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({
      name: "ServerError",
      message: "2024-12-25 is no trading day",
      status: 404,
      code: "NO_TRADING_DAY",
      detail: "2024-12-25 is no trading day",
      requestId: "r-1",
      retryAfterSeconds: undefined,
      problem: { previous_trading_day: "2024-12-24" },
    });
  });

  it("tells how long to wait where the service does", async () => {
    const body = { ...PROBLEM, status: 429, code: "RATE_LIMITED", retry_after_seconds: 7 };
    answer = says(429, body, { "retry-after": "7" });
    const { ask, askText } = clientAt(origin);
    for (const failing of [ask("GET /indices"), askText("GET /indices")])
      expect(await caught(failing)).toMatchObject({ code: "RATE_LIMITED", retryAfterSeconds: 7 });
  });

  it("keeps what health says of a service that cannot answer", async () => {
    const body = { status: "down", parts: { store: { status: "down", latency_ms: 3 } } };
    answer = says(503, body, { "content-type": "application/json", "x-request-id": "r-2" });
    expect(await caught(clientAt(origin).ask("GET /api/v1/health"))).toMatchObject({
      status: 503,
      code: "UNREADABLE",
      requestId: "r-2",
      problem: undefined,
      said: body,
    });
  });

  it.each([
    ["a page of somebody in between", 502, "<h1>Bad gateway</h1>", "text/html"],
    ["JSON that ends too early", 200, '{"indices": [', "application/json"],
  ])("is a ServerError for %s", async (_, status, body, type) => {
    answer = says(status, body, { "content-type": type });
    const error = await caught(clientAt(origin).ask("GET /indices"));
    expect(error).toBeInstanceOf(ServerError);
    expect(error).toMatchObject({ status, code: "UNREADABLE", problem: undefined });
  });
});

describe("no answer", () => {
  it("is a NetworkError where nobody listens, and where the answer breaks off", async () => {
    const nobody = await caught(
      clientAt(`http://127.0.0.1:${await freePort()}`).ask("GET /indices"),
    );
    expect(nobody).toBeInstanceOf(NetworkError);
    expect((nobody as NetworkError).cause).toBeInstanceOf(Error);
    answer = (response) => {
      response.writeHead(200, { "content-type": "application/json", "content-length": 100 });
      response.write('{"indi', () => response.destroy());
    };
    expect(await caught(clientAt(origin).ask("GET /indices"))).toBeInstanceOf(NetworkError);
  });

  it("is the signal's own reason when the asker gives up", async () => {
    const given = new AbortController();
    answer = () => given.abort();
    const error = await caught(clientAt(origin).ask("GET /indices", { signal: given.signal }));
    expect(error).toMatchObject({ name: "AbortError" });
    expect(error).not.toBeInstanceOf(NetworkError);
  });
});
