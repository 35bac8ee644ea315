/**
 * Whose rows a session owes the quality gate. A source asked for a few names owes only those, and a session that is
 * stored already owes none that it holds: one exchange's file, loaded again, is no sign that the others are missing.
 */
import { capsPart, periodsOf } from "../market/parts.ts";
import * as queries from "../market/queries.ts";
import type { StagedRows } from "../market/staging.ts";
import type { Draft } from "../ports.ts";

export class OwedRows {
  readonly #draft: Draft;
  /** `undefined` = the whole market was asked for. */
  readonly #asked: ReadonlySet<string> | undefined;
  /** Rows stored before this load, by session. */
  readonly #stored = new Map<number, number>();
  /** Symbols stored of the sessions that hold more rows than arrive. */
  readonly #held = new Map<number, ReadonlySet<number>>();

  constructor(draft: Draft, asked: readonly string[] | undefined) {
    this.#draft = draft;
    this.#asked = asked && new Set(asked);
  }

  addSessions(sessions: readonly Readonly<{ date: number; priced_rows: number }>[]): void {
    for (const { date, priced_rows } of sessions) this.#stored.set(date, priced_rows);
  }

  /** To be called before the rows at these positions, in order of days, are judged. */
  async meet(rows: StagedRows, order: Int32Array): Promise<void> {
    this.#held.clear();
    for (let start = 0; start < order.length; ) {
      const date = rows.date[order[start]!]!;
      let end = start;
      while (end < order.length && rows.date[order[end]!] === date) end++;
      const stored = this.#stored.get(date) ?? 0;
      if (stored > end - start) this.#held.set(date, await this.#symbolsOn(date));
      start = end;
    }
  }

  isOwed(symbol: number, ticker: string, date: number): boolean {
    if (this.#asked && !this.#asked.has(ticker)) return false;
    return !this.#held.get(date)?.has(symbol);
  }

  async #symbolsOn(date: number): Promise<ReadonlySet<number>> {
    const entries = this.#draft.parts();
    const symbols = new Set<number>();
    for (const period of periodsOf(entries)) {
      const { from, to } = entries[capsPart(period)]!;
      if (from === null || from > date || to! < date) continue;
      const statement = queries.capsBetween(await this.#draft.open(capsPart(period)));
      try {
        statement.each({ ":start": date, ":end": date }, (row) => {
          symbols.add(row[1] as number);
        });
      } finally {
        statement.free();
      }
    }
    return symbols;
  }
}
