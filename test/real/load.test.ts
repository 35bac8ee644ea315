/** The load and soak drivers, tiny: they start the service, are answered, and leave nothing behind. */
import { readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { describe, expect, it } from "vitest";
import { load } from "../../bench/load/load.ts";
import { soak } from "../../bench/load/soak.ts";

const homes = () => readdirSync(tmpdir()).filter((name) => /^equipoise-(load|empty)-/.test(name));

describe("npm run load", () => {
  it("measures a route computed and cached, beside an empty function, and tidies up", async () => {
    const before = homes();
    const options = { seconds: 1, connections: [4], filter: "index-composition", rounds: 1 };
    const { rows, compared } = await load({ ...options, log: () => {} });
    expect(rows.map(({ route, state, connections }) => [route, state, connections])).toEqual([
      ["/index-composition", "computed", 4],
      ["/index-composition", "cached", 4],
      ["/index-composition", "304", 4],
    ]);
    for (const { measured, state } of rows) {
      expect(measured.requests).toBeGreaterThan(10);
      expect(measured.p50Ms).toBeLessThanOrEqual(measured.p99Ms);
      if (state === "304") expect(measured.bytes).toBe(0);
      else expect(measured.bytes / measured.requests).toBeGreaterThan(1000);
    }
    expect(compared?.ratio).toBeGreaterThan(0);
    // Others may measure at the same time.
    expect(homes().filter((home) => !before.includes(home))).toEqual([]);
  });
});

describe("npm run soak", () => {
  it("samples the memory of the service while it answers", async () => {
    const { samples, measured } = await soak(0.05, 50, 500);
    expect(measured.failures).toEqual(new Map());
    expect(samples.length).toBeGreaterThanOrEqual(4);
    for (const { rssMb } of samples) expect(rssMb).toBeGreaterThan(50);
  });
});
