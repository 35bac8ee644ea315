/** The processes that are alive: where one is killed another starts a little later, perhaps of a newer build. */
import type { Product } from "./builds.ts";
import type { Clock } from "./clock.ts";
import type { Faults } from "./faults.ts";
import { kill } from "./process.ts";
import type { Random } from "./random.ts";
import { type Sandbox, type SandboxOptions, startSandbox } from "./sandbox.ts";

export type Fleet = Readonly<{
  /** One of the living. */
  any: () => Sandbox;
  /** Lets somebody's clock jump or somebody stand still for a while. */
  disturb: () => void;
  /** From now on new processes are of the newer build. */
  deploy: () => void;
  /** Ends all and starts one. */
  restart: () => Sandbox;
  stop: () => void;
  /** Gives back the memory of every process there was. */
  close: () => void;
}>;

export type FleetOptions = Readonly<{
  clock: Clock;
  random: Random;
  faults: Faults;
  skewMsMax: number;
  size: number;
  product: Product;
  newer: Product;
  sandbox: Omit<SandboxOptions, "name" | "product" | "isNewer" | "skewMs" | "clock" | "random">;
}>;

export function fleetOf(options: FleetOptions): Fleet {
  const { clock, random, faults, skewMsMax } = options;
  const alive: Sandbox[] = [];
  const all: Sandbox[] = [];
  let started = 0;
  let isNewer = false;
  let isStopped = false;

  const skewMs = (): number => random.between(-skewMsMax, skewMsMax);

  const start = (): Sandbox => {
    const sandbox = startSandbox({
      ...options.sandbox,
      clock,
      random,
      name: `p${++started}${isNewer ? "n" : ""}`,
      product: isNewer ? options.newer : options.product,
      isNewer,
      skewMs: skewMs(),
    });
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
