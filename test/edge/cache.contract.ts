/** What every Cache must do, whatever stands behind it. `sleep` advances the clock the cache and its server read. */
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { Cache } from "../../lib/ports.ts";

export type CacheUnderTest = Readonly<{ cache: Cache; sleep: (ms: number) => Promise<void> }>;

/** Keys are fresh in each test: the cache may be shared with others. */
export function cacheContract(name: string, open: () => Promise<CacheUnderTest>) {
  describe(`Cache: ${name}`, () => {
    it("misses before it is set", async () => {
      const { cache } = await open();
      expect(await cache.get(randomUUID())).toBeUndefined();
    });

    it("returns what was set until its time to live has passed", async () => {
      const { cache, sleep } = await open();
      const key = randomUUID();
      await cache.set(key, "value", 1);
      expect(await cache.get(key)).toBe("value");
      await sleep(1100);
      expect(await cache.get(key)).toBeUndefined();
    });

    it("keeps the last of two values", async () => {
      const { cache } = await open();
      const key = randomUUID();
      await cache.set(key, "first", 60);
      await cache.set(key, "second", 60);
      expect(await cache.get(key)).toBe("second");
    });

    it.each([
      ["nothing", ""],
      ["null", "null"],
      ["a number", "12345678901234567890"],
      ["text that looks encoded", "z=="],
      ["OK", "OK"],
      ["quotes and breaks", '{"a":"\\"\\u0000\\r\\n"}\n'],
      ["many scripts", "naïve 😀 価格 \u0000 \u2028"],
      [
        "1 MB of JSON",
        JSON.stringify(Array.from({ length: 20_000 }, (_, id) => ({ id, w: 0.01 }))),
      ],
      ["1 MB that does not shrink", Array.from({ length: 30_000 }, () => randomUUID()).join()],
    ])("returns %s as it was", async (_, value) => {
      const { cache } = await open();
      const key = randomUUID();
      await cache.set(key, value, 60);
      expect((await cache.get(key)) === value, "read = written").toBe(true);
    });

    it("returns any text as it was", async () => {
      const { cache } = await open();
      const text = fc.string({ unit: "grapheme", maxLength: 20_000 });
      await fc.assert(
        fc.asyncProperty(fc.uuid(), text, async (key, value) => {
          await cache.set(key, value, 60);
          expect(await cache.get(key)).toBe(value);
        }),
        { numRuns: 30 },
      );
    });

    it("answers many callers at once, each with its own value", async () => {
      const { cache } = await open();
      const keys = Array.from({ length: 40 }, () => randomUUID());
      await Promise.all(keys.map((key) => cache.set(key, `value of ${key}`, 60)));
      const values = await Promise.all(keys.map((key) => cache.get(key)));
      expect(values).toEqual(keys.map((key) => `value of ${key}`));
    });

    it("gives a lease to one of many", async () => {
      const { cache } = await open();
      const key = randomUUID();
      const leases = await Promise.all(Array.from({ length: 20 }, () => cache.lease(key, 5000)));
      expect(leases.filter((release) => release !== undefined)).toHaveLength(1);
    });

    it("gives a released lease to the next", async () => {
      const { cache } = await open();
      const key = randomUUID();
      const release = await cache.lease(key, 5000);
      expect(await cache.lease(key, 5000)).toBeUndefined();
      await release?.();
      expect(await cache.lease(key, 5000)).toBeTypeOf("function");
    });

    it("ends a lease by itself", async () => {
      const { cache, sleep } = await open();
      const key = randomUUID();
      await cache.lease(key, 200);
      await sleep(300);
      expect(await cache.lease(key, 5000)).toBeTypeOf("function");
    });

    it("leaves the next holder's lease alone when an old one is released late", async () => {
      const { cache, sleep } = await open();
      const key = randomUUID();
      const late = await cache.lease(key, 200);
      await sleep(300);
      expect(await cache.lease(key, 5000)).toBeTypeOf("function");
      await late?.();
      expect(await cache.lease(key, 5000)).toBeUndefined();
    });

    it("measures a round trip", async () => {
      const { cache } = await open();
      const ms = await cache.ping();
      expect(ms).toBeGreaterThan(0);
      expect(ms).toBeLessThan(1000);
    });
  });
}
