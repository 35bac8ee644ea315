// What is stored of an index depends on the market, the earliest start and the latest end; never on the way there.
import { randomUUID } from "node:crypto";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { DefinitionParameters } from "../../lib/index/definition.ts";
import { composition } from "../../lib/jobs/composition.ts";
import { indices, removeIndex } from "../../lib/jobs/indices.ts";
import { performance } from "../../lib/jobs/performance.ts";
import { mapCache } from "../edge/maps.ts";
import type { Row } from "../index/market-fixture.ts";
import { bodyOf, type Home, homes } from "./home.ts";
import { type RandomMarket, randomMarket, shuffled } from "./random-market.ts";

const newHome = homes();

/** A year's end and two months' ends lie inside; two sessions were not captured. */
const MARKET = randomMarket(7, 20231201, 20240214, { missing: [20231229, 20240117] });
const { sessions } = MARKET;
const [FIRST, LAST] = [sessions[0]!, sessions.at(-1)!];

async function loaded(market: RandomMarket = MARKET): Promise<Home> {
  const home = await newHome();
  await home.ingest({ ...market, files: [{ name: "all.csv", rows: market.rows }] });
  return home;
}

/** A home with the market of most tests and no index; loading it once costs more than all that is asked of it. */
let shared: Promise<Home> | undefined;
async function emptied(): Promise<Home> {
  shared ??= loaded();
  const home = await shared;
  for (const { id } of (await indices(home.images, { revalidate: true })).indices) {
    await removeIndex(home.images, id, randomUUID());
  }
  return home;
}

type Rules = Partial<DefinitionParameters>;

/** The version that one build of the whole span gives. */
async function versionAtOnce(market: RandomMarket = MARKET, rules: Rules = {}): Promise<string> {
  const home = market === MARKET ? await emptied() : await loaded(market);
  await home.build({ start: market.sessions[0]!, end: market.sessions.at(-1)! }, rules);
  const version = await home.version("index");
  if (market === MARKET) await emptied();
  return version;
}

const seqOf = async (home: Home) => {
  const snapshot = await home.images.snapshot("index", { revalidate: true });
  snapshot.release();
  return snapshot.manifest.seq;
};

type Performance = { days: { date: string; level: number }[] };
const levelsOf = async (home: Home) => {
  const request = { index: "tiny", riskFree: 0, costBps: 0 };
  const body = await bodyOf<Performance>(performance(home.images, request, { revalidate: true }));
  return body.days;
};

/** The market with another close in one row. */
const corrected = (market: RandomMarket, wrong: Row): RandomMarket => ({
  ...market,
  rows: market.rows.map((row) => (row === wrong ? { ...row, close: row.close * 1.5 } : row)),
});

