/** Moves every figure of the feeds: ticks by way of the disk, and a vendor that is away for a while. */

import { LiveFeed } from "../../lib/jobs/live-feed/run.ts";
import type { Instruments } from "../../lib/ports.ts";
import { fmpFeed } from "../../lib/sources/feeds/fmp.ts";
import {
  feedOf,
  inFolder,
  type Outcome,
  testLog,
  testWorld,
  tick,
} from "../jobs/live-feed/world.ts";
import { feedWorld } from "../sources/feeds/world.ts";

export async function moveFeedFigures(instruments: Instruments): Promise<void> {
  await inFolder(async (folder) => {
    const log = testLog(Array<Outcome>(5).fill("before"));
    const world = { ...(await testWorld(log, folder)), instruments };
    const feed = feedOf(Array.from({ length: 50 }, (_, n) => ({ ticks: [tick(n)] })));
    const options = { feed, rowsMax: 1, memoryBytesMax: 300 };
    await new LiveFeed(world, options).run(new AbortController().signal);
  });
  let requests = 0;
  const quote = [{ symbol: "AAPL", price: 1, volume: 1, timestamp: 1 }];
  const fetch = async () => {
    requests++;
    return requests === 1 || requests > 9
      ? Response.json(quote)
      : new Response("", { status: 503 });
  };
  const options = { key: "x", symbols: ["AAPL"], requestsPerMinute: null };
  const world = feedWorld({ fetch, instruments, sleep: async () => {} });
  const stop = new AbortController();
  for await (const _ of fmpFeed(options, world).read(stop.signal)) if (requests > 9) stop.abort();
}
