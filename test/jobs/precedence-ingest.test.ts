// Several sources of the same days: which value stands is told by the precedence alone, whatever came first, and every
// row says whose its values are.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type IngestOptions, ingest } from "../../lib/jobs/ingest.ts";
import { ingestions } from "../../lib/jobs/ingest-runs.ts";
import { originOf } from "../../lib/market/origin.ts";
import { NO_PRECEDENCE, parsePrecedence } from "../../lib/market/precedence.ts";
import type { Images, MarketSource } from "../../lib/ports.ts";
import { type Home, homes } from "./home.ts";
import { heldBy, type Said, vendorOf } from "./ranked-market.ts";

const newHome = homes();
const RANKS = "polygon,nasdaq-screener,csv,yahoo";
const PRECEDENCE = parsePrecedence(
  `${RANKS};market_cap:sec-edgar,yahoo,nasdaq-screener,csv,polygon`,
);

let jobs = 0;
const load = (
  { images, objects }: Home,
  source: MarketSource,
  options: Partial<IngestOptions> = { precedence: PRECEDENCE },
) =>
  ingest(
    { images, objects, nowMs: Date.now },
    { source, minDays: 1, isStrict: false, jobId: `job ${++jobs}`, ...options },
  );

const DAY = 20240102;
const polygon = vendorOf("polygon", [
  [{ date: DAY, ticker: "AAA", close: 10, open: 9, volume: 100 }],
]);
const yahoo = vendorOf("yahoo", [
  [
    { date: DAY, ticker: "AAA", close: 11, volume: 110, cap: 1100 },
    { date: DAY, ticker: "BBB", close: 5, volume: 50, cap: 500 },
  ],
]);

describe("an ingestion with a precedence", () => {
  it("lets values of higher sources stand, says whose each is and counts them", async () => {
    const home = await newHome();
    const first = await load(home, polygon);
    expect(first.kept_by_precedence).toEqual({ close: 0, volume: 0, market_cap: 0 });
    const second = await load(home, yahoo);
    const kept = { close: 1, volume: 1, market_cap: 0 };
    expect(second).toMatchObject({ rows_accepted: 2, kept_by_precedence: kept });
    expect((await heldBy(home)).rows).toMatchObject([
      { ticker: "AAA", open: 9, close: 10, volume: 100, source: "polygon;market_cap:yahoo" },
      { ticker: "BBB", open: null, close: 5, volume: 50, cap: 500, source: "yahoo" },
    ]);
    const { ingestions: runs } = await ingestions(home.objects, { limit: 1 });
    expect(runs).toMatchObject([{ source: "yahoo", kept_by_precedence: kept }]);
  });

  it("is without one what it always was: the later row replaces the stored one", async () => {
    const [home, plain] = [await newHome(), await newHome()];
    for (const source of [polygon, yahoo]) {
      await load(home, source, { precedence: NO_PRECEDENCE });
      const { kept_by_precedence } = await load(plain, source, {});
      expect(kept_by_precedence).toEqual({ close: 0, volume: 0, market_cap: 0 });
    }
    expect((await heldBy(home)).rows[0]).toMatchObject({ close: 11, open: null, source: "yahoo" });
    expect(await home.version("market")).toBe(await plain.version("market"));
  });

  it("changes nothing about rows of which only one source speaks", async () => {
    const [home, plain] = [await newHome(), await newHome()];
    await load(home, yahoo);
    await load(plain, yahoo, {});
    expect(await home.version("market")).toBe(await plain.version("market"));
  });

  it("reads stored bars only where rows of the same days are stored", async () => {
    const later = vendorOf("csv", [[{ date: 20240103, ticker: "AAA", close: 10 }]]);
    const home = await newHome();
    await load(home, polygon);
    expect(await partsRead(home, later, { precedence: PRECEDENCE })).toEqual([]);
    expect(await partsRead(home, yahoo, {})).toEqual([]);
    expect(await partsRead(home, yahoo, { precedence: PRECEDENCE })).toEqual(["bars/2024-01"]);
  });

  it("multiplies shares with the close that stands", async () => {
    const shares = [fact("AAA", 70), fact("BBB", 7)];
    const bare = vendorOf(
      "csv",
      [
        [
          { date: DAY, ticker: "AAA", close: 12 },
          { date: DAY, ticker: "BBB", close: 6 },
        ],
      ],
      shares,
    );
    const home = await newHome();
    for (const source of [bare, polygon, yahoo]) await load(home, source);
    const basis = { basis: "shares", delivered: null };
    expect((await heldBy(home)).rows).toMatchObject([
      { close: 10, cap: 700, shares: 70, source: "polygon", ...basis },
      { close: 6, volume: 50, cap: 42, shares: 7, source: "csv;volume:yahoo", ...basis },
    ]);
  });
});

