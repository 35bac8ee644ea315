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

const [DASH, COLON, DOT, T, Z] = [0x2d, 0x3a, 0x2e, 0x54, 0x5a];
const [SECOND_MS, MINUTE_MS, HOUR_MS] = [1000, 60_000, 3_600_000];
const TENS = Float64Array.from({ length: 10 }, (_, places) => 10 ** places);
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * Instants of one form, "2024-01-02T14:30:00Z" with or without a fraction of up to nine digits, from bytes: a tenth of
 * the time. Remembers the day, for most instants are of the same.
 */
export class UtcReader {
  #day = -1;
  #dayMs = Number.NaN;
  /** Not 0 when a byte was no digit. */
  #bad = 0;

  /** @returns epoch ms as {@link instantMs}; NaN for any other form, which may be an instant all the same */
  ms(bytes: Uint8Array, from: number, to: number): number {
    const isForm =
      to - from >= 20 &&
      to <= bytes.length &&
      bytes[from + 4] === DASH &&
      bytes[from + 7] === DASH &&
      bytes[from + 10] === T &&
      bytes[from + 13] === COLON &&
      bytes[from + 16] === COLON &&
      bytes[to - 1] === Z;
    if (!isForm) return Number.NaN;
    this.#bad = 0;
    const year = this.#two(bytes, from) * 100 + this.#two(bytes, from + 2);
    const day = (year * 100 + this.#two(bytes, from + 5)) * 100 + this.#two(bytes, from + 8);
    const hours = this.#two(bytes, from + 11);
    const minutes = this.#two(bytes, from + 14);
    const seconds = this.#two(bytes, from + 17);
    const isTime = this.#bad === 0 && hours < 24 && minutes < 60 && seconds < 60;
    if (!isTime) return Number.NaN;
    if (day !== this.#day) this.#begin(day);
    const wholeMs = this.#dayMs + hours * HOUR_MS + minutes * MINUTE_MS + seconds * SECOND_MS;
    return to - from === 20 ? wholeMs : wholeMs + this.#fractionMs(bytes, from + 19, to - 1);
  }

  #two(bytes: Uint8Array, at: number): number {
    const tens = bytes[at]! - 0x30;
    const ones = bytes[at + 1]! - 0x30;
    // From 0 to 9 neither the digit nor six more has a bit above the fourth.
    this.#bad |= (tens | (tens + 6) | ones | (ones + 6)) & -16;
    return tens * 10 + ones;
  }

  #fractionMs(bytes: Uint8Array, from: number, to: number): number {
    const places = to - from - 1;
    if (bytes[from] !== DOT || places < 1 || places > 9) return Number.NaN;
    let value = 0;
    for (let at = from + 1; at < to; at++) {
      const digit = bytes[at]! - 0x30;
      if (digit < 0 || digit > 9) return Number.NaN;
      value = value * 10 + digit;
    }
    return (value * TENS[9 - places]!) / 1e6;
  }

  /** @param day as YYYYMMDD; one that does not exist makes all its instants NaN */
  #begin(day: number): void {
    const year = Math.floor(day / 10_000);
    const month = Math.floor(day / 100) % 100;
    const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
    const days = month === 2 && isLeap ? 29 : (DAYS[month - 1] ?? 0);
    // Years below 100 mean others to Date.UTC.
    const isDay = day % 100 >= 1 && day % 100 <= days && year >= 100;
    this.#day = day;
    this.#dayMs = isDay ? Date.UTC(year, month - 1, day % 100) : Number.NaN;
  }
}
