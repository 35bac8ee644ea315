// Options on futures against 60-digit expectations, relative 1e-12.
import { expect, it } from "vitest";
import { black76Greeks } from "../../lib/options/black76.ts";
import { named, onVectors, type Vectors, worst } from "./vectors.ts";

onVectors<Vectors>("black76", (file) => {
  const rows = named(file);

  it.each([
    ["price", "value"],
    ["delta", "delta"],
    ["gamma", "gamma"],
    ["vega", "vega"],
    ["theta", "theta"],
    ["rho", "rho"],
  ] as const)("equals every %s", (column, name) => {
    expect(rows).toHaveLength(300);
    const { ratio, what } = worst(
      rows.map((row) => {
        const figures = black76Greeks({
          kind: row.type === "C" ? "call" : "put",
          forward: Number(row.F),
          strike: Number(row.K),
          tauYears: Number(row.T),
          sigma: Number(row.sigma),
          rate: Number(row.r),
        });
        const wanted = Number(row[column]);
        return { ratio: Math.abs(figures[name] - wanted) / Math.abs(wanted) / 1e-12, what: row };
      }),
    );
    expect(ratio, JSON.stringify(what)).toBeLessThanOrEqual(1);
  });
});
