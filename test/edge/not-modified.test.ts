// An answer that the client has: who is told so, and until when, on a chain that remembers what it was asked.
import { randomBytes } from "node:crypto";
import { beforeEach, describe, expect, it, vi } from "vitest";
import * as z from "zod";
import * as settings from "../../lib/config.ts";
import { memoryCounters } from "../../lib/edge/access/counters.ts";
import { KEY_LIFE_MS, keyReader } from "../../lib/edge/access/key-reader.ts";
import { limiter } from "../../lib/edge/access/limiter.ts";
import { access, cached, http, input } from "../../lib/edge/http.ts";
import { lru } from "../../lib/edge/memory.ts";
import { instruments } from "../../lib/edge/metrics/meter.ts";
import { AppError } from "../../lib/errors.ts";
import { createKey, type KeyWanted, revokeKey } from "../../lib/jobs/keys.ts";
import type { CachedAnswer, Objects } from "../../lib/ports.ts";
import { embeddedObjects } from "../jobs/stream/embedded-objects.ts";
import { mapObjects } from "./access/objects.ts";
import { bodyOf, call } from "./call.ts";
import { commitRow, newDataset, newStore } from "./images/harness.ts";
import { mapCache } from "./maps.ts";

const objects = embeddedObjects();
const schema = z.object({ id: z.coerce.number().min(0).max(99).default(1) });
const READ: KeyWanted = {
  name: "n",
  scopes: ["read"],
  expiresMs: null,
  limit: { ratePerSecond: 1, burst: 50, quotaPerDay: null },
};

/** A process that believes a manifest for a minute, behind keys, and another one that writes. */
async function sandbox() {
  const dataset = newDataset();
  const writer = newStore(objects());
  const reader = newStore(objects(), { revalidateMs: 60_000 });
  const state = { nowMs: 1_800_000_000_000, handled: 0 };
  const nowMs = () => state.nowMs;
  const store = mapObjects();
  const keyWorld = { objects: store as unknown as Objects, nowMs, randomBytes };
  const world = {
    cache: mapCache(),
    memory: lru({ maxBytes: 1_000_000 }),
    keys: keyReader({ objects: () => store, nowMs }),
    limiter: limiter({ shared: () => undefined, own: memoryCounters({ nowMs }), nowMs }),
    nowMs,
  };
  const handler = http()
    .use(access(world, "read"))
    .use(input(schema))
    .use(cached(world))
    .handler(async ({ input: { id }, freshness }): Promise<CachedAnswer> => {
      state.handled++;
      if (id === 99) throw new AppError("UNKNOWN_INDEX", "there is no index 99");
      const snapshot = await reader.snapshot(dataset, freshness);
      return {
        version: snapshot.version(),
        compute: async () => JSON.stringify({ id, seq: snapshot.manifest.seq }),
        release: snapshot.release,
      };
    });
  const made = await createKey(keyWorld, READ);
  await commitRow(writer, dataset, "p", 1);
  const get = (query: string, headers: Record<string, string> = {}, method = "GET") =>
    call(handler, `${method} /rows${query}`, {
      headers: { "x-api-key": made.key, ...headers },
      routeKey: "GET /rows",
    });
  /** The same question by somebody who has the answer. */
  const again = async (query: string, headers: Record<string, string> = {}) => {
    const { etag = "" } = (await get(query)).headers;
    return get(query, { "if-none-match": etag, ...headers });
  };
  return {
    get,
    again,
    state,
    make: (change: Partial<KeyWanted>) => createKey(keyWorld, { ...READ, ...change }),
    revoke: () => revokeKey(keyWorld, made.record.id),
    move: () => commitRow(writer, dataset, "p", 2),
    pass: reader.pass,
  };
}

beforeEach(() => {
  const config = settings.config();
  vi.spyOn(settings, "config").mockReturnValue({ ...config, ACCESS: "keys", CORS_ORIGIN: "*" });
});

