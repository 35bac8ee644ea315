/** Everything a run leaves to chance comes from one of these, so that its seed repeats it. */
import { uniform } from "../../bench/uniform.ts";

export type Random = Readonly<{
  /** Uniform in [0, 1). */
  next: () => number;
  chance: (probability: number) => boolean;
  between: (from: number, to: number) => number;
  /** A whole number, both ends included. */
  whole: (from: number, to: number) => number;
  pick: <T>(from: readonly T[]) => T;
}>;

export function randomOf(seed: number): Random {
  // Neighbouring seeds shall have nothing in common.
  const next = uniform(Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995);
  return {
    next,
    chance: (probability) => next() < probability,
    between: (from, to) => from + next() * (to - from),
    whole: (from, to) => from + Math.floor(next() * (to - from + 1)),
    pick: (from) => from[Math.floor(next() * from.length)]!,
  };
}
