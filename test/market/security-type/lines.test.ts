import { describe, expect, it } from "vitest";
import { classified, companyOf } from "../../../lib/market/security-type/lines.ts";

/** Lines "SYMBOL | name" -> "SYMBOL" for a line that stands for its company, "(SYMBOL)" for another, "-SYMBOL" for none. */
function standing(text: string): string[] {
  const listings = text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(" | "))
    .map(([symbol = "", name = ""]) => ({ symbol, name }));
  return classified(listings).map(({ symbol, primaryLine }) =>
    primaryLine === null ? `-${symbol}` : primaryLine === 1 ? symbol : `(${symbol})`,
  );
}

describe("classified", () => {
  it.each([
    [
      "the class A, where there is no line without a class",
      `GOOG | Alphabet Inc. Class C Capital Stock
       GOOGL | Alphabet Inc. Class A Common Stock
       FOX | Fox Corporation Class B Common Stock
       FOXA | Fox Corporation Class A Common Stock
       UA | Under Armour Inc. Class C Common Stock
       UAA | Under Armour Inc. Class A Common Stock`,
      ["(GOOG)", "GOOGL", "(FOX)", "FOXA", "(UA)", "UAA"],
    ],
    [
      "the line whose symbol is the bare root",
      `HEI/A | Heico Corporation
       HEI | Heico Corporation Common Stock
       LEN.B | Lennar Corporation Class B
       LEN | Lennar Corporation Class A Common Stock
       CWEN.A | Clearway Energy Inc. Class A Common Stock
       CWEN | Clearway Energy Inc. Class C Common Stock
       MKC.V | McCormick & Company Incorporated Common Stock
       MKC | McCormick & Company Incorporated Common Stock`,
      ["(HEI/A)", "HEI", "(LEN.B)", "LEN", "(CWEN.A)", "CWEN", "(MKC.V)", "MKC"],
    ],
    [
      "the line that is traded, where the rules would choose another",
      `BRK/A | Berkshire Hathaway Inc.
       BRK/B | Berkshire Hathaway Inc.
       PARA | Paramount Global Class B Common Stock
       PARAA | Paramount Global Class A Common Stock`,
      ["(BRK/A)", "BRK/B", "PARA", "(PARAA)"],
    ],
    [
      "each tracking stock of a company",
      `LSXMA | Liberty Media Corporation Series A Liberty SiriusXM Common Stock
       LSXMK | Liberty Media Corporation Series C Liberty SiriusXM Common Stock
       FWONA | Liberty Media Corporation Series A Liberty Formula One Common Stock
       FWONK | Liberty Media Corporation Series C Liberty Formula One Common Stock`,
      ["(LSXMA)", "LSXMK", "(FWONA)", "FWONK"],
    ],
    [
      "a company once, though a vendor writes its name in two ways",
      `TAP.A | Molson Coors Beverage Company Molson Coors Brewing Company Class A Common Stock
       TAP | Molson Coors Beverage Company Class B Common Stock`,
      ["(TAP.A)", "TAP"],
    ],
    [
      "the named common stock before a line that bears the company's name alone",
      `AESC | The AES Corporation
       AES | The AES Corporation Common Stock`,
      ["(AESC)", "AES"],
    ],
    [
      "both companies that share a name by chance",
      `FBP | First BanCorp. New Common Stock
       FBNC | First Bancorp Common Stock`,
      ["FBP", "FBNC"],
    ],
    [
      "no preferred stock, unit or warrant",
      `BAC | Bank of America Corporation Common Stock
       BAC^K | Bank of America Corporation Depositary Shares Series HH
       XYZ.U | Xyz Acquisition Corp. Units
       XYZ.WS | Xyz Acquisition Corp. Warrants`,
      ["BAC", "-BAC^K", "-XYZ.U", "-XYZ.WS"],
    ],
  ])("lets stand for a company %s", (_, text, expected) => {
    expect(standing(text)).toEqual(expected);
    const reversed = text.split("\n").reverse().join("\n");
    expect(standing(reversed), "in any order").toEqual(expected.toReversed());
  });

  it("gives all lines of a company one issuer, and others another", () => {
    const issuers = classified([
      { symbol: "BRK/A", name: "Berkshire Hathaway Inc." },
      { symbol: "BRK/B", name: "Berkshire Hathaway Inc. Class B Common Stock" },
      { symbol: "BAC", name: "Bank of America Corporation Common Stock" },
      {
        symbol: "BAC^K",
        name: "Bank of America Corporation 5.875% Non-Cumulative Preferred Stock",
      },
      { symbol: "UNT", name: "Unit Corporation Common Stock" },
      { symbol: "NON", name: "" },
    ]).map(({ issuer }) => issuer);
    expect(issuers).toEqual([
      "berkshire hathaway inc",
      "berkshire hathaway inc",
      "bank of america corporation",
      "bank of america corporation",
      "unit corporation",
      "NON",
    ]);
  });
});

describe("companyOf", () => {
  it.each([
    ["Charter Communications Inc. Class A Common Stock New", "charter communications inc"],
    ["L&amp;F Acquisition Corp. Units each consisting of one share", "l&f acquisition corp"],
    ["Iron Mountain Incorporated (Delaware)Common Stock REIT", "iron mountain incorporated"],
    ["CommonWealth Bancshares Corporation Common Stock", "commonwealth bancshares corporation"],
    ["ADS-TEC Energy PLC Ordinary Shares", "ads tec energy plc"],
  ])("%s", (name, company) => {
    expect(companyOf(name)).toBe(company);
  });
});
