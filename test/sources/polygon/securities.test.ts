import { describe, expect, it } from "vitest";
import {
  delistedDay,
  recordOfDetails,
  recordsOf,
  renameIn,
  renamesOf,
  securityTypeOf,
} from "../../../lib/sources/polygon/securities.ts";

const gone = (ticker: string, day: string, more = {}) => ({
  ticker,
  active: false,
  delisted_utc: `${day}T05:00:00Z`,
  ...more,
});

describe("securityTypeOf", () => {
  it.each([
    ["CS", "common"],
    ["ADRC", "adr"],
    ["ADRP", "adr"],
    ["PFD", "preferred_or_debt"],
    ["UNIT", "unit_warrant_right"],
    ["WARRANT", "unit_warrant_right"],
    ["RIGHT", "unit_warrant_right"],
    ["ETF", "fund"],
    ["ETN", "fund"],
    ["ETV", "fund"],
    ["FUND", "fund"],
    ["LT", null],
    ["constructor", null],
    [null, null],
  ])("reads %s as %s", (type, expected) => {
    expect(securityTypeOf({ ticker: "AAA", type })).toBe(expected);
  });

  it("knows shares that are not issued yet by their symbol", () => {
    expect(securityTypeOf({ ticker: "ACCOw" })).toBe("when_issued");
  });
});

describe("recordsOf", () => {
  it("gives a ticker to one user after the other", () => {
    const records = recordsOf([
      { ticker: "AAA", name: "New", type: "CS", primary_exchange: "XNAS", cik: "320193" },
      gone("AAA", "2015-06-30", { name: "Middle" }),
      gone("AAA", "2009-03-02", { name: "Old", primary_exchange: "XBOS" }),
    ]);
    expect(records.map(({ validFrom, validTo, name }) => [validFrom, validTo, name])).toEqual([
      [19000101, 20090302, "Old"],
      [20090303, 20150630, "Middle"],
      [20150701, 99991231, "New"],
    ]);
    expect(records.map(({ exchange, cik, issuer }) => [exchange, cik, issuer])).toEqual([
      ["XBOS", null, null],
      [null, null, null],
      ["nasdaq", "0000320193", "0000320193"],
    ]);
  });

  it("takes a security once that is listed twice", () => {
    expect(recordsOf([{ ticker: "UST" }, { ticker: "UST" }])).toHaveLength(1);
  });

  it("leaves out what is no ticker", () => {
    expect(recordsOf([{ ticker: "\u0000HTLB^" }])).toEqual([]);
  });
});

describe("recordOfDetails", () => {
  const details = { ticker: "AAA", list_date: "2012-05-18", address: { state: "CA" } };

  it("begins on the day of listing and holds while the security trades", () => {
    expect(recordOfDetails(details, "AAA", 20240301, 0)).toMatchObject({
      validFrom: 20120518,
      validTo: 99991231,
      country: "United States",
    });
  });

  it("begins earlier when the vendor knew it earlier, and ends on its last day", () => {
    const late = { ...details, list_date: "2024-05-01", address: { state: "P7" } };
    expect(recordOfDetails(late, "AAA", 20240301, 20240331)).toMatchObject({
      validFrom: 20240301,
      validTo: 20240331,
      country: null,
    });
  });
});

describe("renames", () => {
  it("are told from delistings by the share class that goes on", () => {
    const old = gone("OLD", "2022-06-08", { share_class_figi: "F1" });
    const other = gone("BYE", "2022-06-08", { share_class_figi: "F2" });
    const renames = renamesOf([
      { ticker: "NEW", share_class_figi: "F1", name: "New Inc." },
      old,
      other,
      { ticker: "ETC" },
    ]);
    expect([...renames]).toEqual([
      [old, { date: 20220609, oldTicker: "OLD", newTicker: "NEW", name: "New Inc." }],
    ]);
  });

  it("follow the vendor's events", () => {
    const change = (date: string, ticker: string) => ({
      type: "ticker_change",
      date,
      ticker_change: { ticker },
    });
    const events = [change("2022-06-09", "NEW"), change("2012-05-18", "OLD")];
    expect(renameIn(events, gone("OLD", "2022-06-08"))).toEqual({
      date: 20220609,
      oldTicker: "OLD",
      newTicker: "NEW",
      name: null,
    });
    expect(renameIn(events, gone("NEW", "2024-06-08"))).toBeUndefined();
    expect(renameIn([], gone("OLD", "2022-06-08"))).toBeUndefined();
  });
});

describe("delistedDay", () => {
  it.each([
    ["2018-01-02T05:00:00Z", 20180102],
    ["2021-06-01", 20210601],
    ["soon", 0],
    [null, 0],
  ])("of %s is %i", (delisted_utc, expected) => {
    expect(delistedDay({ ticker: "AAA", delisted_utc })).toBe(expected);
  });
});
