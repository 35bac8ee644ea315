/**
 * Vendors that are asked about one symbol after the other. A symbol that fails is told and the next one asked. A vendor
 * that cannot be reached at all ends it at the first request; one that goes away in the middle is asked no more, and
 * what it gave until then stands.
 */
import { AppError } from "../../errors.ts";
import type { SourceFailure } from "../../ports.ts";
import { statusOf } from "./errors.ts";
import { Failures } from "./failures.ts";

export class BySymbol {
  readonly #failures = new Failures();
  #isReached = false;
  #gone: AppError | undefined;
  #toldOf = "";

  get failures(): readonly SourceFailure[] {
    return this.#failures.list;
  }

  /** Notes something that was answered, but not so that it can be used. */
  note(ticker: string, reason: string, detail: string, date: number | null = null): void {
    this.#failures.note({ ticker, date }, reason, detail);
  }

  /**
   * What the request gives; `undefined` when it failed, which is told.
   *
   * @throws AppError DEPENDENCY_DOWN when nothing was ever answered, VENDOR_REFUSED for a key that is not taken
   */
  async ask<T>(ticker: string, request: () => Promise<T>): Promise<T | undefined> {
    if (this.#gone) return this.#tellGone(ticker, this.#gone);
    let unreachable: unknown;
    const watched = async () => {
      try {
        const answer = await request();
        this.#isReached = true;
        return answer;
      } catch (error) {
        if (!this.#isReached && isDown(error) && statusOf(error) === undefined) unreachable = error;
        throw error;
      }
    };
    try {
      const answer = await this.#failures.attempt({ ticker }, watched);
      if (unreachable) throw unreachable;
      return answer;
    } catch (error) {
      if (!this.#isReached || !isDown(error)) throw error;
      this.#gone = error;
      return this.#tellGone(ticker, error);
    }
  }

  /** @throws AppError the first failure when there was nothing but failures */
  demandAnAnswer(): void {
    this.#failures.demandAnAnswer();
  }

  #tellGone(ticker: string, gone: AppError): undefined {
    if (this.#toldOf !== ticker) {
      this.note(ticker, gone.code, `not asked for any more: ${gone.message}`);
    }
    this.#toldOf = ticker;
  }
}

const isDown = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === "DEPENDENCY_DOWN";
