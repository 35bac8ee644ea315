/** Figures as people of the trade write them. What is not known is a dash. */

const NOTHING = "–";

type Digits = 0 | 1 | 2 | 3 | 4;

/** Made when it is wanted: each costs a slow processor as much as the whole table it is for. */
const formats: Partial<Record<Digits, Intl.NumberFormat>> = {};

const fixed = (value: number, digits: Digits): string => {
  formats[digits] ??= new Intl.NumberFormat("en-US", {
    minimumFractionDigits: digits,
    maximumFractionDigits: digits,
  });
  return formats[digits].format(value);
};

type Maybe = number | null | undefined;

const isKnown = (value: Maybe): value is number =>
  typeof value === "number" && Number.isFinite(value);

export const number = (value: Maybe, digits: Digits = 2): string =>
  isKnown(value) ? fixed(value, digits) : NOTHING;

/** 0.0123 -> "1.23 %". */
export const percent = (value: Maybe, digits: Digits = 2): string =>
  isKnown(value) ? `${fixed(100 * value, digits)} %` : NOTHING;

/** With the sign of a change: 0.0123 -> "+1.23 %". */
export const change = (value: Maybe, digits: Digits = 2): string =>
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
  return letter === "" ? fixed(value, 2) : `${fixed(scaled, digits)} ${letter}`;
}

/** "gain", "loss" or nothing, for the colour of a figure. */
export const tone = (value: Maybe): "gain" | "loss" | undefined =>
  isKnown(value) && value !== 0 ? (value > 0 ? "gain" : "loss") : undefined;

/** "common_stock" -> "common stock". */
export const words = (name: string): string => name.replaceAll("_", " ");
