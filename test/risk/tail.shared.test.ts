// Value at risk and expected shortfall of the shared vectors: relative 1e-11, extreme values 1e-8.
import { describe, expect, it } from "vitest";
import { extremeTail, fitExtremes } from "../../lib/risk/extremes.ts";
import { ewmaScenarios, garchScenarios } from "../../lib/risk/filtered.ts";
import { sampleMoments } from "../../lib/risk/moments.ts";
import { cornishFisherTail, normalTail, studentTTail } from "../../lib/risk/parametric.ts";
import { SlidingTail } from "../../lib/risk/sliding.ts";
import { historicalTail, type Tail, tailWeights } from "../../lib/risk/tail.ts";
import { relativeError, vectors } from "./shared.ts";

type Risk = { var: string; es: string };
type Historical = Risk & { var_type7: string; tail_count: number; np: string };
type Moments = Record<
  "mean" | "std_ddof1" | "skew_population" | "excess_kurtosis_population",
  string
>;
type Parametric = Record<"mu" | "sigma" | "alpha" | "nu" | "skew" | "excess_kurtosis", string> & {
  expected: {
    normal: Risk;
    student_t: Risk;
    cornish_fisher: Risk & { z_cf: string; monotone_domain: boolean };
  };
};
type Filtered = Record<"id" | "lambda_" | "mu" | "omega" | "alpha" | "beta", string> & {
  method: "ewma" | "garch11";
  returns: string[];
  expected: Record<
    string,
    Historical & { sigma_next: string; loglik?: string; sigma2_next?: string }
  >;
};
type Vectors = {
  qrm_check: { rows: string[][] };
  historical: {
    id: string;
    returns: string[];
    by_alpha: Record<string, Historical>;
    moments?: Moments;
  }[];
  parametric: Parametric[];
  filtered: Filtered[];
  evt: {
    losses: string[];
    expected: Record<"threshold" | "xi" | "beta" | "loglik", string> & {
      n: number;
      n_exceed: number;
      risk: string[][];
    };
  };
  sliding: {
    returns: string[];
    window: number;
    alpha: string;
    expected: [number, string, string][];
  };
};

const RELATIVE = 1e-11;

function expectNear(actual: number, expected: string, what: string, tolerance = RELATIVE): void {
  expect(relativeError(actual, expected), `${what}: ${actual}, not ${expected}`).toBeLessThan(
    tolerance,
  );
}

function expectTail(tail: Tail, expected: Historical): void {
  expectNear(tail.valueAtRisk, expected.var, "value at risk");
  expectNear(tail.expectedShortfall, expected.es, "expected shortfall");
  expectNear(tail.valueAtRiskType7, expected.var_type7, "type 7");
  expectNear(tail.expectedTailCount, expected.np, "np");
  expect(tail.tailCount).toBe(expected.tail_count);
}

const found = vectors<Vectors>("risk_var_es.json");

