// The door of live connections, with its Redis and its store of keys, on a clock that these tests turn.
import { randomBytes } from "node:crypto";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { NOBODY } from "../../../lib/access/caller.ts";
import { keyOf } from "../../../lib/access/key.ts";
import { TICKET_BYTES, TICKET_LIFE_MS, ticketOf } from "../../../lib/access/ticket.ts";
import * as settings from "../../../lib/config.ts";
import { redisConnections } from "../../../lib/edge/access/connections.ts";
import { memoryCounters } from "../../../lib/edge/access/counters.ts";
import { admitted, isEnding, present } from "../../../lib/edge/access/door.ts";
import { KEY_LIFE_MS, keyReader } from "../../../lib/edge/access/key-reader.ts";
import { limiter } from "../../../lib/edge/access/limiter.ts";
import { redisTickets } from "../../../lib/edge/access/tickets.ts";
import type { LiveEvent } from "../../../lib/edge/live-event.ts";
import { createKey, type KeyWanted, revokeKey } from "../../../lib/jobs/keys.ts";
import { issueTicket } from "../../../lib/jobs/live-ticket.ts";
import type { Objects } from "../../../lib/ports.ts";
import { liveRedis } from "./live-redis.ts";
import { mapObjects } from "./objects.ts";

const LIMIT = { ratePerSecond: 100, burst: 100, quotaPerDay: null };
const MOST = 3;

const opened: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});
beforeEach(() => {
  const config = settings.config();
  vi.spyOn(settings, "config").mockReturnValue({
    ...config,
    ACCESS: "keys",
    LIVE_CONNECTIONS_MAX: MOST,
  });
});
const openAccess = () =>
  vi.mocked(settings.config).mockReturnValue({ ...settings.config(), ACCESS: "open" });

async function door() {
  const redis = await liveRedis();
  opened.push(redis);
  const { nowMs, connection } = redis;
  const store = mapObjects();
  const isGone = { redis: false };
  const reached = () => (isGone.redis ? undefined : connection);
  const world = {
    keys: keyReader({ objects: () => store, nowMs }),
    limiter: limiter({ shared: () => undefined, own: memoryCounters({ nowMs }), nowMs }),
    tickets: redisTickets(reached),
    connections: redisConnections({ connection: reached, nowMs }),
    nowMs,
    randomBytes,
  };
  const keyWorld = { objects: store as unknown as Objects, nowMs, randomBytes };
  const make = (change: Partial<KeyWanted> = {}) =>
    createKey(keyWorld, { name: "n", scopes: ["read"], expiresMs: null, limit: LIMIT, ...change });
  const ticketFor = async ({ id, scopes, limit }: Awaited<ReturnType<typeof make>>["record"]) =>
    (await issueTicket(world, { keyId: id, scopes, limit }, undefined)).ticket;

  let connections = 0;
  const event = (
    headers: Record<string, string>,
    ticket: string | undefined,
    sourceIp: string,
  ): LiveEvent => ({
    headers,
    queryStringParameters: ticket === undefined ? null : { ticket },
    requestContext: {
      connectionId: `c${++connections}`,
      eventType: "CONNECT",
      identity: { sourceIp },
    },
  });
  /** The id of the connection that was opened. @throws what the door says */
  const connect = async (
    headers: Record<string, string> = {},
    ticket?: string,
    sourceIp = "192.0.2.1",
  ) => {
    const opening = event(headers, ticket, sourceIp);
    await admitted(world, opening);
    return opening.requestContext.connectionId;
  };
  const withTicket = (ticket: string, sourceIp?: string) => connect({}, ticket, sourceIp);
  const say = (connectionId: string) =>
    present(world, { requestContext: { connectionId, eventType: "MESSAGE" } });
  const revoke = (id: string) => revokeKey(keyWorld, id);
  return { ...redis, world, store, isGone, make, ticketFor, connect, withTicket, say, revoke };
}

const refusal = (code: string, details: object = {}) =>
  expect.objectContaining({ code, details: expect.objectContaining(details) });

