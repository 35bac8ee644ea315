/**
 * The deviation s = sigma sqrt(T) at which Black's normalised formula has a given value: a guess from four pieces of
 * the inverse, then Householder steps of fourth order on a form of the formula that is nearly straight there.
 * Source: P. Jaeckel, Let's Be Rational, Wilmott (2015), pages 40-53, sections 3 to 5.
 */
import { normalDensity, normalProbability, normalQuantile } from "./normal.ts";
import {
  normalisedBlack,
  ratioToDensity,
  relativeBlack,
  valueOverVega,
} from "./normalised-black.ts";
import { rationalCubic } from "./rational-cubic.ts";

/** What is known of the option out of the money, in units of discount sqrt(F K). */
export type NormalisedPrice = Readonly<{
  /** -|ln(F/K)|. */
  x: number;
  /** The value, above 0 and below exp(x / 2). */
  value: number;
  /** exp(x / 2) - value, known apart because it may be far smaller than both. */
  complement: number;
}>;

/** Which form of the formula the steps are taken on. */
type Form = "reciprocal logarithm" | "value" | "logarithm of the complement";

type Guess = Readonly<{ s: number; form: Form }>;

/** Two steps are the rule, three the most that were ever needed. */
const MOST_STEPS = 6;
/** The error that a step leaves is of the fourth power of its length. */
const LAST_STEP = 1e-5;

/** s above 0, to what the rounding of x and value leaves of it. */
export function impliedDeviation(price: NormalisedPrice): number {
  const guess = firstGuess(price);
  let s = guess.s;
  for (let steps = 0; steps < MOST_STEPS; steps++) {
    const step = householder(price, s, guess.form);
    // The inverse is positive and the guess near: what leads elsewhere was a rounding.
    const next = Math.max(0.5 * s, Math.min(s + step, 2 * s));
    const change = Math.abs(next - s);
    s = next;
    if (!(change > LAST_STEP * s)) break;
  }
  return s;
}

/** The next change of s by Householder's method of order 4. */
function householder({ x, value, complement }: NormalisedPrice, s: number, form: Form): number {
  const h = x / s;
  const t = 0.5 * s;
  // Second and third derivative of the value over the first.
  const second = (h * h) / s - 0.5 * t;
  const third = second * second - (3 * h * h) / (s * s) - 0.25;
  if (form === "logarithm of the complement") {
    const overVega = ratioToDensity(-h - t) + ratioToDensity(h - t);
    const slope = 1 / overVega;
    const newton = Math.log((overVega * vegaOf(h, t)) / complement) * overVega;
    return stepOf(newton, second + slope, third + slope * (2 * slope + 3 * second));
  }
  const overVega = valueAtVega(h, t);
  if (form === "value") {
    return stepOf(value / vegaOf(h, t) - overVega, second, third);
  }
  const logarithm = Math.log(overVega) - 0.5 * (h * h + t * t) - LOG_ROOT_TAU;
  const wanted = Math.log(value);
  const inverse = 1 / logarithm;
  const slope = 1 / overVega;
  const newton = (wanted - logarithm) * (logarithm / wanted) * overVega;
  const bent = slope * (1 + 2 * inverse);
  return stepOf(
    newton,
    second - bent,
    third + 2 * slope * slope * (1 + 3 * inverse * (1 + inverse)) - 3 * second * bent,
  );
}

const stepOf = (newton: number, second: number, third: number): number =>
  (newton * (1 + 0.5 * second * newton)) / (1 + newton * (second + (third * newton) / 6));

/** ln sqrt(2 pi). */
const LOG_ROOT_TAU = 0.9189385332046728;

/** The derivative of the value by s. */
const vegaOf = (h: number, t: number): number => normalDensity(h) * Math.exp(-0.5 * t * t);

/** The value over its derivative, also where the ratio of the nearer probability to its density is large. */
const valueAtVega = (h: number, t: number): number =>
  h + t > 0.85 ? relativeBlack(h, t) / normalDensity(h + t) : valueOverVega(h, t);

