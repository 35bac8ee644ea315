// The quality gate within an ingestion: what it repairs and refuses is stored, counted and told, and neither loading
// twice nor loading in pieces changes a byte.
import { describe, expect, it } from "vitest";
import { ingest } from "../../lib/jobs/ingest.ts";
import { ingestions } from "../../lib/jobs/ingest-runs.ts";
import { qualityAnswer } from "../../lib/jobs/quality.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { MarketSource } from "../../lib/ports.ts";
import type { DailyBatch } from "../../lib/source.ts";
import { simulatedMarket } from "../../lib/sources/simulate.ts";
import { bodyOf, type Home, homes } from "./home.ts";

const newHome = homes();

const SESSIONS = sessionsBetween(20240102, 20240430);
const FAULTY = SESSIONS[50]!;

type Change = (batch: DailyBatch, row: number) => void;

/** A market as a vendor may give it: plausible, but for what `change` does to it. */
function vendor(change: Change = () => {}, days: readonly number[] = SESSIONS): MarketSource {
  const plain = simulatedMarket({ seed: 11, tickers: 80, sessions: SESSIONS });
  const wanted = new Set(days);
  return {
    ...plain,
    name: "vendor",
    kind: "real",
    rows: async function* (reject) {
      for await (const batch of plain.rows(reject)) {
        if (!wanted.has(batch.date[0]!)) continue;
        for (let row = 0; row < batch.count; row++) change(batch, row);
        yield batch;
      }
    },
  };
}

const tenfold =
  (symbol: string): Change =>
  (batch, row) => {
    if (batch.date[row] === FAULTY && batch.ticker[row] === symbol) batch.marketCap[row]! *= 10;
  };

const load = (home: Home, source: MarketSource, jobId: string) =>
  ingest(
    { images: home.images, objects: home.objects, nowMs: Date.now },
    { source, minDays: 1, isStrict: false, isGated: true, jobId },
  );

/** The largest name of the faulty day. */
async function largest(home: Home): Promise<{ ticker: string; cap: number }> {
  const [row] = await rowsOn(home, FAULTY);
  return { ticker: row!.ticker, cap: row!.market_cap };
}

async function rowsOn(home: Home, date: number) {
  const snapshot = await home.images.snapshot("market", { revalidate: true });
  try {
    const { query } = await snapshot.open(`bars/2024-${String(date).slice(4, 6)}`);
    return query<{ ticker: string; market_cap: number; source: string; basis: string | null }>(
      `select s.ticker, b.market_cap, o.name as source, c.basis
         from bar b
         join symbol s on s.id = b.symbol
         join source o on o.id = b.source
         left join cap_basis c on c.date = b.date and c.symbol = b.symbol
        where b.date = :date
        order by b.market_cap desc`,
      { ":date": date },
    );
  } finally {
    snapshot.release();
  }
}

