/** Lengths of windows as callers name them: "5min" for whole minutes, else seconds: "30s", "90s". */

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

export const windowName = (sizeMs: number): string =>
  sizeMs % MINUTE_MS === 0 ? `${sizeMs / MINUTE_MS}min` : `${sizeMs / SECOND_MS}s`;

/** The other way; `undefined` for what is no name of a window. */
export function windowMs(name: string): number | undefined {
  const [, count, unit] = /^([1-9]\d{0,4})(min|s)$/.exec(name) ?? [];
  return count === undefined ? undefined : Number(count) * (unit === "min" ? MINUTE_MS : SECOND_MS);
}

/** Names from a second to a day: 1440 minutes, 86400 seconds. */
export const UP_TO_A_DAY =
  /^(([1-9]\d{0,2}|1[0-3]\d\d|14[0-3]\d|1440)min|([1-9]\d{0,3}|[1-7]\d{4}|8[0-5]\d{3}|86[0-3]\d\d|86400)s)$/;
