// Requests made from the API document, from callers with keys of all kinds: nobody gets more than the key allows, and
// nothing fails or answers off its schema. Five thousand of them: test/real/openapi-fuzz-keys.test.ts.
import { beforeAll, describe, expect, it } from "vitest";
import { service } from "../functions/service.ts";
import { callersWithKeys } from "./callers.ts";
import type { OpenApi } from "./contract.ts";
import { type Fuzz, fuzz } from "./fuzz.ts";

const own = service({ settings: { ACCESS: "keys" } });

let run: Fuzz;
beforeAll(async () => {
  const document = (await own.request("GET /openapi.json")).body as OpenApi;
  run = fuzz(own, document, await callersWithKeys());
  await run.tidy();
});

describe("requests of callers with keys of all kinds", () => {
  it("are let in by their scopes when they are as the document says", {
    timeout: 60_000,
  }, async () => {
    await run.described(15, 3);
  });

  it("are let in by their scopes when something is wrong with them", {
    timeout: 60_000,
  }, async () => {
    await run.spoiled(15, 4);
    expect((await own.request("GET /indices")).status).toBe(401);
  });
});
