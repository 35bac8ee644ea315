/** Bodies of answers by key: in the memory of the process, behind it in the cache that all processes share. */
import { setTimeout as sleep } from "node:timers/promises";
import { config } from "../config.ts";
import type { Cache } from "../ports.ts";
import { compressed, type Encoding } from "./compression.ts";
import { lru } from "./memory.ts";
import { instruments } from "./metrics/meter.ts";
import { singleFlight } from "./single-flight.ts";

export type Memory = Readonly<{
  get: (key: string) => string | undefined;
  set: (key: string, value: string) => void;
}>;

/** Where bodies are kept. Read when first needed, so that `world` opens nothing for a function that is only imported. */
export type Levels = Readonly<{ cache: Cache; memory?: Memory }>;

/** Which cache the body came from; `bypass` = the client forbade caches. */
type Origin = "hit" | "miss" | "bypass";
export type Body = Readonly<{ text: string; origin: Origin }>;

/** How a body is made; one that `isQuick` is made rather than asked of the shared cache, or kept there. */
export type Computable = Readonly<{ compute: () => Promise<string>; isQuick?: () => boolean }>;

export type Bodies = Readonly<{
  /** The body from memory or cache, or computed and kept; `bypass` computes without looking. */
  find: (key: string, answer: Computable, bypass?: boolean) => Promise<Body>;
  /** The body compressed, from memory when it was before. */
  packed: (key: string, text: string, encoding: Encoding) => string;
}>;

/** How long one holder may compute before the others stop waiting for it. */
const LEASE_MS = 10_000;

/** One memory for all functions of a process: locally they share it, on Lambda each process has one function. */
let ofProcess: Memory | undefined;
const processMemory = (): Memory => {
  ofProcess ??= lru({ maxBytes: config().MEMORY_CACHE_MB * 1024 * 1024 });
  return ofProcess;
};

/** `shared`: another request of this process was making it already. */
const looked = (outcome: "hit" | "miss" | "shared") =>
  instruments.add("qf_cache_lookups_total", { level: "memory", outcome });

/** Bodies by key: memory before the shared cache, one computation at a time per key in this process and, by lease, elsewhere. */
export function bodyStore(levels: Levels): Bodies {
  const near = () => levels.memory ?? processMemory();
  const once = singleFlight<string>();

  const find: Bodies["find"] = async (key, { compute, isQuick }, bypass = false) => {
    const warm = bypass ? undefined : near().get(key);
    if (warm !== undefined) {
      looked("hit");
      return { text: warm, origin: "hit" };
    }
    let isMine = false;
    let computed = false;
    const make = async () => {
      computed = true;
      return compute();
    };
    const text = await once(bypass ? `bypass ${key}` : key, async () => {
      isMine = true;
      const fresh = isQuick?.()
        ? await make()
        : bypass
          ? await kept(levels.cache, key, make)
          : await shared(levels.cache, key, make);
      near().set(key, fresh);
      return fresh;
    });
    if (!bypass) looked(isMine ? "miss" : "shared");
    return { text, origin: bypass ? "bypass" : computed ? "miss" : "hit" };
  };

  const packed = (key: string, text: string, encoding: Encoding): string => {
    const known = near().get(`${key} ${encoding}`);
    if (known !== undefined) return known;
    const fresh = compressed(text, encoding);
    near().set(`${key} ${encoding}`, fresh);
    return fresh;
  };

  return { find, packed };
}

async function kept(cache: Cache, key: string, make: () => Promise<string>): Promise<string> {
  const text = await make();
  await cache.set(`answer:${key}`, text, config().CACHE_TTL_SECONDS);
  return text;
}

/** From the shared cache, or computed under a lease while others wait; without a reachable cache everybody computes. */
async function shared(cache: Cache, key: string, make: () => Promise<string>): Promise<string> {
  const giveUpMs = performance.now() + LEASE_MS;
  for (let waitMs = 10; ; waitMs = Math.min(2 * waitMs, 160)) {
    const found = await cache.get(`answer:${key}`);
    if (found !== undefined) return found;
    const release = await cache.lease(`computing:${key}`, LEASE_MS);
    if (release) {
      try {
        // The previous holder may have finished between the look and the lease.
        return (await cache.get(`answer:${key}`)) ?? (await kept(cache, key, make));
      } finally {
        await release();
      }
    }
    if (performance.now() > giveUpMs || !(await reachable(cache))) return kept(cache, key, make);
    await sleep(waitMs);
  }
}

const reachable = (cache: Cache): Promise<boolean> =>
  cache.ping().then(
    () => true,
    () => false,
  );
