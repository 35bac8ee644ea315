// An index whose market was rolled back or corrected under it says so in every answer, until it is built again.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { AppError } from "../../lib/errors.ts";
import { attribution } from "../../lib/jobs/attribution.ts";
import { buildIndex } from "../../lib/jobs/build-index.ts";
import { changes } from "../../lib/jobs/changes.ts";
import { composition } from "../../lib/jobs/composition.ts";
import { members } from "../../lib/jobs/members.ts";
import { performance } from "../../lib/jobs/performance.ts";
import type { CachedAnswer, Images } from "../../lib/ports.ts";
import { bodyOf, type Home, homes } from "./home.ts";
import { randomMarket } from "./random-market.ts";

const newHome = homes();
/** The year ends inside, and a roll back goes to the days before 2024-01-10. */
const MARKET = randomMarket(9, 20231218, 20240119);
const { sessions } = MARKET;
const [FIRST, LAST] = [sessions[0]!, sessions.at(-1)!];
const KEPT_TO = 20240109;
const LOST = sessions.filter((date) => date > KEPT_TO);

type Warned = Readonly<{
  meta: {
    dataset_version: string;
    warnings: { code: string; message: string; count: number; examples: unknown[] }[];
  };
}>;
type Asked = (images: Images) => Promise<CachedAnswer>;

const ask = {
  performance: (start?: number, end?: number): Asked => {
    const request = { index: "tiny", start, end, riskFree: 0, costBps: 0 };
    return (images) => performance(images, request);
  },
  composition:
    (date: number, reserve = 0): Asked =>
    (images) =>
      composition(images, { index: "tiny", date, reserve }),
  changes: (images: Images) => changes(images, { index: "tiny" }),
  members: (images: Images) => members(images, { id: "tiny", ticker: "NA" }),
  attribution:
    (date: number): Asked =>
    (images) =>
      attribution(images, { index: "tiny", date }),
};

/** What an answer says of the market behind it. */
async function told({ images }: Pick<Home, "images">, asked: Asked) {
  const { meta } = await bodyOf<Warned>(asked(images));
  return meta.warnings.filter(({ code }) => code.startsWith("MARKET_"));
}

const lostExamples = LOST.map((date) => ({
  date: `2024-01-${String(date % 100).padStart(2, "0")}`,
  in_market: false,
}));

/** A market in two versions and an index over the second. */
async function built(): Promise<Home> {
  const home = await newHome();
  const early = MARKET.rows.filter((row) => row.date <= KEPT_TO);
  await home.ingest({ ...MARKET, files: [{ name: "early.csv", rows: early }] });
  await home.ingest({ ...MARKET, files: [{ name: "all.csv", rows: MARKET.rows }] });
  await home.build({ start: FIRST, end: LAST });
  return home;
}

async function rolledBack(): Promise<Home> {
  const home = await built();
  await home.images.rollback("market", 1, "back");
  return home;
}

describe("an index whose market was rolled back", () => {
  it("says nothing before, whichever index was built last", async () => {
    const home = await built();
    expect(await told(home, ask.performance())).toEqual([]);
    await home.build({ id: "other", start: FIRST, end: LAST });
    expect(await told(home, ask.performance())).toEqual([]);
  });

  it("names the days the market has lost in every answer that holds them", async () => {
    const home = await rolledBack();
    const warning = {
      code: "MARKET_CHANGED",
      count: LOST.length,
      examples: lostExamples.slice(0, 10),
    };
    for (const asked of [ask.performance(), ask.changes, ask.members]) {
      expect(await told(home, asked)).toMatchObject([warning]);
    }
    expect(await told(home, ask.composition(LAST))).toMatchObject([
      { count: 1, examples: [lostExamples[0], lostExamples.at(-1)] },
    ]);
  });

  it("answers the days before as ever", async () => {
    const home = await built();
    const versionOf = async (asked: Asked) =>
      (await bodyOf<Warned>(asked(home.images))).meta.dataset_version;
    const early = ask.performance(FIRST, KEPT_TO);
    const [before, whole] = [await versionOf(early), await versionOf(ask.performance())];
    await home.images.rollback("market", 1, "back");
    expect(await told(home, early)).toEqual([]);
    expect(await versionOf(early), "the answer that was cached is still the answer").toBe(before);
    expect(await versionOf(ask.performance()), "the one without the warning is not").not.toBe(
      whole,
    );
  });

  it("refuses what only the lost days of the market could tell", async () => {
    const home = await rolledBack();
    for (const asked of [ask.attribution(LAST), ask.composition(LAST, 2)]) {
      await expect(bodyOf(asked(home.images))).rejects.toMatchObject({
        code: "RANGE_OUTSIDE_DATA",
        details: { available: { start_date: "2023-12-18", end_date: "2024-01-09" } },
      });
    }
  });

  it("is silent again once it is built again, or the market is back", async () => {
    const home = await rolledBack();
    expect(await told(home, ask.performance())).toHaveLength(1);
    await home.images.rollback("market", 2, "forth");
    expect(await told(home, ask.performance())).toEqual([]);
    await home.images.rollback("market", 1, "back again");
    const answer = await buildIndex(
      { images: home.images, nowMs: Date.now },
      { start: FIRST, end: KEPT_TO, index: "tiny" },
      randomUUID(),
    );
    expect(answer.meta.warnings).toContainEqual({
      code: "MARKET_CHANGED",
      message:
        "market data changed since the index was built; it was rebuilt from the first changed day",
      count: 1,
      examples: [{ date: "2024-01-10" }],
    });
    expect(await told(home, ask.performance())).toEqual([]);
  });
});

