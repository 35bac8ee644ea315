/**
 * Sessions of the New York Stock Exchange, 1990..2100, as days YYYYMMDD.
 * Outside those years no day is a session and {@link closureReason} says so: the rules of other times differ.
 */
import { AppError } from "../errors.ts";
import { addDays, isIsoDay, isoDay, weekday } from "../time.ts";
import { closures, earlyCloses } from "./holidays.ts";
import { newYorkDay, newYorkTimeUtcMs } from "./new-york.ts";

export { newYorkDay } from "./new-york.ts";

export const FIRST_YEAR = 1990;
export const LAST_YEAR = 2100;
const REGULAR_CLOSE_MINUTES = 16 * 60;
const LATEST_HALF_DAY_CLOSE_MINUTES = 14 * 60;

type Year = Readonly<{
  sessions: readonly number[];
  /** 1 + position in `sessions` by month and day (1231 for 31 December); 0 = closed. */
  position: Uint16Array;
  closures: ReadonlyMap<number, string>;
  earlyCloses: ReadonlyMap<number, number>;
}>;

const years = new Map<number, Year>();

function yearOf(day: number): Year | undefined {
  const number = Math.floor(day / 10_000);
  const known = years.get(number);
  if (known || !(number >= FIRST_YEAR && number <= LAST_YEAR)) return known;
  const year = calendarYear(number);
  years.set(number, year);
  return year;
}

function calendarYear(number: number): Year {
  const closed = closures(number);
  const sessions: number[] = [];
  const position = new Uint16Array(1300);
  const end = number * 10_000 + 1231;
  for (let day = number * 10_000 + 101; day <= end; day = addDays(day, 1)) {
    const isWeekend = weekday(day) % 6 === 0;
    if (isWeekend || closed.has(day)) continue;
    position[day % 10_000] = sessions.push(day);
  }
  return { sessions, position, closures: closed, earlyCloses: earlyCloses(number) };
}

/** Whether the exchange trades on a day. */
export const isSession = (day: number): boolean => positionOf(day) > 0;

const positionOf = (day: number) => yearOf(day)?.position[day % 10_000] ?? 0;

/** Why the exchange is closed: "Saturday", "Good Friday", "Christmas Day (observed)"; `undefined` on a session. */
export function closureReason(day: number): string | undefined {
  if (isSession(day)) return undefined;
  if (!isIsoDay(isoDay(day))) return "not a day of the calendar";
  const year = yearOf(day);
  if (!year) return `outside the exchange calendar of ${FIRST_YEAR} to ${LAST_YEAR}`;
  if (weekday(day) === 0) return "Sunday";
  return weekday(day) === 6 ? "Saturday" : year.closures.get(day)!;
}

type Bound = Readonly<{
  /** Whether `day` itself may be the answer. */
  inclusive?: boolean;
}>;

/**
 * The first session after a day; a day before 1990 finds the first of 1990.
 *
 * @throws AppError RANGE_OUTSIDE_DATA after the last session of 2100
 */
export function nextSession(day: number, { inclusive = false }: Bound = {}): number {
  for (let number = Math.max(FIRST_YEAR, Math.floor(day / 10_000)); number <= LAST_YEAR; number++) {
    const { sessions } = yearOf(number * 10_000)!;
    const at = lowerBound(sessions, inclusive ? day : day + 1);
    if (at < sessions.length) return sessions[at]!;
  }
  throw outside(day);
}

/**
 * The last session before a day; a day after 2100 finds the last of 2100.
 *
 * @throws AppError RANGE_OUTSIDE_DATA before the first session of 1990
 */
export function previousSession(day: number, { inclusive = false }: Bound = {}): number {
  for (let number = Math.min(LAST_YEAR, Math.floor(day / 10_000)); number >= FIRST_YEAR; number--) {
    const { sessions } = yearOf(number * 10_000)!;
    const at = lowerBound(sessions, inclusive ? day + 1 : day);
    if (at > 0) return sessions[at - 1]!;
  }
  throw outside(day);
}

/** Every session of a range, both ends included; none when it is reversed. */
export function sessionsBetween(from: number, to: number): number[] {
  const found: number[] = [];
  eachYear(from, to, (sessions, start, end) => {
    for (let at = start; at < end; at++) found.push(sessions[at]!);
  });
  return found;
}

/** How many sessions a range has, both ends included. */
export function sessionCount(from: number, to: number): number {
  let count = 0;
  eachYear(from, to, (_, start, end) => {
    count += Math.max(0, end - start);
  });
  return count;
}

function eachYear(
  from: number,
  to: number,
  visit: (sessions: readonly number[], start: number, end: number) => void,
): void {
  const last = Math.min(LAST_YEAR, Math.floor(to / 10_000));
  for (let number = Math.max(FIRST_YEAR, Math.floor(from / 10_000)); number <= last; number++) {
    const { sessions } = yearOf(number * 10_000)!;
    visit(sessions, lowerBound(sessions, from), lowerBound(sessions, to + 1));
  }
}

/**
 * When a session closes, in New York minutes after midnight: 960 as a rule, 780 on a half day (13:00; 840 until 1992).
 *
 * @throws AppError NO_TRADING_DAY
 */
export function sessionCloseMinutes(day: number): number {
  if (!isSession(day)) {
    throw new AppError("NO_TRADING_DAY", `${isoDay(day)} is not a session: ${closureReason(day)}`, {
      date: isoDay(day),
    });
  }
  return yearOf(day)!.earlyCloses.get(day) ?? REGULAR_CLOSE_MINUTES;
}

/** The instant at which a session closes. @throws AppError NO_TRADING_DAY */
export const sessionCloseUtcMs = (day: number): number =>
  newYorkTimeUtcMs(day, sessionCloseMinutes(day));

/** Whether a session ends at 14:00 or before; a halt late in the afternoon makes no half day. */
export const isHalfDay = (day: number): boolean =>
  (yearOf(day)?.earlyCloses.get(day) ?? REGULAR_CLOSE_MINUTES) <= LATEST_HALF_DAY_CLOSE_MINUTES;

/** The last session that has closed by an instant. @throws AppError RANGE_OUTSIDE_DATA before 1990 */
export function lastClosedSession(utcMs: number): number {
  const latest = previousSession(newYorkDay(utcMs), { inclusive: true });
  return sessionCloseUtcMs(latest) <= utcMs ? latest : previousSession(latest);
}

/** Whether a day is the last session of its calendar month or quarter. */
export function isPeriodEnd(day: number, period: "monthly" | "quarterly"): boolean {
  if (!isSession(day)) return false;
  const month = Math.floor(day / 100);
  if (period === "quarterly" && (month % 100) % 3 !== 0) return false;
  const { sessions, position } = yearOf(day)!;
  const following = sessions[position[day % 10_000]!];
  return following === undefined || Math.floor(following / 100) !== month;
}

/** Position of the first entry that is not below `value`. */
function lowerBound(sorted: readonly number[], value: number): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if (sorted[middle]! < value) low = middle + 1;
    else high = middle;
  }
  return low;
}

function outside(day: number): AppError {
  return new AppError(
    "RANGE_OUTSIDE_DATA",
    `no session lies beyond ${isoDay(day)}: the exchange calendar covers ${FIRST_YEAR} to ${LAST_YEAR}`,
    {
      date: isoDay(day),
      available: { start_date: `${FIRST_YEAR}-01-02`, end_date: `${LAST_YEAR}-12-31` },
    },
  );
}