describe("the stored bytes", () => {
  it("are the same by any ranges in any order", { timeout: 60_000 }, async () => {
    const wanted = await versionAtOnce();
    const home = await emptied();
    const position = fc.nat(sessions.length - 1);
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(position, position), { maxLength: 3 }),
        fc.nat(2 ** 31),
        async (pairs, seed) => {
          await emptied();
          const ends: [number, number][] = [
            [0, 2],
            [sessions.length - 1, sessions.length - 1],
          ];
          for (const [a, b] of shuffled([...pairs, ...ends], seed)) {
            await home.build({
              start: sessions[Math.min(a, b)]!,
              end: sessions[Math.max(a, b)]!,
            });
          }
          expect(await home.version("index")).toBe(wanted);
        },
      ),
      { seed: 7, numRuns: 8, endOnFailure: true },
    );
  });

  it.each<[string, Rules]>([
    ["daily, total return", { return_type: "total", max_stale_days: 1 }],
    ["on_change", { rebalance: "on_change" }],
    ["monthly", { rebalance: "monthly", max_stale_days: 3 }],
    ["quarterly, every line", { rebalance: "quarterly", one_per_issuer: false, size: 5 }],
  ])("are the same built in three steps: %s", async (_, rules) => {
    const home = await emptied();
    for (const at of [0.37, 0.62, 1]) {
      const end = sessions[Math.floor(at * (sessions.length - 1))]!;
      await home.build({ start: FIRST, end }, rules);
    }
    const version = await home.version("index");
    expect(version).toBe(await versionAtOnce(MARKET, rules));
  });

  it("are the same when the index is extended day by day over the end of a year", async () => {
    const few = randomMarket(11, 20231220, 20240109);
    const home = await loaded(few);
    for (const date of few.sessions) await home.build({ start: date, end: date });
    expect(await home.version("index")).toBe(await versionAtOnce(few));
  });

  it("stay when any range inside the run is built again", async () => {
    const home = await emptied();
    await home.build({ start: FIRST, end: LAST });
    const [version, seq] = [await home.version("index"), await seqOf(home)];
    for (const [a, b] of [
      [0, sessions.length - 1],
      [5, 9],
      [30, 30],
    ] as const) {
      const again = await home.build({ start: sessions[a]!, end: sessions[b]! });
      expect(again).toMatchObject({ outcome: "unchanged", builtDays: 0, isRebased: false });
    }
    expect([await home.version("index"), await seqOf(home)]).toEqual([version, seq]);
  });

  it("are the same in two homes filled by other files in another order", async () => {
    const home = await newHome();
    const rows = shuffled(MARKET.rows, 3);
    const third = Math.ceil(rows.length / 3);
    const facts = {
      securities: shuffled(MARKET.securities, 4),
      actions: shuffled(MARKET.actions, 5),
      changes: MARKET.changes,
    };
    await home.ingest({
      ...facts,
      files: [2, 0, 1].map((i) => ({
        name: `part-${i}.csv`,
        rows: rows.slice(i * third, (i + 1) * third),
      })),
    });
    await home.build({ start: FIRST, end: LAST });
    expect(await home.version("index")).toBe(await versionAtOnce());
  });

  it("hold every result of 16 builders at work at once", { timeout: 60_000 }, async () => {
    const home = await emptied();
    const { lease } = mapCache();
    const step = Math.floor((sessions.length - 1) / 16);
    const outcomes = await Promise.all(
      Array.from({ length: 16 }, (_, i) =>
        home.build(
          { start: sessions[i * step]!, end: i === 15 ? LAST : sessions[(i + 1) * step]! },
          {},
          // Most take turns, as they would with Redis; some have none and collide with the others.
          home.another(i % 4 === 0 ? undefined : lease),
        ),
      ),
    );
    expect(outcomes.filter(({ outcome }) => outcome === "repeated")).toEqual([]);
    const [index] = (await indices(home.images, { revalidate: true })).indices;
    expect(index?.built).toEqual({ start_date: "2023-12-01", end_date: "2024-02-14" });
    const version = await home.version("index");
    expect(version).toBe(await versionAtOnce());
  });

  it("hold 8 indices built at once", async () => {
    const home = await emptied();
    const ids = Array.from({ length: 8 }, (_, i) => `index-${i}`);
    await Promise.all(
      ids.map((id, i) =>
        home.build({ id, start: FIRST, end: sessions[3]! }, { size: i + 1 }, home.another()),
      ),
    );
    const { indices: all } = await indices(home.images, { revalidate: true });
    expect(all.map(({ id, parameters }) => [id, parameters.size])).toEqual(
      ids.map((id, i) => [id, i + 1]),
    );
  });
});

