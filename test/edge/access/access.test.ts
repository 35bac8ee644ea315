// Requests at the door: who is let in, what the others are told, and what it costs to ask.
import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import { keyOf } from "../../../lib/access/key.ts";
import type { Needed } from "../../../lib/access/scope.ts";
import * as settings from "../../../lib/config.ts";
import { type Counters, memoryCounters } from "../../../lib/edge/access/counters.ts";
import { KEY_LIFE_MS, keyReader } from "../../../lib/edge/access/key-reader.ts";
import { limiter } from "../../../lib/edge/access/limiter.ts";
import { access, http } from "../../../lib/edge/http.ts";
import { createKey, type KeyWanted, revokeKey } from "../../../lib/jobs/keys.ts";
import type { Objects } from "../../../lib/ports.ts";
import { bodyOf, call, event } from "../call.ts";
import { mapObjects } from "./objects.ts";

const LIMIT = { ratePerSecond: 1, burst: 3, quotaPerDay: null };

function door() {
  const store = mapObjects();
  const state = { nowMs: 1_800_000_000_000, isRedisDown: false, counted: 0 };
  const nowMs = () => state.nowMs;
  const counts = memoryCounters({ nowMs });
  const shared: Counters = {
    async add(addition) {
      state.counted++;
      return state.isRedisDown ? undefined : counts.add(addition);
    },
  };
  const world = {
    keys: keyReader({ objects: () => store, nowMs }),
    limiter: limiter({ shared: () => shared, own: memoryCounters({ nowMs }), nowMs }),
    nowMs,
  };
  const keyWorld = { objects: store as unknown as Objects, nowMs, randomBytes };
  const make = (change: Partial<KeyWanted> = {}) =>
    createKey(keyWorld, { name: "n", scopes: ["read"], expiresMs: null, limit: LIMIT, ...change });
  const handler = (needed: Needed, cost = 1) =>
    http()
      .use(access(world, needed, cost))
      .handler(() => ({ ok: true }));
  const ask = (needed: Needed, headers: Record<string, string> = {}, cost = 1) =>
    call(handler(needed, cost), "GET /", { headers });
  const revoke = (id: string) => revokeKey(keyWorld, id);
  return { state, store, make, ask, revoke, handler };
}

beforeEach(() => {
  const config = settings.config();
  vi.spyOn(settings, "config").mockReturnValue({ ...config, ACCESS: "keys" });
});

describe("a request with a key", () => {
  it("is let in by either header, and told its limits", async () => {
    const { ask, make } = door();
    const { key } = await make();
    const headers = [
      { "x-api-key": key },
      { authorization: `Bearer ${key}` },
      { authorization: `bearer  ${key} ` },
    ];
    for (const [i, header] of headers.entries()) {
      const answer = await ask("read", header);
      expect(answer.statusCode).toBe(200);
      expect(answer.headers).toMatchObject({
        "ratelimit-limit": "3",
        "ratelimit-remaining": String(2 - i),
        "ratelimit-reset": expect.stringMatching(/^[1-6]$/),
        "ratelimit-policy": "3;w=3",
      });
    }
  });

  it("above its rate is 429 with the time to wait, and let in after that", async () => {
    const { ask, make, state } = door();
    const { key } = await make();
    for (let i = 0; i < 3; i++)
      expect((await ask("read", { "x-api-key": key })).statusCode).toBe(200);
    const refused = await ask("read", { "x-api-key": key });
    expect(refused.statusCode).toBe(429);
    expect(refused.headers).toMatchObject({
      "content-type": "application/problem+json",
      "ratelimit-remaining": "0",
      "retry-after": expect.stringMatching(/^[1-6]$/),
    });
    expect(bodyOf(refused)).toMatchObject({
      code: "RATE_LIMITED",
      rate_per_second: 1,
      burst: 3,
      retry_after_seconds: Number(refused.headers["retry-after"]),
    });
    state.nowMs += 1000 * Number(refused.headers["retry-after"]);
    expect((await ask("read", { "x-api-key": key })).statusCode).toBe(200);
  });

  it("above its quota is 429 until midnight", async () => {
    const { ask, make } = door();
    const { key } = await make({ limit: { ratePerSecond: 100, burst: 100, quotaPerDay: 2 } });
    const answers = [];
    for (let i = 0; i < 3; i++) answers.push(await ask("read", { "x-api-key": key }));
    expect(answers.map(({ statusCode }) => statusCode)).toEqual([200, 200, 429]);
    const [, , refused] = answers;
    // 1,800,000,000 s after 1970 is eight in the morning, UTC.
    expect(refused?.headers).toMatchObject({
      "retry-after": "57600",
      "ratelimit-limit": "2",
      "ratelimit-reset": "57600",
      "ratelimit-policy": "100;w=1, 2;w=86400",
    });
    expect(bodyOf(refused!)).toMatchObject({ code: "QUOTA_EXCEEDED", quota_per_day: 2 });
  });

  it("counts as many requests as the route costs", async () => {
    const { ask, make } = door();
    const { key } = await make();
    expect((await ask("read", { "x-api-key": key }, 2)).headers["ratelimit-remaining"]).toBe("1");
    expect((await ask("read", { "x-api-key": key }, 2)).statusCode).toBe(429);
  });

  it("of another scope is 403 and names the scope it needs", async () => {
    const { ask, make, state } = door();
    const { key } = await make({ scopes: ["read", "trade"] });
    const answer = await ask("admin", { "x-api-key": key });
    expect(answer.statusCode).toBe(403);
    expect(answer.headers["www-authenticate"]).toBe(
      'Bearer realm="equipoise", error="insufficient_scope", scope="admin"',
    );
    expect(bodyOf(answer)).toMatchObject({
      code: "FORBIDDEN",
      scope: "admin",
      scopes: ["read", "trade"],
    });
    expect(state.counted, "what is refused for its scope is not counted").toBe(0);
  });

  it("is named in the log by its id, never by the key", async () => {
    const written = vi.spyOn(process.stdout, "write").mockReturnValue(true);
    vi.mocked(settings.config).mockReturnValue({ ...settings.config(), LOG_LEVEL: "info" });
    const { ask, make } = door();
    const { key, record } = await make();
    await ask("read", { "x-api-key": key });
    await ask("admin", { "x-api-key": key });
    await call(door().handler("public"), `GET /?${key}`);
    const lines = written.mock.calls.map(([line]) => String(line));
    expect(lines.map((line) => JSON.parse(line).key_id)).toEqual([record.id, record.id, undefined]);
    expect(lines.join("")).not.toContain(key.slice(12));
  });
});

