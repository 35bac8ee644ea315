/** The rows of Polygon, a session and a request at a time. */
import type { SourceFailure } from "../../ports.ts";
import { isoDay } from "../../time.ts";
import type { DailyBatch, Reject, RejectedRow } from "../rows.ts";
import { statusOf, wrongAnswer } from "../vendor/errors.ts";
import { Failures } from "../vendor/failures.ts";
import { type PolygonApi, VENDOR } from "./api.ts";
import { barsOf } from "./bars.ts";

/** What one session gave. */
type Session = Readonly<{
  batches: readonly DailyBatch[];
  rejected: readonly RejectedRow[];
  /** Whether the vendor has rows of any ticker. */
  isThere: boolean;
}>;

/** Sessions that were asked for early wait to be read; those beyond are asked for again, since each is a megabyte. */
const KEPT_SESSIONS_MAX = 100;

export class PolygonSessions {
  done = 0;
  readonly #api: PolygonApi;
  readonly #sessions: readonly number[];
  readonly #wanted: ReadonlySet<string> | undefined;
  readonly #kept = new Map<number, Session>();
  #failures = new Failures();
  /** Sessions before this one the plan of the key does not cover. */
  #firstCovered = 0;

  constructor(
    api: PolygonApi,
    sessions: readonly number[],
    tickers: readonly string[] | undefined,
  ) {
    this.#api = api;
    this.#sessions = sessions;
    this.#wanted = tickers && new Set(tickers);
  }

  get failures(): readonly SourceFailure[] {
    return this.#failures.list;
  }

  /**
   * The rows of all sessions, or of the one with the number `only`.
   *
   * @throws AppError what the vendor said, when no session at all could be had
   */
  async *read(reject: Reject, only?: number): AsyncGenerator<DailyBatch> {
    if (!only) this.#failures = new Failures();
    const numbers = only === undefined ? this.#sessions.keys() : [only];
    for (const number of numbers) {
      const session = await this.#session(number);
      for (const row of session?.rejected ?? []) reject(row);
      yield* session?.batches ?? [];
      this.done = number + 1;
    }
    const last = only ?? this.#sessions.length - 1;
    if (last === this.#sessions.length - 1) this.#failures.demandAnAnswer();
  }

  /** The rows of one session ahead of time; they are asked for once. @throws AppError as the vendor answers */
  async ahead(date: number): Promise<readonly DailyBatch[]> {
    const session = this.#kept.get(date) ?? (await this.#ask(date));
    if (this.#kept.size < KEPT_SESSIONS_MAX) this.#kept.set(date, session);
    return session.batches;
  }

  async #session(number: number): Promise<Session | undefined> {
    const date = this.#sessions[number]!;
    if (number < this.#firstCovered) {
      this.#failures.note({ date }, "VENDOR_REFUSED", "the plan of the key begins later");
      return undefined;
    }
    const session = await this.#failures.attempt({ date }, () => this.#covered(number));
    if (session && !session.isThere) {
      this.#failures.note({ date }, "MISSING_SESSION", `${VENDOR} has no rows of this session`);
    }
    return session;
  }

  /** One session; when the plan does not cover it, the first one that is covered is looked for. */
  async #covered(number: number): Promise<Session> {
    const date = this.#sessions[number]!;
    const kept = this.#kept.get(date);
    this.#kept.delete(date);
    try {
      return kept ?? (await this.#ask(date));
    } catch (error) {
      if (statusOf(error) === 403) this.#firstCovered = await this.#findCovered(number + 1);
      throw error;
    }
  }

  async #findCovered(from: number): Promise<number> {
    let low = from;
    let high = this.#sessions.length;
    while (low < high) {
      const middle = Math.floor((low + high) / 2);
      try {
        await this.ahead(this.#sessions[middle]!);
        high = middle;
      } catch (error) {
        if (statusOf(error) !== 403) throw error;
        low = middle + 1;
      }
    }
    return low;
  }

  async #ask(date: number): Promise<Session> {
    const results = await this.#api.grouped(date);
    const rejected: RejectedRow[] = [];
    const isWanted = (ticker: string) => this.#wanted?.has(ticker) ?? true;
    const batches = barsOf(date, results, isWanted, (row) => rejected.push(row));
    if (batches.length === 0 && rejected.length > 0 && rejected.length === results.length) {
      const operation = `GET grouped daily bars of ${isoDay(date)}`;
      throw wrongAnswer({ vendor: VENDOR, operation }, `no row is right: ${rejected[0]!.detail}`);
    }
    return { batches, rejected, isThere: results.length > 0 };
  }
}
