// The names of the security master and of the screener's profile, against the types the master gives them.
import { existsSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { classified } from "../../lib/market/security-type/lines.ts";
import { securityType } from "../../lib/market/security-type.ts";
import { readSecurities } from "../../lib/sources/facts.ts";
import { nasdaqScreener } from "../../lib/sources/nasdaq-screener.ts";
import { readTable } from "../../lib/sources/table.ts";
import { compareText } from "../../lib/text.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const data = `${shared}/data/equities_nasdaq_screener`;

const master = async () => (await readSecurities(`${data}/security_master_2021_2023.csv`)).rows;

/** The largest market cap the vendor ever gave for each ticker, USD. */
async function largestCaps(): Promise<Map<string, number>> {
  const caps = new Map<string, number>();
  const paths = [2021, 2022, 2023].map((year) => `${data}/daily_${year}.csv.gz`);
  for await (const { count, ticker, marketCap } of nasdaqScreener({ paths }).rows(() => {})) {
    for (let at = 0; at < count; at++) {
      const cap = marketCap[at]!;
      if (cap > (caps.get(ticker[at]!) ?? 0)) caps.set(ticker[at]!, cap);
    }
  }
  return caps;
}

if (!existsSync(data)) {
  console.warn(`skipped: "${data}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("classifies the names of a real market", () => {});
} else {
  describe("the security master", () => {
    it("agrees on 99.7 % of its 1,922 names whether they are common stock", async () => {
      const records = await master();
      const confusion: Record<string, number> = {};
      let agreed = 0;
      for (const { ticker, name, securityType: told } of records) {
        const own = securityType({ symbol: ticker, name: name ?? "" });
        const cell = `${told} -> ${own}`;
        confusion[cell] = (confusion[cell] ?? 0) + 1;
        if ((own === "common") === (told === "common")) agreed++;
      }
      expect(
        Object.entries(confusion)
          .map(([cell, names]) => `${cell}: ${names}`)
          .sort(compareText),
      ).toMatchInlineSnapshot(`
        [
          "adr -> adr: 165",
          "adr -> preferred_or_debt: 3",
          "common -> common: 1625",
          "common -> fund: 1",
          "common -> preferred_or_debt: 2",
          "common -> unit_warrant_right: 1",
          "common -> when_issued: 1",
          "fund -> common: 1",
          "fund -> fund: 1",
          "preferred_or_debt -> adr: 12",
          "preferred_or_debt -> preferred_or_debt: 86",
          "unit_warrant_right -> adr: 5",
          "unit_warrant_right -> unit_warrant_right: 15",
          "when_issued -> when_issued: 4",
        ]
      `);
      expect(agreed / records.length).toBeGreaterThanOrEqual(0.996);
    });

    it("is wrong itself in all five differences above USD 10 billion", async () => {
      const caps = await largestCaps();
      const different = (await master())
        .map(({ ticker, name, securityType: told }) => ({
          ticker,
          name: name ?? "",
          told,
          own: securityType({ symbol: ticker, name: name ?? "" }),
        }))
        .filter(({ told, own }) => (told === "common") !== (own === "common"));
      const large = different.filter(({ ticker }) => (caps.get(ticker) ?? 0) > 10e9);
      expect(
        large.map(({ ticker, name, told, own }) => `${ticker} ${name}: ${told}, ${own}`),
      ).toEqual([
        // A closed-end fund.
        "BGR BlackRock Energy and Resources Trust: common, fund",
        // Preferred units, which the same master calls so while the vendor names them in full.
        "BPYPM Brookfield Property Partners L.P.: common, preferred_or_debt",
        "HOVNP Hovnanian Enterprises Inc Dep Shr Srs A Pfd: common, preferred_or_debt",
        // Warrants, likewise.
        "HTZWW Hertz Global Holdings Inc: common, unit_warrant_right",
        // Likewise when issued.
        "WBDWV Discovery Inc.: common, when_issued",
      ]);
      // The vendor's name does not say that it is a closed-end fund.
      const small = different.filter((one) => !large.includes(one)).map(({ ticker }) => ticker);
      expect(small).toEqual(["ASA"]);
    }, 60_000);

    it("has the same line for each US company, or none where it has forgotten to choose", async () => {
      const records = (await master()).filter(({ country }) => country === "United States");
      const days = [20210201, 20210630, 20211231, 20220630, 20221230, 20230630, 20231229];
      const different = new Set<string>();
      let compared = 0;
      for (const day of days) {
        const today = records.filter(
          ({ validFrom, validTo }) => validFrom <= day && day <= validTo,
        );
        const lines = classified(
          today.map(({ ticker, name }) => ({ symbol: ticker, name: name ?? "" })),
        );
        for (const [at, { symbol, primaryLine, securityType: own }] of lines.entries()) {
          if (own !== "common" || today[at]!.securityType !== "common") continue;
          compared++;
          if (primaryLine !== today[at]!.primaryLine) different.add(`${symbol} ${primaryLine}`);
        }
      }
      expect(compared).toBeGreaterThan(6000);
      // FISV had become FI; Liberty Live came with two classes.
      expect([...different].sort(compareText)).toEqual(["FISV 0", "LLYVA 0"]);
    });
  });

  describe("the screener's profile", () => {
    it("holds the types in plausible numbers, and two classes of 60 to 80 companies", async () => {
      const header = ["exch", "symbol", "name", "country", "ipoyear", "sector", "industry"];
      const { rows } = await readTable(
        `${data}/profile_asof_2023-12-29.csv.gz`,
        [header],
        (row) => ({ symbol: row("symbol"), name: row("name") }),
      );
      const lines = classified(rows);
      const counts = Object.groupBy(lines, ({ securityType: type }) => type);
      expect(
        Object.entries(counts)
          .map(([type, { length }]) => `${type} ${length}`)
          .sort(compareText),
      ).toMatchInlineSnapshot(`
        [
          "adr 458",
          "common 7175",
          "fund 479",
          "preferred_or_debt 1537",
          "unit_warrant_right 2140",
          "when_issued 43",
        ]
      `);
      const companies = Map.groupBy(
        lines.filter(({ primaryLine }) => primaryLine !== null),
        ({ issuer }) => issuer,
      );
      const several = [...companies.values()].filter(({ length }) => length > 1);
      expect(several.length).toBeGreaterThan(60);
      expect(several.length).toBeLessThan(80);
      const ones = several.filter(
        (own) => own.filter((line) => line.primaryLine === 1).length === 1,
      );
      expect(ones, "one line stands for each").toHaveLength(several.length);
    });
  });
}
