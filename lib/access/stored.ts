/** JSON that was stored as it is read back: nothing of it is believed before it was looked at. */

/** The members of a stored object; `undefined` for anything else. */
export function members(text: string): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null
      ? (value as Record<string, unknown>)
      : undefined;
  } catch {
    return undefined;
  }
}

/** Ms of a stored instant; NaN when it is none. */
export const instant = (value: unknown): number =>
  typeof value === "string" ? Date.parse(value) : Number.NaN;
