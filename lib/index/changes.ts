/** Who entered and who left at a close, with the first reason that holds. */
import { compareText } from "../text.ts";
import type { Ranking } from "./ranking.ts";

export type EnteredReason = "new_listing" | "returned" | "eligible" | "rank";
export type ExitedReason = "delisted" | "stale" | "cap_missing" | "ineligible" | "rank";

/** Ranks are among all eligible names of the day and of the day before; `null` when not eligible then. */
export type Change = Readonly<{
  side: "entered" | "exited";
  ticker: string;
  rank: number | null;
  previousRank: number | null;
  marketCap: number | null;
  reason: EnteredReason | ExitedReason;
}>;

export type Member = Readonly<{ security: number; ticker: string; marketCap: number | null }>;

/** What the market knew of a name that entered or left. */
export type ChangeFacts = Readonly<{
  /** No priced row of the security before today. */
  isFirstDay: (security: number) => boolean;
  /** Priced today and not on the session before. */
  isBack: (security: number) => boolean;
  isDelisted: (security: number) => boolean;
  /** Not priced today and the last price older than the definition allows. */
  isTooStale: (security: number) => boolean;
  /** The cap that counts today (the carried one on a day without a row); `null` when there is none. */
  capOf: (security: number) => number | null;
  /** The same on the session before. */
  capBefore: (security: number) => number | null;
}>;

/** Entered before exited, each by ticker. A rename is neither: membership follows the security. */
export function changesBetween(
  before: readonly Member[],
  after: readonly Member[],
  ranking: Ranking,
  previousRanking: Ranking,
  facts: ChangeFacts,
): Change[] {
  const was = new Set(before.map((m) => m.security));
  const is = new Set(after.map((m) => m.security));
  const ranks = (security: number) => ({
    rank: ranking.rankOf(security, facts.capOf(security)),
    previousRank: previousRanking.rankOf(security, facts.capBefore(security)),
  });
  const byTicker = (a: Member, b: Member) => compareText(a.ticker, b.ticker);
  const entered = after
    .filter((m) => !was.has(m.security))
    .sort(byTicker)
    .map(({ security, ticker, marketCap }): Change => {
      const { rank, previousRank } = ranks(security);
      const reason = facts.isFirstDay(security)
        ? "new_listing"
        : facts.isBack(security)
          ? "returned"
          : previousRank === null
            ? "eligible"
            : "rank";
      return { side: "entered", ticker, rank, previousRank, marketCap, reason };
    });
  const exited = before
    .filter((m) => !is.has(m.security))
    .sort(byTicker)
    .map(({ security, ticker }): Change => {
      const { rank, previousRank } = ranks(security);
      const marketCap = facts.capOf(security);
      const reason = facts.isDelisted(security)
        ? "delisted"
        : facts.isTooStale(security)
          ? "stale"
          : !(marketCap !== null && marketCap > 0)
            ? "cap_missing"
            : rank === null
              ? "ineligible"
              : "rank";
      return { side: "exited", ticker, rank, previousRank, marketCap, reason };
    });
  return [...entered, ...exited];
}
