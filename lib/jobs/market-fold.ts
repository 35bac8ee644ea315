/** The months of a year that closed, read back so that they become one part. */
import { barsPart } from "../market/parts.ts";
import * as queries from "../market/queries.ts";
import { StagedRows } from "../market/staging.ts";
import type { SymbolBook } from "../market/symbol-book.ts";
import type { Draft } from "../ports.ts";

/** File number of rows that were in the market already. */
const STORED = -1;

/**
 * Everything stored of some months.
 *
 * @param sources is told which sources the rows name, by id
 */
export async function rowsOfMonths(
  draft: Draft,
  months: readonly string[],
  book: SymbolBook,
  sources: Map<number, string>,
): Promise<StagedRows> {
  const rows = new StagedRows();
  for (const month of months) {
    const { query } = await draft.open(barsPart(month));
    for (const row of queries.barsOf(query)) rows.addRow(row, book.idOf(row.ticker), STORED);
    for (const { id, name } of queries.sourcesOf(query)) sources.set(id, name);
    rows.addBasis(queries.capBasisOf(query), (ticker) => book.idOf(ticker));
  }
  return rows;
}
