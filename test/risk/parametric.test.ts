// McNeil, Frey and Embrechts, Quantitative Risk Management (2005), example 2.14: 10,000 USD with 20 % volatility a year over
// one of 250 days, by the normal distribution and by Student's t with 4 degrees of freedom.
import { describe, expect, it } from "vitest";
import { cornishFisherTail, normalTail, studentTTail } from "../../lib/risk/parametric.ts";
import { table } from "../table.ts";

const ILLUSTRATION = table(`
  confidence  normal  student
       0.900   162.1    137.1
       0.950   208.1    190.7
       0.975   247.9    248.3
       0.990   294.3    335.1
       0.995   325.8    411.8
`);

const near = (actual: number, expected: number) =>
  expect(Math.abs(actual - expected)).toBeLessThan(0.0501);

it.each(ILLUSTRATION)("has the textbook's illustration at $confidence", (row) => {
  const day = {
    mean: 0,
    sigma: (10_000 * 0.2) / Math.sqrt(250),
    confidence: Number(row.confidence),
  };
  near(normalTail(day).valueAtRisk, Number(row.normal));
  near(studentTTail({ ...day, degrees: 4 }).valueAtRisk, Number(row.student));
});

it.each([
  [0.96, 1.751],
  [0.98, 2.054],
  [0.99, 2.326],
])("has z(%d) = %d", (confidence, z) => {
  expect(normalTail({ mean: 0, sigma: 1, confidence }).valueAtRisk).toBeCloseTo(z, 3);
});

/** Mean of the quantiles over the tail, by the midpoint rule. */
function integrated(valueAtRisk: (confidence: number) => number, confidence: number): number {
  const steps = 20_000;
  let sum = 0;
  // The quadratic substitution takes the steepness out of the far end.
  for (let step = 0; step < steps; step++) {
    const place = (step + 0.5) / steps;
    sum += 2 * place * valueAtRisk(1 - (1 - confidence) * place * place);
  }
  return sum / steps;
}

describe("the shortfall", () => {
  it("is the mean of the value at risk beyond the confidence", () => {
    const given = { mean: 0.3, sigma: 2 };
    const shape = { skew: -0.4, excessKurtosis: 1.2 };
    for (const [tail, digits] of [
      [(confidence: number) => normalTail({ ...given, confidence }), 5],
      [(confidence: number) => studentTTail({ ...given, confidence, degrees: 6 }), 3],
      [(confidence: number) => cornishFisherTail({ ...given, ...shape, confidence }), 5],
    ] as const) {
      const mean = integrated((confidence) => tail(confidence).valueAtRisk, 0.95);
      expect(tail(0.95).expectedShortfall).toBeCloseTo(mean, digits);
    }
  });

  it("grows with the standard deviation and falls with the mean", () => {
    const at = (mean: number, sigma: number) =>
      studentTTail({ mean, sigma, degrees: 3, confidence: 0.975 }).expectedShortfall;
    expect(at(0, 2)).toBeCloseTo(2 * at(0, 1), 12);
    expect(at(0.5, 1)).toBeCloseTo(at(0, 1) - 0.5, 12);
    expect(at(-1, 0)).toBe(1);
  });

  it("of Student's t goes over into the normal one", () => {
    const given = { mean: 0, sigma: 1, confidence: 0.99 };
    const far = studentTTail({ ...given, degrees: 1e6 });
    expect(far.expectedShortfall).toBeCloseTo(normalTail(given).expectedShortfall, 4);
  });
});

describe("Cornish and Fisher's expansion", () => {
  const at = (skew: number, excessKurtosis: number) =>
    cornishFisherTail({ mean: 0, sigma: 1, confidence: 0.975, skew, excessKurtosis });

  it("is the normal quantile without skew and kurtosis", () => {
    const { valueAtRisk, expectedShortfall, isMonotone } = at(0, 0);
    expect(isMonotone).toBe(true);
    expect({ valueAtRisk, expectedShortfall }).toEqual(
      normalTail({ mean: 0, sigma: 1, confidence: 0.975 }),
    );
  });

  it.each([
    [0, 9, false],
    [-2, 4, false],
    [0.5, 0, false],
    [-0.5, 1.5, true],
    [0, 3, true],
  ])(
    "with skew %d and kurtosis %d says whether it is a quantile: %s",
    (skew, kurtosis, isMonotone) => {
      expect(at(skew, kurtosis).isMonotone).toBe(isMonotone);
      const quantiles = Array.from({ length: 1999 }, (_, step) => {
        const confidence = (step + 1) / 2000;
        const input = { mean: 0, sigma: 1, skew, excessKurtosis: kurtosis, confidence };
        return cornishFisherTail(input).valueAtRisk;
      });
      const isRising = quantiles.every(
        (value, step) => step === 0 || value >= quantiles[step - 1]!,
      );
      // Outside of these quantiles it may still turn, so only one direction can be seen here.
      if (isMonotone) expect(isRising).toBe(true);
    },
  );
});

it("refuses confidences, deviations and degrees that are none", () => {
  const given = { mean: 0, sigma: 1, confidence: 0.95 };
  expect(() => normalTail({ ...given, confidence: 95 })).toThrow("97.5 %");
  expect(() => normalTail({ ...given, sigma: -1 })).toThrow("at least 0");
  expect(() => normalTail({ ...given, mean: Number.NaN })).toThrow("finite");
  expect(() => studentTTail({ ...given, degrees: 2 })).toThrow("above 2");
  expect(() => cornishFisherTail({ ...given, skew: Number.NaN, excessKurtosis: 0 })).toThrow(
    "skew",
  );
});