/** The parts of bars that a load reads, other than to write them. */
async function partsRead(home: Home, source: MarketSource, options: Partial<IngestOptions>) {
  const read: string[] = [];
  const images: Images = Object.create(home.images, {
    commit: {
      value: ((dataset, job, change) =>
        home.images.commit(dataset, job, (draft) =>
          change({
            ...draft,
            open: (part) => {
              if (part.startsWith("bars/")) read.push(part);
              return draft.open(part);
            },
          }),
        )) satisfies Images["commit"],
    },
  });
  await load({ ...home, images: images as Home["images"] }, source, options);
  return read;
}

const fact = (ticker: string, shares: number) => ({
  ticker,
  effectiveDate: 20230930,
  knownAt: 20231030,
  shares,
  source: "sec-edgar 10-Q 0000000001",
});

const SOURCES = RANKS.split(",");
const TICKERS = ["AAA", "BBB", "CCC"];
/** Around the turn of a year, so that months become a year while others load. */
const DAYS = [20231228, 20231229, 20240102, 20240103];

const absent = (range: number) =>
  fc.option(fc.integer({ min: 1, max: range }), { nil: null, freq: 2 });
const said = fc.record({
  date: fc.constantFrom(...DAYS),
  ticker: fc.constantFrom(...TICKERS),
  close: fc.integer({ min: 1, max: 500 }).map((cents) => cents / 8),
  open: absent(9),
  volume: absent(1000),
  cap: fc.oneof(absent(100_000), fc.constant(0)),
});
const file = fc.uniqueArray(said, {
  minLength: 3,
  maxLength: 15,
  selector: ({ date, ticker }) => `${date} ${ticker}`,
});
const market = fc.record({
  files: fc.tuple(file, file, file, file),
  order: fc.shuffledSubarray([0, 1, 2, 3], { minLength: 4 }),
  counted: fc.subarray(TICKERS),
  caps: fc.constantFrom("vendor" as const, "shares" as const),
});

type Rules = Readonly<{
  rows: readonly (readonly Said[])[];
  counted: readonly string[];
  caps: "vendor" | "shares";
}>;

type Told = Readonly<{
  vendor: string;
  teller: string;
  cap: number | null;
  delivered: number | null;
}>;

const capPlace = (name: string) => PRECEDENCE.order.market_cap.indexOf(name);

