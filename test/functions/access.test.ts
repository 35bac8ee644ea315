// Every route of the service behind keys: who is let in, and who is told what.
import { beforeAll, describe, expect, it } from "vitest";
import { SCOPES, type Scope } from "../../lib/access/scope.ts";
import { createKey } from "../../lib/jobs/keys.ts";
import { ROUTES } from "../../lib/schemas/routes.ts";
import { isoDay } from "../../lib/time.ts";
import { MARKET, service } from "./service.ts";

const { request } = service({ settings: { ACCESS: "keys" } });
const LAST = isoDay(MARKET.sessions.at(-1)!);

const keys = new Map<string, string>();
const keyFor = (...scopes: Scope[]) => keys.get(scopes.join())!;

beforeAll(async () => {
  const { world } = await import("../../lib/world.ts");
  // Windows of an hour: what is left only falls while these tests run.
  const limit = { ratePerSecond: 1, burst: 3600, quotaPerDay: null };
  for (const scopes of [...SCOPES.map((scope) => [scope]), [...SCOPES]]) {
    const made = await createKey(world, { name: scopes.join(), scopes, expiresMs: null, limit });
    keys.set(scopes.join(), made.key);
  }
  const index = { start_date: LAST, index: "top5-ew" };
  const built = await request("POST /build-index", {
    headers: { "x-api-key": keyFor("build") },
    json: index,
  });
  expect(built.status, built.text).toBe(200);
});

/** A path that fits the route; what the handler then makes of it is no matter here. */
const targetOf = (route: string) => route.replaceAll(/\{\w+\}/g, "nobody");

const asked = (needs: (typeof ROUTES)[number]["needs"]) =>
  ROUTES.filter((route) => route.needs === needs).map(({ route }) => route);

describe("routes", () => {
  it("ask for the scope of what they do", () => {
    expect(asked("public")).toEqual(expect.arrayContaining(["GET /api/v1/health", "GET /"]));
    expect(asked("build")).toEqual(["POST /build-index"]);
    expect(asked("admin")).toEqual([
      "DELETE /indices/{id}",
      "POST /api/v1/datasets/{name}/rollback",
    ]);
    // Whatever else is added: a change of data is no reading, and a reading needs no more than "read".
    for (const { route, needs } of ROUTES) {
      if (route.startsWith("GET ")) expect(["read", "public"], route).toContain(needs);
      if (/^(PUT|DELETE) /.test(route)) expect(["trade", "admin"], route).toContain(needs);
      if (route.startsWith("POST ")) expect(needs, route).not.toBe("public");
    }
  });

  const guarded = ROUTES.filter(({ needs }) => needs !== "public");

  it.each(guarded)(
    "$route is 401 without a key, before anything else is looked at",
    async ({ route }) => {
      for (const query of ["", "?nonsense=1", `?date=${LAST}`]) {
        const answer = await request(`${targetOf(route)}${query}`, { text: "{" });
        expect(answer).toMatchObject({
          status: 401,
          body: { code: "UNAUTHORIZED", reason: "missing" },
          headers: { "www-authenticate": 'Bearer realm="equipoise"' },
        });
      }
    },
  );

  const matrix = guarded.flatMap(({ route, needs }) =>
    SCOPES.map((scope) => ({ route, needs, scope, lets: scope === needs })),
  );

  it.each(matrix)(
    "$route with a key for $scope: let in is $lets",
    async ({ route, needs, scope, lets }) => {
      const answer = await request(targetOf(route), { headers: { "x-api-key": keyFor(scope) } });
      if (lets) {
        expect([401, 403], answer.text).not.toContain(answer.status);
        expect(answer.headers["ratelimit-limit"]).toBe("3600");
      } else {
        expect(answer).toMatchObject({
          status: 403,
          body: { code: "FORBIDDEN", scope: needs, scopes: [scope] },
        });
      }
    },
  );

  it.each(asked("public"))("%s needs no key", async (route) => {
    const answer = await request(targetOf(route));
    expect([401, 403]).not.toContain(answer.status);
  });
});

describe("answers to a caller with a key", () => {
  const headers = () => ({ authorization: `Bearer ${keyFor(...SCOPES)}` });

  it("say what is left on every answer: computed, from a cache, unchanged, refused and failed", async () => {
    const target = `GET /index-composition?index=top5-ew&date=${LAST}`;
    const miss = await request(target, { headers: headers() });
    const hit = await request(target, { headers: headers() });
    const same = await request(target, {
      headers: { ...headers(), "if-none-match": miss.headers.etag! },
    });
    const bad = await request("GET /index-composition?date=x", { headers: headers() });
    const absent = await request("GET /indices/nobody", { headers: headers() });
    const answers = [miss, hit, same, bad, absent];
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 304, 400, 404]);
    const left = answers.map((answer) => Number(answer.headers["ratelimit-remaining"]));
    for (const [i, remaining] of left.entries())
      if (i > 0) expect(remaining).toBeLessThan(left[i - 1]!);
  });

  it("are the same that an open service gives", async () => {
    const { body } = await request("GET /indices/top5-ew", { headers: headers() });
    expect(body).toMatchObject({ id: "top5-ew", built: { end_date: LAST } });
  });

  it("hide what is not there behind 404, not behind 403", async () => {
    for (const target of [
      "GET /indices/nobody",
      "DELETE /indices/nobody",
      "GET /indices/top5-ew/members/NOBODY",
      "GET /api/v1/daily/NOBODY",
      "GET /api/v1/datasets/access/versions",
      "GET /api/v1/datasets/..%2Faccess%2Fkeys/versions",
    ])
      expect((await request(target, { headers: headers() })).status, target).toBe(404);
  });

  it("never show a key or its hash", async () => {
    const targets = ROUTES.filter(({ route }) => route.startsWith("GET ")).map(({ route }) =>
      targetOf(route),
    );
    for (const target of targets) {
      const { text, headers: sent } = await request(target, { headers: headers() });
      const said = text + JSON.stringify(sent);
      for (const key of keys.values()) expect(said.includes(key.slice(12)), target).toBe(false);
      expect(said).not.toContain("access/keys");
    }
  });
});