/** From the piece of the inverse that the value lies on; they meet at the inflection and where its tangent ends. */
function firstGuess(price: NormalisedPrice): Guess {
  const { x, value } = price;
  const middle = Math.sqrt(-2 * x);
  const most = Math.exp(0.5 * x);
  const middleValue = middle === 0 ? 0 : normalisedBlack(x, middle);
  const middleVega = middle === 0 ? 1 / Math.sqrt(2 * Math.PI) : vegaAt(x, middle);
  if (value < middleValue) {
    const low = middle - middleValue / middleVega;
    const lowValue = normalisedBlack(x, low);
    if (value < lowValue) {
      return { s: guessFarBelow(x, value, low, lowValue), form: "reciprocal logarithm" };
    }
    const s = rationalCubic(
      {
        left: lowValue,
        right: middleValue,
        leftValue: low,
        rightValue: middle,
        leftSlope: 1 / vegaAt(x, low),
        rightSlope: 1 / middleVega,
        bend: 0,
        bendAt: "right",
      },
      value,
    );
    return { s, form: "value" };
  }
  const high = middle + (most - middleValue) / middleVega;
  const highValue = normalisedBlack(x, high);
  if (value <= highValue) {
    const s = rationalCubic(
      {
        left: middleValue,
        right: highValue,
        leftValue: middle,
        rightValue: high,
        leftSlope: 1 / middleVega,
        rightSlope: 1 / vegaAt(x, high),
        bend: 0,
        bendAt: "left",
      },
      value,
    );
    return { s, form: value > 0.5 * most ? "logarithm of the complement" : "value" };
  }
  const s = guessFarAbove(price, high, most - highValue);
  return { s, form: value > 0.5 * most ? "logarithm of the complement" : "value" };
}

const vegaAt = (x: number, s: number): number => vegaOf(x / s, 0.5 * s);

/** Below the inflection's tangent: by 2 pi |x| / sqrt(27) N(-|x| / (sqrt(3) s))^3, which is the value itself near 0. */
function guessFarBelow(x: number, value: number, low: number, lowValue: number): number {
  const size = -x;
  const scale = (2 * Math.PI * size) / Math.sqrt(27);
  const z = -size / (Math.sqrt(3) * low);
  const square = z * z;
  const below = normalProbability(z);
  const bend =
    (Math.PI / 6) *
    (square / (low * low * low)) *
    below *
    Math.exp(2 * square + 0.25 * low * low) *
    (8 * Math.sqrt(3) * low * size +
      ((3 * low * low * (low * low - 8) - 8 * size * size) * below) / normalDensity(z));
  const lowFigure = scale * below * below * below;
  const curve = rationalCubic(
    {
      left: 0,
      right: lowValue,
      leftValue: 0,
      rightValue: lowFigure,
      leftSlope: 1,
      rightSlope: 2 * Math.PI * square * below * below * Math.exp(square + 0.125 * low * low),
      bend,
      bendAt: "right",
    },
    value,
  );
  const share = value / lowValue;
  const figure = curve > 0 ? curve : (lowFigure * share + lowValue * (1 - share)) * share;
  return -size / (Math.sqrt(3) * normalQuantile(Math.min(Math.cbrt(figure / scale), 0.49)));
}

/** Above the inflection's tangent: by N(-s / 2), which is half the complement in the limit. */
function guessFarAbove(
  { x, complement }: NormalisedPrice,
  high: number,
  highComplement: number,
): number {
  const square = (x / high) ** 2;
  const highFigure = normalProbability(-0.5 * high);
  const curve = rationalCubic(
    {
      left: 0,
      right: highComplement,
      leftValue: 0,
      rightValue: highFigure,
      leftSlope: 0.5,
      rightSlope: 0.5 * Math.exp(0.5 * square),
      bend: Math.sqrt(Math.PI / 2) * Math.exp(square + 0.125 * high * high) * (square / high),
      bendAt: "right",
    },
    complement,
  );
  const share = complement / highComplement;
  const figure =
    curve > 0 ? curve : (highFigure * share + 0.5 * highComplement * (1 - share)) * share;
  return -2 * normalQuantile(Math.min(figure, 0.49));
}
