import { describe, expect, it } from "vitest";
import type { FeedBatch, FeedTick } from "../../../lib/feed.ts";
import {
  type SimulateFeedOptions,
  simulatedSymbols,
  simulateFeed,
} from "../../../lib/sources/feeds/simulate.ts";
import { feedWorld } from "./world.ts";

const SYMBOLS = ["AAA", "BBB", "CCC"].map((symbol) => ({ symbol, price: 50 }));
const START = Date.UTC(2024, 0, 5, 15);
const BASE: SimulateFeedOptions = {
  symbols: SYMBOLS,
  seed: 7,
  rate: 1_000,
  startMs: START,
  pace: "max",
  ticks: 20_000,
};
const never = new AbortController().signal;

async function told(options: SimulateFeedOptions, world = feedWorld()) {
  const batches: FeedBatch[] = [];
  for await (const batch of simulateFeed(options, world).read(never)) batches.push(batch);
  return { batches, ticks: batches.flatMap(({ ticks }) => ticks) };
}

const trades = (ticks: readonly FeedTick[]) => ticks.filter(({ change }) => change === undefined);

describe("a simulated feed", () => {
  it("is the same for the same seed, symbols and start, and another for another seed", async () => {
    const { ticks } = await told(BASE);
    expect((await told(BASE)).ticks).toEqual(ticks);
    expect((await told({ ...BASE, seed: 8 })).ticks).not.toEqual(ticks);
    const { ticks: fewer } = await told({ ...BASE, ticks: 5_000 });
    expect(fewer).toEqual(ticks.slice(0, 5_000));
  });

  it("is the same however slowly it is told", async () => {
    let now = 5_000;
    const world = feedWorld({
      nowMs: () => now,
      sleep: async (ms) => {
        now += ms * 3.7;
      },
    });
    const { ticks, batches } = await told({ ...BASE, pace: "live", ticks: 3_000 }, world);
    expect(ticks).toEqual((await told({ ...BASE, ticks: 3_000 })).ticks);
    expect(batches.length).toBeGreaterThan(50);
  });

  it("tells ticks when their time has come, and a clock that nothing is behind", async () => {
    let now = START;
    const world = feedWorld({
      nowMs: () => now,
      sleep: async (ms) => {
        now += ms;
      },
    });
    const feed = simulateFeed({ ...BASE, pace: "live", ticks: 3_000 }, world);
    let clock = 0;
    for await (const { ticks, clockMs } of feed.read(never)) {
      for (const { timeMs } of ticks) {
        expect(timeMs).toBeGreaterThanOrEqual(clock);
        expect(timeMs).toBeLessThanOrEqual(now);
      }
      clock = clockMs!;
    }
    expect(now - START).toBeGreaterThan(2_700);
    expect(now - START).toBeLessThan(3_300);
  });

  it("has times that ascend at its rate, ids in a row and prices in cents that walk", async () => {
    const { ticks } = await told(BASE);
    const times = ticks.map(({ timeMs }) => timeMs);
    expect(times).toEqual(times.toSorted((a, b) => a - b));
    expect(times.at(-1)! - START).toBeGreaterThan(19_000);
    expect(times.at(-1)! - START).toBeLessThan(21_000);
    for (const { symbol } of SYMBOLS) {
      const own = trades(ticks).filter((tick) => tick.symbol === symbol);
      expect(own.every(({ id }, at) => id === START * 4096 + at)).toBe(true);
      expect(own.every(({ price }) => Number.isInteger(Math.round(price * 1e6) / 1e4))).toBe(true);
      expect(new Set(own.map(({ price }) => price)).size).toBeGreaterThan(10);
      const furthest = Math.max(...own.map(({ price }) => Math.abs(price - 50)));
      expect(furthest).toBeGreaterThan(0.02);
      expect(furthest).toBeLessThan(10);
    }
    const counts = SYMBOLS.map(({ symbol }) => ticks.filter((t) => t.symbol === symbol).length);
    expect(counts).toEqual(counts.toSorted((a, b) => b - a));
  });

  it("has odd lots that set no price, and changes of trades that were told", async () => {
    const { ticks } = await told({ ...BASE, changeShare: 0.02, ticks: 10_000 });
    const odd = ticks.filter(({ irregular }) => irregular);
    expect(odd.length / ticks.length).toBeGreaterThan(0.1);
    expect(odd.length / ticks.length).toBeLessThan(0.14);
    expect(odd.every(({ size }) => size < 100)).toBe(true);
    const known = new Set<string>();
    let changes = 0;
    for (const { symbol, id, change } of ticks) {
      const key = `${symbol} ${id}`;
      if (change === undefined) known.add(key);
      else {
        changes++;
        expect(known.has(key), key).toBe(true);
        if (change === "cancel") known.delete(key);
      }
    }
    expect(changes).toBeGreaterThan(150);
    expect(ticks.filter(({ change }) => change === "cancel").length).toBeGreaterThan(50);
  });

  it("is busiest at the open and the close of New York, and nearly silent outside", async () => {
    const startMs = Date.UTC(2024, 0, 5, 12);
    const { ticks } = await told({ ...BASE, startMs, rate: 2, shape: "u", ticks: 47_500 });
    const inHalfHour = (hours: number) =>
      ticks.filter(({ timeMs }) => {
        const sinceMs = timeMs - Date.UTC(2024, 0, 5) - hours * 3_600_000;
        return sinceMs >= 0 && sinceMs < 1_800_000;
      }).length;
    const [before, open, noon, close] = [
      inHalfHour(14),
      inHalfHour(14.5),
      inHalfHour(17.5),
      inHalfHour(20.5),
    ];
    expect(open).toBeGreaterThan(3 * noon);
    expect(close).toBeGreaterThan(3 * noon);
    expect(before).toBeLessThan(noon / 5);
  });

  it.each([{ rate: 0 }, { rate: Number.NaN }, { seed: -1 }, { symbols: [] }])(
    "is refused with %o",
    (wrong) => {
      const make = () => simulateFeed({ ...BASE, ...wrong }, feedWorld());
      expect(make).toThrow(expect.objectContaining({ code: "DEGENERATE_INPUT" }));
    },
  );

  it("ends when it is stopped", async () => {
    const stop = new AbortController();
    const feed = simulateFeed({ ...BASE, ticks: Number.POSITIVE_INFINITY }, feedWorld());
    let batches = 0;
    for await (const _ of feed.read(stop.signal)) if (++batches === 3) stop.abort();
    expect(batches).toBe(3);
  });
});

describe("its symbols", () => {
  it("are the largest of the simulated market, at its prices", () => {
    const symbols = simulatedSymbols(7, 600, 20);
    expect(symbols).toHaveLength(20);
    expect(simulatedSymbols(7, 600, 5)).toEqual(symbols.slice(0, 5));
    expect(symbols.every(({ symbol, price }) => /^[A-Z]+$/.test(symbol) && price > 0)).toBe(true);
    expect(simulatedSymbols(7, 3, 20).length).toBeLessThanOrEqual(3);
  });
});
