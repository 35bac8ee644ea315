/** Consumers of a log that die: each effect on what is shared may be a process's last, and batches come again until one lives. */
import { uniform } from "../../bench/uniform.ts";
import type { LogRecord } from "../../lib/ports.ts";

export class Killed extends Error {}

/** @param dies is asked before and after each effect; true ends the process there for ever */
export function effects(dies: () => boolean) {
  let isDead = false;
  const live = (): void => {
    isDead ||= dies();
    if (isDead) throw new Killed();
  };
  return async <T>(work: () => T | Promise<T>): Promise<T> => {
    live();
    const value = await work();
    live();
    return value;
  };
}

export type Delivery = Readonly<{
  seed: number;
  /** Chance of an effect to be the last one. */
  deadly: number;
  /** Records of a batch at most. */
  most: number;
}>;

/**
 * Delivers as an event-source mapping does: in order, again after every failure, from processes that come and go.
 * @param start a process; it takes a batch, or dies
 * @returns how many died
 */
export async function delivered(
  all: readonly LogRecord[],
  { seed, deadly, most }: Delivery,
  start: (dies: () => boolean) => (records: readonly LogRecord[]) => Promise<unknown>,
): Promise<number> {
  const chance = uniform(seed);
  const next = () => start(() => chance() < deadly);
  let take = next();
  let deaths = 0;
  for (let from = 0; from < all.length; ) {
    const to = Math.min(all.length, from + 1 + Math.floor(chance() * most));
    // The mapping may have got an answer and lost it: then what was done comes again.
    const again = Math.max(0, from - Math.floor(chance() * 6));
    try {
      await take(all.slice(again, to));
      from = to;
      if (chance() < 0.1) take = next();
    } catch (error) {
      if (!(error instanceof Killed)) throw error;
      deaths++;
      take = next();
    }
  }
  return deaths;
}
