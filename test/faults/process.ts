/**
 * A simulated process: an owner of requests and timers. The code of the product runs in its asynchronous context, so
 * that the transports know who asks; when it is killed, nothing it waits for ever comes.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Clock } from "./clock.ts";

export type Process = {
  readonly name: string;
  /** What its clock shows beyond the true time. */
  skewMs: number;
  pausedUntilMs: number;
  isDead: boolean;
  /** Called once, when it is killed. */
  readonly onDeath: (() => void)[];
};

export const newProcess = (name: string, skewMs: number): Process => ({
  name,
  skewMs,
  pausedUntilMs: 0,
  isDead: false,
  onDeath: [],
});

const owner = new AsyncLocalStorage<Process>();

export const currentProcess = (): Process | undefined => owner.getStore();
export const inProcess = <T>(process: Process, run: () => T): T => owner.run(process, run);

export function kill(process: Process): void {
  if (process.isDead) return;
  process.isDead = true;
  for (const told of process.onDeath) told();
}

/** Lets something reach a process: at once, when it goes on after a pause, or never when it is dead. */
export function deliver(clock: Clock, process: Process | undefined, run: () => void): void {
  if (process?.isDead) return;
  const waitMs = (process?.pausedUntilMs ?? 0) - clock.nowMs();
  if (process === undefined) run();
  else if (waitMs > 0) clock.after(waitMs, () => deliver(clock, process, run));
  else inProcess(process, run);
}

export class Killed extends Error {}

/** Runs something in a process. @throws Killed when the process ends before it has answered */
export function invoke<T>(
  { process }: Readonly<{ process: Process }>,
  work: () => Promise<T>,
): Promise<T> {
  return new Promise((resolve, reject) => {
    if (process.isDead) return reject(new Killed());
    process.onDeath.push(() => reject(new Killed()));
    inProcess(process, work).then(resolve, reject);
  });
}
