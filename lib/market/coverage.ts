/**
 * Runs of sessions on which each symbol has a priced row, found in one pass over the days of a part. Halts, listings
 * and delistings are then read from the ends of a few runs instead of comparing each pair of days.
 */
export type CoverageRun = Readonly<{ symbol: number; firstDate: number; lastDate: number }>;

type OpenRun = { firstDate: number; lastDate: number; lastNumber: number };

export class CoverageScan {
  readonly #open = new Map<number, OpenRun>();
  readonly #closed: CoverageRun[] = [];
  #number = 0;

  /** Days come in order; each is a session of the part. */
  day(date: number, symbols: readonly number[]): void {
    const number = this.#number++;
    for (const symbol of symbols) {
      const run = this.#open.get(symbol);
      if (run && run.lastNumber === number - 1) {
        run.lastDate = date;
        run.lastNumber = number;
        continue;
      }
      if (run) this.#closed.push({ symbol, firstDate: run.firstDate, lastDate: run.lastDate });
      this.#open.set(symbol, { firstDate: date, lastDate: date, lastNumber: number });
    }
  }

  /** Every run so far, by symbol and first day. */
  runs(): CoverageRun[] {
    const open = [...this.#open].map(([symbol, { firstDate, lastDate }]) => ({
      symbol,
      firstDate,
      lastDate,
    }));
    return [...this.#closed, ...open].sort(
      (a, b) => a.symbol - b.symbol || a.firstDate - b.firstDate,
    );
  }
}
