/**
 * The complementary error function and its scaled form, by Cody's rational Chebyshev approximations.
 * Relative error below 5e-16 times the condition of the argument, so the far tail keeps all its digits.
 * Source: W. J. Cody, Rational Chebyshev approximations for the error function, Mathematics of Computation 23 (1969),
 * pages 631-637; coefficients of the tables for |x| <= 0.46875, 0.46875 <= x <= 4 and x >= 4.
 */

const NEAR = 0.46875;
/** 1 / sqrt(pi). */
const SCALE = 0.5641895835477563;
/** Beyond it erfc is below the smallest number, and on the other side exp(x^2) above the largest. */
const UNDERFLOW = 27.3;
const OVERFLOW = -26.7;

/** 1 - erf(x): 2 at minus infinity, 0 at infinity. */
export function erfc(x: number): number {
  const size = Math.abs(x);
  if (size <= NEAR) return 1 - x * errorRatio(x * x);
  if (size > UNDERFLOW) return x < 0 ? 2 : 0;
  const tail = scaledTail(size) * exponentialOfSquare(size, -1);
  return x < 0 ? 2 - tail : tail;
}

/** exp(x^2) erfc(x): about 1 / (x sqrt(pi)) for large x, infinite below -26.7. */
export function erfcx(x: number): number {
  const size = Math.abs(x);
  if (size <= NEAR) return Math.exp(x * x) * (1 - x * errorRatio(x * x));
  if (x > 0) return scaledTail(x);
  if (x < OVERFLOW) return Infinity;
  return 2 * exponentialOfSquare(size, 1) - scaledTail(size);
}

/**
 * exp(sign x^2) for x >= 0. The square is split at a multiple of 1/16, which squares without rounding: otherwise the
 * result would lose as many digits as x^2 is large.
 */
export function exponentialOfSquare(x: number, sign: 1 | -1): number {
  const whole = Math.trunc(x * 16) / 16;
  return Math.exp(sign * whole * whole) * Math.exp(sign * (x - whole) * (x + whole));
}

/** erf(x) / x for |x| <= 0.46875, of y = x^2. */
function errorRatio(y: number): number {
  const above =
    (((0.18577770618460315 * y + 3.1611237438705655) * y + 113.86415415105016) * y +
      377.485237685302) *
      y +
    3209.3775891384694;
  const below =
    (((y + 23.601290952344122) * y + 244.02463793444417) * y + 1282.6165260773723) * y +
    2844.236833439171;
  return above / below;
}

/** erfcx for x > 0.46875. */
function scaledTail(x: number): number {
  return x <= 4 ? scaledMiddle(x) : scaledFar(x);
}

function scaledMiddle(x: number): number {
  const above =
    (((((((2.1531153547440383e-8 * x + 0.5641884969886701) * x + 8.883149794388377) * x +
      66.11919063714163) *
      x +
      298.6351381974001) *
      x +
      881.952221241769) *
      x +
      1712.0476126340707) *
      x +
      2051.0783778260716) *
      x +
    1230.3393547979972;
  const below =
    (((((((x + 15.744926110709835) * x + 117.6939508913125) * x + 537.1811018620099) * x +
      1621.3895745666903) *
      x +
      3290.7992357334597) *
      x +
      4362.619090143247) *
      x +
      3439.3676741437216) *
      x +
    1230.3393548037495;
  return above / below;
}

function scaledFar(x: number): number {
  const y = 1 / (x * x);
  const above =
    ((((0.016315387137302097 * y + 0.30532663496123236) * y + 0.36034489994980445) * y +
      0.12578172611122926) *
      y +
      0.016083785148742275) *
      y +
    0.0006587491615298378;
  const below =
    ((((y + 2.568520192289822) * y + 1.8729528499234673) * y + 0.5279051029514285) * y +
      0.06051834131244132) *
      y +
    0.0023352049762686918;
  return (SCALE - (y * above) / below) / x;
}
