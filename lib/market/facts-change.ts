/** The facts of an ingestion as rows of the reference part, tickers resolved to ids. */
import type { SqlValue } from "../ports.ts";
import type { MarketSource } from "../source.ts";
import { seenRecords } from "./listings.ts";
import type { SymbolBook } from "./symbol-book.ts";
import type { ReferenceChange } from "./write.ts";

export type Facts = Awaited<ReturnType<MarketSource["facts"]>>;

export const NO_FACTS: Facts = {
  securities: [],
  actions: [],
  changes: [],
  captures: [],
  rejected: [],
};

/** Tickers nobody had before get their ids here: call it after those of the rows are known. */
export function factsChange(
  { securities, listings = [], actions, changes, captures, shares = [] }: Facts,
  book: SymbolBook,
): Pick<ReferenceChange, "records" | "listings" | "actions" | "changes" | "captures" | "shares"> {
  const change = {
    records: securities.map((s): SqlValue[] => [
      book.idOf(s.ticker),
      s.validFrom,
      s.validTo,
      s.exchange,
      s.name,
      s.country,
      s.securityType,
      s.issuer,
      s.primaryLine,
      s.cik ?? null,
    ]),
    listings: seenRecords(listings),
    actions: actions.map((a) => [a.date, book.idOf(a.ticker), a.action, a.value] as const),
    changes: changes.map((c): SqlValue[] => [c.date, c.oldTicker, c.newTicker, c.name]),
    captures: captures.map((c): SqlValue[] => [c.session, c.exchange, c.capturedAt, c.rows]),
    shares: shares.map((s): SqlValue[] => [
      book.idOf(s.ticker),
      s.effectiveDate,
      s.knownAt,
      s.shares,
      s.source,
    ]),
  };
  for (const { oldTicker, newTicker } of changes) {
    book.idOf(oldTicker);
    book.idOf(newTicker);
  }
  return change;
}