describe("a connection by key", () => {
  it("is let in by either header, however its name is written", async () => {
    const { connect, make, world } = await door();
    const { key, record } = await make();
    for (const headers of [
      { "x-api-key": key },
      { "X-Api-Key": key },
      { Authorization: `Bearer ${key}` },
    ] as Record<string, string>[]) {
      const id = await connect(headers);
      expect(await world.connections.find(id)).toMatchObject({ keyId: record.id });
    }
  });

  it.each([
    ["no key", {}, "missing"],
    ["something else", { "x-api-key": "letmein" }, "malformed"],
    ["a key nobody has", { "x-api-key": keyOf(randomBytes(5), randomBytes(20)).text }, "unknown"],
  ] as [string, Record<string, string>, string][])(
    "is refused with %s",
    async (_, headers, reason) => {
      const { connect, world } = await door();
      await expect(connect(headers)).rejects.toEqual(refusal("UNAUTHORIZED", { reason }));
      expect(await world.connections.count()).toBe(0);
    },
  );

  it("is refused when the key is expired, revoked or lacks the scope that reads", async () => {
    const { connect, make, revoke, nowMs } = await door();
    const [expired, revoked, other] = [
      await make({ expiresMs: nowMs() - 1 }),
      await make(),
      await make({ scopes: ["build", "admin"] }),
    ];
    await revoke(revoked.record.id);
    const by = (key: string) => connect({ "x-api-key": key });
    await expect(by(expired.key)).rejects.toEqual(refusal("UNAUTHORIZED", { reason: "expired" }));
    await expect(by(revoked.key)).rejects.toEqual(refusal("UNAUTHORIZED", { reason: "revoked" }));
    await expect(by(other.key)).rejects.toEqual(
      refusal("FORBIDDEN", { scope: "read", scopes: ["build", "admin"] }),
    );
  });

  it("counts as a request of the key", async () => {
    const { connect, make } = await door();
    const { key } = await make({ limit: { ratePerSecond: 1, burst: 2, quotaPerDay: null } });
    const by = () => connect({ "x-api-key": key });
    await by();
    await by();
    await expect(by()).rejects.toEqual(refusal("RATE_LIMITED", { burst: 2 }));
  });

  it("is refused above the number a key may have, until one of them is over", async () => {
    const { connect, make, world } = await door();
    const { key } = await make();
    const by = () => connect({ "x-api-key": key });
    const [first] = [await by(), await by(), await by()];
    await expect(by()).rejects.toEqual(refusal("RATE_LIMITED", { connections_max: MOST }));
    await world.connections.remove(first!);
    await expect(by()).resolves.toBeDefined();
  });
});

describe("a connection by ticket", () => {
  it("is let in once, as the key that asked for it", async () => {
    const { withTicket, make, ticketFor, world } = await door();
    const { record } = await make({ scopes: ["read", "trade"] });
    const ticket = await ticketFor(record);
    const id = await withTicket(ticket);
    expect(await world.connections.find(id)).toMatchObject({
      keyId: record.id,
      scopes: ["read", "trade"],
    });
    await expect(withTicket(ticket)).rejects.toEqual(
      refusal("UNAUTHORIZED", { reason: "unknown" }),
    );
  });

  it("is refused after half a minute, and with one that never was", async () => {
    const { withTicket, make, ticketFor, state } = await door();
    const ticket = await ticketFor((await make()).record);
    state.nowMs += TICKET_LIFE_MS;
    const made = ticketOf(randomBytes(TICKET_BYTES));
    for (const one of [ticket, made])
      await expect(withTicket(one)).rejects.toEqual(refusal("UNAUTHORIZED", { reason: "unknown" }));
    for (const one of ["", "eqt_", "letmein", `${made}x`])
      await expect(withTicket(one)).rejects.toEqual(
        refusal("UNAUTHORIZED", { reason: "malformed" }),
      );
  });

  it("leaves the ticket alone where a key came in a header", async () => {
    const { connect, withTicket, make, ticketFor } = await door();
    const { key, record } = await make();
    const ticket = await ticketFor(record);
    await connect({ "x-api-key": key }, ticket);
    await expect(connect({ "x-api-key": "letmein" }, ticket)).rejects.toEqual(
      refusal("UNAUTHORIZED", { reason: "malformed" }),
    );
    await expect(withTicket(ticket)).resolves.toBeDefined();
  });

  it("counts as a request and as a connection of its key", async () => {
    const { withTicket, make, ticketFor } = await door();
    const slow = await make({ limit: { ratePerSecond: 1, burst: 1, quotaPerDay: null } });
    await withTicket(await ticketFor(slow.record));
    await expect(withTicket(await ticketFor(slow.record))).rejects.toEqual(
      refusal("RATE_LIMITED", { burst: 1 }),
    );
    const { record } = await make();
    for (let i = 0; i < MOST; i++) await withTicket(await ticketFor(record));
    await expect(withTicket(await ticketFor(record))).rejects.toEqual(
      refusal("RATE_LIMITED", { connections_max: MOST }),
    );
  });

  it("is refused when nobody's ticket was issued before keys were asked for", async () => {
    const { withTicket, world } = await door();
    const { ticket } = await issueTicket(world, NOBODY, undefined);
    await expect(withTicket(ticket)).rejects.toEqual(
      refusal("UNAUTHORIZED", { reason: "unknown" }),
    );
  });

  it("is 429 from an address that has guessed too often, and from no other", async () => {
    const { withTicket, make, ticketFor } = await door();
    const guess = () => withTicket(ticketOf(randomBytes(TICKET_BYTES)));
    const codes: string[] = [];
    for (let i = 0; i < 30; i++) await guess().catch(({ code }) => codes.push(code));
    expect(codes.indexOf("RATE_LIMITED")).toBe(21);
    expect(codes.slice(21)).not.toContain("UNAUTHORIZED");
    const ticket = await ticketFor((await make()).record);
    await expect(withTicket(ticket)).rejects.toEqual(refusal("RATE_LIMITED"));
    await expect(withTicket(ticket, "192.0.2.2")).resolves.toBeDefined();
  });
});

