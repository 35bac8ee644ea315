import { describe, expect, it } from "vitest";
import {
  readActions,
  readCaptures,
  readSecurities,
  readSymbolChanges,
} from "../../lib/sources/facts.ts";
import { folder } from "./folder.ts";

const file = (text: string) => `${folder({ "a.csv": text })}/a.csv`;
const reasons = (rejected: readonly { line: number; reason: string }[]) =>
  rejected.map(({ line, reason }) => `${line} ${reason}`);

describe("readSecurities", () => {
  it("reads our own form, blanks included", async () => {
    const { rows, rejected } = await readSecurities(
      file(
        "ticker,valid_from,valid_to,exchange,name,country,security_type,issuer,primary_line,cik\n" +
          'AAA,2021-01-29,2023-12-31,nyse,"Alpha, ""A"" Inc.",United States,common,I1,1,320193\n' +
          "BBB,,,,,,,,,\n",
      ),
    );
    expect(rejected).toEqual([]);
    expect(rows).toEqual([
      {
        ticker: "AAA",
        validFrom: 20210129,
        validTo: 20231231,
        exchange: "nyse",
        name: 'Alpha, "A" Inc.',
        country: "United States",
        securityType: "common",
        issuer: "I1",
        primaryLine: 1,
        cik: "0000320193",
      },
      {
        ticker: "BBB",
        validFrom: 19000101,
        validTo: 99991231,
        exchange: null,
        name: null,
        country: null,
        securityType: null,
        issuer: null,
        primaryLine: null,
        cik: null,
      },
    ]);
  });

  it("needs no column beyond the ticker and its days", async () => {
    const { rows } = await readSecurities(file("ticker,valid_from,valid_to\nAAA,,\n"));
    expect(rows[0]).toMatchObject({ ticker: "AAA", name: null, cik: null });
  });

  it("reads a security master, whose resolved country counts", async () => {
    const { rows } = await readSecurities(
      file(
        "symbol,valid_from,valid_to,exchange,name,country,security_type,country_resolved,primary_line\n" +
          "BRK/A,2021-01-29,2023-06-16,nyse,Holding,,common,United States,0\n",
      ),
    );
    expect(rows[0]).toMatchObject({ ticker: "BRK/A", country: "United States", primaryLine: 0 });
  });

  it("sets wrong lines aside", async () => {
    const { rows, rejected } = await readSecurities(
      file(
        "ticker,valid_from,valid_to,security_type,primary_line,cik\n" +
          "A A,2021-01-01,2021-02-01,common,1,\nAAA,2021-02-30,,common,1,\nAAA,2021-02-01,2021-01-01,common,1,\n" +
          "AAA,,,stock,1,\nAAA,,,common,yes,\nAAA,,\nAAA,,,common,1,12345678901\nAAA,,,common,1,CIK1\n",
      ),
    );
    expect(rows).toEqual([]);
    expect(reasons(rejected)).toEqual([
      "2 BAD_TICKER",
      "3 BAD_DATE",
      "4 BAD_RECORD",
      "5 BAD_RECORD",
      "6 BAD_RECORD",
      "7 SHORT_ROW",
      "8 BAD_RECORD",
      "9 BAD_RECORD",
    ]);
  });
});

describe("readActions", () => {
  it("reads our own form with renames", async () => {
    const { actions, changes, rejected } = await readActions(
      file(
        "date,ticker,action,value,new_ticker\n2022-06-06,AAA,split,20,\n2022-06-07,AAA,dividend,0.263,\n" +
          "2022-06-08,AAA,delisting,0,\n2022-06-09,FB,symbol_change,,META\n2022-06-10,GE,spinoff,1.281,\n",
      ),
    );
    expect(rejected).toEqual([]);
    expect(actions).toEqual([
      { date: 20220606, ticker: "AAA", action: "split", value: 20 },
      { date: 20220607, ticker: "AAA", action: "dividend", value: 0.263 },
      { date: 20220608, ticker: "AAA", action: "delisting", value: 0 },
      { date: 20220610, ticker: "GE", action: "spinoff", value: 1.281 },
    ]);
    expect(changes).toEqual([{ date: 20220609, oldTicker: "FB", newTicker: "META", name: null }]);
  });

  it("reads a vendor's form, where a spin-off is a factor", async () => {
    const { actions } = await readActions(
      file("date,symbol,action,value,source\n2021-06-03,MRK,spinoff_factor,1.048,yahoo\n"),
    );
    expect(actions).toEqual([{ date: 20210603, ticker: "MRK", action: "spinoff", value: 1.048 }]);
  });

  it("refuses values that cannot be meant", async () => {
    const { actions, changes, rejected } = await readActions(
      file(
        "date,ticker,action,value,new_ticker\n2022-06-06,AAA,split,0,\n2022-06-06,AAA,spinoff,0.8,\n" +
          "2022-06-06,AAA,dividend,-1,\n2022-06-06,AAA,delisting,-0.01,\n2022-06-06,AAA,merger,1,\n" +
          "2022-06-06,AAA,split,,\n2022-06-06,AAA,symbol_change,,\n2022-06-06,AAA,symbol_change,,AAA\n" +
          "0022-06-06,AAA,split,2,\n",
      ),
    );
    expect([actions, changes]).toEqual([[], []]);
    expect(reasons(rejected)).toEqual([
      "2 BAD_ACTION",
      "3 BAD_ACTION",
      "4 BAD_ACTION",
      "5 BAD_ACTION",
      "6 BAD_ACTION",
      "7 BAD_NUMBER",
      "8 BAD_TICKER",
      "9 BAD_ACTION",
      "10 BAD_DATE",
    ]);
  });
});

it("reads renames and captures", async () => {
  const renames = await readSymbolChanges(
    file("effective_date,old_symbol,new_symbol,name\n2022-06-09,FB,META,Meta Platforms\n"),
  );
  expect(renames.rows).toEqual([
    { date: 20220609, oldTicker: "FB", newTicker: "META", name: "Meta Platforms" },
  ]);
  const captures = await readCaptures(
    file(
      "session_date,exchange,captured_at_utc,rows\n2021-01-29,amex,2021-01-30T21:36:25+00:00,298\n" +
        "2021-01-29,amex,2021-01-30T21:36:25,298\n",
    ),
  );
  expect(captures.rows).toEqual([
    { session: 20210129, exchange: "amex", capturedAt: "2021-01-30T21:36:25+00:00", rows: 298 },
  ]);
  expect(reasons(captures.rejected)).toEqual(["3 BAD_DATE"]);
});

it("names the headers it knows", async () => {
  await expect(readActions(file("date,ticker\n"))).rejects.toThrow(
    /expected the header "date,ticker,action,value,new_ticker" or "date,symbol,action,value,source"/,
  );
});
