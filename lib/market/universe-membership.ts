/**
 * Which securities the market has had, under which tickers and on which days. Nobody is taken out afterwards: a
 * security that was delisted or simply stopped keeps its days, so a universe of a past day is the one of that day.
 *
 * A rename keeps a security and a delisting ends it, after which the ticker may be somebody else's (identity.ts,
 * succession.ts). Where nobody told of a delisting, records do: a ticker whose record ended and begins again after a
 * gap with the cik of another company is another security from there on. META without a record for three days stays
 * META, and so does a company that got a new cik without a gap.
 */
import { compareText } from "../text.ts";
import { addDays } from "../time.ts";
import { FIRST_DAY, holders, Identities, LAST_DAY, type SymbolChange } from "./identity.ts";
import { takenOn } from "./succession.ts";

/** "listed": still there. "delisted": an action said so. "ended": no price and no record any more. */
export type Ending = "listed" | "delisted" | "ended";

/** A security traded under `ticker` from `from` to `to`, both days included; `LAST_DAY` = still. */
export type TickerSpan = Readonly<{ symbol: number; ticker: string; from: number; to: number }>;

export type UniverseMember = Readonly<{
  /** The first ticker, with the day it began where others had used that ticker before. No rename changes it. */
  key: string;
  /** Oldest first. They reach from `FIRST_DAY` to `LAST_DAY` except where the ticker was another's. */
  tickers: readonly TickerSpan[];
  /** Of the first and the last price; `null` for a security that only records speak of. */
  priced: Readonly<{ from: number; to: number }> | null;
  /** First day of membership. */
  from: number;
  /** Last day of membership; `null` while it is listed. */
  to: number | null;
  ending: Ending;
}>;

export type UniverseRecord = Readonly<{
  symbol: number;
  valid_from: number;
  valid_to: number;
  issuer: string | null;
  cik: string | null;
}>;

export type UniverseFacts = Readonly<{
  symbols: readonly Readonly<{
    id: number;
    ticker: string;
    first_date: number | null;
    last_date: number | null;
  }>[];
  changes: readonly SymbolChange[];
  records: readonly UniverseRecord[];
  delistings: readonly Readonly<{ date: number; symbol: number }>[];
  /** Days with prices by symbol, both ends included. They part the users of a ticker better than its first and last day. */
  runs?: readonly Readonly<{ symbol: number; first_date: number; last_date: number }>[];
  /** A security with a price or a record on or after this day is still listed: some sessions before the last, for halts. */
  listedSince: number;
}>;

/** A record without dates is valid from here, which says nothing about when the security came. */
const UNDATED_FROM = 19_000_101;

type Interval = Readonly<{ from: number; to: number }>;

/** What one record tells of a life: where it says so, the day it came and the day it went. */
type Telling = Readonly<{
  from: number | undefined;
  to: number | undefined;
  /** Whether the record speaks of this life alone, and not of another user of the ticker too. */
  isWhole: boolean;
}>;

/** Every security there ever was, by first day and key. */
export function universeMembers(facts: UniverseFacts): UniverseMember[] {
  const identities = identitiesOf(facts);
  const evidence = new EvidenceBook(facts, identities);
  const securities = new Set(
    facts.symbols.flatMap(
      ({ id }) => identities.holdersOf(id)?.map(({ security }) => security) ?? [id],
    ),
  );
  return [...securities]
    .flatMap((security) => livesOf(evidence.spansOf(security), evidence))
    .sort((a, b) => a.from - b.from || compareText(a.key, b.key));
}

function identitiesOf({ changes, delistings, records }: UniverseFacts): Identities {
  const ofSymbol = Map.groupBy(records, ({ symbol }) => symbol);
  const dayBefore = (day: number) => addDays(day, -1);
  const held = holders(changes, dayBefore, delistings, (symbol, delistedOn) =>
    takenOn(
      (ofSymbol.get(symbol) ?? [])
        .map(({ valid_from: from, valid_to: to, issuer, cik }) => ({ from, to, issuer, cik }))
        .sort((a, b) => a.from - b.from),
      delistedOn,
    ),
  );
  return new Identities(held);
}

export const isMember = ({ from, to }: UniverseMember, day: number): boolean =>
  from <= day && (to === null || day <= to);

