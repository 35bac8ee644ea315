// Loads that bring a part of a session: the names that were asked for, or one exchange's file once more.
import { describe, expect, it } from "vitest";
import { ingest } from "../../lib/jobs/ingest.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { MarketSource } from "../../lib/ports.ts";
import { simulatedMarket } from "../../lib/sources/simulate.ts";
import { type Home, homes } from "./home.ts";

const newHome = homes();

const SESSIONS = sessionsBetween(20240102, 20240430);
const LAST = SESSIONS.at(-1)!;

type Part = Readonly<{
  from?: number;
  to?: number;
  takes?: (ticker: string) => boolean;
  asked?: readonly string[];
}>;

const FAULTY = SESSIONS[50]!;

/** A vendor's market of two exchanges, or a part of it; one session is off by ten in every market cap of "Z...". */
function part({ from = 0, to = LAST, takes = () => true, asked }: Part = {}): MarketSource {
  const plain = simulatedMarket({ seed: 11, tickers: 80, sessions: SESSIONS });
  return {
    ...plain,
    name: "vendor",
    kind: "real",
    ...(asked && { asked }),
    rows: async function* (reject) {
      for await (const batch of plain.rows(reject)) {
        const rows = [...Array(batch.count).keys()].filter((row) => {
          const date = batch.date[row]!;
          return date >= from && date <= to && takes(batch.ticker[row]!);
        });
        const column = (values: Float64Array) => Float64Array.from(rows, (row) => values[row]!);
        yield {
          ...batch,
          count: rows.length,
          date: Int32Array.from(rows, (row) => batch.date[row]!),
          ticker: rows.map((row) => batch.ticker[row]!),
          exchange: rows.map((row) => exchangeOf(batch.ticker[row]!)),
          open: column(batch.open),
          high: column(batch.high),
          low: column(batch.low),
          close: column(batch.close),
          volume: column(batch.volume),
          marketCap: Float64Array.from(rows, (row) => {
            const isFaulty = batch.date[row] === FAULTY && batch.ticker[row]!.startsWith("Z");
            return batch.marketCap[row]! * (isFaulty ? 10 : 1);
          }),
          line: Int32Array.from(rows, (row) => batch.line[row]!),
        };
      }
    },
  };
}

const exchangeOf = (ticker: string) => (ticker < "M" ? "nasdaq" : "nyse");
const isNasdaq = (ticker: string) => exchangeOf(ticker) === "nasdaq";

const load = (home: Home, source: MarketSource, jobId: string) =>
  ingest(
    { images: home.images, objects: home.objects, nowMs: Date.now },
    { source, minDays: 1, isStrict: false, isGated: true, jobId },
  );

const BEFORE = SESSIONS.at(-6)!;

describe("names that were asked for", () => {
  it("are taken into a market of many names, whose rows nobody asked for", async () => {
    const home = await newHome();
    await load(home, part({ to: BEFORE }), "all");
    const source = part({ from: SESSIONS.at(-5)!, takes: isNasdaq, asked: await nasdaqNames() });
    const { quarantined, rows_accepted } = await load(home, source, "some");
    expect(quarantined).toEqual({});
    expect(rows_accepted).toBeGreaterThan(50);
  });

  it("would be refused as a file that lacks an exchange, if all had been asked for", async () => {
    const home = await newHome();
    await load(home, part({ to: BEFORE }), "all");
    const source = part({ from: SESSIONS.at(-5)!, takes: (ticker) => ticker < "F" });
    const { quarantined } = await load(home, source, "some");
    expect(quarantined.MISSING_EXCHANGE).toBeGreaterThan(0);
  });
});

describe("one exchange of stored sessions, loaded again", () => {
  it("is taken, and changes nothing when it says the same", async () => {
    const home = await newHome();
    const { repaired } = await load(home, part(), "all");
    expect(repaired.power_of_ten).toBeGreaterThan(0);
    const again = await load(home, part({ from: FAULTY, takes: isNasdaq }), "again");
    // What was said of the other exchange's names stands as their rows do.
    expect(again).toMatchObject({ outcome: "unchanged", quarantined: {} });
  });
});

async function nasdaqNames(): Promise<string[]> {
  const names = new Set<string>();
  for await (const { ticker } of part().rows(() => {})) for (const name of ticker) names.add(name);
  return [...names].filter(isNasdaq);
}
