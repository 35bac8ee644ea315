import type { Cache } from "../../lib/ports.ts";

export type MapCache = Cache & {
  /** How often each was called. */
  asked: Record<"get" | "set" | "lease", number>;
  /** Leases that nobody has released. */
  leased: () => number;
  /** A cache that is down loses everything and says so to a ping. */
  down: boolean;
};

/** A Cache of one Map, shared by everybody who holds it. */
export function mapCache(): MapCache {
  const entries = new Map<string, string>();
  const leases = new Set<string>();
  const cache = {
    down: false,
    leased: () => leases.size,
    asked: { get: 0, set: 0, lease: 0 },
    async get(key: string) {
      cache.asked.get++;
      return cache.down ? undefined : entries.get(key);
    },
    async set(key: string, value: string) {
      cache.asked.set++;
      if (!cache.down) entries.set(key, value);
    },
    async lease(key: string) {
      cache.asked.lease++;
      if (cache.down || leases.has(key)) return undefined;
      leases.add(key);
      return async () => {
        leases.delete(key);
      };
    },
    async ping() {
      if (cache.down) throw new Error("down");
      return 0;
    },
  };
  return cache;
}
