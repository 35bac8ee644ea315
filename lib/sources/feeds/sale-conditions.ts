/**
 * What a sale condition lets a trade do to a bar. Volume takes every trade in, prices only those that may set both the
 * last price and the high or low of the consolidated tape; a few codes mark no trade at all but a repeated price.
 *
 * Sources: the consolidated processing tables of the CTA and UTP plans (which letters update last, high and low, volume),
 * and Massive's glossary of the numbers it gives them (https://massive.com/glossary/us/stocks/conditions-indicators).
 */
import { isRegularHours } from "./new-york-clock.ts";

export type Sale =
  /** Sets prices and counts. */
  | "regular"
  /** Counts, and sets no price. */
  | "irregular"
  /** No trade of its own: an official open or close repeats a print that was told already. */
  | "none";

/** Letters of the tapes that keep a trade out of prices, besides those that {@link saleOfLetters} looks at closely. */
const IRREGULAR_LETTERS = new Set([
  "C", // cash sale
  "G", // bunched, sold out of sequence
  "H", // price variation
  "I", // odd lot
  "N", // next day
  "P", // prior reference price
  "R", // seller
  "U", // extended hours, sold out of sequence
  "V", // contingent
  "W", // average price
  "Z", // sold out of sequence
  "4", // derivatively priced
  "7", // qualified contingent
]);
const NO_TRADE_LETTERS = new Set(["M", "Q", "9"]);

/** The same by Massive's numbers. */
const IRREGULAR_NUMBERS = new Set([2, 5, 7, 10, 13, 20, 21, 22, 29, 32, 33, 37, 52, 53]);
const NO_TRADE_NUMBERS = new Set([15, 16, 38]);
const FORM_T_NUMBER = 12;

/** @param tape "A" and "B" are the CTA's, "C" is the UTP's: the letter B is an average price there and a bunched trade here */
export function saleOfLetters(codes: readonly string[], tape: string, timeMs: number): Sale {
  let sale: Sale = "regular";
  for (const code of codes) {
    if (NO_TRADE_LETTERS.has(code)) return "none";
    const isAverage = code === "B" && tape !== "C";
    const isOutside = code === "T" && isRegularHours(timeMs);
    if (isAverage || isOutside || IRREGULAR_LETTERS.has(code)) sale = "irregular";
  }
  return sale;
}

/** Form T marks every trade outside of regular hours, where bars are made of nothing else. */
export function saleOfNumbers(codes: readonly number[], timeMs: number): Sale {
  let sale: Sale = "regular";
  for (const code of codes) {
    if (NO_TRADE_NUMBERS.has(code)) return "none";
    const isOutside = code === FORM_T_NUMBER && isRegularHours(timeMs);
    if (isOutside || IRREGULAR_NUMBERS.has(code)) sale = "irregular";
  }
  return sale;
}
