/** What each member contributed to one day's return; the contributions sum to it. */
import { meta } from "../index/body.ts";
import type { IndexYears } from "../index/view.ts";
import { type Warning, warning } from "../index/warnings.ts";
import type { CachedAnswer, Freshness, Images, Snapshot } from "../ports.ts";
import { isoDay } from "../time.ts";
import { indexView } from "./index-view.ts";
import { marketBeside, marketDay, partsOfDay } from "./market-day.ts";

export async function attribution(
  images: Images,
  { index, date }: Readonly<{ index?: string | undefined; date: number }>,
  freshness?: Freshness,
): Promise<CachedAnswer> {
  const view = await indexView(images, { index, start: date, end: date }, freshness);
  const market = await marketBeside(view, images, freshness);
  const version = `${view.version}-${market.version(partsOfDay(market, date))}`;
  return {
    version,
    list: "contributions",
    compute: async () => body(await view.open(), market, version, date),
    release: () => {
      view.release();
      market.release();
    },
  };
}

async function body(
  years: IndexYears,
  market: Snapshot,
  version: string,
  date: number,
): Promise<string> {
  const stored = years.performance()[0]?.daily_return ?? null;
  // The members that earned the day's return were chosen at the close before it.
  const state = years.stateBefore();
  const warnings: Warning[] = years.warnings([date]);
  let contributions: readonly Record<string, unknown>[] = [];
  if (state) {
    const { day, nameOf } = await marketDay(market, years.parameters, date, state);
    const isTotal = years.parameters.return_type === "total";
    contributions = day.moves
      .map(({ holding, grossPrice, grossTotal, priceDate, isDelisted }) => {
        const daily_return = (isTotal ? grossTotal : grossPrice) - 1;
        return {
          ticker: holding.ticker,
          name: nameOf(holding.ticker),
          weight: holding.weight,
          daily_return,
          contribution: holding.weight * daily_return,
          stale: priceDate < date,
          delisted: isDelisted,
        };
      })
      .sort((a, b) => b.contribution - a.contribution);
    // The market may be corrected while this is worked out; then the sum is not the stored return.
    const isOther = Math.abs((day.dailyReturn ?? 0) - (stored ?? 0)) > 1e-12;
    if (isOther && !warnings.some(({ code }) => code === "MARKET_CHANGED")) {
      warnings.push(warning("MARKET_CHANGED", 1, [{ date: isoDay(date) }]));
    }
  }
  return JSON.stringify({
    index: years.id,
    date: isoDay(date),
    previous_date: state ? isoDay(state.date) : null,
    daily_return: stored,
    contributions,
    meta: meta({
      version,
      asOf: date,
      isPointInTime: years.isPointInTime,
      warnings,
    }),
  });
}
