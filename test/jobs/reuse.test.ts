// An index over a ticker used again after a delisting has the same bytes whatever was built and known first.
import { describe, expect, it } from "vitest";
import * as queries from "../../lib/index/queries.ts";
import { yearPart } from "../../lib/index/schema.ts";
import { members } from "../../lib/jobs/members.ts";
import type { SecurityRecord } from "../../lib/ports.ts";
import { bodyOf, type Home, homes, type SourceSpec } from "./home.ts";

const newHome = homes();

const ROWS = `
  date        T       X
  2020-03-02  10@90   5@10
  2020-03-03  .       5@10
  2022-05-02  40@80   5@10
  2022-05-03  44@88   5@10
`;
const DELISTING = { date: 20200303, ticker: "T", action: "delisting" as const, value: 12 };
const record = (validFrom: number, validTo: number, issuer: string): SecurityRecord => ({
  ticker: "T",
  validFrom,
  validTo,
  exchange: null,
  name: `${issuer} Inc.`,
  country: "United States",
  securityType: "common",
  issuer,
  primaryLine: null,
});
const RECORDS = [record(20100101, 20200302, "old"), record(20220502, 99991231, "new")];
const FILES = [{ name: "all.csv", rows: ROWS }];
const SIZE = { size: 1 };
const [FIRST, LAST] = [20200302, 20220503];

async function home(...specs: SourceSpec[]): Promise<Home> {
  const made = await newHome();
  for (const spec of specs) await made.ingest(spec, { minDays: 0 });
  return made;
}

/** The version of the index built in one go over a market that came in one go. */
async function atOnce(securities: readonly SecurityRecord[]): Promise<string> {
  const one = await home({ files: FILES, actions: [DELISTING], securities });
  await one.build({ start: FIRST, end: LAST }, SIZE);
  return one.version("index");
}

/** The text that stands for each constituent's security, by year. */
async function securities({ images }: Home, year: number): Promise<string[]> {
  const snapshot = await images.snapshot("index", { revalidate: true });
  try {
    const { query } = await snapshot.open(yearPart("tiny", year));
    return queries.constituents(query).map(({ security }) => security);
  } finally {
    snapshot.release();
  }
}

describe("the stored bytes of an index over a ticker used again", () => {
  it("are the same built forwards, backwards and day by day", async () => {
    const wanted = await atOnce([]);
    const one = await home({ files: FILES, actions: [DELISTING] });
    await one.build({ start: 20220503, end: LAST }, SIZE);
    await one.build({ start: 20200303, end: 20200303 }, SIZE);
    await one.build({ start: FIRST, end: FIRST }, SIZE);
    expect(await one.version("index")).toBe(wanted);
    const other = await home({ files: FILES, actions: [DELISTING] });
    for (const date of [FIRST, 20200303, 20220502, LAST]) {
      await other.build({ start: date, end: date }, SIZE);
    }
    expect(await other.version("index")).toBe(wanted);
    expect([await securities(other, 2020), await securities(other, 2022)]).toEqual([
      ["T", "X"],
      ["T@20200601"],
    ]);
  });

  it("are the same when the delisting and the records become known after a build", async () => {
    const wanted = await atOnce(RECORDS);
    const late: SourceSpec[] = [
      { files: [], actions: [DELISTING] },
      { files: [], securities: RECORDS },
    ];
    for (const facts of [late, late.toReversed()]) {
      const one = await home({ files: FILES });
      await one.build({ start: FIRST, end: LAST }, SIZE);
      for (const spec of facts) {
        await one.ingest(spec, { minDays: 0 });
        await one.build({ start: LAST, end: LAST }, SIZE);
      }
      expect(await one.version("index")).toBe(wanted);
      expect(await securities(one, 2022)).toEqual(["T@20220502"]);
    }
  });

  it("tell the two apart to who asks when the ticker was a member", async () => {
    const one = await home({ files: FILES, actions: [DELISTING], securities: RECORDS });
    await one.build({ start: FIRST, end: LAST }, SIZE);
    const asked = members(one.images, { id: "tiny", ticker: "T" });
    expect(await bodyOf(asked)).toMatchObject({
      name: "new Inc.",
      spells: [{ from: "2022-05-02", to: null }],
    });
  });
});
