// Three years of real closes and market caps: what three independent implementations agree the index must come to.
import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { beforeAll, describe, expect, it } from "vitest";
import { DEFAULT_PARAMETERS } from "../lib/index/definition.ts";
import { performanceSummary } from "../lib/index/statistics.ts";
import { attribution } from "../lib/jobs/attribution.ts";
import { build } from "../lib/jobs/build.ts";
import { changes } from "../lib/jobs/changes.ts";
import { composition } from "../lib/jobs/composition.ts";
import { ingest } from "../lib/jobs/ingest.ts";
import { sessionStatus } from "../lib/jobs/market-status.ts";
import { members } from "../lib/jobs/members.ts";
import { performance } from "../lib/jobs/performance.ts";
import { nasdaqScreener } from "../lib/sources/nasdaq-screener.ts";
import { bodyOf, type Home, homes } from "./jobs/home.ts";

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const folder = `${shared}/data/equities_nasdaq_screener`;

type Moved = { ticker: string; reason: string; rank: number | null };
type ChangeDay = { date: string; entered: Moved[]; exited: Moved[] };
type Changes = { changes: ChangeDay[]; totals: { days: number; entered: number; exited: number } };
type Performance = { days: { date: string; level: number; daily_return: number | null }[] };

if (!existsSync(folder)) {
  console.warn(`skipped: "${folder}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("comes to the published figures on real data", () => {});
} else {
  const newHome = homes();
  let home: Home;
  let rows: number;

  beforeAll(async () => {
    home = await newHome();
    const source = nasdaqScreener({
      paths: [2021, 2022, 2023].map((year) => `${folder}/daily_${year}.csv.gz`),
      securities: [`${folder}/security_master_2021_2023.csv`],
      symbolChanges: [`${folder}/symbol_changes.csv`],
      actions: [`${shared}/data/equities_ohlcv/corporate_actions_2021_2023.csv`],
    });
    const { images } = home;
    const options = { source, minDays: 30, isStrict: false, jobId: "three years" };
    rows = (await ingest({ images, nowMs: Date.now }, options)).rows_accepted;
    for (const [id, size, start] of BUILDS) {
      await build(
        { images },
        {
          definition: { id, parameters: { ...DEFAULT_PARAMETERS, size } },
          start,
          end: 20231229,
          jobId: id,
        },
      );
    }
  }, 120_000);

  const BUILDS = [
    ["top100-ew", 100, 20210129],
    ["top50-ew", 50, 20210129],
    ["fourth-quarter", 100, 20231002],
  ] as const;

  const changesOf = (index: string) => bodyOf<Changes>(changes(home.images, { index }));
  const daysOf = async (index: string) => {
    const request = { index, riskFree: 0, costBps: 0 };
    return (await bodyOf<Performance>(performance(home.images, request))).days;
  };

  describe("the market", () => {
    it("holds every captured session and names the two nobody captured", async () => {
      const { available, sessions_total, missing } = await sessionStatus(home.images);
      expect({ available, sessions_total, missing }).toEqual({
        available: { start_date: "2021-01-29", end_date: "2023-12-29" },
        sessions_total: 733,
        missing: ["2022-12-21", "2022-12-28"],
      });
      expect(rows).toBeGreaterThan(1_000_000);
    });
  });

  describe("the index", () => {
    it.each([
      ["top100-ew", 733, 446, 568, 1198.5034809978079],
      ["top50-ew", 733, 287, 340, 1239.8071071657857],
      ["fourth-quarter", 63, 31, 55, 1118.7803936079954],
    ])(
      "%s has %i days, %i with a change, %i entries and level %d",
      async (id, n, days, entered, level) => {
        const built = await daysOf(id);
        const { totals } = await changesOf(id);
        expect({ n: built.length, days: totals.days, entered: totals.entered }).toEqual({
          n,
          days,
          entered,
        });
        // Never short of names, so each entry is another's exit.
        expect(totals.exited).toBe(entered);
        expect(Math.abs(built.at(-1)!.level / level - 1)).toBeLessThan(1e-9);
      },
    );

    it("is what history remembers", async () => {
      const { changes: all } = await changesOf("top100-ew");
      const moves = (ticker: string) =>
        all.flatMap(({ date, entered, exited }) => [
          ...entered.filter((m) => m.ticker === ticker).map(() => `${date} in`),
          ...exited.filter((m) => m.ticker === ticker).map(() => `${date} out`),
        ]);
      expect(moves("RKT")).toEqual(expect.arrayContaining(["2021-03-02 in", "2021-03-03 out"]));
      expect(moves("RIVN")[0]).toBe("2021-11-10 in");
      expect(moves("EL")).toContain("2023-05-03 out");
      expect(moves("PYPL")).toContain("2023-05-09 out");
      // Renamed on 2022-06-09, which is no move; then without a record or a row on three days.
      expect([...moves("FB"), ...moves("META")]).toEqual([
        "2022-06-13 out",
        "2022-06-15 in",
        "2022-06-16 out",
        "2022-06-17 in",
      ]);
    });

    it("tells one history of a company over its rename", async () => {
      type History = { ticker: string; spells: { from: string; to: string | null }[] };
      const { ticker, spells } = await bodyOf<History>(
        members(home.images, { id: "top100-ew", ticker: "META" }),
      );
      expect({ ticker, spells: spells.map(({ from, to }) => [from, to]) }).toEqual({
        ticker: "META",
        spells: [
          ["2021-01-29", "2022-06-10"],
          ["2022-06-15", "2022-06-15"],
          ["2022-06-17", null],
        ],
      });
    });

    it("holds one line of each company, and nothing but companies of the United States", async () => {
      type Body = { constituents: { ticker: string; weight: number }[] };
      const tickers = async (date: number) =>
        (await bodyOf<Body>(composition(home.images, { date, reserve: 0 }))).constituents.map(
          (member) => member.ticker,
        );
      for (const date of [20210129, 20220613, 20231229]) {
        const held = await tickers(date);
        expect(held).toHaveLength(100);
        expect(new Set(held).size).toBe(100);
        expect(held).toContain("GOOGL");
        for (const other of ["GOOG", "BRK/A", "CCZ", "TBC", "TSM", "BABA", "ASML"]) {
          expect(held).not.toContain(other);
        }
      }
    });

    it("explains each sampled day's return by its members", async () => {
      type Attribution = { contributions: { contribution: number }[]; daily_return: number };
      const days = await daysOf("top100-ew");
      // A split, a rename, a missing session before, the first day of a year.
      for (const date of [20220606, 20220609, 20221222, 20230103]) {
        const { contributions, daily_return } = await bodyOf<Attribution>(
          attribution(home.images, { date }),
        );
        const sum = contributions.reduce((total, c) => total + c.contribution, 0);
        expect(sum).toBeCloseTo(daily_return, 12);
        expect(contributions).toHaveLength(100);
      }
      expect(days.filter(({ daily_return }) => daily_return === null)).toHaveLength(1);
    });
  });

  describe("beside funds of the same years", () => {
    const funds = `${shared}/data/volatility/etf_SPY_RSP_yahoo_2016_2026.csv.gz`;
    const closesOf = (fund: string) =>
      new Map(
        gunzipSync(readFileSync(funds))
          .toString("utf8")
          .split("\n")
          .map((line) => line.split(","))
          .filter(([, symbol]) => symbol === fund)
          .map(([date = "", , , , , close]) => [date, Number(close)]),
      );

    it.each([
      ["RSP", 0.9571, 0.929],
      ["SPY", 0.9852, 0.941],
    ])("the index moves with %s: correlation %d, beta %d", async (fund, correlation, beta) => {
      const closes = closesOf(fund);
      const days = await daysOf("top100-ew");
      // Over the two sessions nobody captured, a return of the index spans two days: so does that of the fund.
      const pairs = days.slice(1).map(({ date, daily_return }, i) => ({
        index: daily_return!,
        fund: closes.get(date)! / closes.get(days[i]!.date)! - 1,
      }));
      const summary = performanceSummary(
        pairs.map(({ index }) => index),
        { benchmark: pairs.map((pair) => pair.fund) },
      );
      expect(pairs).toHaveLength(732);
      expect(summary.correlation).toBeGreaterThan(0.95);
      expect(summary.correlation).toBeCloseTo(correlation, 4);
      expect(summary.beta).toBeCloseTo(beta, 3);
    });
  });
}
