/** The processes that are alive: where one is killed another starts a little later, perhaps of a newer build. */
import type { Clock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import { kill, type Process } from "./process.ts";
import type { Random } from "./random.ts";

/** A process with the product in it. */
export type Actor = Readonly<{ process: Process; images: Readonly<{ close: () => void }> }>;

export type Fleet<A extends Actor> = Readonly<{
  /** One of the living. */
  any: () => A;
  /** Lets somebody's clock jump or somebody stand still for a while. */
  disturb: () => void;
  /** From now on new processes are of the newer build. */
  deploy: () => void;
  /** Ends all and starts one. */
  restart: () => A;
  stop: () => void;
  /** Gives back the memory of every process there was. */
  close: () => void;
}>;

/** What tells one process from another. */
export type Place = Readonly<{ name: string; isNewer: boolean; skewMs: number }>;

export type FleetOptions<A extends Actor> = Readonly<{
  clock: Clock;
  random: Random;
  faults: Faults;
  skewMsMax: number;
  size: number;
  start: (place: Place) => A;
}>;

export function fleetOf<A extends Actor>(options: FleetOptions<A>): Fleet<A> {
  const { clock, random, faults, skewMsMax } = options;
  const alive: A[] = [];
  const all: A[] = [];
  let started = 0;
  let isNewer = false;
  let isStopped = false;

  const skewMs = (): number => random.between(-skewMsMax, skewMsMax);

  const start = (): A => {
    const name = `p${++started}${isNewer ? "n" : ""}`;
    const sandbox = options.start({ name, isNewer, skewMs: skewMs() });
    alive.push(sandbox);
    all.push(sandbox);
    sandbox.process.onDeath.push(() => {
      alive.splice(alive.indexOf(sandbox), 1);
      if (!isStopped) clock.after(random.between(100, 3_000), start);
    });
    return sandbox;
  };

  for (let slot = 0; slot < options.size; slot++) start();

  const stop = (): void => {
    isStopped = true;
    for (const { process } of [...alive]) kill(process);
  };

  return {
    // Somebody is started at once when nobody is left: events do not wait for a restart.
    any: () => (alive.length > 0 ? random.pick(alive) : start()),
    disturb() {
      if (alive.length === 0) return;
      const { process } = random.pick(alive);
      if (random.chance(0.5)) {
        process.skewMs = skewMs();
        faults.note("clock_jump");
      } else {
        process.pausedUntilMs = clock.nowMs() + random.between(200, 4_000);
        faults.note("pause");
      }
    },
    deploy() {
      isNewer = true;
    },
    restart() {
      stop();
      isStopped = false;
      return start();
    },
    stop,
    close() {
      for (const { images } of all) images.close();
    },
  };
}
