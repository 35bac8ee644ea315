/** Numbers for names that come again and again: rows carry the number. */
export class NameNumbers {
  readonly names: string[];

  /** @param names those that have the first numbers */
  constructor(names: readonly string[] = []) {
    this.names = [...names];
  }

  numberOf(name: string): number {
    // Searched from the end: what was named last is named next.
    const known = this.names.lastIndexOf(name);
    return known >= 0 ? known : this.names.push(name) - 1;
  }

  nameOf(number: number): string {
    return this.names[number]!;
  }
}
