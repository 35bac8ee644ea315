// Fingerprints that tell on which day a market first differs, whatever ids its symbols have.
import { describe, expect, it } from "vitest";
import { type DayColumns, factsDigests, rowsDigest } from "../../lib/market/digest.ts";

const DAY: DayColumns = {
  tickers: ["A", "B"],
  close: [10, 20],
  marketCap: [100, Number.NaN],
};

describe("rowsDigest", () => {
  it("is equal for equal rows and short", () => {
    expect(rowsDigest({ ...DAY, close: Float64Array.of(10, 20) })).toBe(rowsDigest(DAY));
    expect(rowsDigest(DAY)).toMatch(/^[0-9a-f]{16}$/);
  });

  it.each<[string, Partial<DayColumns>]>([
    ["a close", { close: [10, 20.000000000000004] }],
    ["a cap", { marketCap: [101, Number.NaN] }],
    ["a cap that is missing", { marketCap: [Number.NaN, Number.NaN] }],
    ["a cap of zero for none", { marketCap: [100, 0] }],
    ["a ticker", { tickers: ["A", "C"] }],
    ["where one ticker ends", { tickers: ["A\nB", ""] }],
    ["which name has which price", { close: [20, 10] }],
  ])("differs with %s", (_, change) => {
    expect(rowsDigest({ ...DAY, ...change })).not.toBe(rowsDigest(DAY));
  });
});

describe("factsDigests", () => {
  const SESSIONS = [20240102, 20240103, 20240104];
  const FACTS = [
    { date: 20240103, text: "split A 2" },
    { date: 20200101, text: "record A" },
    { date: 20240103, text: "split B 3" },
  ];
  const digests = factsDigests(FACTS, SESSIONS);

  it("stay from one session to the next while nothing new is known", () => {
    expect(digests[0]).not.toBe(digests[1]);
    expect(digests[1]).toBe(digests[2]);
  });

  it("do not depend on the order facts come in", () => {
    expect(factsDigests(FACTS.toReversed(), SESSIONS)).toEqual(digests);
  });

  it("change from the fact's day on and not before", () => {
    const later = factsDigests([...FACTS, { date: 20240104, text: "dividend A 1" }], SESSIONS);
    expect(later.slice(0, 2)).toEqual(digests.slice(0, 2));
    expect(later[2]).not.toBe(digests[2]);
    const earlier = factsDigests([...FACTS, { date: 20240101, text: "dividend A 1" }], SESSIONS);
    expect(earlier.filter((digest, i) => digest === digests[i])).toEqual([]);
  });

  it("take a fact of a closed day in with the next session", () => {
    const [before, on] = [20240102, 20240104];
    const closed = factsDigests([{ date: 20240103, text: "x" }], [before, on]);
    expect(closed).toEqual([
      factsDigests([], [before])[0],
      factsDigests([{ date: on, text: "x" }], [before, on])[1],
    ]);
  });

  it("chain: the same fact after another past is another digest", () => {
    const other = factsDigests([{ date: 20190101, text: "record Z" }, ...FACTS], SESSIONS);
    expect(other.filter((digest) => digests.includes(digest))).toEqual([]);
  });
});
