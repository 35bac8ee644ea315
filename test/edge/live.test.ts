// The chain of live functions: what becomes of events, of failures, and of what clients write.
import fc from "fast-check";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import { MESSAGES } from "../../lib/access/limit.ts";
import * as settings from "../../lib/config.ts";
import type { Connections } from "../../lib/edge/access/connections.ts";
import { memoryCounters } from "../../lib/edge/access/counters.ts";
import { limiter } from "../../lib/edge/access/limiter.ts";
import { action, connecting, disconnecting, messages } from "../../lib/edge/live.ts";
import type { LiveEvent, LiveReply } from "../../lib/edge/live-event.ts";
import { instruments } from "../../lib/edge/metrics/meter.ts";
import { redisBudgetMs } from "../../lib/edge/redis-budget.ts";
import { connectionPosts } from "../../lib/edge/websocket.ts";
import { AppError } from "../../lib/errors.ts";
import { type Gateway, gateway } from "./gateway.ts";

let server: Gateway;
const state = { nowMs: 1_800_000_000_000, isKnown: true };
beforeEach(async () => {
  state.isKnown = true;
  server = await gateway();
  server.open.add("a");
});
afterEach(() => server.close());

const nowMs = () => state.nowMs;
const connections: Connections = {
  add: async () => "added",
  find: async (id) =>
    state.isKnown ? { id, keyId: null, scopes: ["read"], connectedMs: 0 } : undefined,
  remove: async () => {},
  count: async () => 1,
};
const world = () => ({
  keys: { find: async () => undefined, knows: () => false },
  limiter: limiter({ shared: () => undefined, own: memoryCounters({ nowMs }), nowMs }),
  tickets: { keep: async () => true, take: async () => undefined },
  connections,
  posts: () => connectionPosts({ endpoint: server.url, nowMs }),
  nowMs,
});

const about = (eventType: LiveEvent["requestContext"]["eventType"]) => ({
  requestContext: { connectionId: "a", eventType, requestId: "gateway-1" },
});
const handler = () =>
  messages(world(), {
    double: action(
      z.strictObject({
        action: z.literal("double"),
        id: z.string().optional(),
        of: z.number("must be a number"),
      }),
      ({ of }, { connection }) => ({ type: "doubled", is: 2 * of, of: connection?.id }),
    ),
    fail: action(z.object({}), () => {
      throw new Error("secret of /lib/x.ts");
    }),
    later: action(z.object({}), async () => {
      throw new AppError("DEPENDENCY_DOWN", "away", { dependency: "redis" });
    }),
  });
const send = (body: unknown, to = handler()): Promise<LiveReply> =>
  to({ ...about("MESSAGE"), body }, { awsRequestId: "request-1" });
const frame = async (body: unknown, to = handler()) => {
  const reply = await send(body, to);
  expect(reply.statusCode).toBe(200);
  return JSON.parse(reply.body ?? "null");
};
const counted = (event: string, outcome: string) =>
  instruments.sum("qf_live_events_total", ([a, b]) => a === event && b === outcome);

