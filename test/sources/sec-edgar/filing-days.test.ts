import { describe, expect, it } from "vitest";
import { filingDays } from "../../../lib/sources/sec-edgar/filing-days.ts";
import { companyFacts } from "../stubs/sec-edgar.ts";

describe("filingDays", () => {
  it("are those of all concepts, each once, in order", () => {
    const answer = companyFacts({
      dei: [["2023-07-21", 1, "2023-08-03"]],
      other: [
        ["2023-06-30", 1, "2023-08-03"],
        ["2022-12-31", 1, "2023-02-02"],
      ],
    });
    expect(filingDays(answer)).toEqual([20230202, 20230803]);
  });

  it.each([
    null,
    1,
    {},
    { facts: null },
    { facts: { dei: { X: { units: { shares: [{}, 1] } } } } },
  ])("are none where nothing was filed: %j", (answer) => {
    expect(filingDays(answer)).toEqual([]);
  });
});
