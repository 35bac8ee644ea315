import { expect, it, vi } from "vitest";
import * as settings from "../../lib/config.ts";
import { http } from "../../lib/edge/http.ts";
import { unrouted } from "../../lib/edge/routes.ts";
import { bodyOf, call } from "./call.ts";

const ROUTES = ["GET /indices/{id}", "DELETE /indices/{id}", "GET /assets/{path+}", "GET /"];
const handler = http().handler(unrouted(ROUTES));
const ask = (target: string) => call(handler, target, { routeKey: "$default" });

it("says which routes there are where there is none", async () => {
  for (const path of ["/indices", "/indices/", "/indices/a/b", "/assets"]) {
    const answer = await ask(`GET ${path}`);
    expect([answer.statusCode, bodyOf(answer).routes], path).toEqual([404, ROUTES]);
  }
});

it("says which methods a known path takes", async () => {
  const answer = await ask("POST /indices/top100-ew");
  expect([answer.statusCode, answer.headers.allow]).toEqual([405, "GET, DELETE"]);
  expect((await ask("PUT /assets/a/b.js")).headers.allow).toBe("GET");
  expect((await ask("PUT /")).headers.allow).toBe("GET");
});

it("answers a browser's preflight, and lets other origins in only when a setting names them", async () => {
  const own = await ask("OPTIONS /indices/a");
  expect([own.statusCode, own.headers["access-control-allow-methods"]]).toEqual([204, undefined]);
  vi.spyOn(settings, "config").mockReturnValue({
    ...settings.config(),
    CORS_ORIGIN: "https://example.com",
  });
  expect((await ask("OPTIONS /indices/a")).headers).toMatchObject({
    "access-control-allow-origin": "https://example.com",
    "access-control-allow-methods": "GET, DELETE",
    "access-control-allow-headers": expect.stringContaining(
      "x-api-key, authorization, idempotency-key",
    ),
  });
});