describe("an index whose market was corrected", () => {
  it("tells the first day that would come out otherwise, and counts those after it", async () => {
    const home = await built();
    const row = MARKET.rows.find(({ date }) => date === 20240112)!;
    const late = [{ ...row, close: row.close * 2 }];
    await home.ingest({ files: [{ name: "late.csv", rows: late }] });
    const since = sessions.filter((date) => date >= 20240112).length;
    const examples = [{ date: "2024-01-12", in_market: true }];
    expect(await told(home, ask.performance())).toMatchObject([{ count: since, examples }]);
    expect(await told(home, ask.attribution(LAST))).toMatchObject([{ count: 1, examples }]);
    expect(await told(home, ask.performance(FIRST, 20240111))).toEqual([]);
    await home.build({ start: FIRST, end: LAST });
    expect(await told(home, ask.attribution(LAST))).toEqual([]);
  });

  it("tells a fact that became known later of days long ago", async () => {
    const home = await built();
    const split = { date: 20231221, ticker: "NA", action: "split" as const, value: 2 };
    await home.ingest({ files: [], actions: [split] }, { minDays: 0 });
    expect(await told(home, ask.composition(LAST))).toMatchObject([
      { count: 1, examples: [{ date: "2023-12-21", in_market: true }] },
    ]);
  });
});

describe("the look at the market", () => {
  /** The image store of a process that believes a manifest for an hour, counting its looks at the market. */
  const patient = (home: Home) => {
    const remembered = home.another(undefined, 3_600_000);
    const looks: (boolean | undefined)[] = [];
    const opened: string[] = [];
    const images: Images = {
      ...remembered,
      snapshot: async (dataset, freshness) => {
        const snapshot = await remembered.snapshot(dataset, freshness);
        if (dataset === "market") looks.push(freshness?.revalidate);
        const open = (part: string) => {
          opened.push(`${dataset}/${part}`);
          return snapshot.open(part);
        };
        return { ...snapshot, open };
      },
    };
    return { images, looks, opened };
  };

  it("opens nothing for an index that the last commit built from this market", async () => {
    const { images, opened } = patient(await built());
    const answer = await ask.performance()(images);
    answer.release();
    expect(opened).toEqual([]);
  });

  it("is taken once for a pair of contents", async () => {
    const home = await rolledBack();
    const { images, looks, opened } = patient(home);
    for (let i = 0; i < 3; i++) (await ask.performance()(images)).release();
    expect(opened.filter((part) => part === "market/reference")).toHaveLength(1);
    expect(looks, "a difference is looked up once more before it is said").toEqual([
      false,
      true,
      false,
      false,
    ]);
  });

  it("takes a market that was last seen before the index grew for no difference", async () => {
    const home = await built();
    const { images } = patient(home);
    (await images.snapshot("market")).release();
    const more = randomMarket(9, 20231218, 20240126);
    const rows = more.rows.filter((row) => row.date > LAST);
    await home.ingest({ files: [{ name: "more.csv", rows }] });
    await home.build({ start: FIRST, end: 20240126 });
    await home.build({ id: "other", start: FIRST, end: 20240126 });
    expect(await told({ images } as Home, ask.performance())).toEqual([]);
  });

  it("is missed in the answer, not instead of it, when the market cannot be read", async () => {
    const home = await built();
    const down = new AppError("DEPENDENCY_DOWN", "the store cannot be reached");
    const images: Images = {
      ...home.images,
      snapshot: async (dataset, freshness) => {
        if (dataset === "market") throw down;
        return home.images.snapshot(dataset, freshness);
      },
    };
    const { meta } = await bodyOf<Warned>(ask.performance()(images));
    expect(meta.warnings).toContainEqual(expect.objectContaining({ code: "MARKET_UNCHECKED" }));
    expect(meta.dataset_version).toMatch(/^[0-9a-f]{16}-unchecked$/);
  });
});
