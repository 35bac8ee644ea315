// What the reference part keeps of securities, and what it says of them to the fingerprints.
import { describe, expect, it, onTestFinished } from "vitest";
import { loadSqlite } from "../../lib/edge/sqljs.ts";
import * as queries from "../../lib/market/queries.ts";
import { REFERENCE_SCHEMA } from "../../lib/market/schema.ts";
import type { PartWriter, SqlValue } from "../../lib/ports.ts";

const sqlite = await loadSqlite();

function reference(): PartWriter {
  const part = sqlite.openPart();
  onTestFinished(part.close);
  for (const script of REFERENCE_SCHEMA) part.run(script);
  return part;
}

type Listing = readonly [ticker: string, firstDate: number | null];
type Rename = readonly [date: number, oldTicker: string, newTicker: string];

function withMarket(
  listings: readonly Listing[],
  recorded: readonly string[],
  renames: readonly Rename[],
): PartWriter {
  const part = reference();
  const ids = new Map(listings.map(([ticker], position) => [ticker, position + 1]));
  queries.upsertSymbols(
    part,
    listings.map(([ticker, first]) => ({ id: ids.get(ticker)!, ticker, first, last: first })),
  );
  queries.replaceRecords(
    part,
    recorded.map((ticker) => [ids.get(ticker)!, 0, 99991231, ...Array(7).fill(null)]),
  );
  part.insert(
    "insert into symbol_change (date, old_ticker, new_ticker)",
    3,
    renames.flat() as SqlValue[],
  );
  return part;
}

const recordedFrom = (part: PartWriter) =>
  Object.fromEntries(
    queries
      .datedFacts(part.query)
      .map(({ date, text }) => ({ date, fact: JSON.parse(text) as string[] }))
      .filter(({ fact }) => fact[0] === "recorded")
      .map(({ date, fact }) => [fact[1], date]),
  );

describe("dated facts", () => {
  it("let a record matter from the first price under any of its tickers", () => {
    const part = withMarket(
      [
        ["A", 20200102],
        ["B", 20210104],
        ["C", null],
        ["X", 20190102],
        ["LONER", null],
      ],
      ["C", "B", "X", "LONER"],
      [
        [20210104, "A", "B"],
        [20230103, "B", "C"],
      ],
    );
    expect(recordedFrom(part)).toEqual({ B: 20200102, C: 20200102, X: 20190102 });
  });

  it("end for renames that go in a circle", () => {
    const part = withMarket(
      [
        ["A", 20200102],
        ["B", 20210104],
      ],
      ["A", "B"],
      [
        [20210104, "A", "B"],
        [20220103, "B", "A"],
      ],
    );
    expect(recordedFrom(part)).toEqual({ A: 20200102, B: 20200102 });
  });

  it("find each rename by an index: 5,000 of them in a moment", () => {
    const CHAIN = 10;
    const COUNT = 5_000;
    const ticker = (chain: number, at: number) => `C${chain}-${at}`;
    const chains = Array.from({ length: COUNT / CHAIN }, (_, chain) => chain);
    const positions = Array.from({ length: CHAIN + 1 }, (_, at) => at);
    const listings = chains.flatMap((chain) =>
      positions.map((at): Listing => [ticker(chain, at), 20200102 + at]),
    );
    const renames = chains.flatMap((chain) =>
      positions
        .slice(1)
        .map((at): Rename => [20200102 + at, ticker(chain, at - 1), ticker(chain, at)]),
    );
    const tickers = listings.map(([name]) => name);
    const part = withMarket(listings, tickers, renames);
    const startedMs = performance.now();
    const recorded = recordedFrom(part);
    const tookMs = performance.now() - startedMs;
    expect(recorded).toEqual(Object.fromEntries(tickers.map((name) => [name, 20200102])));
    // Reading every rename at every step takes a hundred times as long.
    expect(tookMs).toBeLessThan(5_000);
  });
});

describe("a record", () => {
  const metadata = (part: PartWriter) =>
    part.query<{ ticker: string; cik: string | null }>(
      "select ticker, cik from stock_metadata order by ticker",
    );

  it("carries the company's number at the SEC, or none", () => {
    const part = withMarket(
      [
        ["A", 20200102],
        ["B", 20200102],
      ],
      ["B"],
      [],
    );
    queries.replaceRecords(part, [[1, 0, 99991231, ...Array(6).fill(null), "0000320193"]]);
    expect(metadata(part)).toEqual([
      { ticker: "A", cik: "0000320193" },
      { ticker: "B", cik: null },
    ]);
    const facts = queries.datedFacts(part.query).map(({ text }) => text);
    expect(facts, "a fingerprint covers it").toContainEqual(
      expect.stringMatching(/^\["record","A".*"0000320193"\]$/),
    );
  });
});
