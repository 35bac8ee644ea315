/** A market that is asked for ticker by ticker, whole, before its first row is read. */
import type {
  CorporateAction,
  MarketSource,
  SecurityRecord,
  SharesFact,
  SourceCapabilities,
} from "../../ports.ts";
import type { BySymbol } from "./by-symbol.ts";
import type { HeldRows } from "./held-rows.ts";
import type { SymbolList } from "./symbol-list.ts";

export type Wanted = Readonly<{
  tickers: readonly string[];
  /** First and last day, YYYYMMDD. */
  from: number;
  to: number;
  /** Rows and actions alone, which take fewer requests. */
  isPricesOnly: boolean;
  /** Whether half of it is worth nothing. */
  isWhole: boolean;
}>;

/** What `load` fills. */
export type LoadedMarket = Readonly<{
  load: () => Promise<void>;
  rows: HeldRows;
  actions: readonly CorporateAction[];
  securities: readonly SecurityRecord[];
  shares: readonly SharesFact[];
  asking: BySymbol;
  symbols: SymbolList;
}> & { readonly done: number };

/** The vendor is asked once, however often facts and rows are read. It knows nothing of what was known when. */
export function loadedSource(
  name: string,
  capabilities: SourceCapabilities,
  market: LoadedMarket,
): MarketSource {
  let loading: Promise<void> | undefined;
  const load = () => {
    loading ??= market.load();
    return loading;
  };
  return {
    name,
    kind: "real",
    isPointInTime: false,
    capabilities,
    facts: async () => {
      await load();
      const { securities, actions, shares } = market;
      return { securities, actions, shares, changes: [], captures: [], rejected: [] };
    },
    async *rows(reject) {
      await load();
      yield* market.rows.batches(name, reject);
    },
    totalUnits: market.symbols.tickers.size,
    doneUnits: () => market.done,
    failures: () => market.asking.failures,
  };
}
