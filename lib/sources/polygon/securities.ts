/** Who the securities are, by Polygon's lists of tickers and its details of single ones. */
import { addDays, dayKey, isIsoDay } from "../../time.ts";
import { FIRST_DAY, LAST_DAY } from "../facts.ts";
import type { SecurityRecord, TickerChange } from "../rows.ts";
import { tickerOf } from "../tickers.ts";
import type { PolygonDetails, PolygonEvent, PolygonTicker } from "./api.ts";

/** The codes of /v3/reference/tickers/types; those of no group are left blank. */
const SECURITY_TYPES = new Map(
  Object.entries({
    CS: "common",
    OS: "common",
    ADRC: "adr",
    ADRP: "adr",
    GDR: "adr",
    NYRS: "adr",
    PFD: "preferred_or_debt",
    SP: "preferred_or_debt",
    BOND: "preferred_or_debt",
    EQLK: "preferred_or_debt",
    AGEN: "preferred_or_debt",
    UNIT: "unit_warrant_right",
    WARRANT: "unit_warrant_right",
    RIGHT: "unit_warrant_right",
    ADRW: "unit_warrant_right",
    ADRR: "unit_warrant_right",
    ETF: "fund",
    ETN: "fund",
    ETV: "fund",
    ETS: "fund",
    FUND: "fund",
    BASKET: "fund",
  }),
);
/** The vendor has no code for shares that trade before they are issued, but marks their symbols: ACCOw. */
const WHEN_ISSUED = /^[A-Z.]+w$/;

/** By market identifier code, in the words of the other sources. */
const EXCHANGES = new Map(
  Object.entries({
    XNAS: "nasdaq",
    XNYS: "nyse",
    XASE: "amex",
    ARCX: "arca",
    BATS: "bats",
  }),
);

/** As an address is written; codes of other countries are longer or hold digits. */
const US_STATES = new Set(
  `AL AK AZ AR CA CO CT DE DC FL GA HI ID IL IN IA KS KY LA ME MD MA MI MN MS MO MT NE NV NH NJ NM NY NC ND OH OK OR PA
  RI SC SD TN TX UT VT VA WA WV WI WY`.split(/\s+/),
);

export const securityTypeOf = ({ type, ticker }: PolygonTicker): string | null =>
  type ? (SECURITY_TYPES.get(type) ?? null) : WHEN_ISSUED.test(ticker) ? "when_issued" : null;

/** The day of "2018-01-02T05:00:00Z": midnight in New York or UTC, which is the same day in UTC. 0 = none. */
export function delistedDay({ delisted_utc }: PolygonTicker): number {
  const day = delisted_utc?.slice(0, 10) ?? "";
  return isIsoDay(day) ? dayKey(day) : 0;
}

/**
 * Records of all who have used each ticker. One user begins on the day after the one before it was delisted; the
 * lists do not say when the first began. The country is blank in lists: `locale` is where it trades.
 */
export function recordsOf(listed: readonly PolygonTicker[]): SecurityRecord[] {
  const records: SecurityRecord[] = [];
  for (const [ticker, users] of byTicker(listed)) {
    let validFrom = FIRST_DAY;
    for (const user of users) {
      const validTo = delistedDay(user) || LAST_DAY;
      // Listed twice: the same security again.
      if (validTo < validFrom) continue;
      records.push(recordOf(user, { ticker, validFrom, validTo }, null));
      if (validTo === LAST_DAY) break;
      validFrom = addDays(validTo, 1);
    }
  }
  return records;
}

/**
 * The record of a single security. It begins on its day of listing, or on the first day it was found when that is
 * earlier: the vendor's days of listing are at times those of another security.
 *
 * @param foundOn the first day for which the vendor had details
 * @param last its last day, YYYYMMDD; 0 while it trades
 */
export function recordOfDetails(
  details: PolygonDetails,
  ticker: string,
  foundOn: number,
  last: number,
): SecurityRecord {
  const { list_date, address } = details;
  const listed = list_date && isIsoDay(list_date) ? dayKey(list_date) : FIRST_DAY;
  const validFrom = Math.min(listed, foundOn);
  const country = address?.state && US_STATES.has(address.state) ? "United States" : null;
  const validTo = last === 0 ? LAST_DAY : Math.max(last, validFrom);
  return recordOf(details, { ticker, validFrom, validTo }, country);
}

function recordOf(
  user: PolygonTicker,
  place: Pick<SecurityRecord, "ticker" | "validFrom" | "validTo">,
  country: string | null,
): SecurityRecord {
  const { primary_exchange, name } = user;
  const cik = /^\d{1,10}$/.test(user.cik ?? "") ? user.cik!.padStart(10, "0") : null;
  return {
    ...place,
    exchange: primary_exchange ? (EXCHANGES.get(primary_exchange) ?? primary_exchange) : null,
    name: name || null,
    country,
    securityType: securityTypeOf(user),
    // All lines of a company have its number.
    issuer: cik,
    primaryLine: null,
    cik,
  };
}

/** Users of each ticker in the order in which they left it, the present one last. */
function byTicker(listed: readonly PolygonTicker[]): Map<string, PolygonTicker[]> {
  const users = new Map<string, PolygonTicker[]>();
  for (const user of listed) {
    const ticker = tickerOf(user.ticker);
    if (ticker === undefined) continue;
    const others = users.get(ticker);
    if (others) others.push(user);
    else users.set(ticker, [user]);
  }
  for (const list of users.values()) {
    list.sort((a, b) => (delistedDay(a) || LAST_DAY) - (delistedDay(b) || LAST_DAY));
  }
  return users;
}

/**
 * Tickers that were given up by a security that went on under another one, which the vendor lists as delisted. Both
 * have the same share class FIGI. The new ticker counts from the day after.
 */
export function renamesOf(listed: readonly PolygonTicker[]): Map<PolygonTicker, TickerChange> {
  const classes = Map.groupBy(
    listed.filter(({ share_class_figi }) => share_class_figi),
    ({ share_class_figi }) => share_class_figi,
  );
  const renames = new Map<PolygonTicker, TickerChange>();
  for (const lives of classes.values()) {
    const ordered = lives.toSorted(
      (a, b) => (delistedDay(a) || LAST_DAY) - (delistedDay(b) || LAST_DAY),
    );
    for (const [at, life] of ordered.entries()) {
      const next = ordered[at + 1];
      const left = delistedDay(life);
      if (!next || left === 0 || next.ticker === life.ticker) continue;
      renames.set(life, changeOf(life.ticker, next.ticker, addDays(left, 1), next.name));
    }
  }
  return renames;
}

/** The change by which a security left a ticker for good, by the vendor's own list of events. */
export function renameIn(
  events: readonly PolygonEvent[],
  { ticker, name }: PolygonTicker,
): TickerChange | undefined {
  const changes = events
    .filter((event) => event.ticker_change && isIsoDay(event.date))
    .toSorted((a, b) => dayKey(a.date) - dayKey(b.date));
  const last = changes.findLastIndex((event) => event.ticker_change?.ticker === ticker);
  const next = last < 0 ? undefined : changes[last + 1];
  return next && changeOf(ticker, next.ticker_change!.ticker, dayKey(next.date), name);
}

const changeOf = (
  oldTicker: string,
  newTicker: string,
  date: number,
  name: string | null | undefined,
): TickerChange => ({ date, oldTicker, newTicker, name: name || null });
