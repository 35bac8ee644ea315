import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { decimalText, decimalUnits } from "../../localstack/embedded/redis/decimal.ts";
import { globMatcher } from "../../localstack/embedded/redis/glob.ts";
import { Keyspace } from "../../localstack/embedded/redis/keyspace.ts";
import { RedisError, type Reply } from "../../localstack/embedded/redis/reply.ts";
import { commandScripts } from "./redis-random.ts";

const keyspaceOf = (maxBytes?: number) => new Keyspace(() => 0, maxBytes);

/** All keys, by SCAN until its cursor is 0; `between` runs after each page. */
function scanned(keyspace: Keyspace, count: number, between: (page: number) => void = () => {}) {
  const found: string[] = [];
  let cursor = "0";
  for (let page = 0; ; page++) {
    const [next, keys] = keyspace.execute(["SCAN", cursor, "COUNT", String(count)]) as [
      string,
      string[],
    ];
    found.push(...keys);
    if (next === "0") return found;
    cursor = next;
    between(page);
  }
}

describe("memory", () => {
  it("counts nothing once all keys are gone, whatever was done before", () => {
    fc.assert(
      fc.property(commandScripts, (script) => {
        const keyspace = keyspaceOf();
        for (const command of script) keyspace.execute(command);
        const held = keyspace.facts().bytes;
        expect(held > 0).toBe(keyspace.execute(["DBSIZE"]) !== 0);
        keyspace.execute(["DEL", "a", "b", "c"]);
        expect(keyspace.facts().bytes).toBe(0);
      }),
      { numRuns: 300 },
    );
  });

  it("never exceeds its bound after a command", () => {
    const write = fc.record({ key: fc.nat(40).map(String), length: fc.nat(3000) });
    fc.assert(
      fc.property(fc.array(write, { maxLength: 150 }), (writes) => {
        const keyspace = keyspaceOf(10_000);
        for (const { key, length } of writes) {
          keyspace.execute(["SET", key, "x".repeat(length)]);
          keyspace.execute(["RPUSH", `list ${key}`, "y".repeat(length % 100)]);
          expect(keyspace.facts().bytes).toBeLessThanOrEqual(10_000);
        }
      }),
      { numRuns: 50 },
    );
  });

  it("drops the least recently used keys first", () => {
    const keyspace = keyspaceOf(10_000);
    const value = "x".repeat(900);
    for (let key = 0; key < 9; key++) keyspace.execute(["SET", `k${key}`, value]);
    keyspace.execute(["GET", "k0"]);
    keyspace.execute(["SET", "k9", value]);
    keyspace.execute(["SET", "k10", value]);
    expect(keyspace.execute(["MGET", "k0", "k1", "k2", "k9", "k10"])).toEqual([
      value,
      null,
      null,
      value,
      value,
    ]);
    expect(keyspace.facts().evicted).toBe(2);
  });

  it("drops what has expired before anything that lives", () => {
    let nowMs = 0;
    const keyspace = new Keyspace(() => nowMs, 10_000);
    const value = "x".repeat(4000);
    keyspace.execute(["SET", "old", value]);
    keyspace.execute(["SET", "short", value, "PX", "10"]);
    nowMs = 20;
    keyspace.execute(["SET", "new", value]);
    expect(keyspace.execute(["MGET", "old", "new"])).toEqual([value, value]);
    expect(keyspace.facts().evicted).toBe(0);
  });

  it("refuses a value larger than the bound and keeps the others", () => {
    const keyspace = keyspaceOf(10_000);
    keyspace.execute(["SET", "small", "1"]);
    expect(keyspace.execute(["SET", "large", "x".repeat(10_000)])).toEqual(
      new RedisError("OOM command not allowed when used memory > 'maxmemory'."),
    );
    expect(keyspace.execute(["GET", "small"])).toBe("1");
  });

  it("takes 50,000 keys at the bound in little time", () => {
    const keyspace = keyspaceOf(1_000_000);
    const startedMs = performance.now();
    for (let key = 0; key < 50_000; key++) keyspace.execute(["SET", String(key), "value"]);
    expect(performance.now() - startedMs).toBeLessThan(10_000);
    expect(keyspace.execute(["GET", "49999"])).toBe("value");
  });
});

