/**
 * Calendar days without a clock or a time zone. A day travels as ISO text ("2024-12-31") outside
 * and as the integer YYYYMMDD inside (20241231), which sorts, stores and reads the same.
 */

const MS_PER_DAY = 86_400_000;

/** "2024-12-31" -> 20241231. The text must be a valid ISO day; see {@link isIsoDay}. */
export const dayKey = (iso: string): number =>
  Number(iso.slice(0, 4)) * 10_000 + Number(iso.slice(5, 7)) * 100 + Number(iso.slice(8, 10));

/** 20241231 -> "2024-12-31". */
export function isoDay(key: number): string {
  const text = String(key).padStart(8, "0");
  return `${text.slice(0, 4)}-${text.slice(4, 6)}-${text.slice(6, 8)}`;
}

/** Whether the text is a day that exists, as YYYY-MM-DD ("2023-02-29" does not). */
export function isIsoDay(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const ms = Date.parse(`${text}T00:00:00Z`);
  return !Number.isNaN(ms) && new Date(ms).toISOString().startsWith(text);
}

/** Days since 1970-01-01, for arithmetic. */
export function epochDay(key: number): number {
  return (
    Date.UTC(Math.floor(key / 10_000), (Math.floor(key / 100) % 100) - 1, key % 100) / MS_PER_DAY
  );
}

/** Inverse of {@link epochDay}. */
export function dayKeyOfEpoch(epoch: number): number {
  const date = new Date(epoch * MS_PER_DAY);
  return date.getUTCFullYear() * 10_000 + (date.getUTCMonth() + 1) * 100 + date.getUTCDate();
}

/** The day `days` later (earlier when negative). */
export const addDays = (key: number, days: number): number => dayKeyOfEpoch(epochDay(key) + days);

/** 0 = Sunday .. 6 = Saturday. */
export const weekday = (key: number): number => (((epochDay(key) + 4) % 7) + 7) % 7;
