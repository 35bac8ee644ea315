/**
 * Rows of all sources on their way into the comparison, a calendar year at a time and in columns. When more rows
 * arrive than may be held, the latest year is let go: the sources are then read again for it once the earlier years
 * are done. So memory is bounded by `maxRows` (or by one year, where a year has more), whatever order rows come in.
 */
import { AppError } from "../../errors.ts";

/** Rows of one source and year, in the order security, day; a row that was given again stands once, as given last. */
export type YearColumns = Readonly<{
  count: number;
  security: Int32Array;
  day: Int32Array;
  close: Float64Array;
  volume: Float64Array;
  marketCap: Float64Array;
}>;

export type Row = Readonly<{
  security: number;
  day: number;
  close: number;
  volume: number;
  marketCap: number;
}>;

const FIRST_CAPACITY = 4096;
/** What the sort key of {@link sorted} has room for. */
const MAX_ROWS = 1 << 24;
const MAX_SECURITIES = 1 << 18;
const DAYS = 1 << 11;

class Columns {
  count = 0;
  security = new Int32Array(FIRST_CAPACITY);
  day = new Int32Array(FIRST_CAPACITY);
  close = new Float64Array(FIRST_CAPACITY);
  volume = new Float64Array(FIRST_CAPACITY);
  marketCap = new Float64Array(FIRST_CAPACITY);

  add(row: Row): void {
    const at = this.count++;
    if (at === this.security.length) this.#grow();
    this.security[at] = row.security;
    this.day[at] = row.day;
    this.close[at] = row.close;
    this.volume[at] = row.volume;
    this.marketCap[at] = row.marketCap;
  }

  #grow(): void {
    const capacity = this.count * 2;
    const ints = (from: Int32Array) => {
      const into = new Int32Array(capacity);
      into.set(from);
      return into;
    };
    const floats = (from: Float64Array) => {
      const into = new Float64Array(capacity);
      into.set(from);
      return into;
    };
    this.security = ints(this.security);
    this.day = ints(this.day);
    this.close = floats(this.close);
    this.volume = floats(this.volume);
    this.marketCap = floats(this.marketCap);
  }
}

export class Window {
  readonly #sources: number;
  readonly #maxRows: number;
  readonly #after: number;
  /** The columns of each source, by year. */
  readonly #years = new Map<number, Columns[]>();
  #rows = 0;
  /** The first year that was let go. */
  #end = Number.POSITIVE_INFINITY;

  /** @param after the last year that is done already; earlier rows and those of it are passed over */
  constructor(sources: number, { after, maxRows }: Readonly<{ after: number; maxRows: number }>) {
    this.#sources = sources;
    this.#after = after;
    this.#maxRows = maxRows;
  }

  add(source: number, row: Row): void {
    const year = Math.floor(row.day / 10_000);
    if (year <= this.#after || year >= this.#end) return;
    let columns = this.#years.get(year);
    if (!columns) {
      columns = Array.from({ length: this.#sources }, () => new Columns());
      this.#years.set(year, columns);
    }
    columns[source]!.add(row);
    if (++this.#rows > this.#maxRows) this.#letGo();
  }

  /** The years held, earliest first. */
  years(): number[] {
    return [...this.#years.keys()].sort((a, b) => a - b);
  }

  /** Hands out a year and forgets it. @throws AppError PAYLOAD_TOO_LARGE beyond 16.7 million rows of a source */
  take(year: number): YearColumns[] {
    const columns = this.#years.get(year)!;
    this.#years.delete(year);
    return columns.map(sorted);
  }

  /** Whether years were let go, so that the sources must be read again. */
  get isCut(): boolean {
    return Number.isFinite(this.#end);
  }

  #letGo(): void {
    const years = this.years();
    if (years.length === 1) return;
    const latest = years.at(-1)!;
    for (const { count } of this.#years.get(latest)!) this.#rows -= count;
    this.#years.delete(latest);
    this.#end = latest;
  }
}

/** One number per row holds security, day of the year and position, so that the fast sort of numbers does the work. */
function sorted(columns: Columns): YearColumns {
  const { count, security, day } = columns;
  const keys = new Float64Array(count);
  for (let at = 0; at < count; at++) {
    if (count > MAX_ROWS || security[at]! >= MAX_SECURITIES) throw tooLarge(count);
    keys[at] = (security[at]! * DAYS + (day[at]! % 10_000)) * MAX_ROWS + at;
  }
  keys.sort();
  const order = new Int32Array(count);
  let kept = 0;
  for (let at = 0; at < count; at++) {
    const isRepeated =
      at + 1 < count && Math.floor(keys[at]! / MAX_ROWS) === Math.floor(keys[at + 1]! / MAX_ROWS);
    if (!isRepeated) order[kept++] = keys[at]! % MAX_ROWS;
  }
  const picked = order.subarray(0, kept);
  return {
    count: kept,
    security: Int32Array.from(picked, (at) => security[at]!),
    day: Int32Array.from(picked, (at) => day[at]!),
    close: Float64Array.from(picked, (at) => columns.close[at]!),
    volume: Float64Array.from(picked, (at) => columns.volume[at]!),
    marketCap: Float64Array.from(picked, (at) => columns.marketCap[at]!),
  };
}

const tooLarge = (rows: number) =>
  new AppError(
    "PAYLOAD_TOO_LARGE",
    `a year of a source may have ${MAX_ROWS} rows and ${MAX_SECURITIES} securities, it has ${rows} rows`,
    { rows },
  );