describe("a request without a good key", () => {
  const other = keyOf(randomBytes(5), randomBytes(20)).text;

  it.each([
    ["none", {}, "missing"],
    ["an empty one", { "x-api-key": "" }, "malformed"],
    ["something else", { "x-api-key": "letmein" }, "malformed"],
    ["another scheme", { authorization: "Basic dXNlcjpwYXNz" }, "missing"],
    ["a signature for AWS", { authorization: "AWS4-HMAC-SHA256 Credential=x" }, "missing"],
    ["one cut off", { "x-api-key": other.slice(0, -1) }, "mistyped"],
    ["one that nobody has", { authorization: `Bearer ${other}` }, "unknown"],
    ["100 kB", { "x-api-key": "eq_".padEnd(100_000, "a") }, "mistyped"],
  ])("(%s) is 401 and says why", async (_, headers, reason) => {
    const { ask, store } = door();
    const answer = await ask("read", headers);
    expect(answer.statusCode).toBe(401);
    expect(bodyOf(answer)).toMatchObject({ code: "UNAUTHORIZED", reason });
    expect(answer.headers["www-authenticate"]).toBe(
      `Bearer realm="equipoise"${reason === "missing" ? "" : ', error="invalid_token"'}`,
    );
    expect(store.asked.get, "only a whole key is looked up").toBe(reason === "unknown" ? 1 : 0);
  });

  it("is 401 with the id of one key and the secret of another", async () => {
    const { ask, make } = door();
    const { record } = await make();
    const id = Buffer.from(
      [...record.id]
        .map((letter) =>
          "abcdefghijklmnopqrstuvwxyz234567".indexOf(letter).toString(2).padStart(5, "0"),
        )
        .join("")
        .match(/.{8}/g)!
        .map((bits) => Number.parseInt(bits, 2)),
    );
    const forged = keyOf(id, randomBytes(20));
    expect(forged.id).toBe(record.id);
    const answer = await ask("read", { "x-api-key": forged.text });
    expect([answer.statusCode, bodyOf(answer).reason]).toEqual([401, "unknown"]);
  });

  it("is 401 once its key has expired", async () => {
    const { ask, make, state } = door();
    const { key } = await make({ expiresMs: state.nowMs + 5000 });
    expect((await ask("read", { "x-api-key": key })).statusCode).toBe(200);
    state.nowMs += 5000;
    expect(bodyOf(await ask("read", { "x-api-key": key }))).toMatchObject({ reason: "expired" });
  });

  it("is 401 at most half a minute after its key was revoked", async () => {
    const { ask, make, revoke, state } = door();
    const { key, record } = await make();
    expect((await ask("read", { "x-api-key": key })).statusCode).toBe(200);
    await revoke(record.id);
    state.nowMs += KEY_LIFE_MS;
    expect(KEY_LIFE_MS).toBe(30_000);
    expect(bodyOf(await ask("read", { "x-api-key": key }))).toMatchObject({ reason: "revoked" });
  });

  it("is 429 from an address that has guessed too often, while keys in use there go on", async () => {
    const { ask, make, store } = door();
    const { key } = await make({ limit: { ratePerSecond: 100, burst: 100, quotaPerDay: null } });
    const cold = await make();
    expect((await ask("read", { "x-api-key": key })).statusCode).toBe(200);
    const guess = () => ask("read", { "x-api-key": keyOf(randomBytes(5), randomBytes(20)).text });
    const statuses: number[] = [];
    for (let i = 0; i < 40; i++) statuses.push((await guess()).statusCode);
    expect(statuses.indexOf(429)).toBe(21);
    const looks = store.asked.get;
    const refused = await guess();
    expect([refused.statusCode, bodyOf(refused).code]).toEqual([429, "RATE_LIMITED"]);
    expect(Number(refused.headers["retry-after"])).toBeGreaterThan(0);
    expect(store.asked.get, "a guess costs no look at the store any more").toBe(looks);
    expect((await ask("read", { "x-api-key": key })).statusCode).toBe(200);
    expect((await ask("read", { "x-api-key": cold.key })).statusCode).toBe(429);
  });
});

