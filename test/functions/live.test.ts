// Live connections as a gateway brings them to the functions: from the ticket to the end.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Scope } from "../../lib/access/scope.ts";
import type { LiveEvent, LiveReply } from "../../lib/edge/live-event.ts";
import { createKey } from "../../lib/jobs/keys.ts";
import { type Gateway, gateway } from "../edge/gateway.ts";
import { service } from "./service.ts";

const MOST = 3;
let server: Gateway;
// Before the service reads its settings.
beforeAll(async () => {
  server = await gateway();
  process.env.WEBSOCKET_ENDPOINT = server.url;
});
afterAll(() => server.close());

const { request } = service({
  settings: { ACCESS: "keys", LIVE_CONNECTIONS_MAX: String(MOST) },
  load: async () => {},
});

async function makeKey(scopes: readonly Scope[] = ["read"], expiresMs: number | null = null) {
  const { world } = await import("../../lib/world.ts");
  const limit = { ratePerSecond: 1, burst: 3600, quotaPerDay: null };
  return (await createKey(world, { name: "n", scopes, expiresMs, limit })).key;
}

type Invoke = (event: LiveEvent, context: unknown) => Promise<LiveReply>;

async function invoke(name: string, event: LiveEvent): Promise<LiveReply> {
  const { handler } = (await import(`../../functions/live/${name}.ts`)) as { handler: Invoke };
  return handler(event, { awsRequestId: randomUUID() });
}

const context = (connectionId: string, eventType: "CONNECT" | "MESSAGE" | "DISCONNECT") => ({
  requestContext: { connectionId, eventType, identity: { sourceIp: "192.0.2.7" } },
});

type Opening = Readonly<{ headers?: Record<string, string>; ticket?: string }>;

async function isKept(id: string): Promise<boolean> {
  const { world } = await import("../../lib/world.ts");
  return typeof (await world.connections.find(id)) === "object";
}

/** How many are connected. */
async function active(): Promise<number> {
  const { world } = await import("../../lib/world.ts");
  for (;;) {
    const count = await world.connections.count();
    if (count !== undefined) return count;
    await sleep(200);
  }
}

/** The id of the connection and the status of its handshake. */
async function connect({ headers = {}, ticket }: Opening) {
  const id = `${randomUUID()}=`;
  for (let tries = 1; ; tries++) {
    const queryStringParameters = ticket === undefined ? null : { ticket };
    const event = { ...context(id, "CONNECT"), headers, queryStringParameters };
    const { statusCode: status, body = "{}" } = await invoke("connect", event);
    if (status === 200) server.open.add(id);
    // On a busy machine even a Redis that is well may be late.
    const isLate = status === 503 || (status === 200 && !(await isKept(id)));
    if (!isLate || tries > 3) return { id, status, body: JSON.parse(body) };
    await sleep(2_100);
  }
}

async function say(id: string, message: object) {
  const event = { ...context(id, "MESSAGE"), body: JSON.stringify(message) };
  const { body } = await invoke("message", event);
  return body === undefined ? undefined : JSON.parse(body);
}

const leave = async (id: string) => {
  server.open.delete(id);
  await invoke("disconnect", context(id, "DISCONNECT"));
};

const ticketBy = async (key: string) =>
  (await request("POST /api/v1/live/tickets", { headers: { "x-api-key": key } })).body as {
    ticket: string;
    expires_at: string;
    websocket_url: string;
  };

