/** Days as the service writes them, YYYY-MM-DD. */

const utc = (day: string): Date => new Date(`${day}T00:00:00Z`);
const text = (date: Date): string => date.toISOString().slice(0, 10);

/** The same day of an earlier month, or its last day where it has none. */
export function monthsBefore(day: string, months: number): string {
  const date = utc(day);
  const wanted = date.getUTCDate();
  date.setUTCDate(1);
  date.setUTCMonth(date.getUTCMonth() - months);
  const last = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate();
  date.setUTCDate(Math.min(wanted, last));
  return text(date);
}

/** The last day of the year before. */
export const yearBegins = (day: string): string => `${Number(day.slice(0, 4)) - 1}-12-31`;

export const later = (a: string, b: string): string => (a > b ? a : b);
