/** Which securities the market had on a day: those that have left since stand among them. */
import { provenanceWarnings } from "../index/warnings.ts";
import { FIRST_DAY } from "../market/identity.ts";
import { REFERENCE } from "../market/parts.ts";
import * as market from "../market/queries.ts";
import { sessionRange } from "../market/range.ts";
import * as reading from "../market/reading.ts";
import {
  membersOn,
  tickerOn,
  type UniverseMember,
  universeMembers,
} from "../market/universe-membership.ts";
import type { CachedAnswer, Freshness, Images, Query } from "../ports.ts";
import { type UniversePlace, universeCursor } from "../schemas/universe.ts";
import { compareText } from "../text.ts";
import { isoDay } from "../time.ts";
import { lookingAgain } from "./refusal.ts";

export type UniverseRequest = Readonly<{
  /** A session, YYYYMMDD. */
  date: number;
  /** Only who had it on the day. */
  ticker?: string | undefined;
  /** Members at most. */
  limit: number;
  /** The last member of the page before. */
  after?: UniversePlace | undefined;
}>;

/** A security without a price for this many sessions up to the last stored one may be halted; for more, it has left. */
const HALTED_SESSIONS = 5;

/**
 * @throws AppError NO_TRADING_DAY, RANGE_OUTSIDE_DATA, MISSING_SESSION; never from a manifest that was not looked up
 * again
 */
export function universe(
  images: Images,
  request: UniverseRequest,
  freshness: Freshness = {},
): Promise<CachedAnswer> {
  return lookingAgain(freshness, (fresh) => answer(images, request, fresh));
}

/** A market that holds nothing. */
const NO_ROWS: Query = () => [];

async function answer(
  images: Images,
  request: UniverseRequest,
  freshness: Freshness,
): Promise<CachedAnswer> {
  const snapshot = await images.snapshot("market", freshness);
  try {
    const isLoaded = REFERENCE in snapshot.manifest.parts;
    const reference = isLoaded ? (await snapshot.open(REFERENCE)).query : NO_ROWS;
    const sessions = market.sessions(reference).map(({ date }) => date);
    sessionRange(sessions, request.date, request.date);
    const version = snapshot.version([REFERENCE]);
    return {
      version,
      list: "members",
      compute: async () => body(reference, request, sessions, version),
      release: snapshot.release,
    };
  } catch (error) {
    snapshot.release();
    throw error;
  }
}

function body(
  reference: Query,
  { date, ticker, limit, after }: UniverseRequest,
  sessions: readonly number[],
  version: string,
): string {
  const listed = membersOn(everMembers(reference, sessions), date)
    .map((member) => lineOf(member, date))
    .filter((line) => ticker === undefined || line.ticker === ticker)
    .sort(byPlace);
  const rest = after ? listed.filter((line) => byPlace(line, after) > 0) : listed;
  const members = rest.slice(0, limit);
  const provenance = market.marketFacts(reference);
  return JSON.stringify({
    date: isoDay(date),
    total: listed.length,
    members,
    next: rest.length > members.length ? universeCursor(members.at(-1)!) : null,
    meta: {
      dataset_version: version,
      as_of: isoDay(sessions.at(-1)!),
      point_in_time: provenance.point_in_time === "true",
      warnings: provenanceWarnings(provenance),
    },
  });
}

/** By the image they were worked out from, for as long as that is open: pages and days of one market ask for the same. */
const known = new WeakMap<Query, readonly UniverseMember[]>();

function everMembers(reference: Query, sessions: readonly number[]): readonly UniverseMember[] {
  const found = known.get(reference) ?? universeMembers(factsOf(reference, sessions));
  known.set(reference, found);
  return found;
}

const factsOf = (reference: Query, sessions: readonly number[]) => ({
  symbols: market.symbols(reference),
  changes: market
    .symbolChanges(reference)
    .map(({ date, old_symbol: oldSymbol, new_symbol: newSymbol }) => ({
      date,
      oldSymbol,
      newSymbol,
    })),
  records: reading.listedRecords(reference),
  delistings: reading.delistings(reference),
  listedSince: sessions.at(-1 - HALTED_SESSIONS) ?? sessions[0]!,
});

const lineOf = (member: UniverseMember, date: number) => ({
  ticker: tickerOn(member, date),
  security: member.key,
  from: member.from === FIRST_DAY ? null : isoDay(member.from),
  to: member.to === null ? null : isoDay(member.to),
  ending: member.ending,
  first_priced: member.priced && isoDay(member.priced.from),
  last_priced: member.priced && isoDay(member.priced.to),
});

const byPlace = (a: UniversePlace, b: UniversePlace): number =>
  compareText(a.ticker, b.ticker) || compareText(a.security, b.security);
