// A precedence beside the rest of an ingestion: the quality gate judges what arrives and tells what stands, a killed job
// goes on, and a checkpoint belongs to one precedence.
import { describe, expect, it } from "vitest";
import { type DailyWorld, daily } from "../../lib/jobs/daily.ts";
import { type IngestOptions, ingest } from "../../lib/jobs/ingest.ts";
import { qualityAnswer } from "../../lib/jobs/quality.ts";
import { parsePrecedence } from "../../lib/market/precedence.ts";
import { sessionCloseUtcMs, sessionsBetween } from "../../lib/market/sessions.ts";
import type { MarketSource } from "../../lib/ports.ts";
import { simulatedMarket } from "../../lib/sources/simulate.ts";
import { bodyOf, type Home, homes } from "./home.ts";
import { heldBy, type Said, vendorOf } from "./ranked-market.ts";

const newHome = homes();
const PRECEDENCE = parsePrecedence("polygon,yahoo");
const FIRST_POLYGON = { precedence: PRECEDENCE, isGated: true };

let jobs = 0;
const load = (
  { images, objects }: Home,
  source: MarketSource,
  options: Partial<IngestOptions> = FIRST_POLYGON,
) =>
  ingest(
    { images, objects, nowMs: Date.now },
    { source, minDays: 1, isStrict: false, jobId: `job ${++jobs}`, ...options },
  );

const SESSIONS = sessionsBetween(20240102, 20240229);
const FAULTY = SESSIONS[30]!;

/** A plausible market, but for what `change` makes of each row. */
function vendor(name: string, change: (row: Said) => Said = (row) => row): MarketSource {
  const plain = simulatedMarket({ seed: 11, tickers: 60, sessions: SESSIONS });
  return {
    ...plain,
    name,
    kind: "real",
    rows: async function* (reject) {
      for await (const batch of plain.rows(reject)) {
        for (let at = 0; at < batch.count; at++) {
          const [date, ticker] = [batch.date[at]!, batch.ticker[at]!];
          const { close, cap } = change({
            date,
            ticker,
            close: batch.close[at]!,
            cap: batch.marketCap[at]!,
          });
          batch.close[at] = close;
          batch.marketCap[at] = cap ?? Number.NaN;
        }
        yield batch;
      }
    },
  };
}

const tenfold =
  (symbol: string) =>
  (row: Said): Said =>
    row.date === FAULTY && row.ticker === symbol ? { ...row, cap: row.cap! * 10 } : row;

const onFaulty = async (home: Home) =>
  (await heldBy(home)).rows.filter(({ date }) => date === FAULTY);

/** The largest name of the faulty day. */
async function largest(): Promise<string> {
  const home = await newHome();
  await load(home, vendor("polygon"), {});
  return (await onFaulty(home)).sort((a, b) => b.cap! - a.cap!)[0]!.ticker;
}

type Told = Readonly<{ repairs: readonly Readonly<{ ticker: string; rule: string }>[] }>;
const repairsOf = async ({ images }: Home) =>
  (await bodyOf<Told>(qualityAnswer(images, { date: FAULTY }))).repairs;

describe("with the quality gate", () => {
  it("tells a repair as long as the figure stands, whoever comes after", async () => {
    const ticker = await largest();
    const home = await newHome();
    const first = await load(home, vendor("polygon", tenfold(ticker)));
    expect(first.repaired).toEqual({ power_of_ten: 1 });
    const before = await onFaulty(home);
    const second = await load(home, vendor("yahoo"));
    expect(second).toMatchObject({ repaired: {}, kept_by_precedence: { close: first.rows_read } });
    expect(await onFaulty(home)).toEqual(before);
    expect(await repairsOf(home)).toMatchObject([{ ticker, rule: "power_of_ten" }]);
    await load(home, vendor("polygon"));
    expect(await repairsOf(home)).toEqual([]);
  });

  it("tells no repair of a figure that a higher source keeps out", async () => {
    const ticker = await largest();
    const home = await newHome();
    await load(home, vendor("polygon"));
    const version = await home.version("market");
    const { repaired } = await load(home, vendor("yahoo", tenfold(ticker)));
    expect(repaired).toEqual({});
    expect(await repairsOf(home)).toEqual([]);
    const { rows } = await heldBy(home);
    expect(rows.every(({ source }) => source === "polygon")).toBe(true);
    await load(home, vendor("polygon"));
    expect(await home.version("market")).toBe(version);
  });

  it("forgets the repair of a figure that a higher source replaces", async () => {
    const ticker = await largest();
    const home = await newHome();
    await load(home, vendor("yahoo", tenfold(ticker)));
    expect(await repairsOf(home)).toHaveLength(1);
    await load(home, vendor("polygon"));
    expect(await repairsOf(home)).toEqual([]);
  });

  it("gives a refused row no part, however high its source stands", async () => {
    const home = await newHome();
    await load(home, vendor("yahoo"));
    const before = await onFaulty(home);
    const { failed_days } = await load(home, lagging("polygon"));
    expect(failed_days).toBe(1);
    expect(await onFaulty(home)).toEqual(before);
    const { rows } = await heldBy(home);
    expect(rows.filter(({ date }) => date !== FAULTY).every(isPolygons)).toBe(true);
  });
});

