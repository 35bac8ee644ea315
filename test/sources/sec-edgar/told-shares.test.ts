import { describe, expect, it } from "vitest";
import { companyShares } from "../../../lib/sources/sec-edgar/told-shares.ts";
import { type CompanyTold, companyFacts, type Told } from "../stubs/sec-edgar.ts";

const DAYS = { from: 20230101, to: 20231231 };
const ASKED = { vendor: "sec-edgar", operation: "GET facts" };

const read = (told: CompanyTold, days = DAYS) => companyShares(companyFacts(told), days, ASKED);

/** "effective known shares" of what is taken, reasons of what is not. */
function told(company: CompanyTold, days = DAYS) {
  const { facts, faults } = read(company, days);
  return {
    facts: facts.map(
      ({ effectiveDate, knownAt, shares }) => `${effectiveDate} ${knownAt} ${shares}`,
    ),
    reasons: faults.map(({ reason }) => reason),
  };
}

describe("companyShares", () => {
  it("takes the number of the cover page, of its day, known on the day of the filing", () => {
    const dei: Told[] = [
      ["2023-07-21", 1010, "2023-08-03", "10-Q"],
      ["2023-04-21", 1000, "2023-05-04", "10-K/A"],
    ];
    expect(read({ dei, gaap: [["2023-03-31", 999, "2023-05-04"]] })).toEqual({
      facts: [
        {
          effectiveDate: 20230421,
          knownAt: 20230504,
          shares: 1000,
          source: "sec-edgar 10-K/A 0000000000-23-050004",
        },
        {
          effectiveDate: 20230721,
          knownAt: 20230803,
          shares: 1010,
          source: "sec-edgar 10-Q 0000000000-23-080003",
        },
      ],
      faults: [],
    });
  });

  it("keeps a number beside the one that restates it later", () => {
    const dei: Told[] = [
      ["2023-04-21", 1000, "2023-05-04"],
      ["2023-04-21", 1100, "2023-06-01"],
      ["2023-04-21", 1100, "2023-06-01"],
    ];
    expect(told({ dei }).facts).toEqual(["20230421 20230504 1000", "20230421 20230601 1100"]);
  });

  it("knows nothing of filings after the range", () => {
    const dei: Told[] = [
      ["2023-10-20", 1000, "2023-11-02"],
      ["2024-01-19", 2000, "2024-02-02"],
      ["2023-10-20", 1500, "2024-02-09"],
    ];
    expect(told({ dei }).facts).toEqual(["20231020 20231102 1000"]);
  });

  it("leaves out numbers that cannot be right, each with its reason", () => {
    const dei: Told[] = [
      ["2023-01-20", 1000, "2023-02-02"],
      ["2023-04-21", 0, "2023-05-04"],
      ["2023-05-19", 12.5, "2023-06-01"],
      ["2034-07-21", 1000, "2023-08-03"],
      ["2023-08-18", 1_005_000, "2023-09-01"],
      ["2023-10-20", 1010, "2023-11-02"],
      ["2023-13-01", 1010, "2023-12-01"],
    ];
    const { facts, reasons } = told({ dei });
    expect(facts).toEqual(["20230120 20230202 1000", "20231020 20231102 1010"]);
    expect(reasons).toEqual([
      "SHARES_NOT_POSITIVE",
      "SHARES_NOT_POSITIVE",
      "EFFECTIVE_AFTER_KNOWN",
      "BAD_DATE",
      "OFF_BY_POWER_OF_TEN",
    ]);
    expect(read({ dei }).faults.at(-1)).toMatchObject({
      date: 20230901,
      detail: expect.stringContaining("0000000000-23-090001: 1005000 shares"),
    });
  });

  it("believes other units when the next number agrees, and does not look ahead", () => {
    const dei: Told[] = [
      ["2023-01-20", 1000, "2023-02-02"],
      ["2023-04-21", 1_000_000, "2023-05-04"],
      ["2023-07-21", 1_010_000, "2023-08-03"],
    ];
    expect(told({ dei }).facts).toEqual(["20230120 20230202 1000", "20230721 20230803 1010000"]);
    expect(told({ dei }, { from: 20230101, to: 20230601 }).facts).toEqual([
      "20230120 20230202 1000",
    ]);
  });

  it("does not take the same day told again for a second witness", () => {
    const dei: Told[] = [
      ["2023-01-20", 1000, "2023-02-02"],
      ["2023-04-21", 1_000_000, "2023-05-04"],
      ["2023-04-21", 1_000_000, "2023-05-11"],
    ];
    expect(told({ dei })).toEqual({
      facts: ["20230120 20230202 1000"],
      reasons: ["OFF_BY_POWER_OF_TEN", "OFF_BY_POWER_OF_TEN"],
    });
  });

  it("takes an offering or a split for what it is", () => {
    const dei: Told[] = [
      ["2023-01-20", 1000, "2023-02-02"],
      ["2023-04-21", 10_000, "2023-05-04"],
      ["2023-07-21", 500, "2023-08-03"],
    ];
    expect(told({ dei })).toMatchObject({ facts: { length: 3 }, reasons: [] });
  });
});

