/**
 * When a ticker stands for somebody else after its holder was delisted, told by what is known of securities alone:
 * by no price, so that a day's answer needs no other day's rows, and by nothing that becomes known after the day
 * the ticker passes on.
 */
import { addDays } from "../time.ts";

/** A security record, as far as it tells one company from another. */
export type CompanyRecord = Readonly<{
  /** YYYYMMDD, both days included. */
  from: number;
  to: number;
  issuer: string | null;
  cik: string | null;
}>;

/**
 * Prices under a ticker are its delisted holder's for this many calendar days: late prints, and delistings dated
 * too early. After them somebody trades under it, and that is not who left.
 */
export const RESTING_DAYS = 90;

/**
 * The first day on which the ticker is somebody else's: that of a record of another company; else the end of the
 * resting time, if the ticker is recorded then (or never was); else the day of the next record.
 *
 * @param records of the ticker, in the order they begin
 * @returns a day after `delistedOn`; `undefined` when records exist and none reaches past the resting time
 */
export function takenOn(records: readonly CompanyRecord[], delistedOn: number): number | undefined {
  const rested = addDays(delistedOn, RESTING_DAYS);
  const own = records.findLast(({ from }) => from < delistedOn);
  for (const record of records) {
    if (record.from < delistedOn || record.from > rested) continue;
    const isOther = differs(own, record);
    if (isOther) return Math.max(record.from, addDays(delistedOn, 1));
    // Where records do not say who they are of, a new one is a new company, but not on the day of the delisting.
    if (isOther === undefined && record.from > delistedOn) return record.from;
  }
  const isRecorded = records.some(({ from, to }) => from <= rested && rested <= to);
  if (records.length === 0 || isRecorded) return rested;
  return records.find(({ from }) => from > rested)?.from;
}

/** Whether two records are of different companies; `undefined` when they do not say. */
function differs(a: CompanyRecord | undefined, b: CompanyRecord): boolean | undefined {
  if (a === undefined) return undefined;
  if (a.cik !== null && b.cik !== null) return a.cik !== b.cik;
  if (a.issuer !== null && b.issuer !== null) return a.issuer !== b.issuer;
  return undefined;
}
