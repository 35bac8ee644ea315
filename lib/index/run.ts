/**
 * Builds an index day by day over the parts of a market, in order. SQL ranks and filters (the walk), this class
 * compounds: each day it moves the holdings, chains the level and chooses the members of the next session.
 * Feed it every session from a few before the first built day (carried prices reach back `max_stale_days`).
 */
import type { Identities } from "../market/identity.ts";
import { CarryBook, type DayEvents, type LastRow } from "./carry.ts";
import { type Change, changesBetween } from "./changes.ts";
import type { DefinitionParameters } from "./definition.ts";
import { type CoverageRun, Presence } from "./presence.ts";
import { type RankedName, Ranking } from "./ranking.ts";
import {
  basketReturn,
  driftedWeights,
  type Holding,
  type Move,
  movesOf,
  turnover,
} from "./step.ts";
import { equalWeights, targetHoldings } from "./target.ts";

/** What the run reads of one part of the market. All days are sessions of that part. */
export type MarketPart = Readonly<{
  sessions: readonly number[];
  coverage: readonly CoverageRun[];
  rowOf: (
    date: number,
    symbol: number,
  ) => Readonly<{ close: number; marketCap: number | null }> | undefined;
  /** Priced names with a cap of at most `capMax`, largest first. */
  walk: (date: number, capMax: number, take: Take) => void;
}>;

/** Receives a row of the walk; false stops it. Positional, because it is called for every name of every day. */
export type Take = (symbol: number, close: number, marketCap: number) => boolean;

/** What the run knows of the market as a whole. */
export type MarketFacts = Readonly<{
  /** Every stored session from the first one the run is fed, ascending. */
  sessions: readonly number[];
  identities: Identities;
  tickerOf: (symbol: number) => string;
  /** Events by the session they take effect on. */
  eventsOn: (date: number) => DayEvents;
  /** Securities delisted before the first session the run is fed. */
  delistedBefore: Iterable<number>;
  /** The day a security was first priced. */
  firstDateOf: (security: number) => number | undefined;
  /** Issuer number of a name that passes the filters on a day; `undefined` when it does not. */
  issuerOn: (symbol: number, date: number) => number | undefined;
  /** Whether the period of this rebalance rule ended in (previous, date]. */
  isPeriodEnd: (previous: number, date: number) => boolean;
}>;

/** The index after a close: what a later run needs to go on. */
export type IndexState = Readonly<{
  date: number;
  level: number;
  priceLevel: number;
  holdings: readonly Holding[];
}>;

/** One built day. Returns and turnover are `null` on the base day. */
export type BuiltDay = IndexState &
  Readonly<{
    dailyReturn: number | null;
    benchmarkReturn: number | null;
    turnover: number | null;
    divisor: number | null;
    changes: readonly Change[];
    /** What each member of the day before earned; empty on the base day. */
    moves: readonly Move[];
  }>;

export class IndexRun {
  readonly #parameters: DefinitionParameters;
  readonly #facts: MarketFacts;
  readonly #firstDate: number;
  readonly #carry: CarryBook;
  readonly #presence: Presence;
  /** The session from which on a security is gone. */
  readonly #delistedOn: Map<number, number>;
  #state: IndexState | undefined;
  #ranking: Ranking | undefined;
  #previousPart: MarketPart | undefined;
  /** Caps of the names that were carried on the day before. */
  #carriedBefore: ReadonlyMap<number, number | null> = new Map();
  #previousDate: number | undefined;

  /**
   * @param firstDate the first day to build: the base day, or the session after `resume`
   * @param resume where the index stood after the session before `firstDate`
   */
  constructor(
    parameters: DefinitionParameters,
    facts: MarketFacts,
    firstDate: number,
    resume: IndexState | undefined,
  ) {
    this.#parameters = parameters;
    this.#facts = facts;
    this.#firstDate = firstDate;
    this.#state = resume;
    this.#carry = new CarryBook(parameters.max_stale_days);
    this.#presence = new Presence(facts.sessions, (symbol) => facts.identities.holdersOf(symbol));
    this.#delistedOn = new Map(Array.from(facts.delistedBefore, (security) => [security, 0]));
  }

