// What a list of one day makes known of securities, and what it leaves as it was.
import { describe, expect, it } from "vitest";
import { recordChange, type SeenRecord, seenRecords } from "../../lib/market/listings.ts";
import type { RecordRow } from "../../lib/market/queries.ts";
import type { SeenListing } from "../../lib/source.ts";

const DAY = 20240301;
const OPEN = 99991231;

const listing = (ticker: string, name: string | null, isWanted = true): SeenListing => ({
  ticker,
  day: DAY,
  exchange: "nyse",
  name,
  country: "United States",
  isWanted,
});

/** "ticker type issuer primary" */
const lines = (listings: readonly SeenListing[]) =>
  seenRecords(listings).map(
    ({ ticker, security_type, issuer, primary_line }) =>
      `${ticker} ${security_type} ${issuer} ${primary_line}`,
  );

const ALPHABET = [
  listing("GOOG", "Alphabet Inc. Class C Capital Stock"),
  listing("GOOGL", "Alphabet Inc. Class A Common Stock"),
];

describe("the listings of a day", () => {
  it("tell type, issuer and primary line by name and symbol", () => {
    expect(
      lines([
        ...ALPHABET,
        listing("BAC^K", "Bank of America Corporation Depositary Shares"),
        listing(
          "TSM",
          "Taiwan Semiconductor Manufacturing Company Ltd. American Depositary Shares",
        ),
        listing("XYZ.WS", "Xyz Corp. Warrants"),
      ]),
    ).toEqual([
      "GOOG common alphabet inc 0",
      "GOOGL common alphabet inc 1",
      "BAC^K preferred_or_debt bank of america corporation null",
      "TSM adr taiwan semiconductor manufacturing company ltd 1",
      "XYZ.WS unit_warrant_right xyz corp null",
    ]);
  });

  it("let the lines compete when the one that stands for their company is not wanted", () => {
    const [goog, googl] = ALPHABET as [SeenListing, SeenListing];
    expect(lines([goog, { ...googl, isWanted: false }])).toEqual(["GOOG common alphabet inc null"]);
    expect(lines([{ ...goog, isWanted: false }, googl])).toEqual(["GOOGL common alphabet inc 1"]);
  });

  it("say nothing of what a name would tell where there is none", () => {
    expect(lines([listing("T", null)])).toEqual(["T null null null"]);
  });

  it("count once for a ticker that stands on two lists, and for each day by themselves", () => {
    const twice = [listing("A", "Alpha Inc. Common Stock"), listing("A", "Alpha Inc. Notes")];
    expect(lines(twice)).toEqual(["A common alpha inc 1"]);
    const days = [ALPHABET[0]!, { ...ALPHABET[1]!, day: 20240304 }];
    expect(seenRecords(days).map(({ day, primary_line }) => [day, primary_line])).toEqual([
      [20240301, 1],
      [20240304, 1],
    ]);
  });
});

const seen: SeenRecord = {
  ticker: "A",
  day: DAY,
  exchange: "nyse",
  name: "Alpha Inc. Common Stock",
  country: "United States",
  security_type: "common",
  issuer: "alpha inc",
  primary_line: 1,
};
const { ticker: _, day: __, ...told } = seen;
const stored = (
  valid_from: number,
  valid_to: number,
  over: Partial<RecordRow> = {},
): RecordRow => ({
  ...told,
  symbol: 1,
  valid_from,
  valid_to,
  seen: 1,
  ...over,
});
const added = (valid_from = DAY, valid_to = OPEN) => ({ ended: undefined, valid_from, valid_to });

describe("a list of a day and what is stored", () => {
  it("make a record from that day on where none is valid", () => {
    expect(recordChange(seen, [])).toEqual(added());
    expect(recordChange(seen, [stored(20200102, 20231229)])).toEqual(added());
    expect(recordChange(seen, [stored(20240402, OPEN)]), "a later one keeps its days").toEqual(
      added(DAY, 20240401),
    );
  });

  it("leave a record that says the same, and one that somebody made", () => {
    expect(recordChange(seen, [stored(20240102, OPEN)])).toBeUndefined();
    const made = stored(20240102, OPEN, { seen: 0, country: "Bermuda", name: null });
    expect(recordChange(seen, [made])).toBeUndefined();
    expect(recordChange(seen, [stored(20200102, OPEN, { country: "X" }), made])).toBeUndefined();
  });

  it.each(["exchange", "name", "country", "security_type", "issuer"] as const)(
    "end the record before the day on which its %s is another",
    (field) => {
      expect(recordChange(seen, [stored(20240102, OPEN, { [field]: "other" })])).toEqual({
        ended: { valid_from: 20240102, valid_to: 20240229 },
        valid_from: DAY,
        valid_to: OPEN,
      });
    },
  );

  it("end it where another line stands for the company, and correct one of the same day", () => {
    expect(recordChange(seen, [stored(20240102, OPEN, { primary_line: 0 })])?.ended).toBeDefined();
    expect(recordChange(seen, [stored(DAY, OPEN, { primary_line: null })])).toEqual(added());
    expect(recordChange(seen, [stored(20240102, 20240630, { name: null })])).toEqual({
      ended: { valid_from: 20240102, valid_to: 20240229 },
      valid_from: DAY,
      valid_to: 20240630,
    });
  });
});
