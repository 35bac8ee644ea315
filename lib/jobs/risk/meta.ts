/** What every answer about a portfolio says of what it rests on. */
import { isoDay } from "../../time.ts";
import type { Book, BookView } from "./book.ts";
import type { RiskWarning } from "./warnings.ts";

export const RISK_UNITS = {
  money: "USD; a loss of risk is positive, of profit negative",
  returns: "fraction (0.01 = 1 %)",
  volatility: "annual, fraction; a point is 0.01",
  quantity: "shares, contracts or units of an index; negative when sold short",
} as const;

export const riskMeta = (view: BookView, book: Book, warnings: readonly RiskWarning[]) => ({
  dataset_version: view.version,
  as_of: isoDay(book.asOf),
  point_in_time: book.isPointInTime,
  units: RISK_UNITS,
  warnings: [...book.warnings, ...warnings],
});
