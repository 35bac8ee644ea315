/** Numbers and days read straight from the bytes of a file, without a string in between. */

/** Stands for text that is no number: no field can hold an infinity. */
export const BAD_NUMBER = Number.NEGATIVE_INFINITY;

const SPACE = 0x20;
const PLUS = 0x2b;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
/** Decimals up to here are exact in a double, and so is 10^22: one division then rounds once, as Number() does. */
const EXACT_DIGITS = 15;
const POWERS_OF_TEN = Array.from({ length: 23 }, (_, exponent) => Number(`1e${exponent}`));

/**
 * The double nearest to a decimal such as "-12.50" or "1.5e9", the same bits as Number(text).
 *
 * @returns NaN for a blank field, {@link BAD_NUMBER} for anything else that is no finite decimal
 */
export function parseNumber(bytes: Uint8Array, start: number, end: number): number {
  let from = start;
  let to = end;
  while (from < to && bytes[from]! <= SPACE) from++;
  while (to > from && bytes[to - 1]! <= SPACE) to--;
  if (from === to) return Number.NaN;
  let at = from;
  const sign = bytes[at]!;
  if (sign === MINUS || sign === PLUS) at++;
  let mantissa = 0;
  let significant = 0;
  let digits = 0;
  let decimals = 0;
  let hasDot = false;
  for (; at < to; at++) {
    const digit = bytes[at]! - ZERO;
    if (digit >= 0 && digit <= 9) {
      digits++;
      if (significant > 0 || digit > 0) significant++;
      mantissa = mantissa * 10 + digit;
      if (hasDot) decimals++;
    } else if (bytes[at] === DOT && !hasDot) hasDot = true;
    else break;
  }
  if (digits === 0) return BAD_NUMBER;
  if (at < to || significant > EXACT_DIGITS || decimals > 22) return slowly(bytes, from, to);
  const value = decimals === 0 ? mantissa : mantissa / POWERS_OF_TEN[decimals]!;
  return sign === MINUS ? -value : value;
}

const DECIMAL = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;

function slowly(bytes: Uint8Array, from: number, to: number): number {
  let text = "";
  for (let at = from; at < to; at++) text += String.fromCharCode(bytes[at]!);
  return numberOf(text);
}

/** {@link parseNumber} for text. */
export function numberOf(text: string): number {
  const trimmed = text.trim();
  if (trimmed === "") return Number.NaN;
  const value = DECIMAL.test(trimmed) ? Number(trimmed) : Number.NaN;
  return Number.isFinite(value) ? value : BAD_NUMBER;
}

const DAYS_OF_MONTH = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** "2021-01-29" as 20210129; 0 for anything that is not a day of the calendar in that form. */
export function parseDay(bytes: Uint8Array, start: number, end: number): number {
  if (end - start !== 10) return 0;
  let key = 0;
  for (let at = 0; at < 10; at++) {
    const digit = bytes[start + at]! - ZERO;
    if (at === 4 || at === 7) {
      if (bytes[start + at] !== MINUS) return 0;
    } else if (digit >= 0 && digit <= 9) key = key * 10 + digit;
    else return 0;
  }
  const year = Math.floor(key / 10_000);
  const month = Math.floor(key / 100) % 100;
  const day = key % 100;
  const isLeap = year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0);
  const length = month === 2 && isLeap ? 29 : (DAYS_OF_MONTH[month - 1] ?? 0);
  return year > 0 && day >= 1 && day <= length ? key : 0;
}

/** {@link parseDay} for text. */
export const dayOf = (text: string): number => {
  const bytes = Buffer.from(text.trim());
  return parseDay(bytes, 0, bytes.length);
};
