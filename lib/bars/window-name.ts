/** Lengths of windows as callers name them: "5min" for whole minutes, else "<n>s". */

const MINUTE_MS = 60_000;
const SECOND_MS = 1000;

export const windowName = (sizeMs: number): string =>
  sizeMs % MINUTE_MS === 0 ? `${sizeMs / MINUTE_MS}min` : `${sizeMs / SECOND_MS}s`;

/** From a second to a day: 1440 minutes, 86400 seconds. */
export const WINDOW_NAME =
  /^(([1-9]\d{0,2}|1[0-3]\d\d|14[0-3]\d|1440)min|([1-9]\d{0,3}|[1-7]\d{4}|8[0-5]\d{3}|86[0-3]\d\d|86400)s)$/;

/** In ms. @param name as {@link WINDOW_NAME} has it */
export const windowOf = (name: string): number =>
  Number.parseInt(name, 10) * (name.endsWith("min") ? MINUTE_MS : SECOND_MS);
