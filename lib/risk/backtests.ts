/**
 * Whether forecasts of value at risk and expected shortfall held, judged by the days on which they did not.
 * Sources: P. Kupiec, Techniques for verifying the accuracy of risk measurement models, Journal of Derivatives 3 (1995);
 * P. Christoffersen, Evaluating interval forecasts, International Economic Review 39 (1998); Basel Committee, Supervisory
 * framework for the use of "backtesting" (1996), table 2; C. Acerbi and B. Szekely, Backtesting expected shortfall, Risk
 * (December 2014), tests 1 and 2.
 *
 * An exception is a day that lost more than its value at risk. `probability` is the share of days on which that should
 * happen: 1 - confidence.
 */
import { AppError } from "../errors.ts";
import { binomialAtMost, chiSquaredTail } from "../stats.ts";
import { demandNumbers } from "./tail.ts";

export type LikelihoodRatio = Readonly<{
  /** Twice the logarithm of how much likelier the days are without the claim that is tested; at least 0. */
  likelihoodRatio: number;
  /** Probability of a ratio this large when the claim is true. */
  pValue: number;
}>;

export type ExceptionCount = Readonly<{
  /** Days. */
  observations: number;
  exceptions: number;
  probability: number;
}>;

/**
 * Whether as many exceptions happened as should (proportion of failures): chi-square with one degree of freedom.
 *
 * @throws AppError DEGENERATE_INPUT unless exceptions are whole, from 0 to observations, and 0 < probability < 1
 */
export function kupiec({ observations, exceptions, probability }: ExceptionCount): LikelihoodRatio {
  demandCount({ observations, exceptions, probability });
  const share = exceptions / observations;
  return ratioOf(
    exceptions * relative(share, probability) +
      (observations - exceptions) * relative(1 - share, 1 - probability),
    1,
  );
}

export type Christoffersen = Readonly<{
  observations: number;
  exceptions: number;
  /** Pairs of days that follow each other: [i][j] from a day without (0) or with (1) an exception to one of the other. */
  transitions: readonly (readonly [number, number])[];
  /** As many exceptions as there should be: {@link kupiec}. */
  unconditional: LikelihoodRatio;
  /** An exception is no likelier after another one. */
  independence: LikelihoodRatio;
  /** Both, with two degrees of freedom. */
  conditional: LikelihoodRatio;
}>;

/**
 * Whether exceptions come one by one rather than in clusters.
 *
 * @param exceptions one entry per day, oldest first
 * @throws AppError DEGENERATE_INPUT with fewer than two days or unless 0 < probability < 1
 */
export function christoffersen(
  exceptions: readonly boolean[],
  probability: number,
): Christoffersen {
  const observations = exceptions.length;
  const count = exceptions.filter(Boolean).length;
  if (observations < 2) {
    throw new AppError("DEGENERATE_INPUT", `at least two days are needed, were ${observations}`, {
      observations,
    });
  }
  const transitions: [[number, number], [number, number]] = [
    [0, 0],
    [0, 0],
  ];
  for (let day = 1; day < observations; day++) {
    transitions[exceptions[day - 1] ? 1 : 0][exceptions[day] ? 1 : 0]++;
  }
  const [[calm, broken], [healed, repeated]] = transitions;
  const share = (broken + repeated) / (observations - 1);
  const afterCalm = broken / (calm + broken);
  const afterException = repeated / (healed + repeated);
  const independence = ratioOf(
    broken * relative(afterCalm, share) +
      calm * relative(1 - afterCalm, 1 - share) +
      repeated * relative(afterException, share) +
      healed * relative(1 - afterException, 1 - share),
    1,
  );
  const unconditional = kupiec({ observations, exceptions: count, probability });
  const both = unconditional.likelihoodRatio + independence.likelihoodRatio;
  return {
    observations,
    exceptions: count,
    transitions,
    unconditional,
    independence,
    conditional: { likelihoodRatio: both, pValue: chiSquaredTail(both, 2) },
  };
}

export type BaselZone = Readonly<{
  /** Of 250 days at 1 %: green 0 to 4 exceptions, yellow 5 to 9, red from 10 on. */
  zone: "green" | "yellow" | "red";
  /** Probability of at most this many exceptions when the model is right. */
  cumulativeProbability: number;
}>;

const YELLOW_FROM = 0.95;
const RED_FROM = 0.9999;

/**
 * The committee's zone by its own rule, for any number of days: yellow where the cumulative probability reaches 95 %, red
 * where it reaches 99.99 %.
 *
 * @throws AppError DEGENERATE_INPUT as {@link kupiec}
 */
export function baselZone({ observations, exceptions, probability }: ExceptionCount): BaselZone {
  demandCount({ observations, exceptions, probability });
  const cumulativeProbability = binomialAtMost(exceptions, observations, probability);
  const zone =
    cumulativeProbability < YELLOW_FROM
      ? "green"
      : cumulativeProbability < RED_FROM
        ? "yellow"
        : "red";
  return { zone, cumulativeProbability };
}