describe("a build", () => {
  it("of an earlier start moves the base there and rebuilds all levels", async () => {
    const home = await emptied();
    await home.build({ start: sessions[20]!, end: LAST });
    const before = await levelsOf(home);
    expect(before[0]).toMatchObject({ level: 1000 });
    const rebased = await home.build({ start: FIRST, end: FIRST });
    expect(rebased).toMatchObject({
      outcome: "committed",
      isRebased: true,
      changedFrom: undefined,
      builtDays: sessions.length,
    });
    const [version, after] = [await home.version("index"), await levelsOf(home)];
    expect(version).toBe(await versionAtOnce());
    expect(after[0]).toMatchObject({ date: "2023-12-01", level: 1000 });
    // The same returns on another base.
    const ratio = after.at(-1)!.level / after[20]!.level;
    expect(before.at(-1)!.level / 1000).toBeCloseTo(ratio, 10);
  });

  it("after a correction rebuilds from the corrected day on, and says so", async () => {
    const home = await loaded();
    await home.build({ start: FIRST, end: LAST });
    const before = await levelsOf(home);
    const date = sessions[30]!;
    const held = await bodyOf<{ constituents: { ticker: string }[] }>(
      composition(home.images, { index: "tiny", date: sessions[29]!, reserve: 0 }),
    );
    const wrong = MARKET.rows.find(
      (row) => row.date === date && held.constituents.some(({ ticker }) => ticker === row.ticker),
    )!;
    const market = corrected(MARKET, wrong);
    const right = market.rows[MARKET.rows.indexOf(wrong)]!;
    await home.ingest({ files: [{ name: "correction.csv", rows: [right] }] });
    const rebuilt = await home.build({ start: LAST, end: LAST });
    expect(rebuilt).toMatchObject({
      outcome: "committed",
      changedFrom: date,
      isRebased: false,
      builtDays: sessions.length - 30,
    });
    const after = await levelsOf(home);
    expect(after.slice(0, 30)).toEqual(before.slice(0, 30));
    expect(after[30]!.level).not.toBe(before[30]!.level);
    expect(await home.version("index")).toBe(await versionAtOnce(market));
  });

  it("after a correction just before its base rebuilds everything that was carried into it", async () => {
    const home = await loaded();
    const start = sessions[10]!;
    await home.build({ start, end: LAST });
    const row = MARKET.rows.find((r) => r.date === sessions[8])!;
    await home.ingest({ files: [{ name: "late.csv", rows: [{ ...row, close: row.close * 2 }] }] });
    expect(await home.build({ start, end: LAST })).toMatchObject({ changedFrom: start });
  });

  it("takes a session in that was captured later", async () => {
    const whole = randomMarket(7, 20231201, 20240214);
    const late = 20240117;
    const home = await newHome();
    const rows = whole.rows.filter((row) => row.date !== late);
    await home.ingest({ ...whole, files: [{ name: "first.csv", rows }] });
    await home.build({ start: FIRST, end: LAST });
    await home.ingest({
      files: [{ name: "late.csv", rows: whole.rows.filter((row) => row.date === late) }],
    });
    expect(await home.build({ start: LAST, end: LAST })).toMatchObject({ changedFrom: late });
    expect(await home.version("index")).toBe(await versionAtOnce(whole));
  });

  it("that is delivered twice does its work once", async () => {
    const home = await emptied();
    const request = { start: FIRST, end: sessions[5]!, jobId: "delivery-1" };
    expect(await home.build(request)).toMatchObject({ outcome: "committed", builtDays: 6 });
    expect(await home.build({ ...request, end: LAST })).toMatchObject({
      outcome: "repeated",
      builtDays: 0,
      // What stands, not what this delivery asked for.
      range: { start: FIRST, end: sessions[5] },
    });
    expect(await levelsOf(home)).toHaveLength(6);
  });

  it("of other rules under a known id is refused with the rules that stand", async () => {
    const home = await emptied();
    await home.build({ start: FIRST, end: FIRST });
    await expect(home.build({ start: FIRST, end: FIRST }, { size: 4 })).rejects.toMatchObject({
      code: "INDEX_EXISTS",
      details: { index: "tiny", parameters: { size: 3 } },
    });
    // The same rules written another way are the same rules.
    const universe = { countries: ["United States", "United States"], security_types: ["common"] };
    expect(await home.build({ start: FIRST, end: FIRST }, { universe } as Rules)).toMatchObject({
      outcome: "unchanged",
    });
  });

  it("says why a range cannot be built", async () => {
    const home = await emptied();
    const codeOf = (start: number, end: number) =>
      home.build({ start, end }).then(
        () => "built",
        (error) => error.code,
      );
    expect(await codeOf(20240102, 20231201)).toBe("REVERSED_RANGE");
    expect(await codeOf(20240101, 20240101)).toBe("NO_TRADING_DAY");
    expect(await codeOf(20240117, 20240117)).toBe("MISSING_SESSION");
    expect(await codeOf(20231101, LAST)).toBe("RANGE_OUTSIDE_DATA");
    expect(await codeOf(FIRST, 20240215)).toBe("RANGE_OUTSIDE_DATA");
    expect(await codeOf(20231230, 20240101)).toBe("NO_TRADING_DAY");
    // The ends move inwards to sessions.
    expect(await codeOf(20231230, 20240107)).toBe("built");
    await expect((await newHome()).build({ start: FIRST, end: LAST })).rejects.toMatchObject({
      code: "RANGE_OUTSIDE_DATA",
      details: { available: null },
    });
  });

  it("of a market that was rolled back keeps no day the market no longer has", async () => {
    const home = await newHome();
    const early = MARKET.rows.filter((row) => row.date < 20231215);
    await home.ingest({ ...MARKET, files: [{ name: "early.csv", rows: early }] });
    await home.ingest({ ...MARKET, files: [{ name: "all.csv", rows: MARKET.rows }] });
    await home.build({ start: FIRST, end: LAST });
    await home.images.rollback("market", 1, "back");
    const end = sessions.filter((date) => date < 20231215).at(-1)!;
    await home.build({ start: FIRST, end });
    expect((await levelsOf(home)).at(-1)?.date).toBe("2023-12-14");
    const fresh = await newHome();
    await fresh.ingest({ ...MARKET, files: [{ name: "early.csv", rows: early }] });
    await fresh.build({ start: FIRST, end });
    expect(await home.version("index")).toBe(await fresh.version("index"));
  });
});

