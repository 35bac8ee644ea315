// The long run of test/openapi/fuzz.test.ts: as many requests as OPENAPI_FUZZ_REQUESTS says, 15,000 by default, from
// OPENAPI_FUZZ_SEED on.
import { expect, it } from "vitest";
import { service } from "../functions/service.ts";
import type { OpenApi } from "../openapi/contract.ts";
import { fuzz } from "../openapi/fuzz.ts";

const REQUESTS = Number(process.env.OPENAPI_FUZZ_REQUESTS ?? 15_000);
const SEED = Number(process.env.OPENAPI_FUZZ_SEED ?? 1);
const AT_ONCE = 500;

const own = service();

it(`answers ${REQUESTS} requests made from the document`, { timeout: 3_600_000 }, async () => {
  const run = fuzz(own, (await own.request("GET /openapi.json")).body as OpenApi);
  const startedMs = performance.now();
  let sent = 0;
  for (let seed = SEED; sent < REQUESTS; seed++, sent += AT_ONCE) {
    await run.tidy();
    await run.described(AT_ONCE * 0.4, seed);
    await run.spoiled(AT_ONCE * 0.6, seed);
  }
  const seconds = ((performance.now() - startedMs) / 1000).toFixed(0);
  console.log(`${sent} requests in ${seconds} s, seeds ${SEED} to ${SEED + sent / AT_ONCE - 1}`);
  expect(sent).toBeGreaterThanOrEqual(REQUESTS);
});
