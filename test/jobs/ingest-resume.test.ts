// A job of several files that is killed goes on at the last file boundary, and ends in the same bytes.
import { mkdtempSync, rmSync, utimesSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ingest } from "../../lib/jobs/ingest.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { MarketSource } from "../../lib/ports.ts";
import { marketSource } from "../../lib/sources/market-source.ts";
import { isoDay } from "../../lib/time.ts";
import { type Home, homes } from "./home.ts";

const newHome = homes();
const TICKERS = ["AAA", "BBB", "CCC", "DDD"];
const YEARS = [2022, 2023, 2024];

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "equipoise-resume-"));
  for (const year of YEARS) writeFileSync(join(folder, `${year}.csv`), yearOfRows(year));
  writeFileSync(
    join(folder, "securities.csv"),
    "ticker,valid_from,valid_to,name,country,security_type\nZZZ,,,Never Traded,,common\n" +
      "AAA,,,Alpha,United States,common\nBAD,2023-02-30,,,,common\n",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

/** January of a year, with one row that is refused at its beginning, one twice and one on a holiday. */
function yearOfRows(year: number): string {
  const lines = [
    "date,ticker,open,high,low,close,volume,market_cap",
    `${year}-01-04,AAA,1,2,1,none,1,1`,
  ];
  const days = sessionsBetween(year * 10_000 + 101, year * 10_000 + 131);
  // The tickers come in another order each year: their ids must not depend on the interruption.
  const tickers = year % 2 ? [...TICKERS].reverse() : [...TICKERS.slice(1), `NEW${year}`];
  days.forEach((day, i) => {
    for (const [n, ticker] of tickers.entries()) {
      const close = 10 + n + i / 8 + (year - 2022);
      lines.push(
        `${isoDay(day)},${ticker},${close},${close + 1},${close - 1},${close},100,${close * 1e6}`,
      );
    }
  });
  const last = isoDay(days.at(-1)!);
  lines.push(`${last},${tickers[0]},1,1,1,1,1,1`, `${year}-01-01,BBB,1,1,1,1,1,1`);
  return `${lines.join("\n")}\n`;
}

const filesSource = () =>
  marketSource({
    source: "csv",
    paths: YEARS.map((year) => join(folder, `${year}.csv`)),
    securities: [join(folder, "securities.csv")],
  });

/** A source that says which files are read and, when told, dies in the middle of one. */
function observed(read: (number | undefined)[], diesIn?: number): MarketSource {
  const source = filesSource();
  return {
    ...source,
    rows: async function* (reject, file) {
      read.push(file);
      for await (const batch of source.rows(reject, file)) {
        yield batch;
        if (file === diesIn) throw new Error("killed");
      }
    },
  };
}

let jobs = 0;
const load = ({ images, objects }: Home, source: MarketSource) =>
  ingest(
    { images, objects, nowMs: Date.now },
    { source, minDays: 1, isStrict: false, jobId: `job ${++jobs}`, checkpointRows: 1 },
  );

const noted = async ({ objects }: Home) => (await objects.list("ingest/")).map(({ key }) => key);

/** Files the second run reads, after a first one that died in the second file and what `between` did. */
async function readAfterDeath(between: (home: Home) => unknown = () => {}) {
  const home = await newHome();
  await expect(load(home, observed([], 1))).rejects.toThrow("killed");
  await between(home);
  const read: (number | undefined)[] = [];
  const summary = await load(home, observed(read));
  return { home, read, summary };
}

describe("an ingestion of several files", () => {
  it("goes on after the files that are done, and ends in the same bytes and figures", async () => {
    const whole = await newHome();
    const expected = await load(whole, filesSource());
    const { home, read, summary } = await readAfterDeath(async (killed) => {
      expect(await noted(killed)).toHaveLength(1);
      expect((await killed.images.snapshot("market", { revalidate: true })).manifest.seq).toBe(0);
    });
    expect(read).toEqual([1, 2]);
    expect(await home.version("market")).toBe(await whole.version("market"));
    const { ingest_ms: _, ...figures } = expected;
    expect(summary).toMatchObject({ ...figures, files_resumed: 1 });
    expect(summary.quarantined).toEqual({
      BAD_DATE: 1,
      BAD_NUMBER: 3,
      DUPLICATE_ROW: 3,
      NON_SESSION: 3,
    });
    expect(await noted(home)).toEqual([]);
  });

  it("ends in the same bytes as one that notes nothing", async () => {
    const noting = await newHome();
    await load(noting, filesSource());
    const plain = await newHome();
    await ingest(
      { images: plain.images, nowMs: Date.now },
      { source: filesSource(), minDays: 1, isStrict: false, jobId: "plain" },
    );
    expect(await noting.version("market")).toBe(await plain.version("market"));
  });

  it("begins anew when a file was written again", async () => {
    const { read } = await readAfterDeath(() => utimesSync(join(folder, "2022.csv"), 1e9, 1e9));
    expect(read).toEqual([0, 1, 2]);
  });

  it("begins anew when a part of the interrupted run is gone or damaged", async () => {
    const damages: ((home: Home, key: string) => Promise<unknown>)[] = [
      ({ objects }, key) => objects.remove(key),
      ({ objects }, key) => objects.put(key, Buffer.from("damaged")),
    ];
    for (const damage of damages) {
      const { read, summary } = await readAfterDeath(async (home) => {
        const [part] = await home.objects.list("images/market/");
        await damage(home, part!.key);
      });
      expect(read).toEqual([0, 1, 2]);
      expect(summary.outcome).toBe("committed");
    }
  });

  it("begins anew when the market moved on", async () => {
    const { read, home } = await readAfterDeath((killed) =>
      killed.ingest({ files: [{ name: "other.csv", rows: [] }] }, { minDays: 0 }),
    );
    expect(read).toEqual([0, 1, 2]);
    expect(await noted(home)).toEqual([]);
  });
});
