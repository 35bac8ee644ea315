/** Means of prices and sizes as decimal text, exact before they are rounded: no binary fraction comes in between. */

/**
 * `over / under` steps as text: (3 / 2) steps of "0.01" are "0.015", (4 / 2) are "0.02". Half is rounded away from zero; zeros
 * at the end are left out beyond the places of the step.
 *
 * @param under above 0
 * @param step a plain decimal, as the size of a tick
 * @param places behind the point, at most; at least those of the step
 */
export function ratioText(over: bigint, under: bigint, step: string, places: number): string {
  const [whole = "", fraction = ""] = step.split(".");
  const top = (over < 0n ? -over : over) * BigInt(whole + fraction) * 10n ** BigInt(places) * 2n;
  const bottom = under * 10n ** BigInt(fraction.length) * 2n;
  const digits = String((top + bottom / 2n) / bottom).padStart(places + 1, "0");
  const point = digits.length - places;
  const [before, behind] = [digits.slice(0, point), digits.slice(point)];
  const kept = behind.slice(0, Math.max(fraction.length, behind.search(/0*$/)));
  const text = kept === "" ? before : `${before}.${kept}`;
  return over < 0n && /[1-9]/.test(text) ? `-${text}` : text;
}

/** Places behind the point of a decimal: 2 of "0.01". */
export const placesOf = (decimal: string): number => decimal.split(".")[1]?.length ?? 0;
