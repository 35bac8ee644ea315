/** equipoise seed : the simulated market of a fresh installation, with the default index over it. */
import { SEED, seed } from "../../lib/jobs/seed.ts";
import { ingestDays } from "../../lib/schemas/ingest.ts";
import { marketSource, world } from "../../lib/world.ts";
import { type Command, checked, fields, text, wholeOf, yes } from "../flags.ts";
import { progressLine } from "../progress.ts";
import { print } from "../table.ts";
import { builtText } from "./build.ts";
import { summaryText } from "./ingest.ts";

export const command: Command = {
  flags: { seed: text, tickers: text, from: text, to: text, json: yes },
  async run(values) {
    const { from = SEED.from, to = SEED.to } = checked(ingestDays, fields(values, ["from", "to"]));
    const span = {
      seed: wholeOf(values, "seed", SEED.seed, 0),
      tickers: wholeOf(values, "tickers", SEED.tickers, 1),
      from,
      to,
    };
    const { images, objects, nowMs } = world;
    const line = progressLine(process.stderr, Date.now);
    const summary = await seed(
      {
        images,
        objects,
        nowMs,
        simulate: (simulation) => marketSource({ source: "simulate", ...simulation }),
      },
      span,
      world.newId(),
      line.show,
    ).finally(line.end);
    if (values.json) print(JSON.stringify(summary));
    else print(seededText(summary));
  },
};

function seededText({ kind, ingest, index }: Awaited<ReturnType<typeof seed>>): string {
  if (kind === "real") return "the market holds real data already; nothing was seeded";
  const market = ingest ? summaryText(ingest) : "the simulated market is there already";
  return index ? `${market}\n\n${builtText(index)}` : market;
}
