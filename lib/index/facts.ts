/** What the market's reference part says about securities, in the form an index run reads it. */
import type { Delisting, Identities, SymbolChange } from "../market/identity.ts";
import type { ActionRow, SymbolRow } from "../market/queries.ts";
import type { DayEvents, SecurityEvent } from "./carry.ts";

const NO_EVENTS: DayEvents = new Map();

/** Events by the session they take effect on: the first captured one on or after the action's date. */
export function eventsBySession(
  actions: readonly ActionRow[],
  sessions: readonly number[],
  identities: Identities,
): ReadonlyMap<number, DayEvents> {
  const events = new Map<number, Map<number, SecurityEvent>>();
  let next = 0;
  for (const { date, symbol, action, value } of actions) {
    while (next < sessions.length && sessions[next]! < date) next++;
    const session = sessions[next];
    if (session === undefined) break;
    const day = events.get(session) ?? new Map<number, SecurityEvent>();
    events.set(session, day);
    const security = identities.subjectOf(symbol, date);
    day.set(security, merged(day.get(security) ?? { split: 1, dividend: 0 }, action, value));
  }
  return events;
}

function merged(event: SecurityEvent, action: ActionRow["action"], value: number): SecurityEvent {
  switch (action) {
    case "split":
    case "spinoff":
      return { ...event, split: event.split * value };
    case "dividend":
      return { ...event, dividend: event.dividend + value };
    case "delisting":
      return { ...event, finalPrice: value };
  }
}

export const eventsOn = (events: ReadonlyMap<number, DayEvents>, date: number): DayEvents =>
  events.get(date) ?? NO_EVENTS;

/**
 * All delistings of symbols that have prices after one: the others have nobody who could be mistaken for somebody else.
 * A symbol that is also renamed stays in, because its holder's prices may stand under another one.
 */
export function delistingsThatMatter(
  actions: readonly ActionRow[],
  symbols: readonly SymbolRow[],
  changes: readonly SymbolChange[],
): Delisting[] {
  const lastDates = new Map(symbols.map(({ id, last_date }) => [id, last_date ?? 0]));
  const renamed = new Set(changes.flatMap(({ oldSymbol, newSymbol }) => [oldSymbol, newSymbol]));
  const delistings = actions.filter(({ action }) => action === "delisting");
  const isFollowed = ({ date, symbol }: ActionRow) =>
    renamed.has(symbol) || lastDates.get(symbol)! > date;
  // A later one counts, without prices after it too: the ticker then passes on later.
  const followed = new Set(delistings.filter(isFollowed).map(({ symbol }) => symbol));
  return delistings.filter(({ symbol }) => followed.has(symbol));
}

/** Securities whose delisting took effect before a day. */
export function delistedBefore(events: ReadonlyMap<number, DayEvents>, date: number): number[] {
  const gone: number[] = [];
  for (const [session, day] of events) {
    if (session >= date) continue;
    for (const [security, { finalPrice }] of day) if (finalPrice !== undefined) gone.push(security);
  }
  return gone;
}

/** Tickers and first days by symbol, read once per build. */
export class SymbolTable {
  readonly #tickers: string[] = [];
  readonly #firstDates: (number | null)[] = [];
  readonly #ids = new Map<string, number>();

  constructor(rows: readonly SymbolRow[]) {
    for (const { id, ticker, first_date } of rows) {
      this.#tickers[id] = ticker;
      this.#firstDates[id] = first_date;
      this.#ids.set(ticker, id);
    }
  }

  ticker(symbol: number): string {
    return this.#tickers[symbol]!;
  }

  id(ticker: string): number | undefined {
    return this.#ids.get(ticker);
  }

  /** The first day a security was priced: on its oldest symbol that had a price while it was the security's. */
  firstDate(security: number, identities: Identities): number | undefined {
    for (const { symbol, from } of identities.symbolsOf(security)) {
      const first = this.#firstDates[symbol];
      if (first !== null && first !== undefined) return Math.max(first, from);
    }
    return undefined;
  }

  /** A name for a security that no rename changes: its first ticker, with the day it began where that was reused. */
  securityKey(security: number, identities: Identities): string {
    const { symbol, from } = identities.symbolsOf(security)[0]!;
    return from === 0 ? this.ticker(symbol) : `${this.ticker(symbol)}@${from}`;
  }
}
