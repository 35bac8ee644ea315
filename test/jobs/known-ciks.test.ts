// Which company a ticker is, by the records of the market: the SEC's lists are of today and do not know who has left.
import { describe, expect, it } from "vitest";
import { knownCiks } from "../../lib/jobs/known-ciks.ts";
import type { SecurityRecord } from "../../lib/source.ts";
import { withShares } from "../../lib/sources/vendors.ts";
import { CONTACT, edgarStub } from "../sources/stubs/sec-edgar.ts";
import { virtualWorld } from "../sources/stubs/vendor-stub.ts";
import { homes, source } from "./home.ts";

const newHome = homes();

const DAY = 20240102;
const record = (
  ticker: string,
  cik: string | null,
  validFrom: number,
  validTo: number,
): SecurityRecord => ({
  ...{ ticker, validFrom, validTo, cik, name: null, country: null, issuer: null },
  ...{ exchange: "NYSE", securityType: "common", primaryLine: null },
});

const SPEC = {
  files: [
    {
      name: "a.csv",
      rows: ["AAA", "BBB", "CCC"].map((ticker) => ({
        ...{ ticker, date: DAY, open: 10, high: 10, low: 10, close: 10 },
        ...{ volume: 1, marketCap: 100 },
      })),
    },
  ],
  securities: [
    record("AAA", "0000000001", 20200101, 20231231),
    record("AAA", "0000000007", 20240101, 20251231),
    record("AAA", "0000000009", 20260101, 99991231),
    record("BBB", null, 20200101, 99991231),
    record("CCC", "0000000003", 20250101, 99991231),
  ],
};

describe("companies of the market", () => {
  it("are those of the record that holds on the day, the last before it or the first after", async () => {
    const home = await newHome();
    await home.ingest(SPEC);
    const CCC = "0000000003";
    expect(await knownCiks(home.images, 20231229)).toEqual({ AAA: "0000000001", CCC });
    expect(await knownCiks(home.images, DAY)).toEqual({ AAA: "0000000007", CCC });
    expect(await knownCiks(home.images, 20190102)).toEqual({ AAA: "0000000001", CCC });
    expect(await knownCiks(home.images, 20270104)).toEqual({ AAA: "0000000009", CCC });
  });

  it("are none without a market", async () => {
    expect(await knownCiks((await newHome()).images, DAY)).toEqual({});
  });

  it("have their shares asked for although the SEC lists nobody of that ticker today", async () => {
    const home = await newHome();
    await home.ingest(SPEC);
    const { url } = await edgarStub({
      listed: [[1, "Another Inc.", "AAA", "NYSE"]],
      companies: {
        1: { dei: [["2023-10-20", 111, "2023-11-02"]] },
        3: { dei: [["2023-10-20", 500, "2023-11-02"]] },
        7: { dei: [["2023-10-20", 1000, "2023-11-02"]] },
      },
    });
    const range = { tickers: ["AAA", "CCC"], from: DAY, to: DAY, sessions: [DAY] };
    const access = { secContact: CONTACT, urls: { "sec-edgar": url } };
    const told = async (ciks?: () => Promise<Readonly<Record<string, string>>>) => {
      const shares = await withShares(
        source(SPEC),
        { ...range, ...(ciks && { ciks }) },
        access as Parameters<typeof withShares>[2],
        virtualWorld(),
      );
      return ((await shares.facts()).shares ?? []).map(({ ticker, shares: n }) => `${ticker} ${n}`);
    };
    expect(await told(() => knownCiks(home.images, DAY))).toEqual(["AAA 1000", "CCC 500"]);
    expect(await told()).toEqual(["AAA 111"]);
  });
});
