/** Instants as text: ISO 8601 with seconds and a zone, as RFC 3339 has it. */
import { isIsoDay } from "../time.ts";

const RFC_3339 =
  /^(\d{4}-\d\d-\d\d)[Tt ]((?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d)(?:\.(\d{1,9}))?([Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;

/** Epoch ms; digits below the millisecond stay as a fraction. @returns NaN for a text that is no instant, or has no zone */
export function instantMs(text: string): number {
  const found = RFC_3339.exec(text);
  if (found === null) return Number.NaN;
  const [, day = "", time, fraction = "", zone = ""] = found;
  if (!isIsoDay(day)) return Number.NaN;
  const nanoseconds = Number(fraction.padEnd(9, "0"));
  return Date.parse(`${day}T${time}${zone.toUpperCase()}`) + nanoseconds / 1e6;
}
