/**
 * Where the exercise boundary of an American option is held and how integrals over it are taken: everything of the
 * method that does not depend on the option, worked out once.
 *
 * The boundary is a polynomial in the root of the time to expiry, held at Chebyshev's points of it. Integrals run over
 * the root s of the share of time between a moment and the one it looks back from. Both ends of theirs are awkward: the
 * kernel has a root at s = 0, the boundary one, with a logarithm, at s = 1; s = 1 - (1 - w)^2 makes both smooth in w.
 */
import { gaussLegendre } from "./gauss-legendre.ts";

export type Integral = Readonly<{
  /** Roots of the shares of time, rising. */
  roots: Float64Array;
  /** 1 - roots^2, without the rounding that the difference has near 1. */
  rests: Float64Array;
  /** Weights of an integral over s. */
  weights: Float64Array;
}>;

export type Scheme = Readonly<{
  /** Roots of the times to expiry over the option's whole, falling from 1; that of expiry itself is left out. */
  nodes: Float64Array;
  /** How a node looks back. */
  back: Integral;
  /** For each node and point of `back`, what each node's value counts for there. */
  backWeights: Float64Array;
  /** How the option's value is summed up. */
  value: Integral;
  valueWeights: Float64Array;
  /** Rounds that the boundary is improved for, at most. */
  rounds: number;
  /** It stands when a round moved it by less, relative to the strike. */
  tolerance: number;
}>;

type Sizes = Readonly<{
  nodes: number;
  backPoints: number;
  valuePoints: number;
  rounds: number;
  tolerance: number;
}>;

/** Sizes found by trial on options of a week to ten years, volatilities of 10 to 150 % and rates up to 10 %. */
const SIZES = {
  // A fixed number of rounds, so that values are smooth in what differences are taken by.
  fast: { nodes: 10, backPoints: 12, valuePoints: 32, rounds: 6, tolerance: 0 },
  accurate: { nodes: 40, backPoints: 40, valuePoints: 64, rounds: 40, tolerance: 1e-10 },
} as const satisfies Readonly<Record<string, Sizes>>;

/** `fast` is good to 1e-4 per 100 of strike unless carry is strong over years, `accurate` to 1e-7, at fifty times the work. */
export type SchemeName = keyof typeof SIZES;

const built: Partial<Record<SchemeName, Scheme>> = {};

/** The scheme of a name, the same object every time. */
export function schemeOf(name: SchemeName): Scheme {
  built[name] ??= build(SIZES[name]);
  return built[name];
}

function build({ nodes: count, backPoints, valuePoints, rounds, tolerance }: Sizes): Scheme {
  const chebyshev = Array.from({ length: count + 1 }, (_, k) => Math.cos((k * Math.PI) / count));
  const nodes = Float64Array.from(chebyshev.slice(0, count), (z) => 0.5 * (1 + z));
  const back = integral(backPoints);
  const value = integral(valuePoints);
  // The time at a point of a node is the node's times a share that is the same for all options.
  const shares = [...back.rests].map(Math.sqrt);
  const backWeights = [...nodes].flatMap((node) =>
    shares.flatMap((share) => interpolation(chebyshev, 2 * node * share - 1)),
  );
  const valueWeights = [...value.rests].flatMap((rest) =>
    interpolation(chebyshev, 2 * Math.sqrt(rest) - 1),
  );
  return {
    nodes,
    back,
    backWeights: Float64Array.from(backWeights),
    value,
    valueWeights: Float64Array.from(valueWeights),
    rounds,
    tolerance,
  };
}

function integral(count: number): Integral {
  const { points, weights } = gaussLegendre(count);
  const squares = points.map((point) => (1 - point) ** 2);
  return {
    roots: squares.map((square) => 1 - square),
    rests: squares.map((square) => square * (2 - square)),
    weights: weights.map((weight, at) => 2 * weight * (1 - points[at]!)),
  };
}

/**
 * What the value at each of Chebyshev's points counts for at z, by the barycentric formula (J.-P. Berrut and
 * L. N. Trefethen, Barycentric Lagrange interpolation, SIAM Review 46 (2004), page 501-517). The last is left out: the
 * polynomial is 0 there.
 */
function interpolation(chebyshev: readonly number[], z: number): number[] {
  const last = chebyshev.length - 1;
  const here = chebyshev.indexOf(z);
  if (here >= 0) return chebyshev.slice(0, last).map((_, k) => (k === here ? 1 : 0));
  const terms = chebyshev.map(
    (point, k) => ((k % 2 === 0 ? 1 : -1) * (k === 0 || k === last ? 0.5 : 1)) / (z - point),
  );
  const total = terms.reduce((sum, term) => sum + term, 0);
  return terms.slice(0, last).map((term) => term / total);
}
