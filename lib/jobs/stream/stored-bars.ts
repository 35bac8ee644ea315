/** The stored bars of the stream, for the jobs around predictions: the one place where they meet the stream's store. */
import { AppError } from "../../errors.ts";
import type { MarketBars } from "./market-bars.ts";
import { TIME_END_MS } from "./reads/range.ts";
import { streamReads } from "./reads/stream-reads.ts";
import { windowBars, windowsOf } from "./reads/windows.ts";

export function storedBars(world: Parameters<typeof streamReads>[0]): MarketBars {
  const reads = streamReads(world);
  return {
    async barsOf(symbol, sizeMs, limit) {
      const view = await reads.view();
      try {
        const windows = await windowsOf(view, symbol, sizeMs);
        const span = { fromMs: 0, toMs: TIME_END_MS };
        const newest = await windowBars(windows, span, limit + 1, true);
        return newest
          .filter(({ seq }) => seq >= 0)
          .slice(0, limit)
          .reverse()
          .map((bar) => ({ ...bar, symbol }));
      } catch (error) {
        if (error instanceof AppError && error.code === "UNKNOWN_SYMBOL") return [];
        throw error;
      } finally {
        view.release();
      }
    },
    async symbols() {
      const view = await reads.view();
      try {
        return view.shards.flatMap(({ state }) =>
          [...(state?.symbols ?? [])].map((symbol) => ({
            symbol,
            trades: state?.latest(symbol)?.tradeSeq ?? 0,
          })),
        );
      } finally {
        view.release();
      }
    },
  };
}
