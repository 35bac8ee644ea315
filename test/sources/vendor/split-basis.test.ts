import { describe, expect, it } from "vitest";
import { factorAfter, isSpinoff, onOwnBasis } from "../../../lib/sources/vendor/split-basis.ts";

const SPLITS = [
  { date: 20200831, value: 4 },
  { date: 20240610, value: 10 },
];

describe("the factor after a day", () => {
  it.each([
    [20200828, 40],
    [20200831, 10],
    [20240609, 10],
    [20240610, 1],
  ])("%s is %s: the close of the split's own day is new already", (day, factor) => {
    expect(factorAfter(SPLITS, day)).toBe(factor);
  });
});

describe("a ratio", () => {
  it.each([
    [1281, 1000],
    [1324, 1000],
    [1253, 1000],
    [1128, 1000],
    [1031, 1000],
    [1250, 1000],
    [1.281, 1],
    [1.2422, 1],
  ])("%s:%s is a spin-off", (numerator, denominator) => {
    expect(isSpinoff(numerator, denominator)).toBe(true);
  });

  it.each([
    [2, 1],
    [7, 1],
    [3, 2],
    [5, 4],
    [21, 20],
    [103, 100],
    [1, 8],
    [13, 14],
    [1, 1000],
    [2000, 1000],
    [1.3333, 1],
    [1.03, 1],
  ])("%s:%s is a split", (numerator, denominator) => {
    expect(isSpinoff(numerator, denominator)).toBe(false);
  });
});

describe("figures on their own basis", () => {
  const own = (values: readonly number[], movement: "grows" | "shrinks", isLast = false) => {
    const dates = [20200630, 20201231, 20240331, 20240630];
    const figures = values.map((value, at) => ({ date: dates[at]!, value }));
    return onOwnBasis(figures, SPLITS, movement, isLast).map(({ value }) => value);
  };

  it("stay as they are when they move with the splits", () => {
    expect(own([100, 404, 408, 4100], "grows")).toEqual([100, 404, 408, 4100]);
    expect(own([8, 2.1, 2.2, 0.23], "shrinks")).toEqual([8, 2.1, 2.2, 0.23]);
  });

  it("are brought back when they do not", () => {
    expect(own([4000, 4040, 4080, 4100], "grows")).toEqual([100, 404, 408, 4100]);
    expect(own([0.2, 0.21, 0.22, 0.23], "shrinks").map((value) => value.toFixed(4))).toEqual([
      "8.0000",
      "2.1000",
      "2.2000",
      "0.2300",
    ]);
  });

  it("are judged split by split", () => {
    // Restated for the second split, not for the first.
    expect(own([1000, 4040, 4080, 4100], "grows")).toEqual([100, 404, 408, 4100]);
  });

  it("follow what is said of the last one, where no later figure can tell", () => {
    expect(own([400, 404, 408], "grows")).toEqual([100, 404, 408]);
    expect(own([4000, 4040, 4080], "grows", true)).toEqual([100, 404, 408]);
  });
});
