// Requests made from the API document: what it describes is never called wrong, and whatever is sent, no function
// fails, answers off its schema or tells of its inside. Fifteen thousand of them: test/real/openapi-fuzz.test.ts.
import { beforeAll, describe, expect, it } from "vitest";
import { service } from "../functions/service.ts";
import { type OpenApi, routesOf } from "./contract.ts";
import { type Fuzz, fuzz } from "./fuzz.ts";

const own = service();
const { request } = own;

let document: OpenApi;
let run: Fuzz;
beforeAll(async () => {
  document = (await request("GET /openapi.json")).body as OpenApi;
  run = fuzz(own, document);
  await run.tidy();
});

describe("requests made from the document", () => {
  it("are not called wrong when they are as it describes", { timeout: 60_000 }, async () => {
    await run.described(15, 1);
  });

  it("are answered when something is wrong with them", { timeout: 60_000 }, async () => {
    await run.spoiled(20, 2);
  });
});

/** The least of some tries, in time of this thread: others work on this machine too. */
async function leastMs(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = [];
  for (let attempt = 0; attempt < 5; attempt++) {
    const before = process.threadCpuUsage();
    await work();
    const { user, system } = process.threadCpuUsage(before);
    times.push((user + system) / 1000);
  }
  return Math.min(...times);
}

describe("bodies nobody needs", () => {
  const BODIES: readonly (readonly [string, string, readonly number[]])[] = [
    ["5 MB of text", JSON.stringify({ index: "x".repeat(5_000_000) }), [413]],
    ["5 MB of brackets", "[".repeat(5_000_000), [413]],
    ["250 kB of brackets", "[".repeat(250_000), [400]],
    ["250 kB of open objects", '{"a":'.repeat(50_000), [400]],
    [
      "250 kB of members",
      `{${Array.from({ length: 20_000 }, (_, i) => `"m${i}":1`).join()}}`,
      [400],
    ],
    ["250 kB of numbers", `{"sheets":[${"1,".repeat(120_000)}1]}`, [400, 422]],
    ["21 levels", `{"index":${"[".repeat(20)}${"]".repeat(20)}}`, [400]],
  ];

  it.each(BODIES)("of %s are refused at once", { timeout: 30_000 }, async (_, text, statuses) => {
    const writes = routesOf(document).filter(({ operation }) => operation.requestBody);
    expect(writes.length).toBeGreaterThan(2);
    for (const { route } of writes) {
      const target = route.replace("{name}", "index");
      expect(statuses, route).toContain((await request(target, { text })).status);
      expect(await leastMs(() => request(target, { text })), route).toBeLessThan(50);
    }
  });
});