  /** Builds the days of one part; parts come in order and leave no session out. */
  consume(part: MarketPart, emit: (day: BuiltDay) => void): void {
    this.#presence.add(part.coverage);
    for (const date of part.sessions) {
      const events = this.#facts.eventsOn(date);
      this.#moveOn(part, date, events);
      // The day before the first built one is ranked too: changes tell the rank a name had then.
      const ranking = new Ranking(
        this.#walk(part, date),
        this.#carriedCandidates(date),
        this.#parameters.one_per_issuer,
      );
      if (date >= this.#firstDate) {
        const day = this.#state
          ? this.#nextDay(part, date, ranking, this.#state, events)
          : this.#baseDay(date, ranking);
        this.#state = day;
        emit(day);
      }
      this.#ranking = ranking;
      this.#previousPart = part;
      this.#previousDate = date;
    }
    // The part may be closed now, so what could still be asked of its last day is read here.
    if (part.sessions.length > 0) this.#ranking?.complete();
  }

  /** The eligible names of the last consumed day, in order. */
  get ranking(): Ranking {
    return this.#ranking!;
  }

  #moveOn(part: MarketPart, date: number, events: DayEvents): void {
    const previous = this.#previousDate;
    const started = this.#presence.startedOn(date);
    const lost: LastRow[] = [];
    if (previous !== undefined) {
      const source = previous >= part.sessions[0]! ? part : this.#previousPart!;
      for (const { security, symbol } of this.#presence.lostBetween(previous, date)) {
        const row = source.rowOf(previous, symbol);
        if (row)
          lost.push({ security, ticker: this.#facts.tickerOf(symbol), date: previous, ...row });
      }
    }
    for (const [security, event] of events) {
      if (event.finalPrice !== undefined && !this.#isDelisted(security, date)) {
        this.#delistedOn.set(security, date);
      }
    }
    this.#carriedBefore = new Map(
      [...this.#carry.all()].map((name) => [name.security, name.marketCap]),
    );
    this.#carry.advance(lost, (security) => started.has(security), events);
    this.#presence.forgetBefore(date);
  }

  #walk(part: MarketPart, date: number) {
    const { identities, tickerOf, issuerOn } = this.#facts;
    return (capMax: number, take: (name: RankedName) => boolean) =>
      part.walk(date, capMax, (symbol, price, marketCap) => {
        const issuer = issuerOn(symbol, date);
        if (issuer === undefined) return true;
        const security = identities.securityOf(symbol, date);
        if (this.#isDelisted(security, date)) return true;
        const ticker = tickerOf(symbol);
        return take({ security, ticker, issuer, marketCap, price, priceDate: date });
      });
  }

  #carriedCandidates(date: number): RankedName[] {
    const candidates: RankedName[] = [];
    for (const { security, marketCap, price, priceDate } of this.#carry.all()) {
      if (marketCap === null || !(marketCap > 0) || this.#isDelisted(security, date)) continue;
      const symbol = this.#facts.identities.symbolOf(security, date);
      const issuer = symbol === undefined ? undefined : this.#facts.issuerOn(symbol, date);
      if (symbol === undefined || issuer === undefined) continue;
      const ticker = this.#facts.tickerOf(symbol);
      candidates.push({ security, ticker, issuer, marketCap, price, priceDate });
    }
    return candidates;
  }

  #baseDay(date: number, ranking: Ranking): BuiltDay {
    const { size, base_value: level } = this.#parameters;
    const holdings = equalWeights(ranking.first(size));
    return {
      date,
      level,
      priceLevel: level,
      holdings,
      dailyReturn: null,
      benchmarkReturn: null,
      turnover: null,
      divisor: this.#divisor(holdings.length, level),
      changes: [],
      moves: [],
    };
  }

