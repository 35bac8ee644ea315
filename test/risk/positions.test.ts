import { describe, expect, it } from "vitest";
import {
  greeksByUnderlying,
  type Market,
  type OptionPosition,
  type Position,
  portfolioGreeks,
  positionGreeks,
  positionValue,
  riskFactor,
  unitsOf,
} from "../../lib/risk/positions.ts";
import { BOOK, MARKET, NOW_MS, option, stock } from "./book.ts";

const DAY_MS = 86_400_000;
const withSpot = (spot: number): Market => ({ ...MARKET, spots: new Map([["ACME", spot]]) });

describe("a value", () => {
  it("is quantity times price, below 0 when short", () => {
    expect(positionValue(stock("BETA", -200), MARKET)).toBe(-8000);
    expect(positionValue({ kind: "index", index: "ew-500", quantity: 2 }, MARKET)).toBe(2500);
    expect(positionValue(option({ quantity: -10 }), MARKET)).toBe(-positionValue(option(), MARKET));
  });

  it("of an option has its contracts' shares in it", () => {
    const one = positionValue(option({ quantity: 1, multiplier: 1 }), MARKET);
    expect(positionValue(option(), MARKET)).toBeCloseTo(1000 * one, 8);
    expect(unitsOf(option({ quantity: -3 }))).toBe(-300);
  });

  it("of a call less a put is that of the forward", () => {
    const [call, put] = [option(), option({ option: "put" })];
    const forward = 100 * Math.exp(-0.01 * 0.25) - 100 * Math.exp(-0.04 * 0.25);
    expect(positionValue(call, MARKET) - positionValue(put, MARKET)).toBeCloseTo(1000 * forward, 8);
  });

  it("at expiry is what exercise brings", () => {
    const last = option({ option: "put", strike: 130, expiry: NOW_MS });
    expect(positionValue(last, MARKET)).toBe(30_000);
  });
});

describe("greeks", () => {
  const greeks = positionGreeks(option(), MARKET);

  it("of stock and index are their delta alone", () => {
    expect(positionGreeks(stock("BETA", -200), MARKET)).toEqual({
      valueUsd: -8000,
      deltaShares: -200,
      deltaUsdPerPercent: -80,
      gammaSharesPerUsd: 0,
      gammaUsdPerPercent: 0,
      vegaUsdPerPoint: 0,
      thetaUsdPerDay: 0,
      rhoUsdPerPoint: 0,
    });
  });

  it("are what the value changes by", () => {
    const value = (change: Partial<OptionPosition>, market = MARKET) =>
      positionValue(option(change), market);
    const bySpot = (value({}, withSpot(100.01)) - value({}, withSpot(99.99))) / 0.02;
    expect(greeks.deltaShares).toBeCloseTo(bySpot, 3);
    expect(greeks.deltaUsdPerPercent).toBeCloseTo(bySpot, 3);
    const delta = (spot: number) => positionGreeks(option(), withSpot(spot)).deltaShares;
    expect(greeks.gammaSharesPerUsd).toBeCloseTo((delta(100.01) - delta(99.99)) / 0.02, 4);
    const point = value({ impliedVolatility: 0.255 }) - value({ impliedVolatility: 0.245 });
    expect(greeks.vegaUsdPerPoint).toBeCloseTo(point, 2);
    const [sooner, later] = [NOW_MS - DAY_MS / 100, NOW_MS + DAY_MS / 100].map((nowMs) =>
      value({}, { ...MARKET, nowMs }),
    );
    expect(greeks.thetaUsdPerDay).toBeCloseTo((later! - sooner!) * 50, 3);
    expect(greeks.thetaUsdPerDay).toBeLessThan(0);
    const rate = value({}, { ...MARKET, rate: 0.045 }) - value({}, { ...MARKET, rate: 0.035 });
    expect(greeks.rhoUsdPerPoint).toBeCloseTo(rate, 1);
  });

  it("have a gamma in USD that is the change of exposure over 1 %", () => {
    const exposure = (spot: number) => positionGreeks(option(), withSpot(spot)).deltaShares * 100;
    expect(greeks.gammaUsdPerPercent / (exposure(100.5) - exposure(99.5))).toBeCloseTo(1, 3);
  });

  it("turn their signs with the position", () => {
    const short = positionGreeks(option({ quantity: -10 }), MARKET);
    for (const [name, value] of Object.entries(greeks)) {
      expect(short[name as keyof typeof short]).toBe(-value);
    }
  });

  it("add up over positions in USD, and by underlying in shares too", () => {
    const total = portfolioGreeks(BOOK, MARKET);
    const byName = greeksByUnderlying(BOOK, MARKET);
    expect([...byName.keys()]).toEqual(["ACME", "BETA", "ew-500"]);
    for (const [name, value] of Object.entries(total)) {
      const parts = [...byName.values()].map((each) => each[name as keyof typeof each]);
      expect(parts.reduce((sum, part) => sum + part, 0)).toBeCloseTo(value, 8);
    }
    expect(byName.get("ew-500")?.deltaShares).toBe(-3);
    expect(total).not.toHaveProperty("deltaShares");
  });
});

it("names what a position is in", () => {
  expect(BOOK.map(riskFactor)).toEqual(["ACME", "ACME", "ACME", "BETA", "BETA", "ew-500"]);
});

it.each([
  ["a name without a price", stock("NONE", 1), MARKET, 'price for "NONE"'],
  ["a name of every object", stock("constructor", 1), MARKET, 'price for "constructor"'],
  ["a price of 0", stock("ACME", 1), withSpot(0), "positive price"],
  ["a quantity that is no number", stock("ACME", Number.NaN), MARKET, "finite numbers"],
  ["an option past its expiry", option({ expiry: NOW_MS - DAY_MS }), MARKET, "1.000 days past"],
  ["an expiry that is no number", option({ expiry: Number.NaN }), MARKET, "must not have expired"],
  ["a strike of 0", option({ strike: 0 }), MARKET, "strike"],
] as const)("refuses %s", (_, position: Position, market, message) => {
  expect(() => positionValue(position, market)).toThrow(message);
  expect(() => positionGreeks(position, market)).toThrow(message);
});
