/** Lengths of windows as callers name them: "5min" for whole minutes, else "<n>s". */

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;
const DAY_MS = 86_400_000;

export const windowName = (sizeMs: number): string =>
  sizeMs % MINUTE_MS === 0 ? `${sizeMs / MINUTE_MS}min` : `${sizeMs / SECOND_MS}s`;

/** Up to a day; other texts name no window. */
export const WINDOW_NAME = /^([1-9]\d{0,4})(min|s)$/;

/** In ms; `undefined` for what names no window, or one of more than a day. */
export function windowOf(name: string): number | undefined {
  const [, count, unit] = WINDOW_NAME.exec(name) ?? [];
  const sizeMs = Number(count) * (unit === "min" ? MINUTE_MS : SECOND_MS);
  return sizeMs <= DAY_MS ? sizeMs : undefined;
}
