/**
 * When the New York Stock Exchange stays closed on a weekday, and when it closes early, by rule for 1990..2100.
 * Source: NYSE Rule 7.2 and the exchange's published list of special closings. Days are YYYYMMDD.
 * Closings nobody can foresee (mourning, storms) are a table; a new one is a new line of it.
 */
import { addDays, weekday } from "../time.ts";

const SUNDAY = 0;
const MONDAY = 1;
const THURSDAY = 4;
const FRIDAY = 5;
const SATURDAY = 6;

/** Closings outside the rules, with their reason. */
const SPECIAL_CLOSINGS: ReadonlyMap<number, string> = new Map([
  [19940427, "day of mourning for President Nixon"],
  [20010911, "attack on the World Trade Center"],
  [20010912, "attack on the World Trade Center"],
  [20010913, "attack on the World Trade Center"],
  [20010914, "attack on the World Trade Center"],
  [20040611, "day of mourning for President Reagan"],
  [20070102, "day of mourning for President Ford"],
  [20121029, "Hurricane Sandy"],
  [20121030, "Hurricane Sandy"],
  [20181205, "day of mourning for President George H. W. Bush"],
  [20250109, "day of mourning for President Carter"],
]);

/** Early closes outside the rules, in New York minutes after midnight. */
const SPECIAL_EARLY_CLOSES: ReadonlyMap<number, number> = new Map([
  [19940211, 14 * 60 + 30], // snow
  [19960108, 14 * 60], // snow
  [19971027, 15 * 60 + 30], // circuit breaker
  [19971226, 13 * 60], // the Friday after Christmas
  [19991231, 13 * 60], // the turn of the century
  [20031226, 13 * 60], // the Friday after Christmas
  [20050601, 15 * 60 + 56], // communication failure
]);

/** The `nth` given weekday of a month, counted from 1. */
function nthWeekday(year: number, month: number, day: number, nth: number): number {
  const first = year * 10_000 + month * 100 + 1;
  return addDays(first, ((day - weekday(first) + 7) % 7) + (nth - 1) * 7);
}

function lastMondayOfMay(year: number): number {
  const last = year * 10_000 + 531;
  return addDays(last, -((weekday(last) - MONDAY + 7) % 7));
}

/** Easter Sunday of the Gregorian calendar. Source: Meeus, Astronomical Algorithms (2nd ed.), chapter 8. */
export function easterSunday(year: number): number {
  const a = year % 19;
  const b = Math.floor(year / 100);
  const c = year % 100;
  const f = Math.floor((b + 8) / 25);
  const g = Math.floor((b - f + 1) / 3);
  const h = (19 * a + b - Math.floor(b / 4) - g + 15) % 30;
  const l = (32 + 2 * (b % 4) + 2 * Math.floor(c / 4) - h - (c % 4)) % 7;
  const m = Math.floor((a + 11 * h + 22 * l) / 451);
  const n = h + l - 7 * m + 114;
  return year * 10_000 + Math.floor(n / 31) * 100 + (n % 31) + 1;
}

/** A holiday on a fixed day moves to the Friday before a Saturday and to the Monday after a Sunday. */
function observed(name: string, day: number): [number, string] {
  const shift = { [SATURDAY]: -1, [SUNDAY]: 1 }[weekday(day)] ?? 0;
  return shift === 0 ? [day, name] : [addDays(day, shift), `${name} (observed)`];
}

const thanksgiving = (year: number) => nthWeekday(year, 11, THURSDAY, 4);

/** Why each closed weekday of a year is closed. */
export function closures(year: number): Map<number, string> {
  const newYear = year * 10_000 + 101;
  const days: [number, string][] = [
    [nthWeekday(year, 2, MONDAY, 3), "Presidents' Day"],
    [addDays(easterSunday(year), -2), "Good Friday"],
    [lastMondayOfMay(year), "Memorial Day"],
    observed("Independence Day", year * 10_000 + 704),
    [nthWeekday(year, 9, MONDAY, 1), "Labor Day"],
    [thanksgiving(year), "Thanksgiving Day"],
    observed("Christmas Day", year * 10_000 + 1225),
  ];
  // A Saturday 1 January is not made up for on Friday: that day ends the accounting year.
  if (weekday(newYear) !== SATURDAY) days.push(observed("New Year's Day", newYear));
  if (year >= 1998) days.push([nthWeekday(year, 1, MONDAY, 3), "Martin Luther King Jr. Day"]);
  if (year >= 2022) days.push(observed("Juneteenth", year * 10_000 + 619));
  for (const special of SPECIAL_CLOSINGS) {
    if (Math.floor(special[0] / 10_000) === year) days.push(special);
  }
  return new Map(days);
}

/**
 * The early closes of a year in New York minutes after midnight. The rules:
 * the day after Thanksgiving since 1992; 24 December from Monday to Thursday (on a Friday it is Christmas Day
 * observed); 3 July from Monday to Thursday since 1995, except that until 2012 a Thursday 4 July was followed
 * by a short Friday instead of preceded by a short Wednesday. 14:00 until 1992, 13:00 since.
 */
export function earlyCloses(year: number): Map<number, number> {
  const early = year <= 1992 ? 14 * 60 : 13 * 60;
  const days: [number, number][] = [];
  if (year >= 1992) days.push([addDays(thanksgiving(year), 1), early]);
  const christmasEve = year * 10_000 + 1224;
  if (isMondayToThursday(christmasEve)) days.push([christmasEve, early]);
  const independenceEve = year * 10_000 + 703;
  if (year >= 1995 && isMondayToThursday(independenceEve)) {
    const isBeforeThursday = weekday(independenceEve) === THURSDAY - 1;
    days.push([isBeforeThursday && year < 2013 ? year * 10_000 + 705 : independenceEve, early]);
  }
  for (const special of SPECIAL_EARLY_CLOSES) {
    if (Math.floor(special[0] / 10_000) === year) days.push(special);
  }
  return new Map(days);
}

const isMondayToThursday = (day: number) => weekday(day) >= MONDAY && weekday(day) < FRIDAY;
