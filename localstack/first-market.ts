/** Gives an empty service something to show: the simulated market of `equipoise seed`, once. */
import { config } from "../lib/config.ts";
import { sessionStatus } from "../lib/jobs/market-status.ts";
import { migrate } from "../lib/jobs/migrate.ts";
import { SEED, seed } from "../lib/jobs/seed.ts";
import { isoDay } from "../lib/time.ts";
import { marketSource, world } from "../lib/world.ts";

/** Loads nothing where a market is there already, simulated or real, or where FIRST_MARKET says none. */
export async function firstMarket(log: (line: string) => void): Promise<void> {
  const { images, objects, nowMs } = world;
  await objects.ensureBucket();
  const migrated = await migrate(images);
  if (migrated.length > 0) log(`${migrated.length} part(s) of the market were of an older build`);
  if (config().FIRST_MARKET === "none") return;
  const { sessions_total } = await sessionStatus(images, { revalidate: true });
  if (sessions_total > 0) return;
  const { tickers, from, to } = SEED;
  log(`no market yet: simulating ${tickers} names, ${isoDay(from)} to ${isoDay(to)} ...`);
  const startedMs = nowMs();
  const simulate = (simulation: Parameters<Parameters<typeof seed>[0]["simulate"]>[0]) =>
    marketSource({ source: "simulate", ...simulation });
  const { index } = await seed({ images, objects, nowMs, simulate }, SEED, "first-market");
  const seconds = ((nowMs() - startedMs) / 1000).toFixed(1);
  log(`market and index ${index?.index} are there after ${seconds} s`);
}
