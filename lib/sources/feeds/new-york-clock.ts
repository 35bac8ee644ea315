/** New York's clock for ticks: asked once per hour of event time, since the zone database is slow and no offset moves within one. */

const MS_PER_HOUR = 3_600_000;
const MS_PER_MINUTE = 60_000;
const MS_PER_DAY = 24 * MS_PER_HOUR;
/** 09:30 and 16:00. */
const OPEN_MS = 570 * MS_PER_MINUTE;
const CLOSE_MS = 960 * MS_PER_MINUTE;
const HOURS_KEPT = 10_000;

const zone = new Intl.DateTimeFormat("en-US", {
  timeZone: "America/New_York",
  timeZoneName: "longOffset",
});
const offsets = new Map<number, number>();

/** New York minus UTC at an instant, ms: -4 or -5 hours. */
function offsetMs(utcMs: number): number {
  const hour = Math.floor(utcMs / MS_PER_HOUR);
  const known = offsets.get(hour);
  if (known !== undefined) return known;
  const name = zone.formatToParts(utcMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
  const [, sign = "-", hours = "5", minutes = "0"] = /([+-])(\d+):(\d+)/.exec(name) ?? [];
  const found = (Number(hours) * 60 + Number(minutes)) * MS_PER_MINUTE * (sign === "-" ? -1 : 1);
  if (offsets.size >= HOURS_KEPT) offsets.clear();
  offsets.set(hour, found);
  return found;
}

/** Whether an instant lies in 09:30 to 16:00; a day that closes early is not known here. */
export function isRegularHours(utcMs: number): boolean {
  const ofDayMs = (((utcMs + offsetMs(utcMs)) % MS_PER_DAY) + MS_PER_DAY) % MS_PER_DAY;
  return ofDayMs >= OPEN_MS && ofDayMs < CLOSE_MS;
}

/** The instant of a wall-clock time of a day (YYYYMMDD); by the offset of its noon, so not in the night a clock changes. */
export function newYorkInstantMs(day: number, ofDayMs: number): number {
  const midnightMs = Date.UTC(
    Math.floor(day / 10_000),
    (Math.floor(day / 100) % 100) - 1,
    day % 100,
  );
  return midnightMs + ofDayMs - offsetMs(midnightMs + 17 * MS_PER_HOUR);
}

/** When trading regularly ends: 16:00 of that day. */
export const newYorkCloseMs = (day: number): number => newYorkInstantMs(day, CLOSE_MS);
