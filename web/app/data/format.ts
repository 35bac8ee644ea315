/** Figures as people of the trade write them. What is not known is a dash. */

const NOTHING = "–";

const fixed = (digits: number) =>
  new Intl.NumberFormat("en-US", { minimumFractionDigits: digits, maximumFractionDigits: digits });
const NUMBERS = [fixed(0), fixed(1), fixed(2), fixed(3), fixed(4)] as const;

type Maybe = number | null | undefined;

const isKnown = (value: Maybe): value is number =>
  typeof value === "number" && Number.isFinite(value);

export const number = (value: Maybe, digits: 0 | 1 | 2 | 3 | 4 = 2): string =>
  isKnown(value) ? NUMBERS[digits].format(value) : NOTHING;

/** 0.0123 -> "1.23 %". */
export const percent = (value: Maybe, digits: 0 | 1 | 2 | 3 = 2): string =>
  isKnown(value) ? `${NUMBERS[digits].format(100 * value)} %` : NOTHING;

/** With the sign of a change: 0.0123 -> "+1.23 %". */
export const change = (value: Maybe, digits: 0 | 1 | 2 | 3 = 2): string =>
  isKnown(value) && value > 0 ? `+${percent(value, digits)}` : percent(value, digits);

const SCALES = [
  [1e12, "T"],
  [1e9, "B"],
  [1e6, "M"],
] as const;

/** USD, three or four digits: 6941455130145 -> "6.94 T". */
export function usd(value: Maybe): string {
  if (!isKnown(value)) return NOTHING;
  const [unit, letter] = SCALES.find(([size]) => Math.abs(value) >= size) ?? [1, ""];
  const scaled = value / unit;
  const digits = Math.abs(scaled) < 10 ? 2 : Math.abs(scaled) < 100 ? 1 : 0;
  return letter === "" ? NUMBERS[2].format(value) : `${NUMBERS[digits].format(scaled)} ${letter}`;
}

/** "gain", "loss" or nothing, for the colour of a figure. */
export const tone = (value: Maybe): "gain" | "loss" | undefined =>
  isKnown(value) && value !== 0 ? (value > 0 ? "gain" : "loss") : undefined;

/** "common_stock" -> "common stock". */
export const words = (name: string): string => name.replaceAll("_", " ");
