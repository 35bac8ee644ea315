// Which days a build works out. Sessions are 1 to 9; a digest is a letter; the base day rests on days before it too.
import { describe, expect, it } from "vitest";
import { lookback, planBuild, type SessionBasis, type StoredDay } from "../../lib/index/plan.ts";

/** "abc" = sessions 1, 2, 3 with those digests; a dot is a session nobody captured. */
const market = (rows: string, facts = "f".repeat(rows.length)): SessionBasis[] =>
  [...rows].flatMap((digest, i) =>
    digest === "." ? [] : [{ date: i + 1, rows_digest: digest, facts_digest: facts[i]! }],
  );
const plan = (
  stored: readonly StoredDay[],
  sessions: readonly SessionBasis[],
  start: number,
  end: number,
) => {
  const { days, ...rest } = planBuild(stored, sessions, start, end, 1);
  return { days: days.map(({ date }) => date), ...rest };
};
const built = (sessions: readonly SessionBasis[], start: number, end: number) =>
  planBuild([], sessions, start, end, 1).days;

const MARKET = market("abcdefghi");
const RUN = built(MARKET, 4, 6);
const NOTHING = { from: undefined, replaceFrom: undefined, changedFrom: undefined };

describe("planBuild", () => {
  it("builds an empty index from its start", () => {
    expect(plan([], MARKET, 4, 6)).toEqual({
      days: [4, 5, 6],
      from: 4,
      replaceFrom: 4,
      isRebased: false,
      changedFrom: undefined,
    });
  });

  it.each([
    [4, 6],
    [5, 5],
    [6, 6],
  ])("has nothing to do inside the run: %i to %i", (start, end) => {
    expect(plan(RUN, MARKET, start, end)).toEqual({
      days: [4, 5, 6],
      isRebased: false,
      ...NOTHING,
    });
  });

  it("extends to the end asked for, gaps included", () => {
    expect(plan(RUN, MARKET, 9, 9)).toMatchObject({
      days: [4, 5, 6, 7, 8, 9],
      from: 7,
      replaceFrom: 7,
      changedFrom: undefined,
    });
  });

  it("moves the base to an earlier start and works all days out", () => {
    expect(plan(RUN, MARKET, 2, 2)).toEqual({
      days: [2, 3, 4, 5, 6],
      from: 2,
      replaceFrom: 2,
      isRebased: true,
      changedFrom: undefined,
    });
  });

  it.each([
    ["rows", market("abcdXfghi")],
    ["facts", market("abcdefghi", "ffffXffff")],
  ])("begins where the market's %s changed", (_, changed) => {
    expect(plan(RUN, changed, 6, 6)).toMatchObject({ from: 5, replaceFrom: 5, changedFrom: 5 });
    expect(plan(RUN, changed, 9, 9)).toMatchObject({ from: 5, changedFrom: 5 });
  });

  it("is not touched by changes after the run, or before what its base can carry", () => {
    expect(plan(RUN, market("abcdefgXi"), 4, 6)).toMatchObject(NOTHING);
    expect(plan(RUN, market("Xbcdefghi"), 4, 6)).toMatchObject(NOTHING);
    // One stale day: a price of day 2 can be carried on day 3, which is ranked before the base day.
    expect(plan(RUN, market("aXcdefghi"), 4, 6)).toMatchObject({ from: 4, changedFrom: 4 });
  });

  it("takes in a session that was captured later", () => {
    const run = built(market("abcd.fghi"), 4, 7);
    expect(run.map(({ date }) => date)).toEqual([4, 6, 7]);
    expect(plan(run, MARKET, 4, 4)).toMatchObject({
      days: [4, 5, 6, 7],
      from: 5,
      replaceFrom: 5,
      changedFrom: 5,
    });
  });

  it("takes away a session the market no longer has, in the run and at its ends", () => {
    expect(plan(RUN, market("abcd.fghi"), 4, 4)).toMatchObject({
      days: [4, 6],
      from: 6,
      replaceFrom: 5,
      changedFrom: 5,
    });
    expect(plan(RUN, market("abcde"), 4, 4)).toMatchObject({
      days: [4, 5],
      from: undefined,
      replaceFrom: 6,
      changedFrom: 6,
    });
    expect(plan(RUN, market("....efghi"), 6, 6)).toMatchObject({
      days: [5, 6],
      from: 5,
      replaceFrom: 4,
      changedFrom: 4,
    });
  });
});

describe("lookback", () => {
  it("feeds what a carried price can come from, and one day more for the ranking before", () => {
    const sessions = [1, 2, 3, 4, 5, 6];
    expect(lookback(sessions, 6, 2)).toEqual([3, 4, 5]);
    expect(lookback(sessions, 6, 0)).toEqual([5]);
    expect(lookback(sessions, 2, 5)).toEqual([1]);
    expect(lookback(sessions, 1, 5)).toEqual([]);
  });
});
