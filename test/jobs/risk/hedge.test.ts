// Hedges over markets whose prices are written here: what is traded, what it leaves, and that nothing is only claimed.
import { describe, expect, it } from "vitest";
import { call, pricesOf, riskHomes, stock, wild } from "./risk-home.ts";

const newHome = riskHomes();

const A = wild(120, 1);
const B = A.map((change, at) => 1.5 * change + 0.2 * wild(120, 2)[at]!);
const PRICES = { A: pricesOf(A), B: pricesOf(B, 40), C: pricesOf(wild(120, 3), 70) };
const EXPIRY = "2022-12-16";
const bare = { ...call("A", 100, EXPIRY) };

async function loaded() {
  const home = await newHome();
  await home.load(PRICES);
  return home;
}

describe("delta", () => {
  it("is sold in the underlying, so that shares are left flat", async () => {
    const home = await loaded();
    const id = await home.add({ positions: [stock("A", 100), call("A", 100, EXPIRY, 5)] });
    const body = await home.hedge(id, { instruments: [stockOf("A")], objective: "delta" });
    const held = body.greeks_before.by_underlying[0]!.delta_shares;
    expect(body.trades).toHaveLength(1);
    expect(body.trades[0]!.unrounded_quantity).toBeCloseTo(-held, 8);
    expect(body.trades[0]!.quantity).toBe(-Math.round(held));
    expect(Math.abs(body.residual_greeks.by_underlying[0]!.delta_shares)).toBeLessThan(0.5);
    expect(body.after.sigma_usd).toBeLessThan(body.before.sigma_usd);
    expect(body.effectiveness.variance).toBeGreaterThan(0.5);
  });

  it("is offset with gamma and vega by options of the same underlying, in lots", async () => {
    const home = await loaded();
    const book = [call("A", 100, EXPIRY, -20), call("A", 110, "2022-09-16", -10)];
    const id = await home.add({ positions: book });
    const instruments = [stockOf("A"), bare, { ...bare, strike: 110, expiry: "2022-09-16" }];
    const exact = await home.hedge(id, {
      instruments,
      objective: "delta_gamma_vega",
      lots: 1e-6,
    });
    const [left] = exact.residual_greeks.by_underlying;
    expect(left!.delta_shares).toBeCloseTo(0, 3);
    expect(left!.gamma_shares_per_usd).toBeCloseTo(0, 3);
    expect(exact.residual_greeks.vega_usd_per_point).toBeCloseTo(0, 3);
    // The book sold these very options: they are bought back.
    expect(exact.trades.map(({ quantity }) => Math.round(quantity))).toEqual([0, 20, 10]);
    expect(exact.after.expected_shortfall_usd).toBeCloseTo(0, 1);
    const inLots = await home.hedge(id, {
      instruments,
      objective: "delta_gamma_vega",
      lots: [100, 3, 3],
    });
    for (const [at, { quantity }] of inLots.trades.entries()) {
      expect(quantity % [100, 3, 3][at]!).toBeCloseTo(0, 9);
    }
    expect(inLots.residual_greeks.gamma_usd_per_percent).not.toBeCloseTo(0, 1);
  });

  it("of another underlying is left as it is, and said", async () => {
    const home = await loaded();
    const id = await home.add({ positions: [stock("A", 100), stock("B", 50)] });
    const body = await home.hedge(id, { instruments: [stockOf("A")], objective: "delta" });
    expect(body.trades[0]!.quantity).toBe(-100);
    expect(body.meta.warnings).toContainEqual(
      expect.objectContaining({ code: "UNHEDGED_UNDERLYING", examples: [{ symbol: "B" }] }),
    );
    const left = body.residual_greeks.by_underlying.map((one) => one.delta_shares);
    expect(left).toEqual([0, 50]);
  });

  it.each([
    ["too few instruments", [{ kind: "stock", symbol: "A" }], "delta_gamma"],
    ["the same twice", [stockOf("A"), stockOf("A")], "delta"],
    ["an option that has expired", [{ ...bare, expiry: "2022-02-18" }], "delta"],
  ])("is refused with %s", async (_, instruments, objective) => {
    const home = await loaded();
    const id = await home.add({ positions: [stock("A", 100)] });
    const refused = home.hedge(id, { instruments, objective });
    await expect(refused).rejects.toMatchObject({ code: "DEGENERATE_INPUT", details: {} });
    expect(home.counted.get("qf_risk_calculations_total hedge refused")).toBe(1);
  });
});

describe("the least variance", () => {
  it("is nothing where the instrument is what is held", async () => {
    const home = await loaded();
    const id = await home.add({ positions: [stock("A", 250)] });
    const body = await home.hedge(id, { instruments: [stockOf("A")] });
    expect(body.trades[0]!.quantity).toBe(-250);
    expect(body.after.sigma_usd).toBeCloseTo(0, 8);
    expect(body.effectiveness.variance).toBeCloseTo(1, 10);
    expect(body.effectiveness.expected_shortfall).toBeCloseTo(1, 8);
  });

  it("is measured, not claimed: what has nothing to do with the portfolio takes little away", async () => {
    const home = await loaded();
    const id = await home.add({ positions: [stock("A", 100)] });
    const [alike, strange] = [
      await home.hedge(id, { instruments: [stockOf("B")] }),
      await home.hedge(id, { instruments: [stockOf("C")] }),
    ];
    expect(alike.trades[0]!.quantity).toBeLessThan(0);
    expect(alike.effectiveness.variance).toBeGreaterThan(0.7);
    expect(strange.effectiveness.variance).toBeLessThan(0.3);
    expect(strange.effectiveness.variance).toBeGreaterThan(-0.01);
  });
});

describe("the least expected shortfall", () => {
  it("is no larger than that of any other hedge with the same instruments", async () => {
    const home = await loaded();
    const positions = [stock("A", 100), stock("C", 30), call("A", 105, EXPIRY, -3)];
    const id = await home.add({ positions });
    const instruments = [stockOf("B"), stockOf("A")];
    const [least, variance] = [
      await home.hedge(id, { instruments, objective: "minimum_es", lots: 1e-6 }),
      await home.hedge(id, { instruments, objective: "minimum_variance", lots: 1e-6 }),
    ];
    expect(least.before).toEqual(variance.before);
    expect(least.after.expected_shortfall_usd).toBeLessThanOrEqual(
      variance.after.expected_shortfall_usd + 1e-6,
    );
    expect(least.effectiveness.expected_shortfall).toBeGreaterThan(0);
  });

  it("keeps within the limit it is given", async () => {
    const home = await loaded();
    const id = await home.add({ positions: [stock("A", 100)] });
    const body = await home.hedge(id, {
      ...{ instruments: [stockOf("A")], objective: "minimum_es", max_quantity: 40 },
    });
    expect(body.trades[0]!.quantity).toBe(-40);
    expect(body.effectiveness.expected_shortfall).toBeCloseTo(0.4, 8);
    expect(home.counted.get("qf_risk_calculations_total hedge done")).toBe(1);
  });

  it("alone takes a limit", async () => {
    const home = await loaded();
    const id = await home.add({ positions: [stock("A", 100)] });
    const wrong = { instruments: [stockOf("A")], objective: "delta", max_quantity: 40 };
    await expect(home.hedge(id, wrong)).rejects.toThrow(/limit of minimum_es/);
    const uneven = { instruments: [stockOf("A")], lots: [1, 2] };
    await expect(home.hedge(id, uneven)).rejects.toThrow(/one for each of 1 instruments, were 2/);
  });
});

function stockOf(symbol: string) {
  return { kind: "stock", symbol };
}
