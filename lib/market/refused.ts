/** The rows one load refuses: how many for each reason, the first few to show, and those no part holds yet. */
import { AppError } from "../errors.ts";
import type { RejectedRow } from "../ports.ts";

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
