import fc from "fast-check";
import { expect, it } from "vitest";
import { TickerTable, tickerOf } from "../../lib/sources/tickers.ts";

it("finds every symbol again, whatever the order and however many there are", () => {
  const table = new TickerTable();
  const symbols = Array.from(
    { length: 9_000 },
    (_, i) => `T${(i * 7919).toString(36).toUpperCase()}`,
  );
  for (const symbol of [...symbols, ...symbols, ...symbols.toReversed()]) {
    expect(table.of(symbol)).toBe(symbol);
  }
});

it("gives what tickerOf gives for any text", () => {
  const table = new TickerTable();
  const text = fc.oneof(
    fc.string(),
    fc.string({ unit: fc.constantFrom("A", "B", "^", "/", " ", "é", ",", "."), maxLength: 24 }),
  );
  fc.assert(
    fc.property(text, (symbol) => {
      if (/^[\t\n\r\f\v]|[\t\n\r\f\v]$/.test(symbol)) return;
      expect(table.of(symbol)).toBe(tickerOf(symbol));
    }),
    { numRuns: 2_000 },
  );
});

it("knows the forms vendors use and refuses what is no symbol", () => {
  for (const symbol of [
    "A",
    "BRK/B",
    "BRK.B",
    "BAC^B",
    "AHT^",
    "7203.T",
    "ES=F",
    "PBR-A",
    "$SPX",
  ]) {
    expect(tickerOf(symbol), symbol).toBe(symbol);
  }
  expect(tickerOf(" AAPL   ")).toBe("AAPL");
  for (const wrong of [
    "",
    " ",
    "A B",
    '"A"',
    "=cmd()",
    "-A",
    "Ä",
    "ABCDEFGHIJKLMNOPQRSTU",
    "<b>",
  ]) {
    expect(tickerOf(wrong), wrong).toBeUndefined();
  }
});
