// Prometheus's own judgement of monitoring/ and of what GET /metrics answers, where promtool is installed.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, it } from "vitest";
import { meter } from "../../lib/edge/metrics/meter.ts";
import { exposition } from "../../lib/edge/metrics/text.ts";

const isThere = spawnSync("promtool", ["--version"]).status === 0;
if (!isThere) console.log("test/real/promtool.test.ts is skipped: promtool is not installed");

const folder = mkdtempSync(join(tmpdir(), "equipoise-promtool-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const promtool = (args: readonly string[], input = "") => {
  const { status, stdout, stderr } = spawnSync("promtool", args, { input, encoding: "utf8" });
  return { status, said: `${stdout}${stderr}` };
};

describe.skipIf(!isThere)("promtool", () => {
  it("takes the rules", () => {
    const { status, said } = promtool(["check", "rules", "monitoring/alerts.yml"]);
    expect(status, said).toBe(0);
  });

  it("takes the configuration", () => {
    // The key is a file of the container: here one of our own stands for it.
    const key = join(folder, "key");
    writeFileSync(key, "none");
    const config = readFileSync("monitoring/prometheus.yml", "utf8")
      .replace("/run/secrets/metrics-key", key)
      .replace("- alerts.yml", `- ${join(process.cwd(), "monitoring/alerts.yml")}`);
    writeFileSync(join(folder, "prometheus.yml"), config);
    const { status, said } = promtool(["check", "config", join(folder, "prometheus.yml")]);
    expect(status, said).toBe(0);
  });

  it("takes what a scrape answers", () => {
    const figures = meter();
    figures.add("qf_api_requests_total", { route: 'a"b\\c\nd', method: "GET", status: "200" });
    figures.observe("qf_api_latency_seconds", { route: "/" }, 0.2);
    figures.set("qf_market_lag_days", {}, 1);
    const { status, said } = promtool(
      ["check", "metrics"],
      exposition(figures.series(), figures.gauges()),
    );
    // It would have seconds; a market is behind by whole days. 3 = read, with remarks.
    const remarks = said.split("\n").filter((line) => line && !/_days use base unit/.test(line));
    expect(remarks).toEqual([]);
    expect([0, 3]).toContain(status);
  });
});
