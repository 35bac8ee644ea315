import type { Cache } from "../../lib/ports.ts";

/** A Cache of one Map, shared by everybody who holds it. Counts what is asked of it; `down` makes it lose everything. */
export function mapCache(): Cache & { asked: Record<"get" | "set" | "lease", number>; down: boolean } {
  const entries = new Map<string, string>();
  const leases = new Set<string>();
  const cache = {
    down: false,
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
