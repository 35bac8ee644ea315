/** Members and weights after a close, by the rebalance rule of the definition (docs/methods.md). */
import { compareText } from "../text.ts";
import type { Rebalance } from "./definition.ts";
import type { RankedName } from "./ranking.ts";
import type { Holding, Move } from "./step.ts";

export type TargetInput = Readonly<{
  held: readonly Holding[];
  /** The first names of the day's ranking. */
  members: readonly RankedName[];
  moves: readonly Move[];
  /** Weights by security after the day's moves. */
  drifted: ReadonlyMap<number, number>;
  isPeriodEnd: () => boolean;
  /** Whether a held name has a price today, its own or a carried one that is not too old. */
  isUsable: (move: Move) => boolean;
}>;

export function targetHoldings(rule: Rebalance, input: TargetInput): Holding[] {
  switch (rule) {
    case "daily":
      return equalWeights(input.members);
    case "on_change":
      return isSameSet(input) ? drifting(input) : equalWeights(input.members);
    case "monthly":
    case "quarterly":
      return input.isPeriodEnd() ? equalWeights(input.members) : survivors(input);
  }
}

export const equalWeights = (members: readonly RankedName[]): Holding[] =>
  members.map((name) => holdingOf(name, 1 / members.length));

function isSameSet({ held, members }: TargetInput): boolean {
  const before = new Set(held.map((holding) => holding.security));
  return before.size === members.length && members.every((name) => before.has(name.security));
}

const drifting = ({ members, drifted }: TargetInput): Holding[] =>
  members.map((name) => holdingOf(name, drifted.get(name.security)!));

/** Between rebalances nothing enters; who leaves spreads its value over the rest in proportion. */
function survivors({ moves, drifted, isUsable }: TargetInput): Holding[] {
  const staying = moves.filter((move) => !move.isDelisted && isUsable(move));
  const kept = staying.reduce((sum, move) => sum + drifted.get(move.holding.security)!, 0);
  return staying
    .map(({ holding, price, priceDate, marketCap }) => ({
      ...holding,
      price,
      priceDate,
      marketCap: marketCap !== null && marketCap > 0 ? marketCap : holding.marketCap,
      weight: drifted.get(holding.security)! / kept,
    }))
    .sort((a, b) => (b.marketCap ?? 0) - (a.marketCap ?? 0) || compareText(a.ticker, b.ticker));
}

const holdingOf = (name: RankedName, weight: number): Holding => ({
  security: name.security,
  ticker: name.ticker,
  marketCap: name.marketCap,
  weight,
  price: name.price,
  priceDate: name.priceDate,
});
