import { describe, expect, it } from "vitest";
import {
  exchangeList,
  isOtherSecurity,
  listedClasses,
  plainList,
  secTicker,
} from "../../../lib/sources/sec-edgar/companies.ts";

describe("the lists of companies", () => {
  it("name columns once, in any order", () => {
    const answer = {
      fields: ["exchange", "ticker", "cik", "name"],
      data: [
        ["Nasdaq", "AAPL", 320193, "Apple Inc."],
        [null, "OTCX", 7, "Otc Inc."],
        ["NYSE", null, 8, "Nobody"],
      ],
    };
    expect(exchangeList(answer)).toEqual([
      { ticker: "AAPL", cik: "0000320193", name: "Apple Inc.", exchange: "Nasdaq" },
      { ticker: "OTCX", cik: "0000000007", name: "Otc Inc.", exchange: null },
    ]);
  });

  it("are objects by number", () => {
    expect(plainList({ 0: { cik_str: 320193, ticker: "AAPL", title: "Apple Inc." } })).toEqual([
      { ticker: "AAPL", cik: "0000320193", name: "Apple Inc.", exchange: null },
    ]);
  });

  it("are refused in another form", () => {
    const refusal = (words: string) =>
      expect.objectContaining({ code: "VENDOR_ANSWER", message: expect.stringContaining(words) });
    expect(() => exchangeList({ fields: ["cik", "name"], data: [] })).toThrow(refusal('"ticker"'));
    expect(() => exchangeList({ data: [] })).toThrow(refusal("fields: "));
    expect(() => plainList({ 0: { ticker: "AAPL" } })).toThrow(refusal("cik_str: "));
  });
});

describe("tickers", () => {
  it.each([
    ["BRK/B", "BRK-B"],
    ["brk.b", "BRK-B"],
    ["BRK-B", "BRK-B"],
    ["AAPL ", "AAPL"],
  ])("%s is %s there", (ticker, there) => {
    expect(secTicker(ticker)).toBe(there);
  });

  it("show what is no common stock", () => {
    const others = ["BAC-PK", "BAC-P", "XYZ-WT", "XYZ-UN", "AGNCP", "ABCDW"];
    const siblings = ["BAC", "AGNC", "ABCD", "GOOG", "CENT"];
    expect(others.filter((ticker) => !isOtherSecurity(ticker, siblings))).toEqual([]);
    const common = ["BAC", "BRK-B", "GOOGL", "CENTA", "SHOPW"];
    expect(common.filter((ticker) => isOtherSecurity(ticker, siblings))).toEqual([]);
  });

  it("show several classes, but not one alone", () => {
    expect(listedClasses(["BRK-B", "BRK-A"])).toEqual(["BRK-B", "BRK-A"]);
    expect(listedClasses(["HEI", "HEI-A"])).toEqual(["HEI", "HEI-A"]);
    expect(listedClasses(["BAC", "BAC-PK"])).toEqual([]);
    expect(listedClasses(["MOG-A"])).toEqual([]);
  });
});
