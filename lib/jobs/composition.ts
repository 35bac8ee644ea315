/** The members of an index at one close, with the names that stood next in rank. */
import { compositionBody, type ReserveName } from "../index/body.ts";
import type { IndexYears } from "../index/view.ts";
import type { CachedAnswer, Freshness, Images, Snapshot } from "../ports.ts";
import { indexView } from "./index-view.ts";
import { marketBeside, marketDay, partsOfDay } from "./market-day.ts";

export type CompositionRequest = Readonly<{
  index?: string | undefined;
  /** YYYYMMDD. */
  date: number;
  /** How many names below the last member to show. */
  reserve: number;
}>;

export async function composition(
  images: Images,
  { index, date, reserve }: CompositionRequest,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  const view = await indexView(images, { index, start: date, end: date }, freshness);
  // The names below the last member stand in the market, not in the index.
  const market = reserve > 0 ? await marketBeside(view, images, freshness) : undefined;
  const version = market
    ? `${view.version}-${market.version(partsOfDay(market, date))}`
    : view.version;
  return {
    version,
    list: "constituents",
    isQuick: () => market === undefined && view.isQuick(),
    compute: async () => {
      const years = await view.open();
      return compositionBody(years, version, market ? await next(market, years, reserve) : []);
    },
    release: () => {
      view.release();
      market?.release();
    },
  };
}

async function next(market: Snapshot, years: IndexYears, reserve: number): Promise<ReserveName[]> {
  const members = new Set(years.stateAt(years.end)!.members.map((m) => m.ticker));
  const { ranked, nameOf } = await marketDay(market, years.parameters, years.end);
  return ranked(members.size + reserve + years.parameters.size)
    .map(({ ticker, marketCap }, i) => ({ rank: i + 1, ticker, market_cap: marketCap }))
    .filter(({ ticker }) => !members.has(ticker))
    .slice(0, reserve)
    .map(({ rank, ticker, market_cap }) => ({ rank, ticker, name: nameOf(ticker), market_cap }));
}
