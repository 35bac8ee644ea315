/** Members ordered by score, ties by their bytes. Lookups by rank and by score are binary searches. */

const NODE_BYTES = 64;

export type Scored = Readonly<{ member: string; score: number }>;

const before = (a: Scored, b: Scored) =>
  a.score < b.score || (a.score === b.score && a.member < b.member);

export class SortedSet {
  readonly kind = "zset";
  readonly #scores = new Map<string, number>();
  readonly #ordered: Scored[] = [];
  bytes = 0;

  get size() {
    return this.#ordered.length;
  }

  /** Lowest score first. */
  get ordered(): readonly Scored[] {
    return this.#ordered;
  }

  score(member: string): number | undefined {
    return this.#scores.get(member);
  }

  set(member: string, given: number): void {
    // Redis keeps small sets as texts, in which -0 becomes 0.
    const score = given === 0 ? 0 : given;
    this.remove(member);
    this.#scores.set(member, score);
    this.#ordered.splice(this.#place({ member, score }), 0, { member, score });
    this.bytes += member.length + NODE_BYTES;
  }

  remove(member: string): boolean {
    const score = this.#scores.get(member);
    if (score === undefined) return false;
    this.#ordered.splice(this.#place({ member, score }), 1);
    this.#scores.delete(member);
    this.bytes -= member.length + NODE_BYTES;
    return true;
  }

  /** 0 for the lowest score. */
  rank(member: string): number | undefined {
    const score = this.#scores.get(member);
    return score === undefined ? undefined : this.#place({ member, score });
  }

  /** How many members, counted from the lowest, `isBelow` holds for: it must hold for none after the first it fails. */
  countWhile(isBelow: (scored: Scored) => boolean): number {
    let low = 0;
    let high = this.#ordered.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (isBelow(this.#ordered[middle]!)) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  #place(wanted: Scored): number {
    return this.countWhile((scored) => before(scored, wanted));
  }
}
