// From which day on a ticker is somebody else's after its holder was delisted.
import { describe, expect, it } from "vitest";
import { type CompanyRecord, RESTING_DAYS, takenOn } from "../../lib/market/succession.ts";
import { table } from "../table.ts";

/** Text table: from to issuer cik; "-" = unknown. */
const records = (text: string): CompanyRecord[] =>
  table(text).map((row) => ({
    from: Number(row.from),
    to: Number(row.to),
    issuer: row.issuer === "-" ? null : String(row.issuer),
    cik: row.cik === "-" ? null : String(row.cik),
  }));

/** The holder was delisted on 2020-03-02; 90 days later is 2020-05-31. */
const passedOn = (text: string) => takenOn(records(`from to issuer cik\n${text}`), 20200302);

describe("a ticker whose holder was delisted", () => {
  it("rests for 90 days when nothing is recorded of it", () => {
    expect(RESTING_DAYS).toBe(90);
    expect(takenOn([], 20200302)).toBe(20200531);
  });

  it("rests as long where one record is all there is, and that one goes on", () => {
    expect(passedOn("20100101 99991231 old -")).toBe(20200531);
    expect(passedOn("20100101 20200531 old -")).toBe(20200531);
  });

  it("stays with who left while it is recorded, but no longer on the day the rest ends", () => {
    expect(passedOn("20100101 20200301 old -")).toBeUndefined();
    expect(passedOn("20100101 20200530 old -")).toBeUndefined();
  });

  it("passes on with the record of another company, be it the next day or years later", () => {
    expect(passedOn("20100101 20200301 old -\n20200303 99991231 new -")).toBe(20200303);
    expect(passedOn("20100101 20200301 old -\n20230517 99991231 new -")).toBe(20230517);
    expect(passedOn("20100101 99991231 old 7\n20200401 99991231 old 8")).toBe(20200401);
    expect(passedOn("20200401 99991231 new -")).toBe(20200401);
  });

  it("passes on the day after when the other company's record begins on the day of the delisting", () => {
    expect(passedOn("20100101 20200301 old -\n20200302 99991231 new -")).toBe(20200303);
    // Records that do not say who they are of are the old holder's on its last day.
    expect(passedOn("20100101 20200301 - -\n20200302 99991231 - -")).toBe(20200531);
  });

  it("takes a later record for a new company where neither says of which it is", () => {
    expect(passedOn("20100101 20200301 - -\n20200304 99991231 - -")).toBe(20200304);
    expect(passedOn("20100101 20200301 old -\n20200304 99991231 - 8")).toBe(20200304);
  });

  it("does not pass on with a new record of the same company until it has rested", () => {
    expect(passedOn("20100101 20200310 old -\n20200311 99991231 old -")).toBe(20200531);
    expect(passedOn("20100101 20200310 old 7\n20200311 20200401 new 7")).toBeUndefined();
    // New shares under the old name years later are another security all the same.
    expect(passedOn("20100101 20200310 old 7\n20220311 99991231 old 7")).toBe(20220311);
  });
});
