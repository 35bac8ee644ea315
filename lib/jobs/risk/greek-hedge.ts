/**
 * Greeks are offset underlying by underlying: a share of one stock is no share of another. What is in the underlying
 * itself takes the delta; options take gamma and vega, and the delta where nothing else does.
 */
import { AppError } from "../../errors.ts";
import {
  type GreekInstrument,
  type GreekTarget,
  greekNeutralHedge,
  type HedgeGreeks,
} from "../../risk/greek-neutral.ts";
import { greeksByUnderlying, type PositionGreeks, positionGreeks } from "../../risk/positions.ts";
import type { Book } from "./book.ts";
import type { Holdings } from "./hedge.ts";
import { riskWarning } from "./warnings.ts";

const hedgeGreeks = (greeks: PositionGreeks): HedgeGreeks => ({
  delta: greeks.deltaShares,
  gamma: greeks.gammaSharesPerUsd,
  vega: greeks.vegaUsdPerPoint,
});

const NONE: HedgeGreeks = { delta: 0, gamma: 0, vega: 0 };

/** @throws AppError DEGENERATE_INPUT when the instruments of an underlying are too few, too many or too much alike */
export function greekHoldings(
  { live, instruments, market }: Book,
  target: GreekTarget,
  lots: readonly number[],
): Holdings {
  const held = greeksByUnderlying(
    live.map(({ position }) => position),
    market,
  );
  const exact = instruments.map(() => 0);
  const rounded = instruments.map(() => 0);
  const byName = Map.groupBy(instruments.keys(), (at) => instruments[at]!.row.name);
  for (const [name, places] of byName) {
    const isOption = (at: number) => instruments[at]!.row.kind === "option";
    const options = places.filter(isOption);
    const [own, another] = places.filter((at) => !isOption(at));
    if (another !== undefined) {
      throw new AppError("DEGENERATE_INPUT", `"${name}" is named twice among the instruments`);
    }
    const greeks = held.get(name);
    const hedge = greekNeutralHedge({
      portfolio: greeks ? hedgeGreeks(greeks) : NONE,
      instruments: options.map(
        (at): GreekInstrument => ({
          ...hedgeGreeks(positionGreeks(instruments[at]!.position, market)),
          lot: lots[at]!,
        }),
      ),
      target,
      ...(own !== undefined && { underlyingLot: lots[own]! }),
    });
    for (const [amounts, { holdings, underlying }] of [
      [exact, hedge],
      [rounded, hedge.rounded],
    ] as const) {
      for (const [place, at] of options.entries()) amounts[at] = holdings[place]!;
      if (own !== undefined) amounts[own] = underlying;
    }
  }
  const left = [...held.keys()].filter((name) => !byName.has(name)).sort();
  const examples = left.map((symbol) => ({ symbol }));
  return {
    exact,
    rounded,
    warnings: left.length > 0 ? [riskWarning("UNHEDGED_UNDERLYING", left.length, examples)] : [],
  };
}
