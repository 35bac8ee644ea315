/** New York's clock against UTC, by the daylight-saving rules of 1987 to 2006 and since 2007. */
import { addDays, dayKeyOfEpoch, epochDay, weekday } from "../time.ts";

const MS_PER_MINUTE = 60_000;
const MS_PER_HOUR = 60 * MS_PER_MINUTE;
const MS_PER_DAY = 24 * MS_PER_HOUR;
const STANDARD_OFFSET_MS = -5 * MS_PER_HOUR;
const SUMMER_OFFSET_MS = -4 * MS_PER_HOUR;

const sundayOnOrAfter = (day: number) => addDays(day, (7 - weekday(day)) % 7);

/** Summer time of a year: from 2:00 standard time to 2:00 summer time, as UTC instants. */
function summer(year: number): { startMs: number; endMs: number } {
  const start = year * 10_000 + (year >= 2007 ? 308 : 401);
  const end = year * 10_000 + (year >= 2007 ? 1101 : 1025);
  return {
    startMs: epochDay(sundayOnOrAfter(start)) * MS_PER_DAY + 2 * MS_PER_HOUR - STANDARD_OFFSET_MS,
    endMs: epochDay(sundayOnOrAfter(end)) * MS_PER_DAY + 2 * MS_PER_HOUR - SUMMER_OFFSET_MS,
  };
}

const summers = new Map<number, { startMs: number; endMs: number }>();

/** New York minus UTC at an instant, in ms (negative). Right since 1987. */
export function newYorkOffsetMs(utcMs: number): number {
  const year = Math.floor(dayKeyOfEpoch(Math.floor(utcMs / MS_PER_DAY)) / 10_000);
  const span = summers.get(year) ?? summer(year);
  summers.set(year, span);
  return utcMs >= span.startMs && utcMs < span.endMs ? SUMMER_OFFSET_MS : STANDARD_OFFSET_MS;
}

/** The calendar day (YYYYMMDD) in New York at an instant. */
export function newYorkDay(utcMs: number): number {
  return dayKeyOfEpoch(Math.floor((utcMs + newYorkOffsetMs(utcMs)) / MS_PER_DAY));
}

/** The instant of a New York wall-clock time in the afternoon, when no clock ever changes. */
export function newYorkTimeUtcMs(day: number, minutesAfterMidnight: number): number {
  const asUtcMs = epochDay(day) * MS_PER_DAY + minutesAfterMidnight * MS_PER_MINUTE;
  return asUtcMs - newYorkOffsetMs(asUtcMs - STANDARD_OFFSET_MS);
}

/** The instant a calendar day begins in New York. */
export function newYorkMidnightUtcMs(day: number): number {
  const asUtcMs = epochDay(day) * MS_PER_DAY;
  // Clocks change at two in the morning: what holds shortly after four UTC has held since midnight.
  return asUtcMs - newYorkOffsetMs(asUtcMs + 4.5 * MS_PER_HOUR);
}
