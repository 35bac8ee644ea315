// American values against a reference of 64 and 96 nodes: the best class by `accurate`, the fast one by `fast`.
import { expect, it } from "vitest";
import { americanValue } from "../../lib/options/american.ts";
import { europeanValue, type OptionTerms } from "../../lib/options/european.ts";
import { named, onVectors, type Vectors, worst } from "./vectors.ts";

type Published = Readonly<{
  source: string;
  method?: string;
  type: string;
  S: number;
  K: number;
  r: number;
  q: number;
  sigma: number;
  T: number;
  american_premium_over_european?: string;
  american?: string;
  tol: number;
}>;

type Figures = Readonly<Record<"S" | "K" | "r" | "q" | "sigma" | "T", number> & { type: string }>;

const termsOf = (row: Figures): OptionTerms => ({
  kind: row.type === "C" ? "call" : "put",
  spot: row.S,
  strike: row.K,
  tauYears: row.T,
  sigma: row.sigma,
  rate: row.r,
  dividendYield: row.q,
});

onVectors<Vectors & { published: Published[] }>("american", (file) => {
  const cases = named(file).map((row) => {
    const [S, K, r, q, sigma, T] = [row.S, row.K, row.r, row.q, row.sigma, row["T=days/365"]].map(
      Number,
    ) as [number, number, number, number, number, number];
    return { row, terms: termsOf({ type: row.type!, S, K, r, q, sigma, T }) };
  });

  it("has 407 of them", () => {
    expect(cases).toHaveLength(407);
  });

  it("equals every one within 2e-4 per 100 of strike by the fast scheme", () => {
    const { ratio, what } = worst(
      cases.map(({ row, terms }) => ({
        ratio: Math.abs(americanValue(terms) - Number(row.american)) / (2e-6 * terms.strike),
        what: row,
      })),
    );
    expect(ratio, JSON.stringify(what)).toBeLessThanOrEqual(1);
  });

  it("equals every one within 1e-8, or what the reference is sure of, by the accurate scheme", () => {
    const { ratio, what } = worst(
      cases.map(({ row, terms }) => {
        const error = Math.abs(americanValue(terms, "accurate") - Number(row.american));
        return { ratio: error / Math.max(1e-8, 20 * Number(row.agreement)), what: row };
      }),
    );
    expect(ratio, JSON.stringify(what)).toBeLessThanOrEqual(1);
  });

  // Values of Bjerksund and Stensland's formula are their approximation, not the option's value.
  it.each(file.published.filter(({ method }) => method === undefined))("agrees: $source", (of) => {
    const terms = termsOf(of);
    const value = americanValue(terms, "accurate");
    const [actual, wanted] =
      of.american === undefined
        ? [value - europeanValue(terms), Number(of.american_premium_over_european)]
        : [value, Number(of.american)];
    // Fifty dates a year to exercise on are worth a little less than all of them.
    expect(Math.abs(actual - wanted)).toBeLessThanOrEqual(of.tol);
  });
});
