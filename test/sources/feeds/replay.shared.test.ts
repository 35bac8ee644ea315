// Real US trades of two days in 2013, told again at full speed.
import { existsSync } from "node:fs";
import { expect, it } from "vitest";
import type { FeedTick } from "../../../lib/feed.ts";
import { replayFeed } from "../../../lib/sources/feeds/replay.ts";
import { expandPaths } from "../../../lib/sources/paths.ts";
import { feedWorld } from "./world.ts";

const folder = `${process.env.EQUIPOISE_SHARED ?? "../shared"}/data/ticks`;

/** Lines of each file. Their README counts line ends, and the last line has none. */
const FILES = [
  { name: "tick_ibm_20131007_trade", trades: 24_292 + 1, regular: 13_397 },
  { name: "tick_ibm_20131008_trade", trades: 33_380 + 1 },
  { name: "tick_bac_20131007_trade", trades: 88_171 + 1 },
  { name: "tick_spy_20131008_trade", trades: 451_544 + 1, regular: 215_448 },
];

async function told(names: readonly string[]) {
  const world = feedWorld();
  const files = expandPaths(names.map((name) => `${folder}/${name}.csv.gz`));
  const ticks: FeedTick[] = [];
  let clockMs = 0;
  for await (const batch of replayFeed({ files, speed: "max" }, world).read(
    new AbortController().signal,
  )) {
    for (const tick of batch.ticks) ticks.push(tick);
    expect(batch.clockMs).toBeGreaterThanOrEqual(clockMs);
    clockMs = batch.clockMs!;
  }
  return { ticks, clockMs, world };
}

if (!existsSync(folder)) {
  console.warn(`skipped: "${folder}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("tells every trade of the real tick files", () => {});
} else {
  it.each(FILES)("tells every trade of $name", async ({ name, trades, regular }) => {
    const { ticks, world } = await told([name]);
    expect(ticks).toHaveLength(trades);
    expect(world.counted["feed_ticks_total replay malformed"]).toBe(0);
    if (regular) expect(ticks.filter(({ irregular }) => !irregular)).toHaveLength(regular);
    const first = ticks[0]!.id!;
    expect(ticks.every(({ id }, at) => id === first + at)).toBe(true);
  });

  it("merges the files of a day in the order of time", async () => {
    const { ticks, clockMs } = await told(["tick_ibm_20131007_trade", "tick_bac_20131007_trade"]);
    expect(ticks).toHaveLength(24_293 + 88_172);
    expect(ticks.every(({ timeMs }, at) => at === 0 || timeMs >= ticks[at - 1]!.timeMs)).toBe(true);
    expect(new Date(clockMs).toISOString()).toBe("2013-10-08T04:00:00.000Z");
  });
}
