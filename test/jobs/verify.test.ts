// What `verify` says of an index: figures that differ are one thing, what is told beside them another.
import { randomUUID } from "node:crypto";
import { describe, expect, it } from "vitest";
import { partKey } from "../../lib/edge/images/manifest.ts";
import { YEAR_SCHEMA, yearPart } from "../../lib/index/schema.ts";
import { verify } from "../../lib/jobs/verify.ts";
import { type Home, homes } from "./home.ts";
import { randomMarket } from "./random-market.ts";

const newHome = homes();
/** Two years' parts. */
const MARKET = randomMarket(5, 20231218, 20240119);
const { sessions } = MARKET;
const [FIRST, LAST] = [sessions[0]!, sessions.at(-1)!];

const file = (rows = MARKET.rows) => [{ name: "all.csv", rows }];

async function built(): Promise<Home> {
  const home = await newHome();
  await home.ingest({ ...MARKET, files: file(), name: "one" });
  await home.build({ start: FIRST, end: LAST });
  return home;
}

const verified = (home: Home) => verify(home.images, home, randomUUID());

/** Takes the bytes of a dataset's first part away. */
async function damage({ images, objects }: Home, dataset: string): Promise<void> {
  const snapshot = await images.snapshot(dataset, { revalidate: true });
  const [entry] = Object.values(snapshot.manifest.parts);
  snapshot.release();
  await objects.remove(partKey(dataset, entry!.sha256));
}

const OUTDATED =
  "its figures stand, but the market has another source than when it was built; build it again to say so";

describe("verify", () => {
  it("finds an index in order, and leaves it as it is", async () => {
    const home = await built();
    const version = await home.version("index");
    expect(await verified(home)).toMatchObject({ ok: true, indices: [{ name: "tiny", ok: true }] });
    expect(await home.version("index")).toBe(version);
  });

  it("tells a source with another name apart from another figure, and is content after a build", async () => {
    const home = await built();
    await home.ingest({ ...MARKET, files: file(), name: "two" });
    const { ok, indices } = await verified(home);
    expect({ ok, indices }).toEqual({
      ok: true,
      indices: [{ name: "tiny", ok: true, outdated: OUTDATED }],
    });
    await home.build({ start: FIRST, end: LAST });
    expect((await verified(home)).indices).toEqual([{ name: "tiny", ok: true }]);
  });

  it("finds a wrong figure, whatever the source is called meanwhile", async () => {
    const home = await built();
    await home.ingest({ ...MARKET, files: file(), name: "two" });
    const year = yearPart("tiny", 2024);
    await home.images.commit("index", { id: "fault", note: "fault" }, (draft) =>
      draft.edit(
        year,
        YEAR_SCHEMA,
        (db) => db.run("update day set level = level * 1.0000001 where date = 20240105"),
        () => draft.parts()[year]!,
      ),
    );
    const { ok, indices } = await verified(home);
    expect({ ok, indices }).toEqual({
      ok: false,
      indices: [{ name: "tiny", ok: false, problem: "built again, the bytes of 2024 differ" }],
    });
  });

  it("names the day from which on the market is another, also when it has none of the days left", async () => {
    const home = await newHome();
    const early = MARKET.rows.filter((row) => row.date < 20231222);
    await home.ingest({ ...MARKET, files: file(early) });
    await home.ingest({ ...MARKET, files: file() });
    await home.build({ start: FIRST, end: LAST });
    await home.build({ id: "late", start: 20240102, end: LAST });
    await home.images.rollback("market", 1, "back");
    const since = (day: string) =>
      `the market changed from ${day} on since it was built; build it again`;
    expect((await verified(home)).indices).toEqual([
      { name: "late", ok: false, problem: since("2024-01-02") },
      { name: "tiny", ok: false, problem: since("2023-12-22") },
    ]);
  });

  it("builds the indices again unless what they rest on is damaged", async () => {
    const home = await built();
    await home.images.commit("bars", { id: "month", note: "month" }, (draft) =>
      draft.edit(
        "month",
        YEAR_SCHEMA,
        () => undefined,
        () => ({ rows: 0, from: FIRST, to: LAST }),
      ),
    );
    await damage(home, "bars");
    expect(await verified(home)).toMatchObject({
      ok: false,
      parts: expect.arrayContaining([expect.objectContaining({ name: "bars/month", ok: false })]),
      indices: [{ name: "tiny", ok: true }],
    });
    await damage(home, "market");
    expect(await verified(home)).toMatchObject({ ok: false, indices: [] });
  });
});
