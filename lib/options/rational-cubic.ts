/**
 * A rational cubic through two points with given slopes, and a given second derivative at one of them as far as the
 * curve stays monotone and convex as its data are.
 * Source: R. Delbourgo and J. Gregory, Shape preserving piecewise rational interpolation, SIAM Journal on Scientific and
 * Statistical Computing 6 (1985), pages 967-976.
 */
export type Span = Readonly<{
  left: number;
  right: number;
  /** Values and slopes at both ends. */
  leftValue: number;
  rightValue: number;
  leftSlope: number;
  rightSlope: number;
  /** The second derivative, at the end that `bendAt` names. */
  bend: number;
  bendAt: "left" | "right";
}>;

/** The curve at `x`, which lies within the span. */
export function rationalCubic(span: Span, x: number): number {
  const { left, leftValue, rightValue, leftSlope, rightSlope } = span;
  const width = span.right - left;
  if (!(width > 0)) return 0.5 * (leftValue + rightValue);
  const t = (x - left) / width;
  const rest = 1 - t;
  const control = controlOf(span, width);
  if (!(control < LINEAR)) return leftValue * rest + rightValue * t;
  const above =
    rightValue * t * t * t +
    (control * rightValue - width * rightSlope) * t * t * rest +
    (control * leftValue + width * leftSlope) * t * rest * rest +
    leftValue * rest * rest * rest;
  return above / (1 + (control - 3) * t * rest);
}

/** From here on the curve is its chord. */
const LINEAR = 1e15;

/** How tight the curve is drawn to its chord: 3 is the ordinary cubic, and below -1 the curve has poles. */
function controlOf(span: Span, width: number): number {
  const { leftValue, rightValue, leftSlope, rightSlope, bend, bendAt } = span;
  const chord = (rightValue - leftValue) / width;
  const [before, after] = [chord - leftSlope, rightSlope - chord];
  const turn = rightSlope - leftSlope;
  const wanted = (0.5 * width * bend + turn) / (bendAt === "left" ? before : after);
  let least = -0.99;
  if (leftSlope * chord >= 0 && rightSlope * chord >= 0) {
    least = Math.max(least, (leftSlope + rightSlope) / chord);
  }
  if (before * after >= 0) {
    least = Math.max(least, Math.abs(turn / before), Math.abs(turn / after));
  }
  return Number.isNaN(wanted) ? least : Math.max(wanted, least);
}
