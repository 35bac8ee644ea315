// Stress over markets whose prices are written here.
import { describe, expect, it } from "vitest";
import { isoDay } from "../../../lib/time.ts";
import { call, pricesOf, riskHomes, sessionsOf, stock, wild } from "./risk-home.ts";

const newHome = riskHomes();

const RETURNS = wild(120, 1);
const PRICES = { A: pricesOf(RETURNS), B: pricesOf(wild(120, 2), 40) };
const DATES = sessionsOf(PRICES);
const grown = (from: number, to: number) =>
  RETURNS.slice(from, to).reduce((all, change) => all * (1 + change), 1) - 1;

describe("the grid", () => {
  it("is linear in shares, and bent by options", async () => {
    const home = await newHome();
    await home.load(PRICES);
    const shocks = { spot_shocks: [-0.2, 0, 0.2], volatility_shifts: [0, 0.1] };
    const shares = await home.stress(await home.add({ positions: [stock("A", 10)] }), shocks);
    const value = shares.value_usd;
    const rows = shares.grid.pnl_usd.map((row) => row.map((pnl) => pnl / value));
    for (const [at, shock] of shocks.spot_shocks.entries()) {
      for (const pnl of rows[at]!) expect(pnl).toBeCloseTo(shock, 10);
    }
    const bought = call("A", 100, "2022-12-16", 1);
    const { grid } = await home.stress(await home.add({ positions: [bought] }), shocks);
    const [down, same, up] = grid.pnl_usd;
    expect(same![0]).toBeCloseTo(0, 8);
    expect(same![1]).toBeGreaterThan(0);
    expect(up![0]!).toBeGreaterThan(-down![0]!);
  });
});

describe("windows of the past", () => {
  it("are the worst day, five days and month there were, with their days", async () => {
    const home = await newHome();
    await home.load(PRICES);
    const id = await home.add({ positions: [stock("A", 10)] });
    const { value_usd, windows } = await home.stress(id);
    for (const [at, days] of [1, 5, 21].entries()) {
      const runs = Array.from({ length: 120 - days + 1 }, (_, i) => grown(i, i + days));
      const worst = Math.min(...runs);
      const first = runs.indexOf(worst);
      expect(windows[at]).toMatchObject({
        found: true,
        start_date: isoDay(DATES[first + 1]!),
        end_date: isoDay(DATES[first + days]!),
      });
      expect(windows[at]!.pnl_usd).toBeCloseTo(value_usd * worst, 6);
    }
    expect(home.counted.get("qf_risk_calculations_total stress done")).toBe(1);
  });

  it("are ranges that are named, also before the window", async () => {
    const home = await newHome();
    await home.load(PRICES);
    const id = await home.add({ positions: [stock("A", -10)] });
    const ranges = [
      { name: "early", start_date: isoDay(DATES[3]!), end_date: isoDay(DATES[9]!) },
      { name: "from the first day", start_date: isoDay(DATES[0]!), end_date: isoDay(DATES[2]!) },
    ];
    const { value_usd, windows } = await home.stress(id, { window: 60, ranges });
    const [early, first] = windows.slice(-2);
    expect(early).toMatchObject({ name: "early", found: false, missing: [] });
    expect(early!.pnl_usd).toBeCloseTo(value_usd * grown(2, 9), 6);
    expect(first!.pnl_usd).toBeCloseTo(value_usd * grown(0, 2), 6);
  });

  it("have no profit where something was not there yet, and say what", async () => {
    const home = await newHome();
    const late = PRICES.B.map((price, at) => (at < 30 ? null : price));
    await home.load({ ...PRICES, B: late });
    const id = await home.add({ positions: [stock("A", 1), stock("B", 1)] });
    const ranges = [
      { name: "before", start_date: isoDay(DATES[3]!), end_date: isoDay(DATES[9]!) },
      { name: "after", start_date: isoDay(DATES[40]!), end_date: isoDay(DATES[50]!) },
    ];
    const { windows } = await home.stress(id, { ranges });
    expect(windows.at(-2)).toMatchObject({ pnl_usd: null, missing: ["B"] });
    expect(windows.at(-1)).toMatchObject({ pnl_usd: expect.any(Number), missing: [] });
  });

  it("lie within what was known on the day", async () => {
    const home = await newHome();
    await home.load(PRICES);
    const id = await home.add({ positions: [stock("A", 1)] });
    const range = (from: number, to: number) => ({
      as_of: isoDay(DATES[60]!),
      ranges: [{ name: "r", start_date: isoDay(DATES[from]!), end_date: isoDay(DATES[to]!) }],
    });
    await expect(home.stress(id, range(50, 70))).rejects.toMatchObject({
      code: "RANGE_OUTSIDE_DATA",
      details: { available: { end_date: isoDay(DATES[60]!) } },
    });
    await expect(home.stress(id, range(9, 3))).rejects.toMatchObject({ code: "REVERSED_RANGE" });
  });
});
