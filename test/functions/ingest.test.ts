// The scheduled function on its sample event: the settings choose the source, the event's id makes it safe to repeat.
import { readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { datasets } from "../../lib/jobs/market-status.ts";
import { embeddedWorld } from "./embedded.ts";

embeddedWorld({ SOURCE: "simulate", SIMULATE_SEED: "5", SIMULATE_TICKERS: "3" });

const sample = JSON.parse(readFileSync("events/market/ingest.json", "utf8"));

it("loads the simulated market when there is none, and does nothing when the event comes again", async () => {
  const { handler } = await import("../../functions/market/ingest.ts");
  const { world } = await import("../../lib/world.ts");
  const versions = async () =>
    (await datasets(world.images, { revalidate: true })).datasets.map(({ version }) => version);
  const first = await handler(sample);
  expect(first).toMatchObject({
    event_id: sample.id,
    market: {
      outcome: "committed",
      sessions_added: 502,
      quarantined: {},
      available: { start_date: "2023-01-03", end_date: "2024-12-31" },
    },
    indices: [],
  });
  const before = await versions();
  expect(await handler(sample)).toMatchObject({
    market: { outcome: "repeated", sessions_added: 0 },
    collected: 0,
  });
  expect(await versions()).toEqual(before);
});
