/** The states of shards as readers of the stream take them. */
import type { Latest } from "../../../stream/latest.ts";
import { epochDay } from "../../../time.ts";
import type { Look } from "../looks.ts";
import type { LatestTrade, LiveState } from "./view.ts";

const MS_PER_DAY = 86_400_000;

export const liveStates =
  (looks: () => Promise<readonly Look[]>): (() => Promise<readonly LiveState[]>) =>
  async () =>
    (await looks()).map(({ shard, lastSeq, processor }) => ({
      shard,
      lastSeq,
      symbols: processor.symbols.names,
      latest: (symbol) => latestTrade(processor.latest(symbol)),
      forming: (symbol) => processor.forming([symbol]).map(({ bar }) => bar),
    }));

/** `undefined` before the first regular trade. */
function latestTrade(latest: Latest | undefined): LatestTrade | undefined {
  if (latest === undefined || latest.price === null) return undefined;
  const { price, size, timeMs, id, tradeSeq, day } = latest;
  if (day.open === null || day.high === null || day.low === null) return undefined;
  const { open, high, low, volume, previousClose } = day;
  const dateMs = epochDay(day.date) * MS_PER_DAY;
  return {
    ...{ price, size: size!, timeMs: timeMs!, id, tradeSeq },
    day: { dateMs, open, high, low, volume, previousClose },
  };
}