describe("SCAN", () => {
  it("returns every key exactly once", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.string()), fc.integer({ min: 1, max: 20 }), (keys, count) => {
        const keyspace = keyspaceOf();
        for (const key of keys) keyspace.execute(["SET", key, "v"]);
        expect(scanned(keyspace, count).sort()).toEqual([...keys].sort());
      }),
    );
  });

  it("returns keys that stay exactly once while others come, go and are used", () => {
    const keyspace = keyspaceOf();
    for (let at = 0; at < 100; at++)
      keyspace.execute(["SET", `${at % 2 ? "stay" : "go"} ${at}`, "v"]);
    const found = scanned(keyspace, 7, (page) => {
      keyspace.execute(["DEL", `go ${page * 12}`]);
      keyspace.execute(["SET", `late ${page}`, "v"]);
      keyspace.execute(["GET", "stay 99"]);
    });
    const stayed = found.filter((key) => key.startsWith("stay"));
    expect(stayed).toHaveLength(50);
    expect(new Set(stayed).size).toBe(50);
  });
});

describe("sorted sets", () => {
  it("keep the order of score, then bytes, under any changes", () => {
    const step = fc.record({
      member: fc.constantFrom("a", "b", "c", "d", "e"),
      score: fc.integer({ min: -2, max: 2 }),
      isRemoval: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const keyspace = keyspaceOf();
        const model = new Map<string, number>();
        for (const { member, score, isRemoval } of steps) {
          if (isRemoval) model.delete(member);
          else model.set(member, score);
          keyspace.execute(
            isRemoval ? ["ZREM", "z", member] : ["ZADD", "z", String(score), member],
          );
        }
        const ordered = [...model].sort(([a, x], [b, y]) => x - y || (a < b ? -1 : 1));
        const expected = ordered.flatMap(([member, score]) => [member, String(score)]);
        expect(keyspace.execute(["ZRANGE", "z", "0", "-1", "WITHSCORES"])).toEqual(expected);
        const ranks = ordered.map(([member]) => keyspace.execute(["ZRANK", "z", member]) as Reply);
        expect(ranks).toEqual(ordered.map((_, rank) => rank));
      }),
    );
  });
});

describe("decimals", () => {
  it("add exactly where doubles do not", () => {
    const sum = (a: string, b: string) => decimalText(decimalUnits(a)! + decimalUnits(b)!);
    expect(sum("0.1", "0.2")).toBe("0.3");
    expect(sum("1e3", "-0.5")).toBe("999.5");
    expect(sum("-1", "1")).toBe("0");
    expect(decimalUnits("12a")).toBeUndefined();
    expect(decimalUnits(".")).toBeUndefined();
  });

  it("read back what they print", () => {
    fc.assert(
      fc.property(fc.bigInt({ min: -(10n ** 40n), max: 10n ** 40n }), (units) => {
        expect(decimalUnits(decimalText(units))).toBe(units);
      }),
    );
  });
});

describe("patterns", () => {
  it.each([
    ["a.c", "abc", false],
    ["a.c", "a.c", true],
    ["[a-c]x", "bx", true],
    ["[^a-c]x", "bx", false],
    ["[]", "x", false],
    ["[abc", "[abc", true],
    ["*\n*", "one\ntwo", true],
    ["\\*", "*", true],
    ["\\*", "x", false],
    ["a\\", "a\\", true],
    ["", "", true],
  ])("%j against %j is %s", (pattern, text, isMatch) => {
    expect(globMatcher(pattern)(text)).toBe(isMatch);
  });

  it("match themselves when every special character is escaped", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        expect(globMatcher(text.replace(/[\\*?[\]]/g, "\\$&"))(text)).toBe(true);
      }),
    );
  });
});
