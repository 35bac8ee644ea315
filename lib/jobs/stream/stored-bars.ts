/** The stored bars of the stream, for the jobs around predictions: the one place where they meet the stream's store. */
import type { Objects } from "../../ports.ts";
import type { MarketBars } from "./market-bars.ts";

/** Nothing of the stream is stored yet, so that no symbol is known. */
export const storedBars = (_world: Readonly<{ objects: Objects }>): MarketBars => ({
  barsOf: async () => [],
  symbols: async () => [],
});
