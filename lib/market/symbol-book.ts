/** The tickers of a market and their numbers, with the first and last day each was priced on in one load. */

export type KnownSymbol = Readonly<{
  id: number;
  ticker: string;
  /** Of the rows of this load; `null` when it had none. */
  first: number | null;
  last: number | null;
}>;

export class SymbolBook {
  /** By id; ids begin at 1, those nobody has are holes. */
  readonly tickers: string[] = [];
  readonly #ids = new Map<string, number>();
  readonly #first = new Map<number, number>();
  readonly #last = new Map<number, number>();

  /** A ticker that was stored before. */
  know(ticker: string, id: number): void {
    this.#ids.set(ticker, id);
    this.tickers[id] = ticker;
  }

  /** Its number; a ticker not met before gets the next one. */
  idOf(ticker: string): number {
    const known = this.#ids.get(ticker);
    if (known !== undefined) return known;
    const id = Math.max(1, this.tickers.length);
    this.know(ticker, id);
    return id;
  }

  tickerOf(id: number): string {
    return this.tickers[id]!;
  }

  /** Notes that a symbol has a price on a day. */
  price(id: number, date: number): void {
    if (date < (this.#first.get(id) ?? Number.POSITIVE_INFINITY)) this.#first.set(id, date);
    if (date > (this.#last.get(id) ?? 0)) this.#last.set(id, date);
  }

  all(): KnownSymbol[] {
    return [...this.#ids].map(([ticker, id]) => ({
      id,
      ticker,
      first: this.#first.get(id) ?? null,
      last: this.#last.get(id) ?? null,
    }));
  }
}
