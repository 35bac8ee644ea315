/** Sources of a few rows for the tests of the comparison. */
import type { ReconciledSource } from "../../../lib/jobs/reconcile.ts";
import type { ComparedSource } from "../../../lib/market/reconcile.ts";
import type { DailyBatch } from "../../../lib/ports.ts";
import { dayKey } from "../../../lib/time.ts";
import { table } from "../../table.ts";

const numberOf = (cell: string | number | undefined) =>
  cell === undefined || cell === "-" ? Number.NaN : Number(cell);

/** Text table: date ticker close, with volume and cap where they are wanted; "-" = left out. */
export function rowsOf(text: string): DailyBatch {
  const rows = table(text);
  const column = (name: string) => Float64Array.from(rows, (row) => numberOf(row[name]));
  return {
    file: "rows",
    count: rows.length,
    line: Int32Array.from(rows, (_, at) => at + 2),
    date: Int32Array.from(rows, ({ date }) => dayKey(String(date))),
    ticker: rows.map(({ ticker }) => String(ticker)),
    open: column("open"),
    high: column("high"),
    low: column("low"),
    close: column("close"),
    volume: column("volume"),
    marketCap: column("cap"),
  };
}

export function sourceOf(
  name: string,
  text: string,
  { basis = "unadjusted", labels = "of-the-day" }: Partial<ComparedSource> = {},
): ReconciledSource {
  return {
    name,
    basis,
    labels,
    rows: async function* () {
      yield rowsOf(text);
    },
  };
}