describe("an answer that the client has", () => {
  it("is 304 with all that its 200 says beside the body", async () => {
    const { get, again } = await sandbox();
    const whole = await get("?id=1");
    const known = await again("?id=1");
    expect(known).toMatchObject({ statusCode: 304, body: "" });
    const { "content-type": _, ...headers } = whole.headers;
    expect(known.headers).toEqual({
      ...headers,
      "x-cache": "hit",
      "ratelimit-remaining": "47",
      "ratelimit-reset": expect.any(String),
    });
    expect(Object.keys(headers)).toEqual(
      expect.arrayContaining([
        "etag",
        "x-request-id",
        "ratelimit-limit",
        "access-control-allow-origin",
        "content-security-policy",
        "x-content-type-options",
      ]),
    );
  });

  it("is counted as a request and as a hit of the client", async () => {
    const { again } = await sandbox();
    const counted = (name: "qf_api_requests_total" | "qf_cache_lookups_total", value: string) =>
      instruments.sum(name, (values) => values.includes(value));
    const before = [
      counted("qf_api_requests_total", "304"),
      counted("qf_cache_lookups_total", "client"),
    ];
    await again("?id=1");
    const after = [
      counted("qf_api_requests_total", "304"),
      counted("qf_cache_lookups_total", "client"),
    ];
    expect(after).toEqual(before.map((count) => count + 1));
  });

  it("is known by any of several tags, strong or weak, and not by *", async () => {
    const { get } = await sandbox();
    const { etag = "" } = (await get("?id=1")).headers;
    const statusOf = async (tags: string) =>
      (await get("?id=1", { "if-none-match": tags })).statusCode;
    expect(await statusOf(`"other", ${etag}`)).toBe(304);
    expect(await statusOf(`${etag},"other"`)).toBe(304);
    expect(await statusOf(etag.slice(2))).toBe(304);
    expect(await statusOf("*")).toBe(200);
    expect(await statusOf(etag.slice(0, -2))).toBe(200);
    expect(await statusOf(`x${etag}`)).toBe(200);
  });

  it("is 304 to HEAD as to GET", async () => {
    const { get } = await sandbox();
    const { etag = "" } = (await get("?id=1")).headers;
    expect((await get("?id=1", { "if-none-match": etag }, "HEAD")).statusCode).toBe(304);
    expect((await get("?id=2", { "if-none-match": etag }, "HEAD")).statusCode).toBe(200);
  });
});

describe("the tag of another question", () => {
  it("is no 304, however often both were asked", async () => {
    const { get } = await sandbox();
    const tags = new Map<string, string>();
    const queries = ["", "?id=2", "?id=3", "?id=2&format=csv", "?min_version=1&id=3"];
    for (const query of queries) tags.set(query, (await get(query)).headers.etag!);
    for (const query of queries)
      for (const other of queries) {
        const { statusCode } = await get(query, { "if-none-match": tags.get(other)! });
        // There is no table here, and a smallest version is no part of the question.
        const isSame = tags.get(query) === tags.get(other);
        expect(statusCode, `${query} with the tag of ${other}`).toBe(isSame ? 304 : 200);
      }
    expect(new Set(tags.values()).size).toBe(3);
  });

  it("does not make a wrong question right, nor keeps it from being refused again", async () => {
    const { get, state } = await sandbox();
    const { etag = "" } = (await get("?id=1")).headers;
    const handled = state.handled;
    for (const query of ["?id=many", "?nonsense=1", "?id=1&id=1", "?id=", "?format=xml", "?id=%zz"])
      for (const _ of [1, 2])
        expect((await get(query, { "if-none-match": etag })).statusCode, query).toBe(400);
    expect(state.handled).toBe(handled);
    for (const _ of [1, 2])
      expect((await get("?id=99", { "if-none-match": etag })).statusCode).toBe(404);
  });
});

