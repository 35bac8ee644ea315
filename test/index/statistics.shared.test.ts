// Every figure of the shared performance vectors: 50-digit expectations, relative 1e-12 (absolute where 0).
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { performanceSummary } from "../../lib/index/statistics.ts";

type Case = {
  id: string;
  risk_free_annual: number;
  returns: string[];
  benchmark: string[] | null;
  expected: Record<string, string | number | null>;
};

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const file = `${shared}/vectors/perfstats.json`;

if (!existsSync(file)) {
  console.warn(`skipped: "${file}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("equals the shared performance vectors", () => {});
} else {
  const { cases } = JSON.parse(readFileSync(file, "utf8")) as { cases: Case[] };

  it.each(cases)("equals every figure of $id", (given) => {
    const summary = performanceSummary(given.returns.map(Number), {
      benchmark: given.benchmark?.map(Number),
      riskFreeAnnual: given.risk_free_annual,
    });
    const wrong = Object.entries(summary).filter(
      ([name, actual]) => !near(actual, given.expected[name] ?? null),
    );
    expect(wrong).toEqual([]);
    expect(Object.keys(given.expected).filter((name) => !(name in summary))).toEqual([]);
  });
}

function near(actual: number | null, wanted: string | number | null): boolean {
  if (actual === null || wanted === null) return actual === wanted;
  const value = Number(wanted);
  return Math.abs(actual - value) <= 1e-12 * (value === 0 ? 1 : Math.abs(value));
}
