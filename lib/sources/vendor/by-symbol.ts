/**
 * Vendors that are asked about one symbol after the other. A symbol that fails is told and the next one asked. A vendor
 * that cannot be reached, at the first request or at the last, has given half a market at best: that is an error, and
 * nothing of it is taken. One that only wants to hear no more (status 429: a limit is used up) is asked no more, and
 * what it gave until then stands, unless the whole is wanted.
 */
import { AppError } from "../../errors.ts";
import type { SourceFailure } from "../../ports.ts";
import { statusOf } from "./errors.ts";
import { Failures } from "./failures.ts";

export class BySymbol {
  readonly #failures = new Failures();
  readonly #isWhole: boolean;
  #isReached = false;
  /** Why the vendor is asked no more. */
  #gone: AppError | undefined;
  /** Why the last request got no answer, when that is not about its symbol. */
  #away: AppError | undefined;
  #toldOf = "";

  /** @param isWhole whether a vendor that wants to hear no more is an error, too */
  constructor(isWhole = false) {
    this.#isWhole = isWhole;
  }

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
   * @throws AppError DEPENDENCY_DOWN when nothing was ever answered, or three requests in a row were not;
   * VENDOR_REFUSED for a key that is not taken
   */
  async ask<T>(ticker: string, request: () => Promise<T>): Promise<T | undefined> {
    if (this.#gone) return this.#tellGone(ticker, this.#gone);
    let unreachable: unknown;
    const watched = async () => {
      try {
        const answer = await request();
        this.#isReached = true;
        this.#away = undefined;
        return answer;
      } catch (error) {
        this.#away = isAway(error) ? error : undefined;
        if (!this.#isReached && isDown(error) && statusOf(error) === undefined) unreachable = error;
        throw error;
      }
    };
    try {
      const answer = await this.#failures.attempt({ ticker }, watched);
      if (unreachable) throw unreachable;
      return answer;
    } catch (error) {
      if (!this.#isReached || !isDown(error) || !isBusy(error) || this.#isWhole) throw error;
      this.#gone = error;
      return this.#tellGone(ticker, error);
    }
  }

  /** @throws AppError the first failure when there was nothing but failures, or why the vendor is away now */
  demandAnAnswer(): void {
    this.#failures.demandAnAnswer();
    if (this.#away && (this.#isWhole || !isBusy(this.#away))) throw this.#away;
  }

  #tellGone(ticker: string, gone: AppError): undefined {
    if (this.#toldOf !== ticker) {
      this.note(ticker, gone.code, `not asked for any more: ${gone.message}`);
    }
    this.#toldOf = ticker;
  }
}

const BUSY = 429;
/** From here on a status speaks of the vendor; 500 may come of the one symbol. */
const BAD_GATEWAY = 502;

const isDown = (error: unknown): error is AppError =>
  error instanceof AppError && error.code === "DEPENDENCY_DOWN";
const isBusy = (error: AppError): boolean => statusOf(error) === BUSY;

function isAway(error: unknown): error is AppError {
  if (!isDown(error)) return false;
  const status = statusOf(error);
  return status === undefined || status === BUSY || status >= BAD_GATEWAY;
}
