/**
 * Value at risk and expected shortfall of a distribution with given moments.
 * Sources: A. McNeil, R. Frey and P. Embrechts, Quantitative Risk Management (2005), examples 2.14 to 2.19 (normal and
 * Student's t); R. Cornish and R. Fisher, Moments and cumulants in the specification of distributions (1937); D. Maillard,
 * A user's guide to the Cornish Fisher expansion (2012), for the domain where the expansion is a quantile function.
 *
 * Sign: `mean` is a mean profit, risk comes out as a loss: valueAtRisk 120.5 is 120.50 lost.
 */
import { AppError } from "../errors.ts";
import { normalDensity, normalQuantile } from "../options/normal.ts";
import { studentTDensity, studentTQuantile } from "../stats.ts";
import { demandConfidence } from "./tail.ts";

export type Distribution = Readonly<{
  mean: number;
  /** Standard deviation, at least 0. */
  sigma: number;
  /** 0.975 looks at the worst 2.5 %. */
  confidence: number;
}>;

export type ParametricTail = Readonly<{ valueAtRisk: number; expectedShortfall: number }>;

export type CornishFisherTail = ParametricTail &
  Readonly<{
    /** The p-quantile of the standardised profit, negative in a tail of losses. */
    quantile: number;
    /**
     * Whether the expansion rises everywhere with these moments. Where it does not it is no quantile function, and both
     * figures may be anything: do not report them without saying so.
     */
    isMonotone: boolean;
  }>;

/** @throws AppError DEGENERATE_INPUT unless 0 < confidence < 1, sigma >= 0 and the mean is finite */
export function normalTail({ mean, sigma, confidence }: Distribution): ParametricTail {
  demandDistribution({ mean, sigma, confidence });
  const p = 1 - confidence;
  const z = normalQuantile(p);
  return {
    valueAtRisk: -mean - sigma * z,
    expectedShortfall: -mean + (sigma * normalDensity(z)) / p,
  };
}

/**
 * Student's t, scaled so that `sigma` is the standard deviation of the profit, not the scale of T: T itself has the
 * variance degrees / (degrees - 2).
 *
 * @throws AppError DEGENERATE_INPUT as {@link normalTail}, and with 2 degrees of freedom or fewer: they have no variance
 */
export function studentTTail({
  mean,
  sigma,
  confidence,
  degrees,
}: Distribution & Readonly<{ degrees: number }>): ParametricTail {
  demandDistribution({ mean, sigma, confidence });
  if (!(degrees > 2 && degrees < Infinity)) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `degrees of freedom must be above 2 for a variance and finite, were "${degrees}"`,
      { degrees: String(degrees) },
    );
  }
  const p = 1 - confidence;
  const t = studentTQuantile(p, degrees);
  const scale = sigma * Math.sqrt((degrees - 2) / degrees);
  const beyond = (studentTDensity(t, degrees) / p) * ((degrees + t * t) / (degrees - 1));
  return { valueAtRisk: -mean - scale * t, expectedShortfall: -mean + scale * beyond };
}

/**
 * The expansion of the quantile by skewness and kurtosis, and its mean over the tail in closed form.
 *
 * @throws AppError DEGENERATE_INPUT as {@link normalTail}, or when skew or kurtosis is no number
 */
export function cornishFisherTail({
  mean,
  sigma,
  confidence,
  skew,
  excessKurtosis,
}: Distribution & Readonly<{ skew: number; excessKurtosis: number }>): CornishFisherTail {
  demandDistribution({ mean, sigma, confidence });
  if (!(Number.isFinite(skew) && Number.isFinite(excessKurtosis))) {
    throw new AppError(
      "DEGENERATE_INPUT",
      `skew and kurtosis must be finite numbers, were "${skew}" and "${excessKurtosis}"`,
      { skew: String(skew), excessKurtosis: String(excessKurtosis) },
    );
  }
  const p = 1 - confidence;
  const z = normalQuantile(p);
  const [square, skewSquare] = [z * z, skew * skew];
  const quantile =
    z +
    (skew / 6) * (square - 1) +
    (excessKurtosis / 24) * z * (square - 3) -
    (skewSquare / 36) * z * (2 * square - 5);
  const factor =
    1 +
    (skew / 6) * z +
    (excessKurtosis / 24) * (square - 1) -
    (skewSquare / 36) * (2 * square - 1);
  return {
    valueAtRisk: -mean - sigma * quantile,
    expectedShortfall: -mean + ((sigma * normalDensity(z)) / p) * factor,
    quantile,
    isMonotone: isMonotone(skew, excessKurtosis),
  };
}

/** The slope of the expansion is a z^2 + b z + c: it has to stay above 0. */
function isMonotone(skew: number, excessKurtosis: number): boolean {
  if (skew === 0 && excessKurtosis === 0) return true;
  const a = excessKurtosis / 8 - (skew * skew) / 6;
  const b = skew / 3;
  const c = 1 - excessKurtosis / 8 + (5 * skew * skew) / 36;
  return a > 0 && b * b < 4 * a * c;
}

function demandDistribution({ mean, sigma, confidence }: Distribution): void {
  demandConfidence(confidence);
  if (Number.isFinite(mean) && sigma >= 0 && sigma < Infinity) return;
  throw new AppError(
    "DEGENERATE_INPUT",
    `mean must be finite and sigma at least 0, were "${mean}" and "${sigma}"`,
    { mean: String(mean), sigma: String(sigma) },
  );
}
