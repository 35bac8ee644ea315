// A market that an older build wrote: its parts are brought to the present schema and nothing else changes.
import { describe, expect, it } from "vitest";
import { sessionStatus } from "../../lib/jobs/market-status.ts";
import { migrate } from "../../lib/jobs/migrate.ts";
import * as market from "../../lib/market/queries.ts";
import { BARS_SCHEMA, REFERENCE_SCHEMA } from "../../lib/market/schema.ts";
import { homes } from "./home.ts";

const newHome = homes();

const ROWS = `
  date        A       B
  2024-01-02  10@100  20@200
  2024-01-03  11@110  21@210
`;

describe("migrate", () => {
  it("leaves a market of this build alone", async () => {
    const home = await newHome();
    await home.ingest({ files: [{ name: "1.csv", rows: ROWS }] });
    const before = await home.version("market");
    expect(await migrate(home.images)).toEqual([]);
    expect(await home.version("market")).toBe(before);
  });

  it("brings older parts up, keeps their rows and does it once", async () => {
    const home = await newHome();
    // As the first build wrote it: both parts with the first script of their schemas only.
    await home.images.commit("market", { id: "old", note: "old" }, async (draft) => {
      await draft.edit(
        "reference",
        REFERENCE_SCHEMA.slice(0, 1),
        (db) => {
          db.run("insert into symbol values (1, 'A', 20240102, 20240102)");
          db.run("insert into session values (20240102, 1, 1, 'r', 'f')");
          db.run("insert into corporate_action values (20240102, 1, 'split', 2)");
        },
        () => ({ rows: 1, from: 20240102, to: 20240102 }),
      );
      await draft.edit(
        "bars/2024-01",
        BARS_SCHEMA.slice(0, 1),
        (db) => {
          db.run("insert into symbol values (1, 'A')");
          db.run("insert into bar values (20240102, 1, null, null, null, 10, null, 100)");
        },
        () => ({ rows: 1, from: 20240102, to: 20240102 }),
      );
    });
    expect(await migrate(home.images)).toEqual(["bars/2024-01", "reference"]);
    expect(await migrate(home.images)).toEqual([]);
    expect(await sessionStatus(home.images)).toMatchObject({ sessions_total: 1 });
    const snapshot = await home.images.snapshot("market", { revalidate: true });
    const { query } = await snapshot.open("reference");
    expect(market.actions(query)).toEqual([
      { date: 20240102, symbol: 1, action: "split", value: 2, is_detected: 0 },
    ]);
    const bars = await snapshot.open("bars/2024-01");
    expect(market.barsOf(bars.query)).toMatchObject([{ ticker: "A", close: 10, source: null }]);
    snapshot.release();
  });
});