/** The universe of one day. */
export const membersOn = (members: readonly UniverseMember[], day: number): UniverseMember[] =>
  members.filter((member) => isMember(member, day));

/** What a member was traded under on a day; where its ticker was another's then, under what before. */
export const tickerOn = ({ tickers }: UniverseMember, day: number): string =>
  (tickers.findLast(({ from }) => from <= day) ?? tickers[0]!).ticker;

/**
 * Whom a ticker means on a day; without a day, its last holder that ever had a price (else its last).
 *
 * @returns `undefined` when nobody is known by it
 */
export function memberNamed(
  members: readonly UniverseMember[],
  ticker: string,
  day?: number,
): UniverseMember | undefined {
  const begins = (member: UniverseMember) =>
    Math.max(...member.tickers.filter((t) => t.ticker === ticker).map((t) => t.from));
  const named = members
    .filter(({ tickers }) =>
      tickers.some(
        (t) => t.ticker === ticker && (day === undefined || (t.from <= day && day <= t.to)),
      ),
    )
    .sort((a, b) => begins(b) - begins(a));
  return named.find(({ priced }) => priced !== null) ?? named[0];
}

/**
 * Whom something that happens to a ticker on a day is about. On the day a ticker is given up that is still who gave it
 * up, unless a rename brings it to another one that day: nobody who only begins has a past that could be split.
 */
export function subjectOn(
  members: readonly UniverseMember[],
  symbol: number,
  day: number,
): UniverseMember | undefined {
  const among = (isHeld: (span: TickerSpan) => boolean) =>
    members.find(({ tickers }) => tickers.some((t) => t.symbol === symbol && isHeld(t)));
  const holder = among(({ from, to }) => from <= day && day <= to);
  const first = holder?.tickers[0];
  const begins = first?.symbol === symbol && first.from === day;
  if (holder && !begins) return holder;
  return among(({ to }) => to < LAST_DAY && addDays(to, 1) === day) ?? holder;
}

/** The lives of one identity, cut where its ticker passed into other hands and only records tell. */
function livesOf(spans: readonly TickerSpan[], evidence: EvidenceBook): UniverseMember[] {
  const ends = evidence.strangersAfter(spans).sort((a, b) => a - b);
  const lives: UniverseMember[] = [];
  let from = FIRST_DAY;
  for (const end of [...new Set(ends), LAST_DAY]) {
    const life = lifeOf(clipped(spans, { from, to: end }), evidence);
    if (life) lives.push(life);
    from = addDays(end, 1);
  }
  return lives;
}

function clipped(spans: readonly TickerSpan[], { from, to }: Interval): TickerSpan[] {
  return spans
    .filter((span) => span.from <= to && span.to >= from)
    .map((span) => ({ ...span, from: Math.max(span.from, from), to: Math.min(span.to, to) }));
}

/** `undefined` when neither a price nor a record of its own speaks of it. */
function lifeOf(
  tickers: readonly TickerSpan[],
  evidence: EvidenceBook,
): UniverseMember | undefined {
  const first = tickers[0];
  const priced = hull(evidence.pricesOf(tickers));
  const delisted = evidence.delistingsOf(tickers).at(-1);
  const isCertain = priced !== null || delisted !== undefined;
  const records = evidence.recordsOf(tickers).filter(({ isWhole }) => isCertain || isWhole);
  if (!first || (!priced && records.length === 0)) return undefined;
  const begun = [priced?.from, ...records.map(({ from }) => from)].filter(
    (day) => day !== undefined,
  );
  // An open record keeps nobody listed who had prices and has none any more.
  const gone = records.map(({ to }) => to ?? (priced ? undefined : LAST_DAY));
  const last = Math.max(...[priced?.to, ...gone].filter((day) => day !== undefined));
  const from = begun.length > 0 ? Math.min(...begun) : first.from;
  const isListed = delisted === undefined && last >= evidence.listedSince;
  return {
    key: first.from === FIRST_DAY ? first.ticker : `${first.ticker}@${first.from}`,
    tickers,
    priced,
    from: Math.min(from, delisted ?? from),
    to: isListed ? null : (delisted ?? last),
    ending: isListed ? "listed" : delisted === undefined ? "ended" : "delisted",
  };
}

