/** How far apart values of two sources are: counts by size, so that percentiles take no memory per row. */

const SMALLEST = 1e-8;
const BINS_PER_DECADE = 100;
const DECADES = 12;
const PERCENTILES = [0.5, 0.9, 0.95, 0.99, 0.999] as const;

/** Values are equal within a tolerance although their quotient was rounded. */
const ROUNDING = 1e-12;

/**
 * The larger of two values over the smaller, minus 1: 0.0005 = 5 basis points. The same from either side.
 *
 * @returns Infinity when one of them is 0 and the other is not
 */
export function difference(a: number, b: number): number {
  if (a === b) return 0;
  return a > b ? a / b - 1 : b / a - 1;
}

export const isWithin = (apart: number, tolerance: number): boolean =>
  apart <= tolerance + ROUNDING;

export type Percentiles = Readonly<Record<"p50" | "p90" | "p95" | "p99" | "p99_9", number>> &
  Readonly<{
    /** null when a value stands against a 0 */
    max: number | null;
  }>;

/** Differences by size. A percentile is right to 1.2 % of itself; differences below 1e-8 count as none. */
export class Spread {
  readonly #bins = new Float64Array(BINS_PER_DECADE * DECADES + 2);
  #count = 0;
  #max = 0;

  add(apart: number): void {
    this.#count++;
    if (apart > this.#max) this.#max = apart;
    this.#bins[binOf(apart)]!++;
  }

  /** `undefined` when nothing was compared. */
  percentiles(): Percentiles | undefined {
    if (this.#count === 0) return undefined;
    const [p50, p90, p95, p99, p999] = PERCENTILES.map((share) => this.#percentile(share));
    const max = Number.isFinite(this.#max) ? this.#max : null;
    return { p50: p50!, p90: p90!, p95: p95!, p99: p99!, p99_9: p999!, max };
  }

  #percentile(share: number): number {
    const rank = Math.ceil(share * this.#count);
    let seen = 0;
    let bin = 0;
    for (; bin < this.#bins.length - 1; bin++) {
      seen += this.#bins[bin]!;
      if (seen >= rank) break;
    }
    return bin === 0 ? 0 : Math.min(this.#max, SMALLEST * 10 ** ((bin - 0.5) / BINS_PER_DECADE));
  }
}

function binOf(apart: number): number {
  if (apart < SMALLEST) return 0;
  const bin = 1 + Math.floor(Math.log10(apart / SMALLEST) * BINS_PER_DECADE);
  return Math.min(bin, BINS_PER_DECADE * DECADES + 1);
}
