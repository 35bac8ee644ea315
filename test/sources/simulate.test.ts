import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import type { DailyBatch } from "../../lib/sources/rows.ts";
import { simulatedBatches, simulatedFacts, simulatedMarket } from "../../lib/sources/simulate.ts";
import { type FlatRow, readAllOf } from "./folder.ts";

const SESSIONS = sessionsBetween(20220103, 20231229);
const market = { seed: 7, tickers: 600, sessions: SESSIONS };
const batches = [...simulatedBatches(market)];
const facts = simulatedFacts(market);
const records = new Map(facts.securities.map((record) => [record.ticker, record]));

/** Close and cap of each ticker by session. */
const closes = batches.map(
  (batch) => new Map(batch.ticker.map((ticker, at) => [ticker, batch.close[at]!])),
);
const sessionOf = new Map(SESSIONS.map((date, at) => [date, at]));
const rowOf = ({ ticker }: DailyBatch, wanted: string) => ticker.indexOf(wanted);
const times = (action: string) => facts.actions.filter((event) => event.action === action);

describe("a simulated market", () => {
  it("is the same for the same seed and another for another", () => {
    const small = { seed: 3, tickers: 40, sessions: SESSIONS.slice(0, 30) };
    const digests = [
      small,
      { ...small },
      { ...small, seed: 4 },
      { ...small, seed: 3 + 2 ** 32 },
    ].map((options) => [...simulatedBatches(options)].map(digest).join());
    expect(digests[1]).toBe(digests[0]);
    expect(new Set(digests).size).toBe(3);
  });

  it("never changes earlier rows or events when it goes on for longer", async () => {
    const days = SESSIONS.slice(0, 260);
    const shorter = { ...market, sessions: days };
    expect([...simulatedBatches(shorter)].map(digest)).toEqual(batches.slice(0, 260).map(digest));
    const before = simulatedFacts(shorter);
    const isKnown = ({ date }: { date: number }) => date <= days.at(-1)!;
    expect(before.actions).toEqual(facts.actions.filter(isKnown));
    expect(before.changes).toEqual(facts.changes.filter(isKnown));
    expect(before.securities.map(({ validTo: _, ...known }) => known)).toEqual(
      facts.securities
        .filter(({ validFrom }) => validFrom <= days.at(-1)!)
        .map(({ validTo: _, ...known }) => known),
    );
  });

  it("has every row in order, priced in cents and possible", () => {
    let line = 0;
    for (const [at, batch] of batches.entries()) {
      expect(new Set(batch.date)).toEqual(new Set([SESSIONS[at]]));
      expect(batch.ticker).toEqual([...new Set(batch.ticker)].sort());
      for (let row = 0; row < batch.count; row++) {
        const { open, high, low, close } = prices(batch, row);
        const isRight =
          low > 0 &&
          low <= Math.min(open, close) &&
          high >= Math.max(open, close) &&
          [open, high, low, close].every((price) => price === Math.round(price * 100) / 100) &&
          Number.isInteger(batch.volume[row]) &&
          batch.volume[row]! >= 0 &&
          batch.line[row] === ++line;
        if (!isRight) expect.fail(JSON.stringify(prices(batch, row)));
      }
    }
  });

  it("begins with the lines asked for, sized like a real market", () => {
    for (const tickers of [1, 2, 3, 49, 50, 51, 600]) {
      const [first] = simulatedBatches({ ...market, tickers, sessions: SESSIONS.slice(0, 1) });
      expect(first!.count).toBe(tickers);
    }
    const caps = [...batches[0]!.marketCap].filter((cap) => cap > 0).sort((a, b) => b - a);
    expect(caps[0]! / 3e12).toBeCloseTo(1, 0);
    expect(caps[99]).toBeGreaterThan(3e10);
    expect(caps[99]).toBeLessThan(9e10);
    expect(caps.at(-1)! / 2e9).toBeCloseTo(1, 0);
    expect(batches.at(-1)!.count).toBeGreaterThan(560);
    expect(batches.at(-1)!.count).toBeLessThan(640);
  });

  it("moves like one: fat tails and a common factor", () => {
    const returns: number[][] = closes.slice(1).map((day, at) =>
      [...day]
        .filter(
          ([ticker]) => closes[at]!.has(ticker) && records.get(ticker)?.securityType === "common",
        )
        .map(([ticker, close]) => Math.log(close / closes[at]!.get(ticker)!))
        .filter((move) => Math.abs(move) < 0.4),
    );
    const all = returns.flat();
    const center = mean(all);
    const kurtosis = mean(all.map((move) => (move - center) ** 4)) / deviation(all) ** 4;
    expect(kurtosis).toBeGreaterThan(4);
    expect(deviation(all)).toBeGreaterThan(0.015);
    expect(deviation(all)).toBeLessThan(0.04);
    // Without a common factor the mean of 500 names would move 1/22 as much as one of them.
    expect(deviation(returns.map(mean)) / deviation(all)).toBeGreaterThan(0.25);
  });

  it("splits leave a holder's money where it was", () => {
    const splits = times("split").filter(({ date, ticker }) => gross(date, ticker) !== undefined);
    expect(splits.length).toBeGreaterThan(15);
    expect(splits.some(({ value }) => value < 1)).toBe(true);
    for (const { date, ticker, value } of [...splits, ...times("spinoff")]) {
      const move = gross(date, ticker);
      if (move === undefined) continue;
      expect(Math.abs(Math.log(move * value)), `${date} ${ticker} ${value}`).toBeLessThan(0.35);
      const batch = batches[sessionOf.get(date)!]!;
      const row = rowOf(batch, ticker);
      const range = batch.high[row]! / batch.low[row]!;
      expect(range, `${date} ${ticker} ${value}`).toBeLessThan(1.5);
      expect(Math.abs(Math.log(value))).toBeGreaterThan(0.04);
    }
  });

  it("prints close x shares as the cap, on both classes of an issuer, and none in the first two sessions", () => {
    const pairs = facts.securities.filter(
      ({ ticker, validFrom }) => /\/A$/.test(ticker) && validFrom === SESSIONS[0],
    );
    expect(pairs.length).toBeGreaterThanOrEqual(2);
    for (const { ticker, issuer } of pairs) {
      const other = ticker.replace("/A", "/B");
      expect(records.get(other)).toMatchObject({ issuer, primaryLine: 0 });
      const [a, b] = [rowOf(batches[0]!, ticker), rowOf(batches[0]!, other)];
      expect(batches[0]!.marketCap[a]).toBe(batches[0]!.marketCap[b]);
      expect(batches[0]!.close[a]).not.toBe(batches[0]!.close[b]);
    }
    const listed = facts.securities.filter(
      ({ ticker, validFrom, securityType }) =>
        validFrom > SESSIONS[0]! &&
        securityType === "common" &&
        !facts.changes.some((change) => change.newTicker === ticker),
    );
    expect(listed.length).toBeGreaterThan(5);
    for (const { ticker, validFrom, validTo } of listed) {
      const start = sessionOf.get(validFrom)!;
      const caps = batches.slice(start, start + 4).flatMap((batch) => {
        const at = rowOf(batch, ticker);
        return at < 0 || batch.date[0]! > validTo ? [] : [batch.marketCap[at]! > 0];
      });
      expect([[false, false, true, true].slice(0, caps.length)], ticker).toContainEqual(caps);
      expect(closes[start - 1]!.has(ticker)).toBe(false);
    }
  });

  it("ends companies with a final price and never trades them again", () => {
    const endings = times("delisting");
    expect(endings.length).toBeGreaterThan(8);
    expect(endings.some(({ value }) => value === 0)).toBe(true);
    expect(endings.some(({ value }) => value > 0)).toBe(true);
    for (const { date, ticker, value } of endings) {
      const at = sessionOf.get(date)!;
      expect(closes.slice(at).some((day) => day.has(ticker))).toBe(false);
      expect(records.get(ticker)!.validTo).toBe(SESSIONS[at - 1]);
      const last = closes
        .slice(0, at)
        .findLast((day) => day.has(ticker))!
        .get(ticker)!;
      if (value > 0) expect(Math.abs(value / last - 1), ticker).toBeLessThan(0.25);
    }
  });

  it("renames companies without a gap, their records ending and beginning with the ticker", () => {
    expect(facts.changes.length).toBeGreaterThan(3);
    for (const { date, oldTicker, newTicker } of facts.changes) {
      const at = sessionOf.get(date)!;
      expect(closes.slice(at).some((day) => day.has(oldTicker))).toBe(false);
      expect(closes.slice(0, at).some((day) => day.has(newTicker))).toBe(false);
      expect(records.get(oldTicker)!.validTo).toBe(SESSIONS[at - 1]);
      expect(records.get(newTicker)!.validFrom).toBe(date);
      expect(records.get(newTicker)!.issuer).toBe(records.get(oldTicker)!.issuer);
    }
  });

  it("halts some names for one to eight sessions", () => {
    const gaps = new Map<string, number>();
    const lengths: number[] = [];
    for (const [ticker, { validFrom, validTo }] of records) {
      const from = sessionOf.get(validFrom)!;
      for (const day of closes.slice(from, (sessionOf.get(validTo) ?? SESSIONS.length - 1) + 1)) {
        if (!day.has(ticker)) gaps.set(ticker, (gaps.get(ticker) ?? 0) + 1);
        else if (gaps.has(ticker)) {
          lengths.push(gaps.get(ticker)!);
          gaps.delete(ticker);
        }
      }
    }
    expect(lengths.length).toBeGreaterThan(30);
    expect(Math.min(...lengths)).toBe(1);
    // Two halts may touch.
    expect(lengths.filter((length) => length > 8).length).toBeLessThan(3);
  });

  it("pays dividends four times a year", () => {
    const payers = new Map<string, number[]>();
    for (const { ticker, date, value } of times("dividend")) {
      expect(value).toBeGreaterThan(0);
      payers.set(ticker, [...(payers.get(ticker) ?? []), sessionOf.get(date)!]);
    }
    expect(payers.size).toBeGreaterThan(200);
    for (const days of payers.values()) {
      expect(days.slice(1).every((day, at) => day - days[at]! === 63)).toBe(true);
    }
  });

  it("puts among the large what an index of US common stock must turn away", () => {
    const first = batches[0]!;
    const large = [...first.marketCap.keys()]
      .sort((a, b) => first.marketCap[b]! - first.marketCap[a]!)
      .slice(0, 50)
      .map((row) => records.get(first.ticker[row]!)!);
    const types = new Set(large.map(({ securityType }) => securityType));
    expect(types).toEqual(new Set(["common", "adr", "fund", "preferred_or_debt"]));
    expect(
      large.some(
        ({ country, securityType }) => country !== "United States" && securityType === "common",
      ),
    ).toBe(true);
    expect(
      large.some(({ primaryLine, securityType }) => primaryLine === 0 && securityType === "common"),
    ).toBe(true);
    expect(new Set(facts.securities.map(({ securityType }) => securityType))).toContain(
      "unit_warrant_right",
    );
  });

  it("serves as a source that counts its sessions", async () => {
    const source = simulatedMarket({ ...market, tickers: 5, sessions: SESSIONS.slice(0, 3) });
    const { rows, refused } = await readAllOf(source.rows);
    expect(rows.map(({ line }: FlatRow) => line)).toEqual(rows.map((_, at) => at + 1));
    expect([rows.length, refused.length, source.doneUnits(), source.totalUnits]).toEqual([
      15, 0, 3, 3,
    ]);
    expect((await source.facts()).securities.length).toBeGreaterThanOrEqual(5);
    expect([source.kind, source.isPointInTime]).toEqual(["simulated", true]);
  });

  it("refuses a market of nobody", () => {
    for (const wrong of [
      { tickers: 0 },
      { tickers: 1.5 },
      { tickers: 20_001 },
      { seed: -1 },
      { seed: Number.NaN },
    ]) {
      expect(() => simulatedFacts({ ...market, ...wrong })).toThrow(/seed must be a whole number/);
    }
  });
});

/** All that a batch says. */
function digest(batch: DailyBatch): string {
  const { line, date, open, high, low, close, volume, marketCap, ticker } = batch;
  const hash = createHash("sha256").update(ticker.join());
  for (const column of [line, date, open, high, low, close, volume, marketCap]) hash.update(column);
  return hash.digest("hex");
}

const deviation = (list: readonly number[]) => {
  const center = mean(list);
  return Math.sqrt(mean(list.map((value) => (value - center) ** 2)));
};

const mean = (list: readonly number[]) => list.reduce((sum, value) => sum + value, 0) / list.length;

function prices(batch: DailyBatch, row: number) {
  const of = (name: "open" | "high" | "low" | "close") => batch[name][row]!;
  return {
    ticker: batch.ticker[row],
    open: of("open"),
    high: of("high"),
    low: of("low"),
    close: of("close"),
  };
}

/** Close against the close of the session before; `undefined` when either is missing. */
function gross(date: number, ticker: string): number | undefined {
  const at = sessionOf.get(date)!;
  const [before, after] = [closes[at - 1]?.get(ticker), closes[at]?.get(ticker)];
  return before === undefined || after === undefined ? undefined : after / before;
}
