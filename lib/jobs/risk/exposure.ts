/** How a portfolio stands on a day: its sensitivities by underlying, and how its exposure is spread. */
import {
  greeksByUnderlying,
  type PortfolioGreeks,
  type PositionGreeks,
  portfolioGreeks,
} from "../../risk/positions.ts";
import type { Book } from "./book.ts";

const LARGEST = 10;

const shared = (greeks: PortfolioGreeks) => ({
  delta_usd_per_percent: greeks.deltaUsdPerPercent,
  gamma_usd_per_percent: greeks.gammaUsdPerPercent,
  vega_usd_per_point: greeks.vegaUsdPerPoint,
  theta_usd_per_day: greeks.thetaUsdPerDay,
  rho_usd_per_point: greeks.rhoUsdPerPoint,
});

export const greeksTold = (name: string, spot: number, greeks: PositionGreeks) => ({
  underlying: name,
  spot,
  value_usd: greeks.valueUsd,
  delta_shares: greeks.deltaShares,
  delta_usd: greeks.deltaShares * spot,
  gamma_shares_per_usd: greeks.gammaSharesPerUsd,
  ...shared(greeks),
});

export function exposureOf({ live, market }: Pick<Book, "live" | "market">) {
  const positions = live.map(({ position }) => position);
  const sums = portfolioGreeks(positions, market);
  const byUnderlying = [...greeksByUnderlying(positions, market)].map(([name, greeks]) =>
    greeksTold(name, market.spots.get(name)!, greeks),
  );
  const signed = byUnderlying.map(({ delta_usd }) => delta_usd);
  const sum = (values: readonly number[]) => values.reduce((all, one) => all + one, 0);
  const gross = sum(signed.map(Math.abs));
  const share = (usd: number) => (gross > 0 ? Math.abs(usd) / gross : 0);
  return {
    valueUsd: sums.valueUsd,
    greeks: { ...shared(sums), by_underlying: byUnderlying },
    exposure: {
      gross_usd: gross,
      net_usd: sum(signed),
      long_usd: sum(signed.filter((usd) => usd > 0)),
      short_usd: sum(signed.filter((usd) => usd < 0)),
    },
    concentration: {
      herfindahl: sum(signed.map((usd) => share(usd) ** 2)),
      largest: byUnderlying
        .map(({ underlying, delta_usd }) => ({ underlying, delta_usd, share: share(delta_usd) }))
        .sort((a, b) => b.share - a.share)
        .slice(0, LARGEST),
    },
  };
}