describe("a message", () => {
  it("is answered by what it asks for, under its own id", async () => {
    const before = counted("message", "ok");
    expect(await frame('{"action":"double","of":21,"id":"7"}')).toEqual({
      type: "doubled",
      id: "7",
      is: 42,
      of: "a",
    });
    expect(counted("message", "ok")).toBe(before + 1);
  });

  it.each([
    ["an action nobody knows", '{"action":"subscribe","id":"7"}', '"subscribe" is no action'],
    ["none", '{"id":"7"}', "no action"],
    ["one that is no text", '{"action":{"a":1},"id":"7"}', "no action"],
    ["one that every object has", '{"action":"constructor","id":"7"}', '"constructor"'],
    ["one the gateway has", '{"action":"$disconnect","id":"7"}', '"$disconnect"'],
  ])("with %s is told which there are", async (_, body, detail) => {
    expect(await frame(body)).toEqual({
      type: "error",
      id: "7",
      code: "UNKNOWN_ACTION",
      detail: expect.stringContaining(detail),
      actions: ["double", "fail", "later"],
      request_id: "request-1",
    });
  });

  it("with a wrong or unknown member is told which", async () => {
    expect(await frame('{"action":"double","of":"x","id":"7"}')).toMatchObject({
      id: "7",
      code: "BAD_REQUEST",
      errors: [{ path: "of", message: 'must be a number, was "x"' }],
    });
    expect(await frame('{"action":"double","of":1,"more":1}')).toMatchObject({
      code: "UNKNOWN_FIELD",
      errors: [{ path: "more" }],
    });
  });

  it("that fails is a frame that tells nothing of the inside, logged and counted", async () => {
    const before = counted("message", "INTERNAL");
    const told = await frame('{"action":"fail","id":"7"}');
    expect(told).toMatchObject({ type: "error", id: "7", code: "INTERNAL" });
    expect(JSON.stringify(told)).not.toContain("/lib");
    expect(counted("message", "INTERNAL")).toBe(before + 1);
    expect(await frame('{"action":"later"}')).toMatchObject({
      code: "DEPENDENCY_DOWN",
      dependency: "redis",
    });
  });

  it("that comes too often is told when to come again, whatever it holds", async () => {
    const to = handler();
    for (let i = 0; i < MESSAGES.burst; i++)
      expect((await frame("nonsense", to)).code).toBe("BAD_REQUEST");
    expect(await frame('{"action":"double","of":1,"id":"7"}', to)).toMatchObject({
      type: "error",
      id: "7",
      code: "RATE_LIMITED",
      retry_after_seconds: expect.any(Number),
    });
    expect(server.asked, "and the connection goes on").toEqual([]);
  });

  it("of a connection that must end is answered by a last frame and the end", async () => {
    vi.spyOn(settings, "config").mockReturnValue({ ...settings.config(), ACCESS: "keys" });
    state.isKnown = false;
    expect(await send('{"action":"double","of":1,"id":"7"}')).toEqual({ statusCode: 200 });
    expect(server.asked.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
    expect(server.posted("a")).toMatchObject([
      { type: "error", id: "7", code: "UNAUTHORIZED", closing: true, request_id: "request-1" },
    ]);
    expect(server.open.has("a")).toBe(false);
    expect(await send("{}"), "when it is over already").toEqual({ statusCode: 200 });
  });

  it("of one that must end is answered as any other while the gateway takes no posts", async () => {
    vi.spyOn(settings, "config").mockReturnValue({ ...settings.config(), ACCESS: "keys" });
    state.isKnown = false;
    server.answers(500);
    expect(await frame("{}")).toMatchObject({ code: "UNAUTHORIZED", closing: true });
  });

  it("never throws and never leaves without one frame of JSON, whatever it is", async () => {
    const hostile = fc.oneof(
      fc.string({ unit: "binary", maxLength: 60 }),
      fc.json({ maxDepth: 6 }),
      fc.json({ maxDepth: 2 }).map((text) => `{"action":${text}}`),
      fc.constantFrom(
        "",
        "null",
        "[".repeat(30_000),
        '{"a":'.repeat(6000),
        `{"action":"${"x".repeat(33_000)}"}`,
        `{"action":"double",${Array.from({ length: 3000 }, (_, i) => `"m${i}":1`).join()}}`,
        '{"__proto__":{"action":"fail"},"action":"double","of":1}',
        "\uD800",
      ),
      fc.uint8Array().map((bytes) => Buffer.from(bytes)),
    );
    await fc.assert(
      fc.asyncProperty(hostile, async (body) => {
        const told = await frame(body);
        expect(["error", "doubled"]).toContain(told.type);
        expect(told.code).not.toBe("INTERNAL");
        expect(JSON.stringify(told).length).toBeLessThan(20_000);
      }),
      { numRuns: 300 },
    );
  });
});

describe("a connection", () => {
  it("is opened when nothing speaks against it", async () => {
    const reply = await connecting(async () => {})(about("CONNECT"));
    expect(reply).toEqual({ statusCode: 200 });
  });

  it.each([
    ["UNAUTHORIZED", 401],
    ["FORBIDDEN", 403],
    ["RATE_LIMITED", 429],
    ["DEPENDENCY_DOWN", 503],
  ] as const)("is refused by %s with the status %i, counted", async (code, status) => {
    const before = counted("connect", code);
    const refusing = connecting(async () => {
      throw new AppError(code, "no", { dependency: "redis" });
    });
    const reply = await refusing(about("CONNECT"), { awsRequestId: "request-1" });
    expect(reply.statusCode).toBe(status);
    expect(JSON.parse(reply.body ?? "")).toMatchObject({ code, request_id: "request-1" });
    if (status === 503) expect(reply.headers?.["retry-after"]).toBe("2");
    expect(counted("connect", code)).toBe(before + 1);
  });

  it("is refused with a bare 500 by a fault of ours", async () => {
    const failing = connecting(async () => {
      throw new TypeError("x of undefined");
    });
    const reply = await failing(about("CONNECT"));
    expect(reply.statusCode).toBe(500);
    expect(reply.body).not.toContain("undefined");
  });

  it("is forgotten at its end", async () => {
    const forgotten: string[] = [];
    const ending = disconnecting(async (id) => void forgotten.push(id));
    expect(await ending(about("DISCONNECT"))).toEqual({ statusCode: 200 });
    expect(forgotten).toEqual(["a"]);
  });

  it("is neither opened nor ended by a message that names these routes", async () => {
    const done = vi.fn(async () => {});
    for (const one of [connecting(done), disconnecting(done)])
      expect(
        (await one({ ...about("MESSAGE"), body: '{"action":"$disconnect"}' })).statusCode,
      ).toBe(400);
    expect(done).not.toHaveBeenCalled();
  });
});

describe("every event", () => {
  it("has a budget of its own for Redis", async () => {
    const found: number[] = [];
    await connecting(async () => void found.push(redisBudgetMs()))(about("CONNECT"));
    expect(found).toEqual([150]);
  });

  it("writes one line, which holds no ticket, no key and nothing of a message", async () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.spyOn(settings, "config").mockReturnValue({ ...settings.config(), LOG_LEVEL: "info" });
    const ticket = `eqt_${"T".repeat(43)}`;
    await connecting(async () => {})({
      ...about("CONNECT"),
      headers: { "x-api-key": "letmein" },
      queryStringParameters: { ticket },
    });
    await send('{"action":"double","of":1,"id":"my-secret"}');
    await send('{"action":"my-secret"}');
    const lines = written.mock.calls.map(([line]) => JSON.parse(String(line)));
    expect(lines).toMatchObject([
      { level: "INFO", message: "live", event: "connect", connection_id: "a", status: 200 },
      { message: "live", event: "message", action: "double", function_request_id: "request-1" },
      { message: "live", event: "message", code: "UNKNOWN_ACTION" },
    ]);
    const text = JSON.stringify(lines);
    for (const secret of [ticket, "TTTT", "letmein", "my-secret"])
      expect(text).not.toContain(secret);
  });
});
