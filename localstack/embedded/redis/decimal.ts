/**
 * Decimal addition for INCRBYFLOAT. Redis adds in 80-bit floats and prints 17 decimals without trailing zeros,
 * so 0.1 + 0.2 is "0.3" there; doubles would say 0.30000000000000004. Exact sums rounded to 17 decimals agree
 * with it wherever its 19 digits suffice.
 */

const DECIMALS = 17;
const SHAPE = /^([+-]?)(\d*)(?:\.(\d*))?(?:e([+-]?\d{1,3}))?$/i;
const SCALE = 10n ** BigInt(DECIMALS);

/** The text in units of 1e-17; `undefined` when it is not a finite decimal number. */
export function decimalUnits(text: string): bigint | undefined {
  const [, sign, whole = "", fraction = "", exponent = "0"] = SHAPE.exec(text) ?? [];
  if (sign === undefined || whole + fraction === "") return undefined;
  const shift = Number(exponent) - fraction.length + DECIMALS;
  const digits = BigInt(whole + fraction);
  const units = shift >= 0 ? digits * 10n ** BigInt(shift) : divided(digits, 10n ** BigInt(-shift));
  return sign === "-" ? -units : units;
}

const divided = (value: bigint, by: bigint) => (2n * value + by) / (2n * by);

export function decimalText(units: bigint): string {
  const magnitude = units < 0n ? -units : units;
  const fraction = String(magnitude % SCALE)
    .padStart(DECIMALS, "0")
    .replace(/0+$/, "");
  const text = `${magnitude / SCALE}${fraction && `.${fraction}`}`;
  return units < 0n ? `-${text}` : text;
}
