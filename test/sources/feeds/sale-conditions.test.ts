import { describe, expect, it } from "vitest";
import { saleOfLetters, saleOfNumbers } from "../../../lib/sources/feeds/sale-conditions.ts";
import { table } from "../../table.ts";

const SESSION = Date.UTC(2024, 0, 5, 15);
const EVENING = Date.UTC(2024, 0, 5, 22);

// The consolidated columns of the tapes' own tables: "update last" and "update high/low" together, and "update volume".
const CODES = table(`
  letter  number  sale
  @            0  regular    -- regular sale
  F           14  regular    -- intermarket sweep
  O           25  regular    -- opening print
  5           28  regular    -- reopening print
  6            8  regular    -- closing print
  X            9  regular    -- cross trade
  L           30  regular    -- sold last
  W            2  irregular  -- average price
  C            7  irregular  -- cash sale
  4           10  irregular  -- derivatively priced
  U           13  irregular  -- extended hours out of sequence
  N           20  irregular  -- next day
  H           21  irregular  -- price variation
  P           22  irregular  -- prior reference price
  R           29  irregular  -- seller
  Z           33  irregular  -- sold out of sequence
  I           37  irregular  -- odd lot
  V           52  irregular  -- contingent
  7           53  irregular  -- qualified contingent
  G            5  irregular  -- bunched sold
  M           15  none       -- official close
  Q           16  none       -- official open
  9           38  none       -- corrected consolidated close
`);

describe("sale conditions", () => {
  it.each(CODES)("$letter and $number are $sale", ({ letter, number, sale }) => {
    expect(saleOfLetters([String(letter)], "C", SESSION)).toBe(sale);
    expect(saleOfNumbers([number as number], SESSION)).toBe(sale);
  });

  it("tell the letter B by the tape", () => {
    expect(saleOfLetters(["B"], "A", SESSION)).toBe("irregular");
    expect(saleOfLetters(["B"], "B", SESSION)).toBe("irregular");
    expect(saleOfLetters(["B"], "C", SESSION)).toBe("regular");
  });

  it("let Form T set prices outside of the session alone", () => {
    for (const [timeMs, sale] of [
      [SESSION, "irregular"],
      [EVENING, "regular"],
    ] as const) {
      expect(saleOfLetters(["@", "T"], "C", timeMs)).toBe(sale);
      expect(saleOfNumbers([0, 12], timeMs)).toBe(sale);
    }
    expect(saleOfLetters(["@", "T", "I"], "C", EVENING)).toBe("irregular");
  });

  it("are judged by the strictest of several", () => {
    expect(saleOfLetters([], "C", SESSION)).toBe("regular");
    expect(saleOfLetters([" ", "F", "I"], "A", SESSION)).toBe("irregular");
    expect(saleOfNumbers([37, 15], SESSION)).toBe("none");
  });
});
