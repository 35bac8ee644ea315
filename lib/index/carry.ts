/**
 * Names that have no row on the current day and still count: their last price is carried (adjusted for splits and
 * spin-offs on the way) together with their last cap, for at most `maxStaleDays` trading days.
 */

export type LastRow = Readonly<{
  security: number;
  ticker: string;
  close: number;
  marketCap: number | null;
  date: number;
}>;

export type Carried = Readonly<{
  security: number;
  ticker: string;
  /** USD, split-adjusted to the current day. */
  price: number;
  /** As delivered on the last priced day: the company did not change its size by splitting. */
  marketCap: number | null;
  priceDate: number;
  /** Trading days since the last priced one; 1 on the first day without a row. */
  ageDays: number;
}>;

/** What happened to a security on a day. Prices: new = old / split; the dividend is per post-split share. */
export type SecurityEvent = Readonly<{ split: number; dividend: number; finalPrice?: number }>;
export type DayEvents = ReadonlyMap<number, SecurityEvent>;

export class CarryBook {
  readonly #maxStaleDays: number;
  #names = new Map<number, Carried>();

  constructor(maxStaleDays: number) {
    this.#maxStaleDays = maxStaleDays;
  }

  /**
   * Moves on by one trading day.
   *
   * @param lost the last rows of securities that were priced the day before and are not today
   * @param isPriced whether a security has a priced row today
   */
  advance(
    lost: readonly LastRow[],
    isPriced: (security: number) => boolean,
    events: DayEvents,
  ): void {
    const names = new Map<number, Carried>();
    for (const name of this.#names.values()) this.#keep(names, name, isPriced, events);
    for (const row of lost) {
      const { close: price, date: priceDate, ...rest } = row;
      this.#keep(names, { ...rest, price, priceDate, ageDays: 0 }, isPriced, events);
    }
    this.#names = names;
  }

  get(security: number): Carried | undefined {
    return this.#names.get(security);
  }

  all(): Iterable<Carried> {
    return this.#names.values();
  }

  #keep(
    names: Map<number, Carried>,
    name: Carried,
    isPriced: (security: number) => boolean,
    events: DayEvents,
  ): void {
    const event = events.get(name.security);
    const ageDays = name.ageDays + 1;
    if (isPriced(name.security) || event?.finalPrice !== undefined) return;
    if (ageDays > this.#maxStaleDays) return;
    names.set(name.security, { ...name, ageDays, price: name.price / (event?.split ?? 1) });
  }
}
