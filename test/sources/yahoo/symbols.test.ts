import { describe, expect, it } from "vitest";
import { symbolsOf } from "../../../lib/sources/vendor/symbol-list.ts";
import { yahooSymbol } from "../../../lib/sources/yahoo/symbols.ts";

describe("a symbol of Yahoo", () => {
  it.each([
    ["AAPL", "AAPL"],
    ["BRK/A", "BRK-A"],
    ["BRK.B", "BRK-B"],
    ["BRK-B", "BRK-B"],
    ["BAC^B", "BAC-PB"],
    ["BAC^", "BAC-P"],
    ["ABC/WS", "ABC-WT"],
    ["ABC.U", "ABC-UN"],
  ])("for %s is %s", (ticker, symbol) => {
    expect(yahooSymbol(ticker)).toBe(symbol);
  });

  it("leads back to the ticker that was asked for first", () => {
    const { tickers, faults } = symbolsOf(["BRK/B", "AAPL", "BRK.B", " ", "AAPL"], yahooSymbol);
    expect([...tickers]).toEqual([
      ["BRK-B", "BRK/B"],
      ["AAPL", "AAPL"],
    ]);
    expect(faults.map(({ ticker }) => ticker)).toEqual(["BRK.B", " "]);
  });
});
