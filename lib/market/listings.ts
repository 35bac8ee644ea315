/**
 * What securities are, from lists that show a market as it stands on one day: type, issuer and primary line follow from
 * names and symbols (security-type.ts). A list says nothing of the days before it, so neither does a record made of it.
 */
import type { SeenListing } from "../source.ts";
import { addDays } from "../time.ts";
import { LAST_DAY } from "./identity.ts";
import type { RecordRow } from "./queries.ts";
import { classified } from "./security-type/lines.ts";

/** What a list of `day` says of a security; null where it does not. */
export type SeenRecord = Readonly<{
  ticker: string;
  day: number;
  exchange: string | null;
  name: string | null;
  country: string | null;
  security_type: string | null;
  issuer: string | null;
  primary_line: 0 | 1 | null;
}>;

/** The records of the listings that are wanted; of two of one ticker and day the first counts. */
export function seenRecords(listings: readonly SeenListing[]): SeenRecord[] {
  const days = Map.groupBy(listings, ({ day }) => day).values();
  return [...days].flatMap((list) => {
    const first = new Map<string, SeenListing>();
    for (const one of list) if (!first.has(one.ticker)) first.set(one.ticker, one);
    return recordsOfDay([...first.values()]);
  });
}

function recordsOfDay(listings: readonly SeenListing[]): SeenRecord[] {
  const lines = classified(
    listings.map(({ ticker, name }) => ({ symbol: ticker, name: name ?? "" })),
  );
  // Where the line that stands for a company is not taken, the others compete by size.
  const led = new Set(
    lines
      .filter(({ primaryLine }, at) => primaryLine === 1 && listings[at]!.isWanted)
      .map(({ issuer }) => issuer),
  );
  const records: SeenRecord[] = [];
  for (const [at, { isWanted, ...listing }] of listings.entries()) {
    if (!isWanted) continue;
    const { securityType: security_type, issuer, primaryLine } = lines[at]!;
    const primary_line = led.has(issuer) ? primaryLine : null;
    // Nothing follows from a name that was left blank.
    const told = listing.name === null ? UNTOLD : { security_type, issuer, primary_line };
    records.push({ ...listing, ...told });
  }
  return records;
}

const UNTOLD = { security_type: null, issuer: null, primary_line: null } as const;

export type RecordChange = Readonly<{
  /** The record that ends before the new one begins. */
  ended: Readonly<{ valid_from: number; valid_to: number }> | undefined;
  /** The days of the new one, which is as it was seen. */
  valid_from: number;
  valid_to: number;
}>;

/**
 * What a list of a day changes of what is known of a security. A record that somebody made stands, and one that says the
 * same goes on; no day before the list gets another record.
 *
 * @param stored records of the security, in the order they begin
 * @returns `undefined` when they stand as they are
 */
export function recordChange(
  seen: SeenRecord,
  stored: readonly RecordRow[],
): RecordChange | undefined {
  const { day } = seen;
  const valid = stored.findLast((one) => one.valid_from <= day && day <= one.valid_to);
  if (!valid) {
    const next = stored.find(({ valid_from }) => valid_from > day);
    const valid_to = next ? addDays(next.valid_from, -1) : LAST_DAY;
    return { ended: undefined, valid_from: day, valid_to };
  }
  if (valid.seen === 0 || isSame(valid, seen)) return undefined;
  const { valid_from, valid_to } = valid;
  const ended = valid_from < day ? { valid_from, valid_to: addDays(day, -1) } : undefined;
  return { ended, valid_from: day, valid_to };
}

const TOLD = ["exchange", "name", "country", "security_type", "issuer", "primary_line"] as const;

const isSame = (a: Pick<RecordRow, (typeof TOLD)[number]>, b: SeenRecord): boolean =>
  TOLD.every((name) => a[name] === b[name]);