it("counts no refused row among those that a higher source kept out", async () => {
  const home = await newHome();
  await load(home, vendor("polygon"));
  const { rows_read, rows_accepted, kept_by_precedence } = await load(home, lagging("yahoo"));
  expect(rows_accepted).toBeLessThan(rows_read);
  expect(kept_by_precedence.close).toBe(rows_accepted);
});

/** On the faulty day its rows are those of the session before. */
function lagging(name: string): MarketSource {
  const old = new Map<string, Said>();
  return vendor(name, (row) => {
    if (row.date === SESSIONS[29]) old.set(row.ticker, row);
    return row.date === FAULTY ? { ...(old.get(row.ticker) ?? row), date: row.date } : row;
  });
}

const isPolygons = ({ source }: Readonly<{ source: string }>) => source.startsWith("polygon");

const rowsOf = (dates: readonly number[], price: number): readonly Said[] =>
  dates.flatMap((date) =>
    ["AAA", "BBB"].map((ticker, at) => ({
      date,
      ticker,
      close: price + at,
      volume: price,
      cap: price * 1000,
    })),
  );

const FILES = [SESSIONS.slice(0, 5), SESSIONS.slice(5, 9), SESSIONS.slice(9, 12)];
const low = vendorOf(
  "yahoo",
  FILES.map((dates) => rowsOf(dates, 20)),
);
const high = vendorOf("polygon", [rowsOf(SESSIONS.slice(2, 11), 10).map(withoutVolume)]);

function withoutVolume(row: Said): Said {
  return { ...row, volume: null };
}

/** The lower source dies in its last file. */
function dying(read: (number | undefined)[], diesIn?: number): MarketSource {
  return {
    ...low,
    rows: async function* (reject, file) {
      read.push(file);
      yield* low.rows(reject, file);
      if (file === diesIn) throw new Error("killed");
    },
  };
}

describe("a killed job", () => {
  const options = { precedence: PRECEDENCE, checkpointRows: 1 };

  it("goes on to the same bytes and figures", async () => {
    const [whole, killed] = [await newHome(), await newHome()];
    await load(whole, high, options);
    const { ingest_ms: _, ...figures } = await load(whole, low, options);
    expect(figures.kept_by_precedence).toEqual({ close: 18, volume: 0, market_cap: 18 });
    await load(killed, high, options);
    await expect(load(killed, dying([], 2), options)).rejects.toThrow("killed");
    const read: (number | undefined)[] = [];
    const resumed = await load(killed, dying(read), options);
    expect(read).toEqual([2]);
    expect(resumed).toMatchObject({ ...figures, files_resumed: 2 });
    expect(await killed.version("market")).toBe(await whole.version("market"));
  });

  it("begins anew under another precedence", async () => {
    const home = await newHome();
    await expect(load(home, dying([], 2), options)).rejects.toThrow("killed");
    const precedences = [parsePrecedence("yahoo,polygon"), undefined];
    for (const precedence of precedences) {
      const read: (number | undefined)[] = [];
      const others = { checkpointRows: 1, ...(precedence && { precedence }) };
      await expect(load(home, dying(read, 1), others)).rejects.toThrow("killed");
      expect(read).toEqual([0, 1]);
    }
    const read: (number | undefined)[] = [];
    await load(home, dying(read), options);
    expect(read).toEqual([2]);
  });
});

it("fills a hole on schedule and leaves what higher sources said around it", async () => {
  const home = await newHome();
  const hole = SESSIONS[9]!;
  const days = SESSIONS.slice(0, 12);
  const stored = days.filter((date) => date !== hole);
  await load(home, vendorOf("polygon", [rowsOf(stored, 10)]));
  const world: DailyWorld = {
    images: home.images,
    nowMs: () => sessionCloseUtcMs(SESSIONS[12]!) + 60_000,
    source: async () => vendorOf("yahoo", [rowsOf(SESSIONS.slice(0, 13), 20)]),
  };
  const schedule = { eventId: "evening", minDays: 1, precedence: PRECEDENCE };
  const { market } = await daily(world, schedule);
  expect(market).toMatchObject({ sessions_added: 2, still_missing: [] });
  const { rows } = await heldBy(home);
  const whose = new Map(rows.map(({ date, source }) => [date, source]));
  expect([...whose]).toEqual(
    SESSIONS.slice(0, 13).map((date) => [date, stored.includes(date) ? "polygon" : "yahoo"]),
  );
});

it("leaves a simulated market to itself", async () => {
  const home = await newHome();
  const simulated = simulatedMarket({ seed: 11, tickers: 20, sessions: SESSIONS });
  await load(home, simulated, { precedence: parsePrecedence("polygon,simulate") });
  const plain = await newHome();
  await load(plain, simulated, {});
  expect(await home.version("market")).toBe(await plain.version("market"));
});