describe("whoever has the answer but may not ask", () => {
  it("is refused without a key, with another's wrong one and without the scope", async () => {
    const { get, again, make } = await sandbox();
    const { etag = "" } = (await again("?id=1")).headers;
    const other = await make({ scopes: ["build"] });
    const ask = async (key: string) =>
      (await get("?id=1", { "if-none-match": etag, "x-api-key": key })).statusCode;
    expect(await ask("")).toBe(401);
    expect(await ask(`${other.key.slice(0, -1)}${other.key.endsWith("a") ? "b" : "a"}`)).toBe(401);
    expect(await ask(other.key)).toBe(403);
  });

  it("is refused once the key is revoked, as soon as that is known", async () => {
    const { again, get, revoke, state } = await sandbox();
    const known = await again("?id=1");
    expect(known.statusCode).toBe(304);
    await revoke();
    state.nowMs += KEY_LIFE_MS;
    const answer = await get("?id=1", { "if-none-match": known.headers.etag! });
    expect(bodyOf(answer)).toMatchObject({ status: 401, reason: "revoked" });
  });

  it("is refused once the key has expired", async () => {
    const { get, make, state } = await sandbox();
    const { key } = await make({ expiresMs: state.nowMs + 1_000 });
    const { etag = "" } = (await get("?id=1")).headers;
    const ask = () => get("?id=1", { "if-none-match": etag, "x-api-key": key });
    expect((await ask()).statusCode).toBe(304);
    state.nowMs += 1_000;
    expect((await ask()).statusCode).toBe(401);
  });

  it.each([
    ["rate", { ratePerSecond: 1, burst: 3, quotaPerDay: null }, "RATE_LIMITED"],
    ["quota", { ratePerSecond: 1, burst: 50, quotaPerDay: 3 }, "QUOTA_EXCEEDED"],
  ])("is refused once the %s is used up, which a 304 uses too", async (_, limit, code) => {
    const { get, make } = await sandbox();
    const { key } = await make({ limit });
    const { etag = "" } = (await get("?id=1")).headers;
    const ask = () => get("?id=1", { "if-none-match": etag, "x-api-key": key });
    for (const left of ["2", "1", "0"])
      expect(await ask()).toMatchObject({
        statusCode: 304,
        headers: { "ratelimit-remaining": left },
      });
    expect(bodyOf(await ask())).toMatchObject({ status: 429, code });
  });
});

describe("an answer that has moved", () => {
  it("is 200 once its manifest was looked up again, and as long a 304 as it would be a 200 of old", async () => {
    const { get, again, move, pass } = await sandbox();
    const known = await again("?id=1");
    const tag = { "if-none-match": known.headers.etag! };
    await move();
    expect((await get("?id=1", tag)).statusCode, "within the time a manifest is believed").toBe(
      304,
    );
    pass(60_000);
    const moved = await get("?id=1", tag);
    expect([moved.statusCode, bodyOf(moved).seq]).toEqual([200, 2]);
    expect((await get("?id=1", { "if-none-match": moved.headers.etag! })).statusCode).toBe(304);
  });

  it.each([
    ["no-cache", "", { "cache-control": "no-cache" }],
    ["max-age=0", "", { "cache-control": "max-age=0" }],
    ["min_version", "&min_version=2", {}],
    ["a version's name", "&min_version=0123456789abcdef", {}],
  ])("is 200 at once to who asks for the newest by %s", async (_, query, headers) => {
    const { get, again, move } = await sandbox();
    const known = await again("?id=1");
    // The same text was asked before, with and without.
    expect((await get(`?id=1${query.replace("=2", "=1")}`, headers)).statusCode).toBe(200);
    await move();
    const moved = await get(`?id=1${query}`, { "if-none-match": known.headers.etag!, ...headers });
    expect([moved.statusCode, bodyOf(moved).seq]).toEqual([200, 2]);
  });

  it("is never the 304 of a version that is not there yet", async () => {
    const { again, get } = await sandbox();
    const known = await again("?id=1&min_version=1");
    const answer = await get("?id=1&min_version=9", { "if-none-match": known.headers.etag! });
    expect(bodyOf(answer)).toMatchObject({ status: 404, code: "UNKNOWN_VERSION" });
  }, 20_000);
});