describe("POST /api/v1/live/tickets", () => {
  it("gives another ticket each time, for half a minute, and lets nobody keep the answer", async () => {
    const headers = { "x-api-key": await makeKey() };
    const [one, other] = [
      await request("POST /api/v1/live/tickets", { headers }),
      await request("POST /api/v1/live/tickets", { headers, json: {} }),
    ];
    expect(one).toMatchObject({ status: 201, headers: { "cache-control": "no-store" } });
    expect(one.body).toEqual({
      ticket: expect.stringMatching(/^eqt_[\w-]{43}$/),
      expires_at: expect.any(String),
      websocket_url: server.url.replace("http:", "ws:"),
    });
    const leftMs = Date.parse(String(one.body.expires_at)) - Date.now();
    expect(leftMs).toBeGreaterThan(20_000);
    expect(leftMs).toBeLessThanOrEqual(30_000);
    expect(other.body.ticket).not.toBe(one.body.ticket);
  });

  it("takes no parameter", async () => {
    const headers = { "x-api-key": await makeKey() };
    const json = { scopes: ["admin"] };
    expect(await request("POST /api/v1/live/tickets", { headers, json })).toMatchObject({
      status: 422,
      body: { code: "UNKNOWN_FIELD" },
    });
    expect((await request("POST /api/v1/live/tickets?a=1", { headers })).status).toBe(400);
  });

  it.each([
    ["5 MB of text", JSON.stringify({ index: "x".repeat(5_000_000) }), 413],
    ["250 kB of brackets", "[".repeat(250_000), 400],
  ])("refuses %s", async (_, text, status) => {
    const headers = { "x-api-key": await makeKey() };
    expect((await request("POST /api/v1/live/tickets", { headers, text })).status).toBe(status);
  });
});