/** What must be stored of a day and ticker, worked out from all that was said of it at once. */
function wanted({ rows, counted, caps: choice }: Rules, date: number, ticker: string) {
  const all = rows.flatMap((list, at) => {
    const row = list.find((said) => said.date === date && said.ticker === ticker);
    return row ? [{ ...row, source: SOURCES[at]! }] : [];
  });
  if (all.length === 0) return [];
  const bar = all[0]!;
  const volume = all.find((row) => row.volume !== null);
  const isCounted = counted.includes(ticker);
  const byRank = (a: Told, b: Told) =>
    capPlace(a.teller) - capPlace(b.teller) ||
    Number(a.delivered === null) - Number(b.delivered === null) ||
    capPlace(a.vendor) - capPlace(b.vendor);
  const caps = all.flatMap(({ source: vendor, cap = null }): Told[] => {
    const isFromShares = isCounted && (choice === "shares" || !cap);
    if (isFromShares)
      return [{ vendor, teller: "sec-edgar", cap: bar.close * 1000, delivered: cap }];
    return cap ? [{ vendor, teller: vendor, cap, delivered: null }] : [];
  });
  const zeros = all.filter(({ cap }) => cap === 0);
  const none = (zeros.length > 0 ? zeros : all).map(
    ({ source, cap = null }): Told => ({ vendor: source, teller: source, cap, delivered: null }),
  );
  const best = (caps.length > 0 ? caps : none).sort(byRank)[0]!;
  const isFromShares = best.teller === "sec-edgar";
  const isNobodys = best.cap === null || (isFromShares && best.delivered === null);
  return [
    {
      date,
      ticker,
      open: bar.open,
      close: bar.close,
      volume: volume?.volume ?? null,
      cap: best.cap,
      basis: isFromShares ? "shares" : null,
      delivered: best.delivered,
      origin: {
        close: bar.source,
        volume: volume?.source ?? bar.source,
        market_cap: isNobodys ? bar.source : best.vendor,
      },
    },
  ];
}

describe("what is stored in the end", () => {
  it("does not depend on which source came first", async () => {
    await fc.assert(
      fc.asyncProperty(market, async ({ files: rows, order, counted, caps }) => {
        const options = { precedence: PRECEDENCE, caps };
        const shares = counted.map((ticker) => fact(ticker, 1000));
        const home = await newHome();
        for (const at of order)
          await load(home, vendorOf(SOURCES[at]!, [rows[at]!], shares), options);
        const { rows: held, hot, sessions } = await heldBy(home);
        const expected = DAYS.flatMap((date) =>
          TICKERS.flatMap((ticker) => wanted({ rows, counted, caps }, date, ticker)),
        );
        expect(
          held.map(({ source, shares: _, ...row }) => ({
            ...row,
            origin: originOf(source),
          })),
        ).toEqual(expected);
        expect(bySize(hot)).toEqual(
          bySize(held.map(({ date, close, cap }) => ({ date, close, cap }))),
        );
        const backward = await newHome();
        for (const at of order.toReversed()) {
          await load(backward, vendorOf(SOURCES[at]!, [rows[at]!], shares), options);
        }
        expect(await heldBy(backward)).toMatchObject({ rows: held, sessions });
      }),
      { numRuns: 3 },
    );
  }, 120_000);

  it("has the same bytes when a source comes twice, or in pieces", async () => {
    await fc.assert(
      fc.asyncProperty(market, async ({ files: rows, order }) => {
        const [whole, pieces] = [await newHome(), await newHome()];
        for (const at of order) await load(whole, vendorOf(SOURCES[at]!, [rows[at]!]));
        const version = await whole.version("market");
        const again = order.at(-1)!;
        expect(await load(whole, vendorOf(SOURCES[again]!, [rows[again]!]))).toMatchObject({
          outcome: "unchanged",
        });
        expect(await whole.version("market")).toBe(version);
        for (const at of order) {
          const cut = Math.ceil(rows[at]!.length / 2);
          for (const piece of [rows[at]!.slice(0, cut), rows[at]!.slice(cut)]) {
            await load(pieces, vendorOf(SOURCES[at]!, [piece]));
          }
        }
        expect((await heldBy(pieces)).rows).toEqual((await heldBy(whole)).rows);
      }),
      { numRuns: 2 },
    );
  }, 120_000);
});

const bySize = (rows: readonly Readonly<{ date: number; close: number; cap: number | null }>[]) =>
  rows.map(({ date, close, cap }) => `${date} ${close} ${cap}`).sort();
