/**
 * Sets an {@link IndexRun} up over the images of a market: identities, events, the universe, and the view of each
 * part that the run consumes. The caller opens parts in time order; nothing here waits.
 */
import { type Holder, holders, Identities } from "../market/identity.ts";
import * as market from "../market/queries.ts";
import { isPeriodEnd, sessionsBetween } from "../market/sessions.ts";
import { takenOn } from "../market/succession.ts";
import type { Image, Query, Workspace } from "../ports.ts";
import { addDays } from "../time.ts";
import type { DefinitionParameters } from "./definition.ts";
import {
  delistedBefore,
  delistingsThatMatter,
  eventsBySession,
  eventsOn,
  SymbolTable,
} from "./facts.ts";
import * as queries from "./queries.ts";
import { type BuiltDay, IndexRun, type IndexState, type MarketFacts } from "./run.ts";
import type { Universe } from "./universe.ts";
import type { ConstituentFacts } from "./year.ts";

export class IndexBuilder {
  readonly #parameters: DefinitionParameters;
  readonly #reference: Image;
  readonly #actions: readonly market.ActionRow[];
  readonly #sessions: readonly number[];
  readonly #identities: Identities;
  readonly #symbols: SymbolTable;
  readonly #universe: Universe;

  /** @param sessions every session of the market, ascending */
  constructor(
    parameters: DefinitionParameters,
    workspace: Workspace,
    reference: Image,
    sessions: readonly number[],
  ) {
    this.#parameters = parameters;
    this.#reference = reference;
    this.#sessions = sessions;
    workspace.attach("reference", reference);
    const symbols = market.symbols(reference.query);
    this.#symbols = new SymbolTable(symbols);
    this.#actions = market.actions(reference.query);
    const held = heldBy(reference.query, symbols, this.#actions);
    this.#identities = new Identities(held);
    this.#universe = queries.universeOf(workspace, parameters, held);
  }

  /** @param fed the sessions the run will see: a few before `firstDate` and every one from it on */
  run(fed: readonly number[], firstDate: number, resume: IndexState | undefined): IndexRun {
    const identities = this.#identities;
    const events = eventsBySession(this.#actions, this.#sessions, identities);
    const rule = this.#parameters.rebalance === "quarterly" ? "quarterly" : "monthly";
    const facts: MarketFacts = {
      sessions: fed,
      identities,
      tickerOf: (symbol) => this.#symbols.ticker(symbol),
      eventsOn: (date) => eventsOn(events, date),
      delistedBefore: delistedBefore(events, fed[0] ?? firstDate),
      firstDateOf: (security) => this.#symbols.firstDate(security, identities),
      issuerOn: (symbol, date) => this.#universe.issuerOn(symbol, date),
      // A period whose last session nobody captured ends at the first one after it.
      isPeriodEnd: (previous, date) =>
        sessionsBetween(addDays(previous, 1), date).some((day) => isPeriodEnd(day, rule)),
    };
    return new IndexRun(this.#parameters, facts, firstDate, resume);
  }

  /** Lets a run consume one part of the market; `sessions` are the fed ones that lie in it. */
  consume(
    run: IndexRun,
    caps: Image,
    sessions: readonly number[],
    emit: (day: BuiltDay) => void,
  ): void {
    const candidates = queries.candidates(caps);
    try {
      run.consume(
        {
          sessions,
          coverage: market.coverage(caps.query),
          rowOf: (date, symbol) => {
            const row = market.capRow(caps.query, date, symbol);
            return row && { close: row.close, marketCap: row.market_cap };
          },
          walk: candidates.walk,
        },
        emit,
      );
    } finally {
      candidates.free();
    }
  }

  /** Members as stored, with the securities they stand for on the day. */
  stateFrom(
    date: number,
    level: Readonly<{ level: number; price_level: number }>,
    members: readonly queries.StateMember[],
  ): IndexState {
    return {
      date,
      level: level.level,
      priceLevel: level.price_level,
      holdings: members.map((member) => ({
        security: this.#identities.securityOf(this.#symbols.id(member.ticker)!, date),
        ticker: member.ticker,
        marketCap: member.market_cap,
        weight: member.weight,
        price: member.price,
        priceDate: member.price_date,
      })),
    };
  }

  constituentFacts(): ConstituentFacts {
    return {
      securityKey: (security) => this.#symbols.securityKey(security, this.#identities),
      nameOn: (ticker, date) =>
        queries.recordName(this.#reference.query, this.#symbols.id(ticker)!, date),
    };
  }
}

/** Who held each ticker that was renamed, or used again after a delisting. */
function heldBy(
  reference: Query,
  symbols: readonly market.SymbolRow[],
  actions: readonly market.ActionRow[],
): Holder[] {
  const changes = market.symbolChanges(reference).map((row) => ({
    date: row.date,
    oldSymbol: row.old_symbol,
    newSymbol: row.new_symbol,
  }));
  const delistings = delistingsThatMatter(actions, symbols, changes);
  const dayBefore = (day: number) => addDays(day, -1);
  if (delistings.length === 0) return holders(changes, dayBefore);
  const asked = [...delistings.map(({ symbol }) => symbol), ...changes.map((c) => c.newSymbol)];
  const records = Map.groupBy(queries.companyRecords(reference, asked), ({ symbol }) => symbol);
  return holders(changes, dayBefore, delistings, (symbol, date) =>
    takenOn(
      (records.get(symbol) ?? []).map(({ valid_from: from, valid_to: to, issuer, cik }) => ({
        from,
        to,
        issuer,
        cik,
      })),
      date,
    ),
  );
}