if (found === undefined) {
  it.skip("meets the shared vectors of value at risk and expected shortfall", () => {});
} else {
  const byConfidence = found.historical.flatMap(({ id, returns, by_alpha }) =>
    Object.entries(by_alpha).map(([alpha, expected]) => ({ id, alpha, returns, expected })),
  );

  it.each(byConfidence)("history $id at $alpha", ({ returns, alpha, expected }) => {
    const pnl = returns.map(Number);
    expectTail(historicalTail(pnl, Number(alpha)), expected);
    const weights = tailWeights(Float64Array.from(pnl), Number(alpha));
    const shortfall = pnl.reduce((sum, profit, at) => sum - profit * weights[at]!, 0);
    expectNear(shortfall, expected.es, "shortfall by weights");
  });

  it.each(
    found.historical.flatMap(({ id, returns, moments }) =>
      moments === undefined ? [] : [{ id, returns, moments }],
    ),
  )("moments of $id", ({ returns, moments }) => {
    const actual = sampleMoments(returns.map(Number));
    expectNear(actual.mean, moments.mean, "mean");
    expectNear(actual.sigma, moments.std_ddof1, "sigma");
    expectNear(actual.skew, moments.skew_population, "skew");
    expectNear(actual.excessKurtosis, moments.excess_kurtosis_population, "kurtosis");
  });

  it.each(found.parametric)("mean $mu, sigma $sigma, $nu degrees at $alpha", (row) => {
    const common = {
      mean: Number(row.mu),
      sigma: Number(row.sigma),
      confidence: Number(row.alpha),
    };
    const { normal, student_t, cornish_fisher } = row.expected;
    const cornishFisher = cornishFisherTail({
      ...common,
      skew: Number(row.skew),
      excessKurtosis: Number(row.excess_kurtosis),
    });
    for (const [tail, expected, name] of [
      [normalTail(common), normal, "normal"],
      [studentTTail({ ...common, degrees: Number(row.nu) }), student_t, "Student's t"],
      [cornishFisher, cornish_fisher, "Cornish-Fisher"],
    ] as const) {
      expectNear(tail.valueAtRisk, expected.var, `${name} value at risk`);
      expectNear(tail.expectedShortfall, expected.es, `${name} shortfall`);
    }
    expectNear(cornishFisher.quantile, cornish_fisher.z_cf, "quantile");
    expect(cornishFisher.isMonotone).toBe(cornish_fisher.monotone_domain);
  });

  it.each(found.qrm_check.rows)("the textbook's illustration at %s", (...row) => {
    const [alpha, varNormal, varT4, esNormal, esT4] = row;
    const input = { mean: 0, sigma: (0.2 / Math.sqrt(250)) * 10_000, confidence: Number(alpha) };
    const normal = normalTail(input);
    const t4 = studentTTail({ ...input, degrees: 4 });
    for (const [actual, expected] of [
      [normal.valueAtRisk, varNormal],
      [t4.valueAtRisk, varT4],
      [normal.expectedShortfall, esNormal],
      [t4.expectedShortfall, esT4],
    ] as const) {
      // The file prints six digits here.
      expect(Number(actual.toPrecision(6))).toBe(Number(expected));
    }
  });

  it.each(found.filtered)("filtered by $method: $id", ({ method, returns, expected, ...row }) => {
    const values = returns.map(Number);
    const garch = {
      mean: Number(row.mu),
      omega: Number(row.omega),
      alpha: Number(row.alpha),
      beta: Number(row.beta),
    };
    const ewma = method === "ewma" ? ewmaScenarios(values, Number(row.lambda_)) : undefined;
    const model = ewma === undefined ? garchScenarios(values, garch) : undefined;
    for (const [alpha, figures] of Object.entries(expected)) {
      const { scenarios, sigmaNext } = (ewma ?? model)!;
      expectTail(historicalTail(scenarios, Number(alpha)), figures);
      expectNear(sigmaNext, figures.sigma_next, "sigma of tomorrow");
      if (model === undefined) continue;
      expectNear(model.logLikelihood, figures.loglik!, "log likelihood");
      expectNear(sigmaNext * sigmaNext, figures.sigma2_next!, "variance of tomorrow");
    }
  });

  describe("extreme values", () => {
    const { losses, expected } = found.evt;
    const fit = fitExtremes(
      losses.map((loss) => -Number(loss)),
      100,
    );

    it("fits the excesses over the threshold", () => {
      expect([fit.count, fit.exceedanceCount]).toEqual([expected.n, expected.n_exceed]);
      expect(fit.threshold).toBe(Number(expected.threshold));
      expectNear(fit.xi, expected.xi, "xi", 1e-8);
      expectNear(fit.beta, expected.beta, "beta", 1e-8);
      expectNear(fit.logLikelihood, expected.loglik, "log likelihood", 1e-8);
    });

    it.each(expected.risk)("confidence %s", (alpha, valueAtRisk, shortfall) => {
      const tail = extremeTail(fit, Number(alpha));
      expectNear(tail.valueAtRisk, valueAtRisk!, "value at risk", 1e-8);
      expectNear(tail.expectedShortfall, shortfall!, "shortfall", 1e-8);
    });
  });

  it("slides over every window", () => {
    const { returns, window, alpha, expected } = found.sliding;
    const sliding = new SlidingTail(window, Number(alpha));
    const wanted = new Map(expected.map((row) => [row[0], row]));
    let compared = 0;
    for (const [at, profit] of returns.entries()) {
      sliding.push(Number(profit));
      const row = wanted.get(at);
      const tail = sliding.tail();
      expect(tail === undefined).toBe(row === undefined);
      if (row === undefined || tail === undefined) continue;
      expectNear(tail.valueAtRisk, row[1], `value at risk after ${at}`);
      expectNear(tail.expectedShortfall, row[2], `shortfall after ${at}`);
      compared++;
    }
    expect(compared).toBe(expected.length);
  });
}