describe("a gated ingestion", () => {
  it("finds nothing in a plausible market, splits and new listings included", async () => {
    const home = await newHome();
    const summary = await load(home, vendor(), "plain");
    expect(summary).toMatchObject({ gate: "on", repaired: {}, quarantined: {}, failed_days: 0 });
    expect((await rowsOn(home, FAULTY)).every(({ source }) => source === "vendor")).toBe(true);
  });

  it("repairs a cap that is off, keeps the vendor's beside it and says why", async () => {
    const plain = await newHome();
    await load(plain, vendor(), "plain");
    const { ticker, cap } = await largest(plain);
    const home = await newHome();
    const summary = await load(home, vendor(tenfold(ticker)), "faulty");
    expect(summary.repaired).toEqual({ power_of_ten: 1 });
    const stored = (await rowsOn(home, FAULTY)).find((row) => row.ticker === ticker)!;
    expect(stored.market_cap / cap).toBeCloseTo(1, 2);
    expect(stored.basis).toBe("power_of_ten");
    const body = await bodyOf<{
      gate: string;
      repairs: { ticker: string; field: string; delivered: number; used: number; rule: string }[];
      totals: { repaired: Record<string, number> };
    }>(qualityAnswer(home.images, { date: FAULTY }));
    expect(body).toMatchObject({ gate: "on", totals: { repaired: { power_of_ten: 1 } } });
    expect(body.repairs).toMatchObject([{ ticker, field: "market_cap", rule: "power_of_ten" }]);
    expect(body.repairs[0]!.delivered / cap).toBeCloseTo(10, 6);
    expect(body.repairs[0]!.used).toBe(stored.market_cap);
  });

  it("comes to the same bytes twice, and in pieces of any size", async () => {
    const whole = await newHome();
    await load(whole, vendor(), "plain");
    const { ticker } = await largest(whole);
    const once = await newHome();
    await load(once, vendor(tenfold(ticker)), "once");
    const wanted = await once.version("market");
    expect(await load(once, vendor(tenfold(ticker)), "twice")).toMatchObject({
      outcome: "unchanged",
      repaired: { power_of_ten: 1 },
    });
    expect(await once.version("market")).toBe(wanted);
    const pieces = await newHome();
    for (const [from, to] of [
      [0, 48],
      [48, 52],
      [52, 53],
      [53, SESSIONS.length],
    ] as const) {
      await load(pieces, vendor(tenfold(ticker), SESSIONS.slice(from, to)), `piece ${from}`);
    }
    expect(await pieces.version("market")).toBe(wanted);
  });

  it("forgets a repair when the vendor corrects itself", async () => {
    const home = await newHome();
    await load(home, vendor(), "plain");
    const { ticker } = await largest(home);
    const wanted = await home.version("market");
    await load(home, vendor(tenfold(ticker)), "faulty");
    expect(await home.version("market")).not.toBe(wanted);
    await load(home, vendor(), "corrected");
    expect(await home.version("market")).toBe(wanted);
  });

  it("leaves a good day alone when a lagging file comes for it, and says so", async () => {
    const home = await newHome();
    await load(home, vendor(), "plain");
    const before = await rowsOn(home, FAULTY);
    const lagging = new Map<string, readonly [number, number, number]>();
    const summary = await load(
      home,
      vendor(
        (batch, row) => {
          const { date, ticker, close, volume, marketCap } = batch;
          if (date[row] === SESSIONS[49]) {
            lagging.set(ticker[row]!, [close[row]!, volume[row]!, marketCap[row]!]);
          }
          const old = lagging.get(ticker[row]!);
          if (date[row] !== FAULTY || !old) return;
          [close[row], volume[row], marketCap[row]] = old;
        },
        SESSIONS.slice(49, 51),
      ),
      "lagging",
    );
    expect(summary.failed_days).toBe(1);
    expect(Object.values(summary.quarantined).reduce((sum, n) => sum + n, 0)).toBeGreaterThan(50);
    expect(await rowsOn(home, FAULTY)).toEqual(before);
    const body = await bodyOf<{ findings: { date: string; failed: boolean }[] }>(
      qualityAnswer(home.images, {}),
    );
    expect(body.findings.filter(({ failed }) => failed)).toHaveLength(1);
  });

  it("is recorded, newest first, and when it fails", async () => {
    const home = await newHome();
    await load(home, vendor(), "first");
    const broken: MarketSource = {
      ...vendor(),
      // biome-ignore lint/correctness/useYield: the source dies before its first row
      rows: async function* () {
        throw new Error("the vendor went away");
      },
    };
    await expect(load(home, broken, "second")).rejects.toThrow("went away");
    const { ingestions: runs, next } = await ingestions(home.objects, { limit: 1 });
    expect(runs).toMatchObject([{ job_id: "second", outcome: "failed", gate: "on" }]);
    const rest = await ingestions(home.objects, { limit: 5, cursor: next! });
    expect(rest).toMatchObject({
      ingestions: [{ job_id: "first", outcome: "committed", source: "vendor" }],
      next: null,
    });
  });
});
