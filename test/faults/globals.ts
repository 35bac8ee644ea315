/**
 * Puts virtual time, seeded chance and the in-process transports in the place of what Node offers, for as long as a
 * simulation is under way. To be called before the product is loaded: some modules take their functions when they load.
 */
import { randomUUID } from "node:crypto";
import { createRequire, syncBuiltinESMExports } from "node:module";
import type { Clock, Task } from "./clock.ts";
import { rememberHmacs } from "./hmac.ts";
import { currentProcess, deliver } from "./process.ts";
import type { Random } from "./random.ts";
import type { Fetch } from "./redis-transport.ts";
import { type S3Handle, takeS3Transport } from "./s3-transport.ts";

/** What a simulation offers to the globals. */
export type Surroundings = Readonly<{ clock: Clock; random: Random; fetch: Fetch; s3: S3Handle }>;

const realImmediate = setImmediate;

/** Waits until every promise and stream of this process has come as far as it can. */
export const atRest = (): Promise<void> => new Promise((resolve) => realImmediate(resolve));

let active: Surroundings | undefined;

/** Which simulation the globals belong to; `undefined` gives them back to the real world. */
export function surround(by: Surroundings | undefined): void {
  active = by;
}

type Timer = Readonly<{ task: Task; ref: () => Timer; unref: () => Timer; hasRef: () => boolean }>;

function virtualTimer(clock: Clock, ms: number, run: () => void): Timer {
  const process = currentProcess();
  const task = clock.after(ms, () => deliver(clock, process, run));
  const timer: Timer = { task, ref: () => timer, unref: () => timer, hasRef: () => true };
  return timer;
}

function installTimers(): void {
  const real = { setTimeout, clearTimeout, setImmediate };
  const later = (run: (...values: unknown[]) => void, ms = 0, ...values: unknown[]) =>
    active === undefined
      ? real.setTimeout(run, ms, ...values)
      : virtualTimer(active.clock, ms, () => run(...values));
  const clear = (timer: Timer | NodeJS.Timeout | undefined) => {
    if (timer !== undefined && "task" in timer) active?.clock.cancel(timer.task);
    else real.clearTimeout(timer);
  };
  const soon = (run: (...values: unknown[]) => void, ...values: unknown[]) =>
    active === undefined
      ? real.setImmediate(run, ...values)
      : virtualTimer(active.clock, 0, () => run(...values));
  Object.assign(globalThis, { setTimeout: later, clearTimeout: clear, setImmediate: soon });

  const promises = createRequire(import.meta.url)("node:timers/promises");
  const realSleep = promises.setTimeout;
  promises.setTimeout = (ms: number, value: unknown, options: unknown) =>
    active === undefined
      ? realSleep(ms, value, options)
      : new Promise((resolve) => later(() => resolve(value), ms));

  const realDeadline = AbortSignal.timeout.bind(AbortSignal);
  AbortSignal.timeout = (ms) => {
    if (active === undefined) return realDeadline(ms);
    const controller = new AbortController();
    later(() => controller.abort(new DOMException("deadline passed", "TimeoutError")), ms);
    return controller.signal;
  };
}

function installClocks(): void {
  const RealDate = Date;
  const realNow = performance.now.bind(performance);
  class VirtualDate extends RealDate {
    constructor(...values: [] | [number | string | Date]) {
      if (values.length === 0) super(VirtualDate.now());
      else super(...values);
    }
    static override now(): number {
      return active === undefined ? RealDate.now() : active.clock.nowMs();
    }
  }
  Object.assign(globalThis, { Date: VirtualDate });
  performance.now = () => active?.clock.nowMs() ?? realNow();
  // Virtual time only passes while everybody waits.
  const realUtilization = performance.eventLoopUtilization.bind(performance);
  performance.eventLoopUtilization = (began, ended) =>
    active === undefined
      ? realUtilization(began, ended)
      : { idle: active.clock.nowMs() - (began?.idle ?? 0), active: 0, utilization: 0 };
}

function installChance(): void {
  const realRandom = Math.random;
  Math.random = () => active?.random.next() ?? realRandom();
  const hex = () => Math.floor((active?.random.next() ?? 0) * 2 ** 32).toString(16);
  const seeded = () => (active === undefined ? randomUUID() : `${hex()}-${hex()}-${hex()}-0-0`);
  Object.assign(globalThis.crypto, { randomUUID: seeded });
}

/** The thread pool finishes in an order of its own; done at once, the bytes are the same. */
function installZstd(): void {
  const zlib = createRequire(import.meta.url)("node:zlib");
  type Done = (error: unknown, bytes?: Buffer) => void;
  const atOnce =
    (work: (bytes: Buffer, options: unknown) => Buffer) =>
    (bytes: Buffer, options: unknown, done: Done) => {
      let packed: Buffer;
      try {
        packed = work(bytes, options);
      } catch (error) {
        queueMicrotask(() => done(error));
        return;
      }
      queueMicrotask(() => done(null, packed));
    };
  zlib.zstdCompress = atOnce(zlib.zstdCompressSync);
  zlib.zstdDecompress = atOnce(zlib.zstdDecompressSync);
}

export async function installGlobals(): Promise<void> {
  installTimers();
  installClocks();
  installChance();
  installZstd();
  rememberHmacs();
  syncBuiltinESMExports();
  const realFetch = globalThis.fetch;
  const fetch = (url: string, init: RequestInit) =>
    active === undefined ? realFetch(url, init) : active.fetch(url, init);
  Object.assign(globalThis, { fetch });
  await takeS3Transport(() => active?.s3);
}