export type ShortfallForecasts = Readonly<{
  /** Profit and loss (or return) per day. */
  pnl: readonly number[] | Float64Array;
  /** A positive loss: one for all days, or one per day. */
  valueAtRisk: number | readonly number[] | Float64Array;
  /** A positive loss: one for all days, or one per day. */
  expectedShortfall: number | readonly number[] | Float64Array;
  probability: number;
}>;

export type AcerbiSzekely = Readonly<{
  observations: number;
  exceptions: number;
  /** Size of the exceptions alone: 0 is expected, below 0 they were larger. Undefined when there was none. */
  z1: number | undefined;
  /** Number and size of the exceptions: 0 is expected, below 0 the shortfall was understated; 1 without exceptions. */
  z2: number;
}>;

/**
 * Critical values of Z2 as published for 250 days at 2.5 %: below the first a right model lies in 5 % of all cases, below
 * the second in 0.01 %. They hold for normal profits and for Student's t with 10 degrees of freedom and more; with 3
 * degrees the first is -0.82. Z1 has no value that holds for all of them.
 */
export const Z2_CRITICAL = {
  observations: 250,
  probability: 0.025,
  at5Percent: -0.7,
  at1Per10000: -1.8,
} as const;

/** @throws AppError DEGENERATE_INPUT when lists differ in length, hold no numbers, or a shortfall is not positive */
export function acerbiSzekely(forecasts: ShortfallForecasts): AcerbiSzekely {
  const { pnl, expectedShortfall, probability } = forecasts;
  const isException = exceptionsOf(pnl, forecasts.valueAtRisk);
  const shortfall = daily("expected shortfall", expectedShortfall, pnl.length);
  const observations = pnl.length;
  demandCount({ observations, exceptions: 0, probability });
  let exceptions = 0;
  let sum = 0;
  for (let day = 0; day < observations; day++) {
    const expected = shortfall(day);
    if (!(expected > 0)) {
      throw new AppError(
        "DEGENERATE_INPUT",
        `expected shortfall must be a positive loss, was "${expected}" on day ${day}`,
        { day, expectedShortfall: String(expected) },
      );
    }
    if (!isException[day]) continue;
    exceptions++;
    sum += pnl[day]! / expected;
  }
  return {
    observations,
    exceptions,
    z1: exceptions === 0 ? undefined : sum / exceptions + 1,
    z2: sum / (observations * probability) + 1,
  };
}

/**
 * The days that lost more than their value at risk.
 *
 * @param pnl profit and loss per day
 * @param valueAtRisk a loss is positive: one for all days, or one per day
 * @throws AppError DEGENERATE_INPUT when lists differ in length or hold what is no number
 */
export function exceptionsOf(
  pnl: readonly number[] | Float64Array,
  valueAtRisk: number | readonly number[] | Float64Array,
): boolean[] {
  demandNumbers("profit and loss", pnl);
  const limit = daily("value at risk", valueAtRisk, pnl.length);
  return Array.from(pnl, (profit, day) => profit < -limit(day));
}

function daily(
  what: string,
  forecasts: number | readonly number[] | Float64Array,
  days: number,
): (day: number) => number {
  if (typeof forecasts === "number") {
    demandNumbers(what, [forecasts]);
    return () => forecasts;
  }
  demandNumbers(what, forecasts);
  if (forecasts.length === days) return (day) => forecasts[day]!;
  throw new AppError(
    "DEGENERATE_INPUT",
    `${what} must have one entry per day, had ${forecasts.length} for ${days} days`,
    { entries: forecasts.length, days },
  );
}

/** ln of how much likelier a share is than it was claimed to be; of what never happened, nothing. */
const relative = (share: number, claimed: number): number =>
  share > 0 ? Math.log(share / claimed) : 0;

function ratioOf(logLikelihood: number, degrees: number): LikelihoodRatio {
  // Rounding may leave a tiny negative number where both sides are equally likely.
  const likelihoodRatio = Math.max(0, 2 * logLikelihood);
  return { likelihoodRatio, pValue: chiSquaredTail(likelihoodRatio, degrees) };
}

function demandCount({ observations, exceptions, probability }: ExceptionCount): void {
  const isCount = Number.isInteger(exceptions) && Number.isInteger(observations);
  if (
    isCount &&
    observations > 0 &&
    exceptions >= 0 &&
    exceptions <= observations &&
    probability > 0 &&
    probability < 1
  ) {
    return;
  }
  throw new AppError(
    "DEGENERATE_INPUT",
    `exceptions must be whole, from 0 to the days, with a probability between 0 and 1, were "${exceptions}" of "${observations}" at "${probability}"`,
    {
      observations: String(observations),
      exceptions: String(exceptions),
      probability: String(probability),
    },
  );
}
