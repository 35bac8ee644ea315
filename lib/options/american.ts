/**
 * American options on an underlying with a continuous dividend yield: the European value and what the right to exercise
 * early adds, an integral over the exercise boundary.
 * Source: Andersen, Lake and Offengenden, High-performance American option pricing, Journal of Computational Finance 20
 * (2016), pages 39-87; the call as a put with spot and strike, rate and yield exchanged: R. McDonald and M. Schroder, A
 * parity result for American options, Journal of Computational Finance 1 (1998), pages 5-13.
 *
 * Discrete dividends are not in it. Where the yield is below a rate that is below 0 (for a call the rate below such a
 * yield) a put has two boundaries; that is refused.
 */
import { AppError } from "../errors.ts";
import { type AmericanPut, exerciseBoundary, interpolated } from "./american-boundary.ts";
import { type SchemeName, schemeOf } from "./american-scheme.ts";
import {
  demandTerms,
  europeanGreeks,
  europeanValue,
  type Greeks,
  type OptionTerms,
} from "./european.ts";
import { normalDensity, normalProbability } from "./normal.ts";

/** Raw derivatives in the units of {@link Greeks}; where exercising is best they are those of the intrinsic value. */
export type AmericanGreeks = Readonly<
  Pick<Greeks, "value" | "delta" | "gamma" | "vega" | "theta" | "rho">
>;

/**
 * At least the European and the intrinsic value. `fast` is within 2e-4 per 100 of strike, `accurate` within 1e-7.
 *
 * @throws AppError DEGENERATE_INPUT as {@link europeanValue}, and where there are two boundaries
 */
export function americanValue(terms: OptionTerms, scheme: SchemeName = "fast"): number {
  return valueOver(terms, scheme, exerciseBoundary);
}

/**
 * {@link americanValue} over a boundary that may have been found before.
 *
 * @throws AppError DEGENERATE_INPUT as {@link americanValue}
 */
export function valueOver(
  terms: OptionTerms,
  scheme: SchemeName,
  boundaryOf: typeof exerciseBoundary,
): number {
  demandTerms(terms);
  if (isCertain(terms)) return certain(terms).value;
  const european = europeanValue(terms);
  if (isNeverExercised(terms)) return european;
  const put = asPut(terms);
  const held = european + gainOf(premium(put, scheme, boundaryOf));
  return Math.max(held, put.strike - put.spot);
}

/**
 * Value, delta and gamma in closed form over the boundary, theta by the equation they obey, vega and rho by central
 * differences (one more pair of boundaries each). Gamma jumps to 0 at the boundary and is less sure just above it.
 *
 * @throws AppError DEGENERATE_INPUT as {@link americanValue}
 */
export function americanGreeks(terms: OptionTerms, scheme: SchemeName = "fast"): AmericanGreeks {
  demandTerms(terms);
  if (isCertain(terms)) return certain(terms);
  const { value, delta, gamma, vega, theta, rho } = europeanGreeks(terms);
  if (isNeverExercised(terms)) return { value, delta, gamma, vega, theta, rho };
  const { kind, spot, strike, sigma, rate, dividendYield } = terms;
  const put = asPut(terms);
  const extra = premium(put, scheme);
  const whole = value + gainOf(extra);
  if (whole <= put.strike - put.spot) return exercised(terms);
  if (extra === "exercise" || whole === value) return { value, delta, gamma, vega, theta, rho };
  // The premium is homogeneous in spot and strike, which tells its derivatives by the strike.
  const isCall = kind === "call";
  const extraDelta = isCall ? (extra.value - strike * extra.delta) / spot : extra.delta;
  const extraGamma = isCall ? extra.gamma * (strike / spot) ** 2 : extra.gamma;
  const slope = delta + extraDelta;
  const bend = gamma + extraGamma;
  return {
    value: whole,
    delta: slope,
    gamma: bend,
    vega: difference(terms, "sigma", 1e-3 * sigma, scheme),
    theta:
      rate * whole -
      (rate - dividendYield) * spot * slope -
      0.5 * sigma * sigma * spot * spot * bend,
    rho: difference(terms, "rate", 1e-4, scheme),
  };
}

/** An American put worth as much. */
function asPut({ kind, spot, strike, tauYears, sigma, rate, dividendYield }: OptionTerms) {
  return kind === "put"
    ? { spot, strike, tauYears, sigma, rate, dividendYield }
    : { spot: strike, strike: spot, tauYears, sigma, rate: dividendYield, dividendYield: rate };
}