  #nextDay(
    part: MarketPart,
    date: number,
    ranking: Ranking,
    state: IndexState,
    events: DayEvents,
  ): BuiltDay {
    const members = ranking.first(this.#parameters.size);
    const rowOf = this.#rowReader(part, date, members);
    const held = this.#namedOn(date, state.holdings);
    const moves = movesOf(held, date, rowOf, events);
    const basket = basketReturn(moves);
    const drifted = driftedWeights(moves, basket.price);
    const holdings = targetHoldings(this.#parameters.rebalance, {
      held,
      members,
      moves,
      drifted,
      isPeriodEnd: () => this.#facts.isPeriodEnd(state.date, date),
      isUsable: ({ priceDate, holding }) =>
        priceDate === date || this.#carriedOn(date, holding.security) !== undefined,
    });
    const isTotal = this.#parameters.return_type === "total";
    const dailyReturn = isTotal ? basket.total : basket.price;
    const priceLevel = state.priceLevel * (1 + basket.price);
    return {
      date,
      level: isTotal ? state.level * (1 + dailyReturn) : priceLevel,
      priceLevel,
      holdings,
      dailyReturn,
      benchmarkReturn: isTotal ? basket.capTotal : basket.capPrice,
      turnover: turnover(drifted, holdings),
      divisor: this.#divisor(holdings.length, priceLevel),
      changes: this.#changes(part, held, holdings, date, ranking, rowOf),
      moves,
    };
  }

  /** Today's priced rows: most are already in the day's ranking, the rest are looked up. */
  #rowReader(part: MarketPart, date: number, members: readonly RankedName[]) {
    const ranked = new Map(members.map((name) => [name.security, name]));
    return (security: number) => {
      const name = ranked.get(security);
      if (name?.priceDate === date) {
        return { close: name.price, marketCap: name.marketCap };
      }
      const symbol = name ? undefined : this.#facts.identities.symbolOf(security, date);
      return symbol === undefined ? undefined : part.rowOf(date, symbol);
    };
  }

  /** The holdings under the tickers of a day: a rename may come while a name is halted. */
  #namedOn(date: number, holdings: readonly Holding[]): readonly Holding[] {
    return holdings.map((holding) => {
      const symbol = this.#facts.identities.symbolOf(holding.security, date);
      const ticker = symbol === undefined ? holding.ticker : this.#facts.tickerOf(symbol);
      return ticker === holding.ticker ? holding : { ...holding, ticker };
    });
  }

  #changes(
    part: MarketPart,
    before: readonly Holding[],
    after: readonly Holding[],
    date: number,
    ranking: Ranking,
    rowOf: (security: number) => Readonly<{ marketCap: number | null }> | undefined,
  ): readonly Change[] {
    const is = new Set(after.map((h) => h.security));
    if (before.length === after.length && before.every((h) => is.has(h.security))) return [];
    const carried = (security: number) => this.#carriedOn(date, security);
    return changesBetween(before, after, ranking, this.#ranking!, {
      isFirstDay: (security) => this.#facts.firstDateOf(security) === date,
      isBack: (security) =>
        rowOf(security) !== undefined && this.#rowBefore(part, security) === undefined,
      isDelisted: (security) => this.#isDelisted(security, date),
      isTooStale: (security) => !rowOf(security) && !carried(security),
      capOf: (security) => {
        const row = rowOf(security);
        return row ? row.marketCap : (carried(security)?.marketCap ?? null);
      },
      capBefore: (security) => this.#capBefore(part, security),
    });
  }

  #capBefore(part: MarketPart, security: number): number | null {
    const row = this.#rowBefore(part, security);
    return row ? row.marketCap : (this.#carriedBefore.get(security) ?? null);
  }

  /** The security's row of the session before, under the ticker it had then. */
  #rowBefore(part: MarketPart, security: number) {
    const previous = this.#previousDate!;
    const source = previous >= part.sessions[0]! ? part : this.#previousPart!;
    const symbol = this.#facts.identities.symbolOf(security, previous);
    return symbol === undefined ? undefined : source.rowOf(previous, symbol);
  }

  /** A day's ranking may still be read when the next day's delistings are known; those do not count in it. */
  #isDelisted(security: number, date: number): boolean {
    const from = this.#delistedOn.get(security);
    return from !== undefined && from <= date;
  }

  /** A name whose ticker somebody else has taken is carried no longer: it trades under none. */
  #carriedOn(date: number, security: number) {
    const hasTicker = this.#facts.identities.symbolOf(security, date) !== undefined;
    return hasTicker ? this.#carry.get(security) : undefined;
  }

  #divisor(count: number, priceLevel: number): number | null {
    if (count === 0 || !(priceLevel > 0)) return null;
    return (count * this.#parameters.notional_per_constituent) / priceLevel;
  }
}
