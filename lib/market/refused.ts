/** The rows one load refuses: how many for each reason, the first few to show, and those no part holds yet. */
import { AppError } from "../errors.ts";
import type { DailyBatch, RejectedRow } from "../ports.ts";
import { closureReason } from "./sessions.ts";
import type { StagedRows } from "./staging.ts";

const SHOWN = 5;

export type RefusedState = Readonly<{
  counts: Readonly<Record<string, number>>;
  first: readonly RejectedRow[];
}>;

export class RefusedRows {
  readonly #isStrict: boolean;
  readonly #counts: Record<string, number> = {};
  readonly #first: RejectedRow[] = [];
  #waiting: RejectedRow[] = [];

  /** @param isStrict whether the first refused row ends the load */
  constructor(isStrict: boolean) {
    this.#isStrict = isStrict;
  }

  /** @throws AppError BAD_FILE in a strict load */
  add(row: RejectedRow): void {
    const { file, line, reason, detail } = row;
    if (this.#isStrict) {
      const message = `${file} line ${line}: ${detail} (${reason})`;
      throw new AppError("BAD_FILE", message, { file, line, reason });
    }
    this.#waiting.push(row);
    this.#counts[reason] = (this.#counts[reason] ?? 0) + 1;
    if (this.#first.length < SHOWN) this.#first.push(row);
  }

  /** The rows to be written now; they are not given again. */
  take(): readonly RejectedRow[] {
    const rows = this.#waiting;
    this.#waiting = [];
    return rows;
  }

  get state(): RefusedState {
    return { counts: { ...this.#counts }, first: [...this.#first] };
  }

  /** Goes on counting where an interrupted load stopped. */
  resume({ counts, first }: RefusedState): void {
    Object.assign(this.#counts, counts);
    this.#first.push(...first);
  }
}

/** A row of a day on which New York did not trade. */
export function nonSession(batch: DailyBatch, row: number): RejectedRow {
  const date = batch.date[row]!;
  const ticker = batch.ticker[row]!;
  return {
    file: batch.file,
    line: batch.line[row]!,
    date,
    ticker,
    reason: "NON_SESSION",
    detail: `the New York market was closed on ${date}: ${closureReason(date)}`,
    raw: `${date},${ticker},${batch.close[row]},${batch.marketCap[row]}`,
  };
}

/** A row that the quality gate does not take. */
export function gatedRow(
  { date, line, values }: StagedRows,
  position: number,
  why: Readonly<Pick<RejectedRow, "file" | "reason" | "detail"> & { ticker: string }>,
): RejectedRow {
  const day = date[position]!;
  const { close, volume, marketCap } = values;
  return {
    ...why,
    line: line[position]!,
    date: day,
    raw: `${day},${why.ticker},${close[position]},${volume[position]},${marketCap[position]}`,
  };
}

type Place = Readonly<{ file: string; line: number; date: number; ticker: string }>;

/** A row whose day and ticker come again later in its file. */
export const duplicateRow = (at: Place, standingLine: number): RejectedRow => ({
  ...at,
  reason: "DUPLICATE_ROW",
  detail: `"${at.ticker}" comes again for the same day on line ${standingLine}, which stands`,
  raw: "",
});
