// Keys while nobody listens where Redis should be: reading and repairing go on, what costs much waits.
import { randomBytes } from "node:crypto";
import { expect, it } from "vitest";
import { keyOf } from "../../lib/access/key.ts";
import { createKey } from "../../lib/jobs/keys.ts";
import { isoDay } from "../../lib/time.ts";
import { MARKET, service } from "./service.ts";

const { request } = service({ isCached: false, settings: { ACCESS: "keys" } });
const LAST = isoDay(MARKET.sessions.at(-1)!);

it("reads, refuses strangers and keeps the limit of a key in the process; building waits with 503", async () => {
  const { world } = await import("../../lib/world.ts");
  const { key } = await createKey(world, {
    name: "n",
    scopes: ["read", "build", "admin"],
    expiresMs: null,
    limit: { ratePerSecond: 0.01, burst: 4, quotaPerDay: null },
  });
  const headers = { "x-api-key": key };
  const built = await request("POST /build-index", { headers, json: { start_date: LAST } });
  expect(built).toMatchObject({
    status: 503,
    headers: { "retry-after": "2" },
    body: { code: "DEPENDENCY_DOWN", dependency: "redis" },
  });
  const stranger = { "x-api-key": keyOf(randomBytes(5), randomBytes(20)).text };
  expect((await request("GET /api/v1/sessions", { headers: stranger })).status).toBe(401);
  expect((await request("GET /api/v1/health")).status).toBe(200);
  expect((await request("DELETE /indices/nobody", { headers })).status).toBe(404);
  const read = () => request("GET /api/v1/sessions", { headers });
  const statuses = [await read(), await read(), await read(), await read()].map(
    (one) => one.status,
  );
  expect(statuses).toEqual([200, 200, 200, 429]);
});
