/** A small book and the market it stands in, for tests. */
import type { Market, OptionPosition, Position } from "../../lib/risk/positions.ts";

const DAY_MS = 86_400_000;
export const NOW_MS = Date.UTC(2024, 4, 6, 20);

export const MARKET: Market = {
  spots: new Map([
    ["ACME", 100],
    ["BETA", 40],
    ["ew-500", 1250],
  ]),
  rate: 0.04,
  dividendYields: new Map([["ACME", 0.01]]),
  nowMs: NOW_MS,
};

/** A European call on ACME at 100 with a quarter of a year left, ten contracts long. */
export const option = (change: Partial<OptionPosition> = {}): OptionPosition => ({
  kind: "option",
  underlying: "ACME",
  option: "call",
  style: "european",
  strike: 100,
  expiry: NOW_MS + 91.25 * DAY_MS,
  quantity: 10,
  multiplier: 100,
  impliedVolatility: 0.25,
  ...change,
});

export const stock = (symbol: string, quantity: number): Position => ({
  kind: "stock",
  symbol,
  quantity,
});

export const BOOK: readonly Position[] = [
  stock("ACME", 800),
  option({ strike: 105, quantity: -10, impliedVolatility: 0.28 }),
  option({ option: "put", strike: 95, quantity: -15, impliedVolatility: 0.31 }),
  stock("BETA", -200),
  option({ underlying: "BETA", style: "american", option: "put", strike: 38, quantity: 4 }),
  { kind: "index", index: "ew-500", quantity: -3 },
];
