/** Numbers one after the other, as many as come: an array of doubles that grows. */
export class NumberList {
  #numbers: Float64Array;
  #length = 0;

  /** @param room for so many it does not grow */
  constructor(room = 1024) {
    this.#numbers = new Float64Array(Math.max(1, room));
  }

  push(number: number): void {
    if (this.#length === this.#numbers.length) this.#grow(1);
    this.#numbers[this.#length++] = number;
  }

  /** Copies `count` numbers of an array that stand from `at` on. */
  append(from: Float64Array, at: number, count: number): void {
    if (this.#length + count > this.#numbers.length) this.#grow(count);
    // Few at a time: a view and its copy would take longer.
    for (let n = 0; n < count; n++) this.#numbers[this.#length + n] = from[at + n]!;
    this.#length += count;
  }

  get length(): number {
    return this.#length;
  }

  /** Writes over a number that was pushed. */
  set(at: number, number: number): void {
    this.#numbers[at] = number;
  }

  /** Forgets what was pushed after the first `length`. */
  cut(length: number): void {
    this.#length = length;
  }

  /** Those pushed so far. What is pushed from now on may or may not be seen in them. */
  taken(): Float64Array {
    return this.#numbers.subarray(0, this.#length);
  }

  #grow(by: number): void {
    const grown = new Float64Array(Math.max(2 * this.#numbers.length, this.#length + by));
    grown.set(this.#numbers);
    this.#numbers = grown;
  }
}