/**
 * Exercising a put earns interest on the strike and gives up the yield of the spot: without interest it never pays.
 *
 * @throws AppError DEGENERATE_INPUT where it pays between two boundaries
 */
function isNeverExercised(terms: OptionTerms): boolean {
  const { rate, dividendYield } = asPut(terms);
  // What is earned on the strike is then below its rounding.
  if (dividendYield >= 0 && Math.abs(rate) * terms.tauYears < 1e-17) return true;
  if (rate > 0 || (rate === 0 && dividendYield < 0)) return false;
  if (dividendYield >= rate) return true;
  const [below, above] =
    terms.kind === "put" ? ["dividendYield", "rate"] : ["rate", "dividendYield"];
  throw new AppError(
    "DEGENERATE_INPUT",
    `an American ${terms.kind} with ${below} below a negative ${above} has two exercise boundaries; ` +
      `${below} must be at least ${above}, was "${terms[below as "rate"]}"`,
    { rate: String(terms.rate), dividendYield: String(terms.dividendYield) },
  );
}

type Premium = Readonly<{ value: number; delta: number; gamma: number }>;

/** Never below 0, whatever a boundary found by iteration says of a right that is worth nothing. */
const gainOf = (extra: Premium | "exercise"): number =>
  extra === "exercise" ? 0 : Math.max(extra.value, 0);

/** What early exercise adds, and its derivatives by the spot; or that now is the time. */
function premium(
  put: AmericanPut,
  name: SchemeName,
  boundaryOf = exerciseBoundary,
): Premium | "exercise" {
  const { spot, strike, tauYears, sigma, rate, dividendYield } = put;
  const scheme = schemeOf(name);
  const { atExpiry, squares } = boundaryOf(put, scheme);
  const ahead = Math.log(spot / atExpiry);
  if (ahead <= -Math.sqrt(squares[0]!)) return "exercise";
  const { roots, weights } = scheme.value;
  let [value, delta, gamma] = [0, 0, 0];
  for (let point = 0; point < roots.length; point++) {
    const time = tauYears * roots[point]! ** 2;
    const deviation = sigma * Math.sqrt(time);
    const above = ahead + Math.sqrt(interpolated(squares, scheme.valueWeights, point));
    const d1 = (above + (rate - dividendYield) * time) / deviation + 0.5 * deviation;
    const d2 = d1 - deviation;
    const weight = 2 * tauYears * roots[point]! * weights[point]!;
    const interest = weight * rate * strike * Math.exp(-rate * time);
    const yielded = weight * dividendYield * spot * Math.exp(-dividendYield * time);
    const below = yielded * normalProbability(-d1);
    const [dense1, dense2] = [yielded * normalDensity(d1), interest * normalDensity(d2)];
    value += interest * normalProbability(-d2) - below;
    delta += (dense1 - dense2) / deviation - below;
    gamma += (dense2 * (1 + d2 / deviation) + dense1 * (1 - d1 / deviation)) / deviation;
  }
  return { value, delta: delta / spot, gamma: gamma / (spot * spot) };
}

function difference(
  terms: OptionTerms,
  by: "sigma" | "rate",
  step: number,
  scheme: SchemeName,
): number {
  const at = (change: number) => americanValue({ ...terms, [by]: terms[by] + change }, scheme);
  return (at(step) - at(-step)) / (2 * step);
}

function exercised({ kind, spot, strike }: OptionTerms): AmericanGreeks {
  const sign = kind === "call" ? 1 : -1;
  return { value: sign * (spot - strike), delta: sign, gamma: 0, vega: 0, theta: 0, rho: 0 };
}

const isCertain = ({ tauYears, sigma }: OptionTerms): boolean => sigma * Math.sqrt(tauYears) === 0;

/** Without volatility, or time: exercised when the discounted payoff is largest, now, at expiry or between. */
function certain(terms: OptionTerms): AmericanGreeks {
  const { kind, spot, strike, tauYears, rate, dividendYield } = terms;
  const turn = Math.log((rate * strike) / (dividendYield * spot)) / (rate - dividendYield);
  const times = [0, tauYears, turn].filter((time) => time >= 0 && time <= tauYears);
  const payoff = (time: number) =>
    europeanValue({ kind, spot, strike, tauYears: time, sigma: 0, rate, dividendYield });
  const best = times.reduce((most, time) => (payoff(time) > payoff(most) ? time : most));
  const { value, delta, theta, rho } = europeanGreeks({ ...terms, tauYears: best, sigma: 0 });
  // Only what is held to expiry has less of its time left tomorrow.
  return { value, delta, gamma: 0, vega: 0, theta: best === tauYears ? theta : 0, rho };
}
