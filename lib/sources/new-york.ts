/** The day in New York on which something was captured, by the time zone database that comes with Node. */

const calendar = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  year: "numeric",
  month: "2-digit",
  day: "2-digit",
});

/** An instant must say its offset, or the day would depend on the machine that reads it. */
const INSTANT = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:?\d{2})$/;

/** 1 January 2021 01:00 UTC is 20201231. */
export function newYorkDay(utcMs: number): number {
  const parts = calendar.formatToParts(utcMs);
  const of = (type: string) => Number(parts.find((part) => part.type === type)?.value);
  return of("year") * 10_000 + of("month") * 100 + of("day");
}

/** {@link newYorkDay} of "2021-02-16T00:39:58+00:00"; 0 for text that is no instant with an offset. */
export function newYorkDayOf(instant: string): number {
  const ms = instantMs(instant);
  return Number.isNaN(ms) ? 0 : newYorkDay(ms);
}

/** UTC ms of an instant with an offset; NaN for other text. */
export const instantMs = (instant: string): number =>
  INSTANT.test(instant) ? Date.parse(instant.replace(" ", "T")) : Number.NaN;
