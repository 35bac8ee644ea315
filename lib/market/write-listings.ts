/** Writes what lists of a day say of securities into the reference part. Runs inside the transaction of that part. */
import type { PartWriter } from "../ports.ts";
import { recordChange, type SeenRecord } from "./listings.ts";
import * as queries from "./queries.ts";

/**
 * Each security gets a record from the day of its list on, or the one it has goes on. Securities without a price get
 * none, and neither do those that had prices before and no record: they pass every filter, and with a record that begins
 * now their past days would not. A market that begins with such days stays without records altogether.
 *
 * Call it once the symbols of the load are written, and the records its source made.
 */
export function writeListings(db: PartWriter, seen: readonly SeenRecord[]): void {
  if (seen.length === 0) return;
  const symbols = new Map(queries.symbols(db.query).map((row) => [row.ticker, row]));
  const all = queries.securityRecords(db.query);
  const records = Map.groupBy(all, ({ symbol }) => symbol);
  const [firstSession = Number.POSITIVE_INFINITY] = queries
    .sessions(db.query)
    .map(({ date }) => date);
  for (const one of seen) {
    const symbol = symbols.get(one.ticker);
    if (!symbol?.first_date) continue;
    const stored = records.get(symbol.id) ?? [];
    const isRecorded = all.length > 0 || firstSession >= one.day;
    if (stored.length === 0 && !(isRecorded && symbol.first_date >= one.day)) continue;
    const change = recordChange(one, stored);
    if (change) queries.putSeenRecord(db, symbol.id, one, change);
  }
}
