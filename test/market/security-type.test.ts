// Names as the Nasdaq screener writes them.
import { describe, expect, it } from "vitest";
import { instrumentIn, securityType } from "../../lib/market/security-type.ts";

/** Lines "SYMBOL | name". */
const listings = (text: string) =>
  text
    .trim()
    .split("\n")
    .map((line) => line.trim().split(" | "))
    .map(([symbol = "", name = ""]) => ({ symbol, name }));

describe("securityType", () => {
  const CASES = {
    common: `
      A | Agilent Technologies Inc. Common Stock
      GOOG | Alphabet Inc. Class C Capital Stock
      BRK/B | Berkshire Hathaway Inc.
      LIN | Linde plc Ordinary Shares
      O | Realty Income Corporation Common Stock
      SPG | Simon Property Group Inc. Common Stock
      NTRS | Northern Trust Corporation Common Stock
      CTBI | Community Trust Bancorp Inc. Common Stock
      DLR | Digital Realty Trust Inc. Common Stock
      OPI | Office Properties Income Trust Common Shares of Beneficial Interest
      BXMT | Blackstone Mortgage Trust Inc. Common Stock
      PBT | Permian Basin Royalty Trust Common Stock
      PFBC | Preferred Bank Common Stock
      UNT | Unit Corporation Common Stock
      MPLX | MPLX LP Common Units Representing Limited Partner Interests
      BIP | Brookfield Infrastructure Partners LP Limited Partnership Units
      OZ | Belpointe PREP LLC Class A Units
      GRP.U | Granite Real Estate Inc. Stapled Units each consisting of one unit of Granite Real Estate Trust and one common share of Granite REIT Inc.
      BNS | Bank Nova Scotia Halifax Pfd 3 Ordinary Shares
      FANG | Diamondback Energy Inc. Commmon Stock
      GOOGL | Alphabet Inc. Class A Common Stock
      DISCA | Discovery Inc.`,
    adr: `
      TSM1 | Taiwan Semiconductor Manufacturing Company Ltd. American Depositary Shares
      KOF | Coca Cola Femsa S.A.B. de C.V. American Depositary Shares each representing 10 Units (each Unit consists of 3 Series B Shares and 5 Series L Shares)
      RLX | RLX Technology Inc. American Depositary Shares each representing the right to receive one (1) Class A ordinary share
      ITUB | Itau Unibanco Banco Holding SA American Depositary Shares (Each repstg 500 Preferred shares)
      BBL | BHP Group PlcSponsored ADR
      SAN | Banco Santander S.A. Sponsored ADR (Spain)
      BTI | British American Tobacco Industries p.l.c. Common Stock ADR
      AMX | America Movil S.A.B. de C.V. American Depository Receipt Series L
      ASML | ASML Holding N.V. New York Registry Shares
      IRS | IRSA Inversiones Y Representaciones S.A. Global Depositary Shares (Each representing ten shares of Common Stock)`,
    preferred_or_debt: `
      TBC | AT&T Inc. 5.625% Global Notes due 2067
      CCZ | Comcast Holdings ZONES
      BAC^K | Bank of America Corporation
      BAC.PRK | Bank of America Corporation
      HBANM | Huntington Bancshares Incorporated Depositary Shares each representing a 1/1000th interest in a share of Huntington Series I Preferred Stock
      FITBI | Fifth Third Bancorp Depositary Shares
      HOVNP | Hovnanian Enterprises Inc Dep Shr Srs A Pfd
      BPYPN | Brookfield Property Partners L.P. 5.750% Class A Cumulative Redeemable Perpetual Preferred Units Series 3
      BPYPM | Brookfield Property Partners L.P.
      EMP | Entergy Mississippi LLC First Mortgage Bonds 4.90% Series Due October 1 2066
      BPOPN | Popular Inc. Cumulative Monthly Income Trust Preferred Securities
      IIVI | Coherent Corp. 6.00% Series A Mandatory Convertible Preferred Stock`,
    unit_warrant_right: `
      AAC.U | Ares Acquisition Corporation Units each consisting of one Class A ordinary share and one-fifth of one redeemable warrant
      PRPC.U | CC Neuberger Principal Holdings III
      TDW.WS.A | Tidewater Inc. Series A Warrants to purchase shares of common stock (expiring July 31 2023)
      SQFTW | Presidio Property Trust Inc. Series A Common Stock Purchase Warrants
      HTZWW | Hertz Global Holdings Inc
      AEPPZ | American Electric Power Company Inc. Corporate Units
      BKDT | Brookdale Senior Living Inc. 7.00% Tangible Equity Units
      CETUR | Cetus Capital Acquisition Corp. Right to receive 1/6 of one share of Class A Common Stock`,
    fund: `
      ADX | Adams Diversified Equity Fund Inc.
      BNY | BlackRock New York Municipal Income Trust
      PTA | Cohen & Steers Tax-Advantaged Preferred Securities and Income Fund Common Shares of Beneficial Interest
      HPF | John Hancock Pfd Income Fund II Pfd Income Fund II
      GAB | Gabelli Equity Trust Inc. (The) Common Stock
      CAPD | iPath Shiller CAPE ETN
      MFT | Blackrock MuniYield Investment QualityFund`,
    when_issued: `
      GEHCV | GE HealthCare Technologies Inc. Common Stock When-Issued
      EXCVV | Exelon Corporation Common Stock Ex-Distribution When-Issued
      IFF.WI | International Flavors & Fragrances Inc.
      WBDWV | Discovery Inc.`,
  };

  it.each(Object.entries(CASES))("tells %s", (type, text) => {
    const wrong = listings(text)
      .map((listing) => ({ ...listing, type: securityType(listing) }))
      .filter((told) => told.type !== type);
    expect(wrong).toEqual([]);
  });

  it("takes a preferred stock of a fund for what it is, not for a fund", () => {
    const name = "Priority Income Fund Inc. 6.375% Series E Term Preferred Stock due 2024";
    expect(securityType({ symbol: "PRIF^E", name })).toBe("preferred_or_debt");
    expect(securityType({ symbol: "PRIFE", name })).toBe("preferred_or_debt");
  });

  it("does not care for spaces round a symbol or for capitals", () => {
    expect(securityType({ symbol: "HTZWW   ", name: "Hertz Global Holdings Inc" })).toBe(
      "unit_warrant_right",
    );
    expect(securityType({ symbol: "X", name: "ACME INC. WARRANTS" })).toBe("unit_warrant_right");
  });

  it("takes a bare name for common stock, which notes under the name of their issuer pass for", () => {
    const name = "Tennessee Valley Authority";
    expect(instrumentIn(name)).toBeUndefined();
    expect(securityType({ symbol: "TVE", name })).toBe("common");
    expect(securityType({ symbol: "TVE", name: "" })).toBe("common");
  });
});
