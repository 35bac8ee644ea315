// Nobody listens where Redis should be: the figures are those of the process that answers, and it says so.
import { expect, it } from "vitest";
import { isoDay } from "../../lib/time.ts";
import { MARKET, service } from "./service.ts";

const { request } = service({ isCached: false });

it("answers with its own figures, and says so", async () => {
  const json = { start_date: isoDay(MARKET.sessions.at(-1)!), index: "top5-ew" };
  expect((await request("POST /build-index", { json })).status).toBe(200);
  const answer = await request("GET /metrics");
  expect(answer.status).toBe(200);
  expect(answer.text).toContain("\nqf_metrics_shared 0\n");
  expect(answer.text).toContain('\nqf_index_builds_total{outcome="committed"} 1\n');
});
