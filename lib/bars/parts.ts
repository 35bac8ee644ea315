/**
 * How the stream's bars are cut into parts: one a UTC day, one a month when that is over, and one that says how far the
 * log is folded into them. A late bar goes to whichever holds its day.
 */
import { dayKeyOfEpoch } from "../time.ts";

export const DATASET = "bars";
export const PROGRESS = "progress";

const MS_PER_DAY = 86_400_000;

let lastEpoch = 0;
let lastDay = 19700101;

/** The UTC day of an instant, YYYYMMDD. Most come from the day of the one before. */
export function dayOfMs(ms: number): number {
  const epoch = Math.floor(ms / MS_PER_DAY);
  if (epoch !== lastEpoch) {
    lastDay = dayKeyOfEpoch(epoch);
    lastEpoch = epoch;
  }
  return lastDay;
}

/** 20131008 -> 201310 */
export const monthOf = (day: number): number => Math.floor(day / 100);

export const dayPart = (day: number): string => `day/${day}`;
export const monthPart = (month: number): string => `month/${month}`;

type Parts = Readonly<Record<string, unknown>>;

/** The part that a day's bars are in, or are to go into. */
export function partOfDay(parts: Parts, day: number): string {
  const month = monthPart(monthOf(day));
  return month in parts ? month : dayPart(day);
}

/** A part with its first and last day; of a month the 1st and the 31st, whether it has them or not. */
export type PeriodPart = Readonly<{ name: string; from: number; to: number }>;

/** The parts with bars in them, in time order. */
export function periodParts(parts: Parts): PeriodPart[] {
  return Object.keys(parts)
    .flatMap((name): PeriodPart[] => {
      const [kind, digits] = name.split("/");
      const key = Number(digits);
      if (kind === "day") return [{ name, from: key, to: key }];
      return kind === "month" ? [{ name, from: key * 100 + 1, to: key * 100 + 31 }] : [];
    })
    .sort((a, b) => a.from - b.from);
}

/** The parts that hold days of a range, in time order; both days included. */
export const partsBetween = (parts: Parts, from: number, to: number): PeriodPart[] =>
  periodParts(parts).filter((part) => part.from <= to && part.to >= from);
