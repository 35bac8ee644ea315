// Whether a market is still what an index was built from, and from which day on it is not.
import { describe, expect, it } from "vitest";
import { driftOf } from "../../lib/index/drift.ts";
import { planBuild, type SessionBasis } from "../../lib/index/plan.ts";

/** "a1 b1" = two sessions whose rows and facts digests are those letters, from 2024-01-02 on. */
const sessions = (text: string, from = 20240102): SessionBasis[] =>
  text
    .split(" ")
    .flatMap(([rows = "", facts = ""], i) =>
      rows === "." ? [] : [{ date: from + i, rows_digest: rows, facts_digest: facts }],
    );

const BUILT = sessions("a1 b1 c1 d1");
const { days: STORED } = planBuild([], BUILT, 20240103, 20240105, 2);

describe("driftOf", () => {
  it("is nothing while the sessions of the run are the same, whatever follows them", () => {
    expect(driftOf(STORED, BUILT, 2)).toBeUndefined();
    expect(driftOf(STORED, sessions("a1 b1 c1 d1 e2 f2"), 2)).toBeUndefined();
  });

  it("begins with the first day whose rows or facts are others", () => {
    expect(driftOf(STORED, sessions("a1 b1 c2 d1"), 2)).toEqual({ from: 20240104, lost: [] });
    expect(driftOf(STORED, sessions("a1 b1 x1 d1"), 2)).toEqual({ from: 20240104, lost: [] });
    // Prices are carried into the base day from before it.
    expect(driftOf(STORED, sessions("x1 b1 c1 d1"), 2)).toEqual({ from: 20240103, lost: [] });
  });

  it("begins where a session is there that was not", () => {
    const without = sessions("a1 b1 . d1");
    const { days } = planBuild([], without, 20240103, 20240105, 2);
    expect(driftOf(days, BUILT, 2)).toEqual({ from: 20240104, lost: [] });
  });

  it("names the days that are no sessions any more", () => {
    expect(driftOf(STORED, sessions("a1 b1 c1"), 2)).toEqual({ from: 20240105, lost: [20240105] });
    expect(driftOf(STORED, sessions("a1 b1 . d1"), 2)).toEqual({
      from: 20240104,
      lost: [20240104],
    });
    expect(driftOf(STORED, sessions("c1 d1", 20240104), 2)).toEqual({
      from: 20240103,
      lost: [20240103],
    });
  });

  it("is the whole run where the market ends before it, or there is none", () => {
    const all = { from: 20240103, lost: [20240103, 20240104, 20240105] };
    expect(driftOf(STORED, sessions("a1"), 2)).toEqual(all);
    expect(driftOf(STORED, [], 2)).toEqual(all);
  });
});