const hull = (intervals: readonly Interval[]): Interval | null =>
  intervals.length === 0
    ? null
    : {
        from: Math.min(...intervals.map(({ from }) => from)),
        to: Math.max(...intervals.map(({ to }) => to)),
      };

/** What is known by symbol, looked up by the days a security had it. */
class EvidenceBook {
  readonly listedSince: number;
  readonly #identities: Identities;
  readonly #tickers = new Map<number, string>();
  readonly #records = new Map<number, UniverseRecord[]>();
  readonly #prices = new Map<number, Interval[]>();
  /** By security, ascending. */
  readonly #delistings = new Map<number, number[]>();

  constructor(facts: UniverseFacts, identities: Identities) {
    this.listedSince = facts.listedSince;
    this.#identities = identities;
    for (const { id, ticker, first_date, last_date } of facts.symbols) {
      this.#tickers.set(id, ticker);
      if (!facts.runs && first_date !== null && last_date !== null) {
        push(this.#prices, id, { from: first_date, to: last_date });
      }
    }
    for (const { symbol, first_date, last_date } of facts.runs ?? []) {
      push(this.#prices, symbol, { from: first_date, to: last_date });
    }
    for (const record of facts.records) push(this.#records, record.symbol, record);
    for (const list of this.#records.values()) list.sort((a, b) => a.valid_from - b.valid_from);
    for (const { date, symbol } of [...facts.delistings].sort((a, b) => a.date - b.date)) {
      push(this.#delistings, identities.subjectOf(symbol, date), date);
    }
  }

  spansOf(security: number): TickerSpan[] {
    return this.#identities.symbolsOf(security).map(({ symbol, from, to }) => ({
      symbol,
      ticker: this.#tickers.get(symbol)!,
      from,
      to,
    }));
  }

  pricesOf(spans: readonly TickerSpan[]): Interval[] {
    return spans.flatMap((span) =>
      (this.#prices.get(span.symbol) ?? [])
        .filter((run) => overlaps(run, span))
        .map((run) => ({ from: Math.max(run.from, span.from), to: Math.min(run.to, span.to) })),
    );
  }

  recordsOf(spans: readonly TickerSpan[]): Telling[] {
    return spans.flatMap((span) =>
      (this.#records.get(span.symbol) ?? [])
        .map(({ valid_from: from, valid_to: to }) => ({ from, to }))
        .filter((record) => overlaps(record, span))
        .map((record) => telling(record, span)),
    );
  }

  /** Days on which a delisting ended somebody who had one of these tickers. */
  delistingsOf(spans: readonly TickerSpan[]): number[] {
    const security = spans.map(({ symbol, from }) => this.#identities.securityOf(symbol, from))[0];
    const days = security === undefined ? [] : (this.#delistings.get(security) ?? []);
    return days.filter((day) => spans.some(({ from, to }) => from <= day && day <= to));
  }

  /** The days before a record of another company begins, after a gap. */
  strangersAfter(spans: readonly TickerSpan[]): number[] {
    return spans.flatMap(({ symbol, from, to }) => {
      const records = this.#records.get(symbol) ?? [];
      return records.flatMap(({ valid_from, cik }, i) => {
        const before = records[i - 1];
        if (!before || valid_from <= from || valid_from > to) return [];
        const isGap = before.valid_to < addDays(valid_from, -1);
        const isOther = cik !== null && before.cik !== null && cik !== before.cik;
        return isGap && isOther ? [addDays(valid_from, -1)] : [];
      });
    });
  }
}

const overlaps = (a: Interval, b: Interval): boolean => a.from <= b.to && a.to >= b.from;

/** A day that lies in another user's time says nothing of this one; neither does a record without dates. */
function telling(record: Interval, span: Interval): Telling {
  const begins = span.from === FIRST_DAY || record.from >= span.from;
  const ends = span.to === LAST_DAY || record.to <= span.to;
  return {
    from: begins && record.from > UNDATED_FROM ? record.from : undefined,
    to: ends && record.to < LAST_DAY ? record.to : undefined,
    isWhole: begins && ends,
  };
}

function push<T>(map: Map<number, T[]>, key: number, value: T): void {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}
