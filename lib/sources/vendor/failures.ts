/** What of many requests failed, and whether so much failed that it is the vendor and not one symbol. */
import { AppError } from "../../errors.ts";
import type { SourceFailure } from "../../ports.ts";
import { statusOf } from "./errors.ts";

/** Requests that must find the vendor down one after the other before nobody is asked any more. */
const DOWN_IN_A_ROW = 3;
const OF_VENDORS = new Set(["DEPENDENCY_DOWN", "VENDOR_REFUSED", "VENDOR_ANSWER"]);

/** Whom and which day a request was about. */
export type About = Readonly<{ ticker?: string | null; date?: number | null }>;

export class Failures {
  readonly list: SourceFailure[] = [];
  readonly #downInARowMax: number;
  #first: AppError | undefined;
  #answers = 0;
  #downInARow = 0;

  /** @param downInARowMax requests that must find the vendor down one after the other until that is an error */
  constructor(downInARowMax = DOWN_IN_A_ROW) {
    this.#downInARowMax = downInARowMax;
  }

  /**
   * What the request gives; `undefined` when it failed, which is noted.
   *
   * @throws what is no failure of a vendor, a key that is refused (401 or none at all), and the last of so many
   * DEPENDENCY_DOWN in a row, three unless said otherwise
   */
  async attempt<T>(about: About, request: () => Promise<T>): Promise<T | undefined> {
    try {
      const answer = await request();
      this.#answers++;
      this.#downInARow = 0;
      return answer;
    } catch (error) {
      this.#take(about, error);
      return undefined;
    }
  }

  /** Notes something that was answered, but not so that it can be used. */
  note({ ticker = null, date = null }: About, reason: string, detail: string): void {
    this.list.push({ ticker, date, reason, detail });
  }

  /** @throws the first failure when there was nothing but failures */
  demandAnAnswer(): void {
    if (this.#answers === 0 && this.#first) throw this.#first;
  }

  #take(about: About, error: unknown): void {
    if (!(error instanceof AppError && OF_VENDORS.has(error.code))) throw error;
    const status = statusOf(error);
    if (error.code === "VENDOR_REFUSED" && status !== 403) throw error;
    this.#downInARow = error.code === "DEPENDENCY_DOWN" ? this.#downInARow + 1 : 0;
    if (this.#downInARow === this.#downInARowMax) throw error;
    // A symbol the vendor does not know is an answer all the same.
    if (status === 404) this.#answers++;
    this.#first ??= error;
    this.note(about, error.code, error.message);
  }
}