describe("while Redis is away", () => {
  it("a key opens a connection of which nothing is kept; a ticket waits", async () => {
    const { connect, withTicket, say, make, ticketFor, isGone } = await door();
    const { key, record } = await make();
    const ticket = await ticketFor(record);
    isGone.redis = true;
    const ids = [];
    for (let i = 0; i <= MOST; i++) ids.push(await connect({ "x-api-key": key }));
    await expect(withTicket(ticket)).rejects.toEqual(
      refusal("DEPENDENCY_DOWN", { dependency: "redis" }),
    );
    expect(await say(ids[0]!)).toBeUndefined();
    isGone.redis = false;
    await expect(say(ids[0]!), "nobody knows whose it is").rejects.toEqual(
      refusal("UNAUTHORIZED", { reason: "unknown", closing: true }),
    );
    await expect(withTicket(ticket)).resolves.toBeDefined();
  });

  it("and the store of keys too, keys that were seen go on and others wait", async () => {
    const { connect, make, isGone, store } = await door();
    const [seen, unseen] = [await make(), await make()];
    await connect({ "x-api-key": seen.key });
    isGone.redis = true;
    store.down = true;
    await expect(connect({ "x-api-key": seen.key })).resolves.toBeDefined();
    await expect(connect({ "x-api-key": unseen.key })).rejects.toEqual(refusal("DEPENDENCY_DOWN"));
  });
});

describe("a message", () => {
  it("is of a connection that is known, whose key is good", async () => {
    const { connect, say, make } = await door();
    const { key, record } = await make();
    const id = await connect({ "x-api-key": key });
    expect(await say(id)).toMatchObject({ id, keyId: record.id, scopes: ["read"] });
  });

  it("ends the connection at most half a minute after its key was revoked", async () => {
    const { connect, say, make, revoke, state } = await door();
    const { key, record } = await make();
    const id = await connect({ "x-api-key": key });
    await revoke(record.id);
    state.nowMs += KEY_LIFE_MS;
    const error = await say(id).catch((reason: unknown) => reason);
    expect(error).toEqual(refusal("UNAUTHORIZED", { reason: "revoked", closing: true }));
    expect(isEnding(error)).toBe(true);
  });

  it("ends it when the key has expired, is gone, or nothing is known of the connection", async () => {
    const { connect, say, make, state, store } = await door();
    const expiring = await make({ expiresMs: state.nowMs + 1000 });
    const removed = await make();
    const [one, other] = [
      await connect({ "x-api-key": expiring.key }),
      await connect({ "x-api-key": removed.key }),
    ];
    await store.remove(`access/keys/${removed.record.id}.json`);
    state.nowMs += KEY_LIFE_MS;
    const ended = (reason: string) => refusal("UNAUTHORIZED", { reason, closing: true });
    await expect(say(one)).rejects.toEqual(ended("expired"));
    await expect(say(other)).rejects.toEqual(ended("unknown"));
    await expect(say("nobody")).rejects.toEqual(ended("unknown"));
  });

  it("that comes too often is refused without ending anything, each connection for itself", async () => {
    const { connect, say, make, state } = await door();
    const { key } = await make();
    const [one, other] = [await connect({ "x-api-key": key }), await connect({ "x-api-key": key })];
    for (let i = 0; i < 20; i++) await say(one);
    const error = await say(one).catch((reason: unknown) => reason);
    expect(error).toEqual(refusal("RATE_LIMITED", { rate_per_second: 10, burst: 20 }));
    expect(isEnding(error)).toBe(false);
    await expect(say(other)).resolves.toBeDefined();
    state.nowMs += 4000;
    await expect(say(one)).resolves.toBeDefined();
  });

  it("waits while the store of keys is away and nothing recent is known", async () => {
    const { connect, say, make, state, store } = await door();
    const { key } = await make();
    const id = await connect({ "x-api-key": key });
    store.down = true;
    state.nowMs += 10 * KEY_LIFE_MS;
    const error = await say(id).catch((reason: unknown) => reason);
    expect(error).toEqual(refusal("DEPENDENCY_DOWN"));
    expect(isEnding(error)).toBe(false);
  });

  it("of a connection that was opened before keys were asked for ends it", async () => {
    const { connect, say } = await door();
    openAccess();
    const id = await connect();
    expect(await say(id)).toMatchObject({ keyId: null });
    vi.mocked(settings.config).mockReturnValue({ ...settings.config(), ACCESS: "keys" });
    await expect(say(id)).rejects.toEqual(refusal("UNAUTHORIZED", { closing: true }));
  });
});

describe("an open service", () => {
  it("lets everybody in, looks at nothing and counts who is there", async () => {
    const { connect, withTicket, say, world, store } = await door();
    openAccess();
    for (let i = 0; i <= MOST; i++) await connect({ "x-api-key": "letmein" });
    const id = await withTicket("anything");
    expect(await world.connections.count()).toBe(MOST + 2);
    expect(await say(id)).toMatchObject({ id, keyId: null });
    expect(await say("nobody")).toBeUndefined();
    expect(store.asked.get).toBe(0);
  });
});