describe("a live connection", () => {
  it("opens by key, answers pings and is forgotten at its end", async () => {
    const before = await active();
    const { id, status } = await connect({ headers: { "X-API-Key": await makeKey() } });
    expect(status).toBe(200);
    expect(await active()).toBe(before + 1);
    expect(await say(id, { action: "ping", id: "7" })).toEqual({
      type: "pong",
      id: "7",
      time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/),
    });
    expect(await say(id, { action: "buy" })).toMatchObject({
      code: "UNKNOWN_ACTION",
      actions: ["subscribe", "unsubscribe", "resume", "ping"],
    });
    await leave(id);
    expect(await active()).toBe(before);
  });

  it("opens by a ticket once, and by no other", async () => {
    const { ticket } = await ticketBy(await makeKey());
    const { id, status } = await connect({ ticket });
    expect(status).toBe(200);
    expect(await say(id, { action: "ping" })).toMatchObject({ type: "pong" });
    expect(await connect({ ticket })).toMatchObject({
      status: 401,
      body: { code: "UNAUTHORIZED", reason: "unknown" },
    });
    expect(await connect({ ticket: `${ticket}x` })).toMatchObject({
      status: 401,
      body: { reason: "malformed" },
    });
    await leave(id);
  });

  it("opens by one ticket for one of many that show it at once", async () => {
    const { ticket } = await ticketBy(await makeKey());
    const all = await Promise.all(Array.from({ length: 8 }, () => connect({ ticket })));
    expect(all.filter(({ status }) => status === 200)).toHaveLength(1);
    for (const { id, status } of all) if (status === 200) await leave(id);
  });

  it("is refused without a key, and with one of another scope", async () => {
    expect(await connect({})).toMatchObject({ status: 401, body: { reason: "missing" } });
    const headers = { "x-api-key": await makeKey(["build", "trade", "admin"]) };
    expect(await connect({ headers })).toMatchObject({
      status: 403,
      body: { code: "FORBIDDEN", scope: "read" },
    });
  });

  it("is refused above the number of its key, until one is over", async () => {
    const headers = { "x-api-key": await makeKey() };
    const all = await Promise.all(Array.from({ length: 12 }, () => connect({ headers })));
    const opened = all.filter(({ status }) => status === 200);
    expect(opened).toHaveLength(MOST);
    for (const { status, body } of all)
      if (status !== 200)
        expect([status, body.code, body.connections_max]).toEqual([429, "RATE_LIMITED", MOST]);
    await leave(opened[0]!.id);
    const next = await connect({ headers });
    expect(next.status).toBe(200);
    for (const { id } of [...opened.slice(1), next]) await leave(id);
  });

  it("ends at the first message after its key has expired, with a last frame", async () => {
    const key = await makeKey(["read"], Date.now() + 2_500);
    const { id, status } = await connect({ headers: { authorization: `Bearer ${key}` } });
    expect(status).toBe(200);
    expect(await say(id, { action: "ping" })).toMatchObject({ type: "pong" });
    await sleep(2_600);
    expect(await say(id, { action: "ping", id: "last" })).toBeUndefined();
    expect(server.posted(id)).toMatchObject([
      { type: "error", id: "last", code: "UNAUTHORIZED", reason: "expired", closing: true },
    ]);
    expect(server.open.has(id), "the gateway was told to end it").toBe(false);
    await leave(id);
  });

  it("is told when its messages come too often", async () => {
    const { id } = await connect({ headers: { "x-api-key": await makeKey() } });
    const told = await Promise.all(Array.from({ length: 80 }, () => say(id, { action: "ping" })));
    const pongs = told.filter(({ type }) => type === "pong");
    const refused = told.filter(({ code }) => code === "RATE_LIMITED");
    expect(pongs.length).toBeGreaterThan(10);
    expect(refused.length).toBeGreaterThan(10);
    expect(pongs.length + refused.length).toBe(80);
    expect(refused[0]).toMatchObject({ retry_after_seconds: expect.any(Number), burst: 20 });
    expect(server.open.has(id)).toBe(true);
    await leave(id);
  });

  it("is told of what it subscribed to until its end, whatever else it asks", async () => {
    const { world } = await import("../../lib/world.ts");
    const topicsOf = async (id: string) =>
      (await world.subscriptions.all()).find((one) => one.id === id)?.topics;
    const { id } = await connect({ headers: { "x-api-key": await makeKey() } });
    const wanted = { channels: ["trades", "bars"], symbols: ["AAPL", "MSFT"] };
    expect(await say(id, { action: "subscribe", id: "1", ...wanted })).toEqual({
      type: "subscription",
      id: "1",
      ...wanted,
      subscribed: { trades: ["AAPL", "MSFT"], bars: ["AAPL", "MSFT"] },
      snapshot: [],
      parts: 0,
    });
    const wrong: [object, string][] = [
      [{ action: "subscribe", channels: ["quotes"], symbols: ["A"] }, "channels.0"],
      [{ action: "subscribe", channels: [], symbols: ["A"] }, "channels"],
      [{ action: "subscribe", channels: ["trades"], symbols: ["A B"] }, "symbols.0"],
      [{ action: "subscribe", channels: ["trades"] }, "symbols"],
      [{ action: "unsubscribe", channels: ["trades"], symbols: "A" }, "symbols"],
      [
        { action: "resume", positions: [{ channel: "bars", symbol: "A", seq: -1 }] },
        "positions.0.seq",
      ],
    ];
    for (const [message, path] of wrong)
      expect(await say(id, message)).toMatchObject({ code: "BAD_REQUEST", errors: [{ path }] });
    const positions = [{ channel: "bars", symbol: "AAPL", seq: 4 }];
    expect(await say(id, { action: "resume", positions })).toEqual({
      type: "resumed",
      items: [],
      gaps: [],
      complete: true,
      parts: 0,
    });
    await say(id, { action: "unsubscribe", channels: ["bars"], symbols: ["AAPL", "MSFT"] });
    expect(await topicsOf(id)).toEqual(["trades AAPL", "trades MSFT"]);
    await leave(id);
    expect(await topicsOf(id)).toBeUndefined();
  });

  it("cannot be ended, nor another opened, by a message that names the route", async () => {
    const { id } = await connect({ headers: { "x-api-key": await makeKey() } });
    const before = await active();
    for (const name of ["connect", "disconnect"]) {
      const event = { ...context(id, "MESSAGE"), body: `{"action":"$${name}"}` };
      expect((await invoke(name, event)).statusCode).toBe(400);
    }
    expect(await active()).toBe(before);
    expect(await say(id, { action: "ping" })).toMatchObject({ type: "pong" });
    await leave(id);
  });
});

describe("GET /metrics", () => {
  it("tells how many are connected, and what came of events", async () => {
    const headers = { "x-api-key": await makeKey() };
    const { id } = await connect({ headers });
    const count = await active();
    const { text } = await request("GET /metrics", { headers });
    expect(count).toBeGreaterThan(0);
    expect(text).toContain(`\nactive_websocket_connections ${count}\n`);
    expect(text).toMatch(/\nqf_live_events_total\{event="connect",outcome="ok"\} [1-9]/);
    await leave(id);
    const { text: after } = await request("GET /metrics", { headers });
    expect(after).toContain(`\nactive_websocket_connections ${count - 1}\n`);
    expect(after).toMatch(/\nqf_live_events_total\{event="disconnect",outcome="ok"\} [1-9]/);
  });
});
