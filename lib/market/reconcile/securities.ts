/**
 * Which security a row of a source is about, so that rows of sources with different habits can be laid side by side:
 * class shares written BRK-B, BRK.B or BRK/B, and renames. Unlike identity.ts this knows no market: only tickers.
 */
import type { TickerChange } from "../../ports.ts";
import { isoDay } from "../../time.ts";

/**
 * How a source names what was renamed later: by the ticker of each row's own day (captures), or by the latest ticker
 * for the whole history (histories that are downloaded afterwards).
 */
export type Labels = "of-the-day" | "latest";

const CLASS_SHARE = /^([A-Z]{1,5})[-. ]([A-Z])$/;

/** "BRK-B", "BRK.B" and "BRK B" as "BRK/B"; any other ticker as it is. */
export const plainTicker = (ticker: string): string => ticker.replace(CLASS_SHARE, "$1/$2");

/** Numbers for securities, from 0 upwards in the order they are met. */
export class Securities {
  readonly #changes: readonly TickerChange[];
  readonly #renamed: ReadonlySet<string>;
  readonly #numbers = new Map<string, number>();
  readonly #names: string[] = [];
  /** Tickers as sources write them, where no rename makes the day matter. */
  readonly #written = new Map<string, number>();

  constructor(changes: readonly TickerChange[]) {
    this.#changes = changes
      .map((change) => ({
        ...change,
        oldTicker: plainTicker(change.oldTicker),
        newTicker: plainTicker(change.newTicker),
      }))
      .sort((a, b) => a.date - b.date);
    this.#renamed = new Set(
      this.#changes.flatMap(({ oldTicker, newTicker }) => [oldTicker, newTicker]),
    );
  }

  get count(): number {
    return this.#names.length;
  }

  numberOf(ticker: string, day: number, labels: Labels): number {
    const known = this.#written.get(ticker);
    if (known !== undefined) return known;
    const plain = plainTicker(ticker);
    if (this.#renamed.has(plain)) {
      return this.#number(labels === "latest" ? plain : this.#latest(plain, day));
    }
    const number = this.#number(plain);
    this.#written.set(ticker, number);
    return number;
  }

  /** Its latest ticker; one that lost its ticker to another is "FI (until 2023-06-07)". */
  nameOf(security: number): string {
    return this.#names[security]!;
  }

  #number(name: string): number {
    const known = this.#numbers.get(name);
    if (known !== undefined) return known;
    const number = this.#names.push(name) - 1;
    this.#numbers.set(name, number);
    return number;
  }

  #latest(ticker: string, day: number): string {
    let current = ticker;
    let since = day;
    for (;;) {
      const own = this.#changes.find((c) => c.date > since && c.oldTicker === current);
      const taken = this.#changes.find((c) => c.date > since && c.newTicker === current);
      if (taken && !(own && own.date <= taken.date))
        return `${current} (until ${isoDay(taken.date)})`;
      if (!own) return current;
      current = own.newTicker;
      since = own.date;
    }
  }
}
