// The standard normal distribution against 60-digit values, relative 4e-16 (1 + x^2 / 2); its inverse 3.2e-15.
import { expect, it } from "vitest";
import { erfc, erfcx } from "../../lib/options/erfc.ts";
import { normalDensity, normalProbability, normalQuantile } from "../../lib/options/normal.ts";
import { named, onVectors, type Vectors, worst } from "./vectors.ts";

type File = Vectors & Readonly<{ inverse_rows: readonly (readonly [string, string])[] }>;

onVectors<File>("normal", (file) => {
  const rows = named(file);

  it.each([
    ["cdf", normalProbability],
    ["pdf", normalDensity],
    ["erfc", erfc],
    ["erfcx", erfcx],
  ] as const)("equals %s where the result is a normal number", (column, of) => {
    const compared = rows.filter((row) => Math.abs(Number(row[column])) > 2.3e-308);
    expect(compared.length).toBeGreaterThan(300);
    const most = worst(
      compared.map((row) => {
        const x = Number(row.x);
        const wanted = Number(row[column]);
        if (wanted === Infinity) return { ratio: of(x) === Infinity ? 0 : Infinity, what: row };
        const allowed = 4e-16 * (1 + (x * x) / 2) * wanted;
        return { ratio: Math.abs(of(x) - wanted) / allowed, what: row };
      }),
    );
    expect(most.ratio, JSON.stringify(most.what)).toBeLessThanOrEqual(1);
  });

  it("equals the quantiles", () => {
    const most = worst(
      file.inverse_rows.map(([p, z]) => {
        const wanted = Number(z);
        const error = Math.abs(normalQuantile(Number(p)) - wanted);
        return { ratio: wanted === 0 ? error : error / Math.abs(wanted) / (8 * 4e-16), what: p };
      }),
    );
    expect(most.ratio, String(most.what)).toBeLessThanOrEqual(1);
  });
});
