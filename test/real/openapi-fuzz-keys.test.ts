// The long run of test/openapi/fuzz-keys.test.ts: five thousand requests by default, as OPENAPI_FUZZ_KEYS_REQUESTS says.
import { expect, it } from "vitest";
import { service } from "../functions/service.ts";
import { callersWithKeys } from "../openapi/callers.ts";
import type { OpenApi } from "../openapi/contract.ts";
import { fuzz } from "../openapi/fuzz.ts";

const REQUESTS = Number(process.env.OPENAPI_FUZZ_KEYS_REQUESTS ?? 5_000);
const AT_ONCE = 500;

const own = service({ settings: { ACCESS: "keys" } });

it(`answers ${REQUESTS} requests of callers with keys`, { timeout: 3_600_000 }, async () => {
  const document = (await own.request("GET /openapi.json")).body as OpenApi;
  const run = fuzz(own, document, await callersWithKeys());
  const startedMs = performance.now();
  let sent = 0;
  for (let seed = 1; sent < REQUESTS; seed++, sent += AT_ONCE) {
    await run.tidy();
    await run.described(AT_ONCE * 0.5, seed);
    await run.spoiled(AT_ONCE * 0.5, seed);
  }
  console.log(`${sent} requests in ${((performance.now() - startedMs) / 1000).toFixed(0)} s`);
  expect(sent).toBeGreaterThanOrEqual(REQUESTS);
});
