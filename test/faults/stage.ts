/** What a run offers to those who act in it. */
import type { Clock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import type { Actor, Fleet } from "./fleet.ts";
import type { Random } from "./random.ts";
import type { Record } from "./record.ts";

export type Stage<A extends Actor> = Readonly<{
  clock: Clock;
  random: Random;
  faults: Faults;
  fleet: Fleet<A>;
  record: Record;
  graceMs: number;
  /** Whether nothing but Redis fails in this run. */
  isStoreWell: boolean;
}>;

export const pause = ({ clock }: Readonly<{ clock: Clock }>, ms: number): Promise<void> =>
  new Promise((resolve) => clock.after(ms, resolve));
