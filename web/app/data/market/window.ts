/** Lengths of candles that can be chosen. */
export const WINDOWS = ["1min", "5min", "15min"] as const;
export type WindowName = (typeof WINDOWS)[number];

export const windowOf = (name: string | undefined): WindowName =>
  WINDOWS.find((one) => one === name) ?? "1min";

export const windowMs = (name: WindowName): number => 60_000 * Number.parseInt(name, 10);