describe("companies of several classes", () => {
  it("tell several numbers for one day, none of which is taken", () => {
    const dei: Told[] = [
      ["2023-04-21", 600, "2023-05-04"],
      ["2023-04-21", 400, "2023-05-04"],
      ["2023-07-21", 610, "2023-08-03"],
      ["2023-07-21", 390, "2023-08-03"],
    ];
    const { facts, faults } = read({ dei, gaap: [["2023-03-31", 1000, "2023-05-04"]] });
    expect(facts).toEqual([]);
    expect(faults).toEqual([
      {
        reason: "SHARES_BY_CLASS",
        date: 20230721,
        detail:
          "2 filings tell several numbers for one day, as companies of several classes do; last 0000000000-23-080003: 610, 390",
      },
    ]);
  });

  it("tell none at all", () => {
    expect(told({ other: [["2023-03-31", 5, "2023-05-04"]] })).toEqual({
      facts: [],
      reasons: ["NO_SHARES"],
    });
    expect(told({})).toEqual({ facts: [], reasons: ["NO_SHARES"] });
  });

  it("stop telling while they go on filing, and their last number does not stand for ever", () => {
    const dei: Told[] = [
      ["2010-01-22", 900, "2010-02-04"],
      ["2010-04-23", 1000, "2010-05-06"],
    ];
    const other: Told[] = [
      ["2010-03-31", 5, "2010-05-06"],
      ["2011-06-30", 6, "2011-08-04"],
      ["2011-09-30", 6, "2011-11-03"],
    ];
    expect(read({ dei, other }).faults).toMatchObject([
      { reason: "SHARES_STOPPED", date: 20100506, detail: expect.stringContaining("2010-05-06") },
    ]);
    expect(told({ dei, other }).facts).toEqual([]);
    const before = { from: 20100101, to: 20110630 };
    expect(told({ dei, other }, before).facts, "nothing of it was known then").toHaveLength(2);
  });

  it("are heard again once they tell again", () => {
    const dei: Told[] = [
      ["2010-04-23", 1000, "2010-05-06"],
      ["2022-10-21", 2000, "2022-11-03"],
      ["2023-04-21", 2010, "2023-05-04"],
    ];
    const other: Told[] = [["2015-09-30", 6, "2015-11-03"]];
    expect(told({ dei, other }).facts).toHaveLength(3);
    expect(told({ dei, other }, { from: 20220101, to: 20231231 })).toEqual({
      facts: [],
      reasons: ["SHARES_STOPPED"],
    });
  });

  it("have no silence where the company itself was gone", () => {
    const dei: Told[] = [["2021-04-23", 1000, "2021-05-06"]];
    expect(told({ dei, other: [["2021-06-30", 6, "2021-08-04"]] }).facts).toHaveLength(1);
  });
});

describe("the balance sheet", () => {
  it("stands in for a cover page, as of the day of the filing, whose splits it has counted", () => {
    const gaap: Told[] = [
      ["2022-12-31", 100, "2023-02-02"],
      ["2022-12-31", 2000, "2023-05-04"],
      ["2023-03-31", 2010, "2023-05-04"],
    ];
    expect(told({ gaap })).toEqual({
      facts: ["20230202 20230202 100", "20230504 20230504 2010"],
      reasons: [],
    });
  });

  it("is not taken again from a later filing about an earlier day", () => {
    const gaap: Told[] = [
      ["2023-03-31", 2010, "2023-05-04"],
      ["2022-12-31", 1990, "2023-06-01"],
      ["2023-03-31", 2015, "2023-06-08"],
    ];
    expect(told({ gaap }).facts).toEqual(["20230504 20230504 2010", "20230608 20230608 2015"]);
  });

  it("stands in when the cover page has stopped telling", () => {
    const dei: Told[] = [["2019-04-26", 900, "2019-05-02"]];
    const gaap: Told[] = [
      ["2022-12-31", 1000, "2023-02-02"],
      ["2023-03-31", 1010, "2023-05-04"],
    ];
    expect(told({ dei, gaap })).toEqual({
      facts: ["20230202 20230202 1000", "20230504 20230504 1010"],
      reasons: [],
    });
  });
});

describe("another form", () => {
  it.each([
    [{}, "facts: "],
    [{ facts: { dei: { EntityCommonStockSharesOutstanding: {} } } }, "units: "],
    [
      {
        facts: {
          dei: {
            EntityCommonStockSharesOutstanding: { units: { shares: [{ end: "2023-04-21" }] } },
          },
        },
      },
      "shares.0.val: ",
    ],
  ])("is refused: %j", (answer, words) => {
    expect(() => companyShares(answer, DAYS, ASKED)).toThrow(
      expect.objectContaining({ code: "VENDOR_ANSWER", message: expect.stringContaining(words) }),
    );
  });
});
