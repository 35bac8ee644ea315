// Every listing of one quarter, warrants, units and names without a cap included: the index must come to the same
// figures as on the file that was cut down to the large names beforehand.
import { existsSync } from "node:fs";
import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_PARAMETERS } from "../lib/index/definition.ts";
import { build } from "../lib/jobs/build.ts";
import { changes } from "../lib/jobs/changes.ts";
import { type IngestSummary, ingest } from "../lib/jobs/ingest.ts";
import { performance } from "../lib/jobs/performance.ts";
import { marketSource } from "../lib/sources/market-source.ts";
import { bodyOf, type Home, homes } from "./jobs/home.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const folder = `${shared}/data/equities_nasdaq_screener`;

type Changes = { totals: { days: number; entered: number; exited: number } };
type Performance = { days: { date: string; level: number }[] };

if (!existsSync(folder)) {
  console.warn(`skipped: "${folder}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("comes to the published figures on every listing of a quarter", () => {});
} else {
  const newHome = homes();
  let home: Home;
  let summary: IngestSummary;

  beforeAll(async () => {
    home = await newHome();
    const { images } = home;
    const source = marketSource({
      source: "nasdaq-screener",
      paths: [`${folder}/full_universe_2023Q4*`],
      securities: [`${folder}/security_master_2021_2023.csv`],
      symbolChanges: [`${folder}/symbol_changes.csv`],
      actions: [`${shared}/data/equities_ohlcv/corporate_actions_2021_2023.csv`],
    });
    const options = { source, minDays: 30, isStrict: false, jobId: "every listing" };
    summary = await ingest({ images, nowMs: Date.now }, options);
    const definition = { id: "top100-ew", parameters: DEFAULT_PARAMETERS };
    await build({ images }, { definition, start: 20231002, end: 20231229, jobId: "build" });
  }, 60_000);

  describe("every listing of a quarter", () => {
    it("is taken in whole", () => {
      const { rows_read, rows_accepted, sessions_total, available, quarantined } = summary;
      expect({ rows_read, rows_accepted, sessions_total, available, quarantined }).toEqual({
        rows_read: 466_905,
        rows_accepted: 466_905,
        sessions_total: 63,
        available: { first: "2023-10-02", last: "2023-12-29" },
        quarantined: {},
      });
    });

    it("comes to the members and the level of the large names alone", async () => {
      const { totals } = await bodyOf<Changes>(changes(home.images, {}));
      expect(totals).toMatchObject({ days: 31, entered: 55, exited: 55 });
      const { days } = await bodyOf<Performance>(
        performance(home.images, { riskFree: 0, costBps: 0 }),
      );
      expect(days).toHaveLength(63);
      expect(Math.abs(days.at(-1)!.level / 1118.7803936079954 - 1)).toBeLessThan(1e-9);
    });
  });
}
