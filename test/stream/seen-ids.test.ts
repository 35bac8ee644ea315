import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { GAPS, SeenIds } from "../../lib/stream/seen-ids.ts";

const opened = (symbols = 1) => {
  const seen = new SeenIds();
  seen.fit(symbols);
  return seen;
};

/** A copy through JSON. */
const restored = (seen: SeenIds, symbols: number) => {
  const copy = opened(symbols);
  copy.restore(structuredClone(seen.export()));
  return copy;
};

describe("seen ids", () => {
  it("knows every id in any order of a range with few gaps, per symbol, also after a restart", () => {
    const arrivals = fc.array(fc.record({ symbol: fc.nat(1), id: fc.nat(25) }), { maxLength: 60 });
    fc.assert(
      fc.property(arrivals, fc.nat(60), (all, restart) => {
        let seen = opened(2);
        const known = new Set<string>();
        all.forEach(({ symbol, id }, at) => {
          if (at === restart) seen = restored(seen, 2);
          expect(seen.add(symbol, id)).toBe(!known.has(`${symbol} ${id}`));
          known.add(`${symbol} ${id}`);
        });
      }),
      { numRuns: 60 },
    );
  });

  it("recognises a repeat however old, and takes only the first of too old gaps for one", () => {
    const seen = opened();
    for (let id = 10; id <= 10 * (GAPS + 1); id += 10) expect(seen.add(0, id)).toBe(true);
    expect(seen.add(0, 10)).toBe(false);
    expect(seen.add(0, 5), "its gap was forgotten").toBe(false);
    expect(seen.add(0, 15), "its gap is the oldest that is remembered").toBe(true);
    expect(seen.add(0, 15)).toBe(false);
  });

  it("keeps what it knows when symbols are added", () => {
    const seen = opened();
    seen.add(0, 3);
    seen.fit(5);
    expect([seen.add(0, 3), seen.add(0, 1), seen.add(4, 3)]).toEqual([false, true, true]);
  });
});
