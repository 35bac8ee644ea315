/**
 * Differing days of a security as blocks. An adjustment that one source made and another did not shows as one long
 * block with one ratio; noise shows as many short ones.
 */

/** Equal days inside a block that do not end it. */
const EQUAL_DAYS_WITHIN = 5;
/** A ratio this far (in logarithm) from that of the block begins another one. */
const RATIO_STEP = 0.01;
/** Blocks kept of each security, the longest ones. */
const KEPT = 5;

export type Block = Readonly<{
  from: number;
  to: number;
  rows: number;
  /** First source over second, the geometric mean of the block. */
  ratio: number;
}>;

type OpenBlock = { from: number; to: number; rows: number; sum: number; equal: number };

/** The blocks of one security, fed day by day in time order. */
export class Blocks {
  compared = 0;
  unequal = 0;
  total = 0;
  #open: OpenBlock | undefined;
  #longest: Block[] = [];

  add(day: number, a: number, b: number, isEqual: boolean): void {
    this.compared++;
    if (isEqual) {
      if (this.#open && ++this.#open.equal > EQUAL_DAYS_WITHIN) this.#close();
      return;
    }
    this.unequal++;
    // A value against 0 has no ratio: it counts, but it is no part of a block.
    if (!(a > 0 && b > 0)) return;
    const ratio = Math.log(a / b);
    const open = this.#open;
    if (open && Math.abs(ratio - open.sum / open.rows) > RATIO_STEP) this.#close();
    this.#open ??= { from: day, to: day, rows: 0, sum: 0, equal: 0 };
    Object.assign(this.#open, {
      to: day,
      rows: this.#open.rows + 1,
      sum: this.#open.sum + ratio,
      equal: 0,
    });
  }

  /** The longest blocks, longest first, the one that is still open among them. */
  longest(): readonly Block[] {
    if (this.#open) this.#close();
    return this.#longest;
  }

  #close(): void {
    const { from, to, rows, sum } = this.#open!;
    this.#open = undefined;
    this.total++;
    this.#longest.push({ from, to, rows, ratio: Math.exp(sum / rows) });
    this.#longest.sort((a, b) => b.rows - a.rows || a.from - b.from);
    this.#longest.length = Math.min(this.#longest.length, KEPT);
  }
}
