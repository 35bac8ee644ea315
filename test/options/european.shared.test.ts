// Values and Greeks against 60-digit expectations, each within 8 rounding errors times what the input amplifies.
import { expect, it } from "vitest";
import {
  europeanGreeks,
  europeanValue,
  type Greeks,
  type OptionTerms,
} from "../../lib/options/european.ts";
import { named, onVectors, type Row, type Vectors, worst } from "./vectors.ts";

const EPSILON = 2.220446049250313e-16;
const FIGURES = [
  "delta",
  "gamma",
  "vega",
  "theta",
  "rho",
  "psi",
  "vanna",
  "charm",
  "volga",
] as const;

const termsOf = (row: Row): OptionTerms => ({
  kind: row.type === "C" ? "call" : "put",
  spot: Number(row.S),
  strike: Number(row.K),
  tauYears: Number(row.T),
  sigma: Number(row.sigma),
  rate: Number(row.r),
  dividendYield: Number(row.q),
});

onVectors<Vectors>("bsm_greeks", (file) => {
  const cases = named(file).map((row) => ({ row, terms: termsOf(row), scale: scales(row) }));

  const most = (ratio: (of: (typeof cases)[number]) => number | undefined) =>
    worst(
      cases.flatMap((of) => {
        const found = ratio(of);
        return found === undefined ? [] : [{ ratio: found, what: of.row }];
      }),
    );
  const units = (error: number, scale: number) =>
    scale < 1e-280 ? undefined : Math.abs(error) / (8 * EPSILON * scale);

  it("has 2,400 of them", () => {
    expect(cases).toHaveLength(2400);
  });

  it("equals every value to the rounding of spot and strike", () => {
    const { ratio, what } = most(({ row, terms, scale }) =>
      units(europeanValue(terms) - Number(row.price), scale.basic),
    );
    expect(ratio, JSON.stringify(what)).toBeLessThanOrEqual(1);
  });

  it("keeps the digits of a value out of the money, however small", () => {
    const { ratio, what } = most(({ row, terms, scale }) =>
      scale.outOfTheMoney
        ? units(europeanValue(terms) - Number(row.price), scale.amplified(Number(row.price)))
        : undefined,
    );
    expect(ratio, JSON.stringify(what)).toBeLessThanOrEqual(1);
  });

  it.each(FIGURES)("equals every %s", (name) => {
    const { ratio, what } = most(({ row, terms, scale }) =>
      units(europeanGreeks(terms)[name] - Number(row[name]), scale.amplified(scale[name])),
    );
    expect(ratio, JSON.stringify(what)).toBeLessThanOrEqual(1);
  });

  it("gives with the Greeks the value it gives alone", () => {
    for (const { terms } of cases) expect(europeanGreeks(terms).value).toBe(europeanValue(terms));
  });
});

/** The scales that the file measures errors by. */
function scales(row: Row) {
  const [S, K, r, q, v, T, A] = ["S", "K", "r", "q", "sigma", "T", "A"].map((name) =>
    Number(row[name]),
  ) as [number, number, number, number, number, number, number];
  const s = v * Math.sqrt(T);
  const d1 = (Math.log(S / K) + (r - q) * T) / s + s / 2;
  const d2 = d1 - s;
  const Q = Math.exp(-q * T);
  const D = Math.exp(-r * T);
  const n = Math.exp((-d1 * d1) / 2) / Math.sqrt(2 * Math.PI);
  const sign = row.type === "C" ? 1 : -1;
  const [delta, gamma, vega, rho, psi] = ["delta", "gamma", "vega", "rho", "psi"].map((name) =>
    Math.abs(Number(row[name])),
  ) as [number, number, number, number, number];
  // rho = s T K D N(s d2) and delta = s Q N(s d1) give the probabilities back.
  const strikeLeg = rho / T;
  return {
    outOfTheMoney: sign * (S * Q - K * D) <= 0,
    basic: Math.max(S * Q, K * D),
    amplified: (scale: number) => Math.abs(scale) * A,
    delta,
    gamma,
    vega,
    rho,
    psi,
    theta: (S * Q * n * v) / (2 * Math.sqrt(T)) + Math.abs(r) * strikeLeg + Math.abs(q) * S * delta,
    vanna: (Q * n * (1 + Math.abs(d2))) / v,
    charm:
      Math.abs(q) * delta +
      (Q * n * (Math.abs(2 * (r - q) * T) + (1 + Math.abs(d2)) * s)) / (2 * T * s),
    volga: (vega * (1 + Math.abs(d1)) * (1 + Math.abs(d2))) / v,
  };
}

type Edge = Readonly<{
  note: string;
  S: number;
  K: number;
  r: number;
  q: number;
  sigma: number | string;
  T: number;
  type?: string;
  expected: Readonly<Record<string, number>>;
}>;

onVectors<{ limits: Edge[]; invalid: Edge[] }>("bsm_edge", ({ limits, invalid }) => {
  const terms = (edge: Edge): OptionTerms =>
    termsOf(Object.fromEntries(Object.entries(edge).map(([key, value]) => [key, String(value)])));

  it.each(limits)("has the limit: $note", (edge) => {
    const greeks: Greeks = europeanGreeks(terms(edge));
    const { price, price_below, delta_approx, ...rest } = edge.expected;
    if (price !== undefined) expect(Math.abs(greeks.value - price)).toBeLessThanOrEqual(1e-12);
    if (price_below !== undefined) expect(greeks.value).toBeLessThan(price_below);
    if (delta_approx !== undefined) expect(greeks.delta).toBeCloseTo(delta_approx, 6);
    for (const [name, wanted] of Object.entries(rest)) {
      expect(Math.abs(greeks[name as keyof Greeks] - wanted), name).toBeLessThanOrEqual(1e-12);
    }
    expect(Object.values(greeks).filter((figure) => !Number.isFinite(figure))).toEqual([]);
  });

  it.each(invalid)("refuses: $note", (edge) => {
    for (const figure of [europeanValue, europeanGreeks]) {
      expect(() => figure(terms(edge))).toThrow(
        expect.objectContaining({ code: "DEGENERATE_INPUT" }),
      );
    }
  });
});