describe("a public route", () => {
  const from = (sourceIp: string) => {
    const given = event("GET /");
    return {
      ...given,
      requestContext: { ...given.requestContext, http: { ...given.requestContext.http, sourceIp } },
    };
  };

  it("asks for no key and counts by address", async () => {
    const { handler, store } = door();
    const chain = handler("public") as unknown as (
      event: unknown,
      context: unknown,
    ) => Promise<{ statusCode: number; headers: Record<string, string> }>;
    const ask = async (address: string) => chain(from(address), {});
    const remaining = async (address: string) =>
      Number((await ask(address)).headers["ratelimit-remaining"]);
    expect(await remaining("192.0.2.1")).toBe(24);
    expect(await remaining("192.0.2.2")).toBe(24);
    expect(await remaining("::ffff:192.0.2.1")).toBe(23);
    // Of an IPv6 address the network counts: a caller may choose the other half.
    expect(await remaining("2001:db8:1:2:aaaa::1")).toBe(24);
    expect(await remaining("2001:db8:1:2::ffff")).toBe(23);
    expect(await remaining("2001:0DB8:0001:2:0:0:0:9")).toBe(22);
    expect(await remaining("2001:db8:1:3::1")).toBe(24);
    expect(await remaining("::1")).toBe(24);
    for (let i = 0; i < 24; i++) await ask("192.0.2.2");
    expect((await ask("192.0.2.2")).statusCode).toBe(429);
    expect(store.asked.get).toBe(0);
  });
});

describe("while requests cannot be counted", () => {
  it.each([
    ["public", 200],
    ["read", 200],
    ["build", 503],
    ["trade", 503],
    ["admin", 200],
  ] as const)("%s answers %i", async (needed, status) => {
    const { ask, make, state } = door();
    const { key } = await make({ scopes: ["read", "build", "trade", "admin"] });
    state.isRedisDown = true;
    const answer = await ask(needed, { "x-api-key": key });
    expect(answer.statusCode).toBe(status);
    if (status === 503) {
      expect(answer.headers["retry-after"]).toBe("2");
      expect(bodyOf(answer)).toMatchObject({ code: "DEPENDENCY_DOWN", dependency: "redis" });
    }
  });

  it("the limit of a key still holds in each process", async () => {
    const { ask, make, state } = door();
    const { key } = await make();
    state.isRedisDown = true;
    const statuses = [];
    for (let i = 0; i < 4; i++) statuses.push((await ask("read", { "x-api-key": key })).statusCode);
    expect(statuses).toEqual([200, 200, 200, 429]);
  });

  it("and the store of keys is down too, a key that was seen goes on and others are 503", async () => {
    const { ask, make, state, store } = door();
    const [seen, unseen] = [await make(), await make()];
    await ask("read", { "x-api-key": seen.key });
    store.down = true;
    state.isRedisDown = true;
    state.nowMs += KEY_LIFE_MS;
    expect((await ask("read", { "x-api-key": seen.key })).statusCode).toBe(200);
    expect((await ask("read", { "x-api-key": unseen.key })).statusCode).toBe(503);
  });
});

describe("an open service", () => {
  it("looks at no key, counts nothing and adds no promise", async () => {
    vi.mocked(settings.config).mockReturnValue({ ...settings.config(), ACCESS: "open" });
    const { ask, store, state } = door();
    for (let i = 0; i < 100; i++) {
      const answer = await ask("admin", { "x-api-key": "letmein" });
      expect(answer.statusCode).toBe(200);
      expect(answer.headers["ratelimit-limit"]).toBeUndefined();
    }
    expect([store.asked.get, state.counted]).toEqual([0, 0]);
    const { before } = access({} as never, "admin");
    expect(before?.({ event: event("GET /") } as never)).toBeUndefined();
  });
});