describe("a market that arrives in pieces", () => {
  /** Rows by month, facts one by one: pieces that do not overlap, so that their order decides nothing. */
  const pieces = (market: RandomMarket, seed: number) => {
    const months = [...new Set(market.sessions.map((date) => Math.floor(date / 100)))];
    const rows = months.map((month) => ({
      files: [
        {
          name: `${month}.csv`,
          rows: market.rows.filter((row) => Math.floor(row.date / 100) === month),
        },
      ],
    }));
    const isOdd = (_: unknown, i: number) => i % 2 === 1;
    const facts = [
      ...market.securities.map((record) => ({ files: [], securities: [record] })),
      ...market.changes.map((change) => ({ files: [], changes: [change] })),
      { files: [], actions: market.actions.filter(isOdd) },
      { files: [], actions: market.actions.filter((action, i) => !isOdd(action, i)) },
    ];
    // Facts that come after all rows are told of days that were built without them.
    return seed % 2 === 0
      ? shuffled([...rows, ...facts], seed)
      : [...shuffled(rows, seed), ...shuffled(facts, seed)];
  };

  it("gives the same index whatever was known when it was first built", {
    timeout: 60_000,
  }, async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(2 ** 31), async (seed) => {
        const market = randomMarket(seed, 20231218, 20240209, { names: 7 });
        const home = await newHome();
        for (const piece of pieces(market, seed)) {
          await home.ingest(piece, { minDays: 0 });
          const held = await home.images.snapshot("market", { revalidate: true });
          const { from, to } = held.manifest.parts.reference!;
          held.release();
          if (from !== null && to !== null) await home.build({ start: from, end: to });
        }
        expect(await home.version("index")).toBe(await versionAtOnce(market));
      }),
      { seed: 3, numRuns: 4, endOnFailure: true },
    );
  });

  it("carries what is known of its source into every year of the index", async () => {
    const home = await newHome();
    const of = (year: number) => MARKET.rows.filter((row) => Math.floor(row.date / 1e4) === year);
    await home.ingest({ ...MARKET, files: [{ name: "a.csv", rows: of(2023) }], name: "one" });
    await home.build({ start: FIRST, end: 20231228 });
    await home.ingest({ ...MARKET, files: [{ name: "b.csv", rows: of(2024) }], name: "two" });
    await home.build({ start: LAST, end: LAST });
    const fresh = await newHome();
    await fresh.ingest({
      ...MARKET,
      files: [{ name: "all.csv", rows: MARKET.rows }],
      name: "two",
    });
    await fresh.build({ start: FIRST, end: LAST });
    expect(await home.version("index")).toBe(await fresh.version("index"));
  });
});
