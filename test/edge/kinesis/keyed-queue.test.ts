import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { KeyedQueue } from "../../../lib/edge/kinesis/keyed-queue.ts";

type Item = Readonly<{ key: string; size: number; n: number }>;
const LIMITS = { recordsMax: 500, sizeMax: 1000 };
const item = (key: string, n: number, size = 1): Item => ({ key, n, size });

describe("keyed queue", () => {
  it("hands out the first of each key, and the next when that one is done", () => {
    const queue = new KeyedQueue<Item>();
    const [a1, a2, b1] = [item("a", 1), item("a", 2), item("b", 1)];
    for (const one of [a1, a2, b1]) queue.push(one);
    expect(queue.take(LIMITS)).toEqual([a1, b1]);
    expect(queue.take(LIMITS)).toEqual([]);
    queue.done(a1);
    expect(queue.take(LIMITS)).toEqual([a2]);
  });

  it("hands out again what failed before all others of its key", () => {
    const queue = new KeyedQueue<Item>();
    const [a1, a2] = [item("a", 1), item("a", 2)];
    queue.push(a1);
    queue.push(a2);
    queue.take(LIMITS);
    queue.again(a1);
    expect(queue.take(LIMITS)).toEqual([a1]);
  });

  it("keeps to the limits, and takes one that is larger than they are", () => {
    const queue = new KeyedQueue<Item>();
    for (const [n, size] of [5000, 600, 500, 400].entries()) queue.push(item(String(n), n, size));
    const sizes = () => queue.take(LIMITS).map(({ size }) => size);
    expect([sizes(), sizes(), sizes(), sizes()]).toEqual([[5000], [600], [500, 400], []]);
    for (let n = 0; n < 3; n++) queue.push(item(`more ${n}`, n));
    expect(queue.take({ recordsMax: 2, sizeMax: 1000 })).toHaveLength(2);
  });

  it("gives back all that was not done when it is cleared, each key in order", () => {
    const queue = new KeyedQueue<Item>();
    const all = [item("a", 1), item("b", 1), item("a", 2), item("b", 2)];
    for (const one of all) queue.push(one);
    const [a1] = queue.take(LIMITS);
    queue.done(a1!);
    expect(queue.clear()).toEqual([all[2], all[1], all[3]]);
    expect(queue.take(LIMITS)).toEqual([]);
    queue.again(all[1]!);
    expect(queue.take(LIMITS), "nothing is left behind").toEqual([]);
  });

  it("never lets a record overtake another of its key, nor two of a key out at once", () => {
    const steps = fc.array(
      fc.oneof(
        fc.record({ push: fc.constantFrom("a", "b", "c") }),
        fc.record({ take: fc.integer({ min: 1, max: 3 }) }),
        fc.record({ end: fc.nat(5), isStored: fc.boolean() }),
      ),
      { maxLength: 200 },
    );
    fc.assert(
      fc.property(steps, (script) => {
        const queue = new KeyedQueue<Item>();
        const out: Item[] = [];
        const stored = new Map<string, number>();
        const next = new Map<string, number>();
        for (const step of script) {
          if ("push" in step) {
            const n = (next.get(step.push) ?? 0) + 1;
            next.set(step.push, n);
            queue.push(item(step.push, n));
          } else if ("take" in step) {
            out.push(...queue.take({ recordsMax: step.take, sizeMax: 1000 }));
            expect(new Set(out.map(({ key }) => key)).size).toBe(out.length);
          } else if (out.length > 0) {
            const [ended] = out.splice(step.end % out.length, 1);
            if (!step.isStored) queue.again(ended!);
            else {
              expect(ended!.n).toBe((stored.get(ended!.key) ?? 0) + 1);
              stored.set(ended!.key, ended!.n);
              queue.done(ended!);
            }
          }
        }
      }),
    );
  });
});
