/**
 * Decimal text to whole ticks and lots of an instrument and back, exactly: digits and powers of ten only, never a binary
 * fraction. "101.25" with a tick of "0.01" is 10125.
 */
import { AppError } from "../errors.ts";

export type Instrument = Readonly<{
  /** Smallest step of a price, in the currency of the instrument: "0.01". */
  tickSize: string;
  /** Smallest step of a size, in the unit of the instrument: "1" share, "0.001" coin. */
  lotSize: string;
}>;

/** Digits without point, of which the last `places` stand behind it. */
type Decimal = Readonly<{ digits: bigint; places: number }>;

/** Longer text is no price of anything; it is refused before it costs time. */
const MOST_CHARACTERS = 40;

/**
 * @param price decimal text such as "101.25", above 0
 * @throws AppError DEGENERATE_INPUT when it is no plain decimal, not above 0, off the tick, or too large
 */
export const ticksOf = (price: string, { tickSize }: Pick<Instrument, "tickSize">): number =>
  stepsOf("price", price, "tickSize", tickSize);

/** @throws AppError DEGENERATE_INPUT when it is no plain decimal, not above 0, off the lot, or too large */
export const lotsOf = (size: string, { lotSize }: Pick<Instrument, "lotSize">): number =>
  stepsOf("size", size, "lotSize", lotSize);

/**
 * The price of whole ticks as text with the decimals of the tick: 10125 ticks of "0.01" are "101.25", 10100 "101.00".
 *
 * @throws AppError DEGENERATE_INPUT unless ticks are a safe integer and the tick is a decimal above 0
 */
export const decimalOf = (ticks: number, { tickSize }: Pick<Instrument, "tickSize">): string =>
  textOf("ticks", ticks, "tickSize", tickSize);

/** The size of whole lots as text with the decimals of the lot. @throws AppError DEGENERATE_INPUT as {@link decimalOf} */
export const sizeOf = (lots: number, { lotSize }: Pick<Instrument, "lotSize">): string =>
  textOf("lots", lots, "lotSize", lotSize);

function stepsOf(name: string, text: string, stepName: string, stepText: string): number {
  const [value, step] = [positive(name, text), positive(stepName, stepText)];
  const places = Math.max(value.places, step.places);
  const units = scaled(value, places);
  const stepUnits = scaled(step, places);
  const steps = units / stepUnits;
  if (units % stepUnits !== 0n) {
    const [below, above] = [steps, steps + 1n].map((count) => plain(count * stepUnits, places));
    const right = steps === 0n ? `the smallest is "${above}"` : `"${below}" or "${above}" is one`;
    throw refused(name, text, `a multiple of ${stepName} "${stepText}"; ${right}`);
  }
  if (steps > Number.MAX_SAFE_INTEGER) {
    throw refused(name, text, `at most ${Number.MAX_SAFE_INTEGER} times ${stepName} "${stepText}"`);
  }
  return Number(steps);
}

function textOf(name: string, steps: number, stepName: string, stepText: string): string {
  const { digits, places } = positive(stepName, stepText);
  if (!Number.isSafeInteger(steps)) throw refused(name, String(steps), "a whole number");
  const units = BigInt(steps) * digits;
  return units < 0n ? `-${fixed(-units, places)}` : fixed(units, places);
}

function positive(name: string, text: string): Decimal {
  const parts = typeof text === "string" && text.length <= MOST_CHARACTERS && PLAIN.exec(text);
  if (!parts) {
    const shown = String(text).slice(0, MOST_CHARACTERS);
    throw refused(name, shown, 'a plain decimal such as "101.25", without sign or exponent');
  }
  const [, whole = "", fraction = ""] = parts;
  const digits = BigInt(whole + fraction);
  if (digits === 0n) throw refused(name, text, "above 0");
  return { digits, places: fraction.length };
}

const PLAIN = /^(\d+)(?:\.(\d+))?$/;

const scaled = ({ digits, places }: Decimal, to: number): bigint =>
  digits * 10n ** BigInt(to - places);

function fixed(units: bigint, places: number): string {
  const digits = units.toString().padStart(places + 1, "0");
  return places === 0 ? digits : `${digits.slice(0, -places)}.${digits.slice(-places)}`;
}

/** Without zeros at the end of the fraction. */
const plain = (units: bigint, places: number): string => {
  const text = fixed(units, places);
  return places === 0 ? text : text.replace(/\.?0+$/, "");
};

const refused = (name: string, text: string, right: string): AppError =>
  new AppError("DEGENERATE_INPUT", `${name} must be ${right}, was "${text}"`, { [name]: text });
