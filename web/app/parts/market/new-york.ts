/** Instants as clocks in New York show them. Each format is made when it is wanted first: it costs a slow processor. */

const made = new Map<string, Intl.DateTimeFormat>();

function written(ms: number, name: string, options: Intl.DateTimeFormatOptions): string {
  const format =
    made.get(name) ??
    new Intl.DateTimeFormat("en-CA", {
      timeZone: "America/New_York",
      hourCycle: "h23",
      ...options,
    });
  made.set(name, format);
  return format.format(ms);
}

const DAY = { year: "numeric", month: "2-digit", day: "2-digit" } as const;
const MINUTE = { hour: "2-digit", minute: "2-digit" } as const;

/** "2025-01-02" */
export const dayOf = (ms: number): string => written(ms, "day", DAY);
/** "14:30" */
export const minuteOf = (ms: number): string => written(ms, "minute", MINUTE);
/** "14:30:05" */
export const secondOf = (ms: number): string =>
  written(ms, "second", { ...MINUTE, second: "2-digit" });
/** "2025-01-02 14:30" */
export const timeOf = (ms: number): string => `${dayOf(ms)} ${minuteOf(ms)}`;
/** "Jan 2" */
export const shortDayOf = (ms: number): string =>
  written(ms, "short", { month: "short", day: "numeric" });
