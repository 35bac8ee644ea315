/** Market caps from shares outstanding: of rows that come without one, or of all whose shares are known. */
import type { CorporateAction, SharesFact } from "../source.ts";
import { nextSession } from "./sessions.ts";
import { marketCap, SharesWalk } from "./shares.ts";
import type { ShareSplit } from "./shares-facts.ts";
import type { StagedRows } from "./staging.ts";

/** vendor = the vendor's cap where it gives one; shares = close times the shares known by then wherever they are. */
export type CapChoice = "vendor" | "shares";

export class KnownShares {
  readonly #facts = new Map<string, SharesFact[]>();
  readonly #splits = new Map<string, ShareSplit[]>();
  /** By symbol, at the day asked for last. */
  readonly #walks = new Map<number, Readonly<{ walk: SharesWalk; day: number }>>();

  addFacts(facts: readonly SharesFact[]): void {
    for (const fact of facts) {
      const known = this.#facts.get(fact.ticker) ?? [];
      const isKnown = known.some(
        (other) =>
          other.effectiveDate === fact.effectiveDate &&
          other.knownAt === fact.knownAt &&
          other.source === fact.source,
      );
      if (!isKnown) known.push(fact);
      this.#facts.set(fact.ticker, known);
    }
    this.#walks.clear();
  }

  addActions(
    actions: readonly Pick<CorporateAction, "ticker" | "date" | "action" | "value">[],
  ): void {
    for (const { ticker, date, action, value } of actions) {
      if (action !== "split") continue;
      const session = nextSession(date, { inclusive: true });
      const splits = (this.#splits.get(ticker) ?? []).filter((split) => split.date !== session);
      this.#splits.set(ticker, [...splits, { date: session, ratio: value }]);
    }
    this.#walks.clear();
  }

  /** Gives rows the cap that follows from the shares known by then, and says so beside them. */
  fill(
    rows: StagedRows,
    order: Int32Array,
    tickerOf: (symbol: number) => string,
    choice: CapChoice,
  ): void {
    if (this.#facts.size === 0) return;
    const { close, marketCap: caps } = rows.values;
    for (const position of order) {
      const delivered = caps[position]!;
      if (choice === "vendor" && delivered > 0) continue;
      const held = this.#sharesOn(rows.symbol[position]!, rows.date[position]!, tickerOf);
      if (!held) continue;
      caps[position] = marketCap(close[position]!, held);
      rows.basis.set(position, {
        basis: "shares",
        delivered: Number.isNaN(delivered) ? null : delivered,
        shares: held.shares,
        effectiveDate: held.fact.effectiveDate,
        knownAt: held.fact.knownAt,
        source: held.fact.source,
      });
    }
  }

  #sharesOn(symbol: number, day: number, tickerOf: (symbol: number) => string) {
    const known = this.#walks.get(symbol);
    let walk = known && known.day <= day ? known.walk : undefined;
    if (!walk) {
      const ticker = tickerOf(symbol);
      const facts = this.#facts.get(ticker);
      if (!facts) return undefined;
      walk = new SharesWalk(facts, this.#splits.get(ticker) ?? []);
    }
    this.#walks.set(symbol, { walk, day });
    return walk.on(day);
  }
}
