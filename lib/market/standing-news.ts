/**
 * What the quality gate says of figures that a precedence then keeps out, or lets replace others: a repair or a split it
 * found is only worth telling while the figure it speaks of stands.
 */
import type { DetectedSplitRow, GateNews, RepairRow } from "./gate-pass.ts";
import type { RankedField } from "./precedence.ts";

/** Names under which the gate repairs a field. */
const REPAIRED: Readonly<Record<RankedField, readonly string[]>> = {
  close: ["close", "range"],
  volume: ["volume"],
  market_cap: ["market_cap"],
};

/** What was said of figures, to be taken back one by one. */
class Sayings {
  readonly repairs = new Map<string, RepairRow>();
  readonly splits = new Map<string, DetectedSplitRow>();

  add(repairs: readonly RepairRow[], splits: readonly DetectedSplitRow[]): void {
    for (const row of repairs) this.repairs.set(`${row.date} ${row.ticker} ${row.field}`, row);
    for (const row of splits) this.splits.set(`${row.date} ${row.symbol}`, row);
  }

  forget(date: number, symbol: number, ticker: string, field: RankedField): void {
    for (const name of REPAIRED[field]) this.repairs.delete(`${date} ${ticker} ${name}`);
    // A split is told by the close of the vendor that says by how much it changed.
    if (field === "close") this.splits.delete(`${date} ${symbol}`);
  }
}

export class StandingNews {
  readonly #news: GateNews;
  readonly #repairsBefore: number;
  readonly #splitsBefore: number;
  /** Of the market as it was, of rows this load wrote before, and of those that arrive now. */
  readonly #stood = new Sayings();
  readonly #earlier = new Sayings();
  readonly #fresh = new Sayings();

  /** @param news before the gate judges the rows that arrive */
  constructor(news: GateNews) {
    this.#news = news;
    this.#repairsBefore = news.repairs.length;
    this.#splitsBefore = news.splits.length;
  }

  /**
   * To be called when the gate has judged.
   *
   * @param repairs stored of days that nothing was said of before in this load; so `splits`
   */
  begin(repairs: readonly RepairRow[], splits: readonly DetectedSplitRow[]): void {
    const { stood, repairs: said, splits: found } = this.#news;
    this.#stood.add([...stood.repairs, ...repairs], [...stood.splits, ...splits]);
    this.#earlier.add(said.slice(0, this.#repairsBefore), found.slice(0, this.#splitsBefore));
    this.#fresh.add(said.slice(this.#repairsBefore), found.slice(this.#splitsBefore));
  }

  /** A stored figure and the one that arrives: of one of them there is no more to be told. */
  settle(
    { date, symbol, ticker }: Readonly<{ date: number; symbol: number; ticker: string }>,
    field: RankedField,
    stands: "stored" | "offered",
  ): void {
    const fallen = stands === "stored" ? [this.#fresh] : [this.#stood, this.#earlier];
    for (const sayings of fallen) sayings.forget(date, symbol, ticker, field);
  }

  end(): void {
    const { stood, repairs, splits } = this.#news;
    refill(stood.repairs, this.#stood.repairs);
    refill(stood.splits, this.#stood.splits);
    refill(repairs, this.#earlier.repairs, this.#fresh.repairs);
    refill(splits, this.#earlier.splits, this.#fresh.splits);
  }
}

function refill<Row>(list: Row[], ...said: readonly ReadonlyMap<string, Row>[]): void {
  list.length = 0;
  for (const rows of said) for (const row of rows.values()) list.push(row);
}
