/** Writes built days into the part of their year. Runs inside the transaction of that part. */
import type { PartWriter, SqlValue } from "../ports.ts";
import * as queries from "./queries.ts";
import type { BuiltDay } from "./run.ts";

/** A built day with the fingerprint of what it rests on. */
export type DatedBasis = Readonly<{ day: BuiltDay; basis: string }>;

/** The rules a year was built by and what market stood behind it, both as JSON text. */
export type BuiltBy = Readonly<{ id: string; parameters: string; provenance: string }>;

export type ConstituentFacts = Readonly<{
  /** A text that stays the same over renames. */
  securityKey: (security: number) => string;
  /** What the ticker's holder was called on a day. */
  nameOn: (ticker: string, date: number) => string | null;
}>;

type LatestMember = { readonly ticker: string; readonly id: number; lastDate: number };

const MEMBER_COLUMNS = 7;

/** The rows of `member`, one value after the other, and the last day of membership by constituent id. */
function memberRows(
  days: readonly DatedBasis[],
  newId: (security: number, ticker: string) => number,
): Readonly<{ members: SqlValue[]; lastDates: Map<number, number> }> {
  const count = days.reduce((sum, { day }) => sum + day.holdings.length, 0);
  const members = new Array<SqlValue>(count * MEMBER_COLUMNS).fill(null);
  const lastDates = new Map<number, number>();
  // Most members were members the day before under the same ticker: those need no text and no look-up by text.
  const latest = new Map<number, LatestMember>();
  let at = 0;
  for (const { day } of days) {
    let rank = 1;
    for (const { security, ticker, marketCap, weight, price, priceDate } of day.holdings) {
      let member = latest.get(security);
      if (member?.ticker !== ticker) {
        if (member) lastDates.set(member.id, member.lastDate);
        member = { ticker, id: newId(security, ticker), lastDate: day.date };
        latest.set(security, member);
      }
      member.lastDate = day.date;
      members[at] = day.date;
      members[at + 1] = rank++;
      members[at + 2] = member.id;
      members[at + 3] = marketCap;
      members[at + 4] = weight;
      members[at + 5] = price;
      if (priceDate < day.date) members[at + 6] = priceDate;
      at += MEMBER_COLUMNS;
    }
  }
  for (const { id, lastDate } of latest.values()) lastDates.set(id, lastDate);
  return { members, lastDates };
}

/** Replaces every day from `from` on by the days given. */
export function writeYear(
  db: PartWriter,
  from: number,
  days: readonly DatedBasis[],
  facts: ConstituentFacts,
  builtBy: BuiltBy,
): void {
  const isRewritten = queries.runDays(db.query).some(({ date }) => date >= from);
  queries.deleteDays(db, from);
  db.insert("insert or replace into definition (id, parameters, provenance)", 3, [
    builtBy.id,
    builtBy.parameters,
    builtBy.provenance,
  ]);
  const ids = new Map<string, number>();
  for (const { id, ticker, security } of queries.constituentNames(db.query)) {
    ids.set(`${security}\n${ticker}`, id);
  }
  const added: SqlValue[] = [];
  const newId = (security: number, ticker: string): number => {
    const key = `${facts.securityKey(security)}\n${ticker}`;
    const known = ids.get(key);
    if (known !== undefined) return known;
    const id = ids.size + 1;
    ids.set(key, id);
    added.push(id, ticker, facts.securityKey(security), null);
    return id;
  };
  const { members, lastDates } = memberRows(days, newId);
  db.insert("insert into constituent (id, ticker, security, name)", 4, added);
  db.insert(
    "insert into member (date, rank, constituent, market_cap, weight, price, price_date)",
    MEMBER_COLUMNS,
    members,
  );
  db.insert(
    "insert into day (date, level, price_level, daily_return, benchmark_return, turnover, constituents, divisor, stale, basis)",
    10,
    days.flatMap(({ day, basis }): SqlValue[] => [
      day.date,
      day.level,
      day.priceLevel,
      day.dailyReturn,
      day.benchmarkReturn,
      day.turnover,
      day.holdings.length,
      day.divisor,
      day.holdings.filter((h) => h.priceDate < day.date).length,
      basis,
    ]),
  );
  db.insert(
    "insert into change (date, side, ticker, rank, previous_rank, market_cap, reason)",
    7,
    days.flatMap(({ day }) =>
      day.changes.flatMap((c): SqlValue[] => [
        day.date,
        c.side,
        c.ticker,
        c.rank,
        c.previousRank,
        c.marketCap,
        c.reason,
      ]),
    ),
  );
  // Days that were taken away may have been a name's last; otherwise only the names of the new days can have changed.
  const named = queries.constituentNames(db.query);
  const last = isRewritten
    ? new Map(queries.constituents(db.query).map((row) => [row.id, row.last_date]))
    : lastDates;
  queries.nameConstituents(
    db,
    named
      .filter(({ id }) => last.has(id))
      .map((row) => ({ ...row, name: facts.nameOn(row.ticker, last.get(row.id)!) })),
  );
}
