// From bars to an answer: the training job stores models, the prediction reads them, and both say what there is to know.
import { describe, expect, it } from "vitest";
import { s3Objects } from "../../../lib/edge/s3.ts";
import { AppError } from "../../../lib/errors.ts";
import type { Bar as ForecastBar } from "../../../lib/forecast/bar.ts";
import { trainForecast } from "../../../lib/forecast/trained.ts";
import type { MarketBars } from "../../../lib/jobs/stream/market-bars.ts";
import { modelKey, storeModel } from "../../../lib/jobs/stream/models.ts";
import { type PredictionRequest, prediction } from "../../../lib/jobs/stream/prediction.ts";
import { type TrainSettings, train } from "../../../lib/jobs/stream/train.ts";
import type { Bar } from "../../../lib/stream/bars.ts";
import { bars, nightly } from "../../forecast/markets.ts";
import { embeddedObjects } from "./embedded-objects.ts";
import { UNCOUNTED } from "./shard.ts";

const objectsOf = embeddedObjects();

const told = (symbol: string, market: readonly ForecastBar[], over: Partial<Bar> = {}): Bar[] =>
  market.map((bar) => ({
    ...{ symbol, sizeMs: 60_000, revision: 0, partial: false, irregular: false, trades: 10 },
    ...{ startMs: bar.startMs, endMs: bar.endMs, volume: bar.volume, vwap: bar.vwap ?? null },
    ...{ open: bar.open, high: bar.high, low: bar.low, close: bar.close },
    ...over,
  }));

type Stored = Readonly<Record<string, readonly Bar[]>>;

const marketOf = (stored: Stored): MarketBars & { asked: string[] } => {
  const asked: string[] = [];
  return {
    asked,
    barsOf: async (symbol, sizeMs, limit) => {
      asked.push(`${symbol} ${sizeMs} ${limit}`);
      const all = stored[symbol];
      if (all === undefined) throw new AppError("UNKNOWN_SYMBOL", "unknown", { symbol });
      return all.slice(-limit);
    },
    symbols: async () =>
      Object.entries(stored).map(([symbol, all]) => ({ symbol, trades: all.length })),
  };
};

async function trained(stored: Stored, settings: Partial<TrainSettings> = {}) {
  const market = marketOf(stored);
  const nowMs = () => Date.UTC(2026, 0, 6);
  const parts = { objects: objectsOf(), instruments: UNCOUNTED, market, nowMs };
  return train(parts, { budgetMs: 1e9, ...settings });
}

async function predicted(stored: Stored, request: PredictionRequest) {
  return prediction({ objects: objectsOf(), market: marketOf(stored) }, request);
}

describe("a prediction of a random walk", () => {
  it.each([1, 2])("%i has no skill over the last price at any horizon, and is it", async (seed) => {
    const symbol = `WALK${seed}`;
    const stored = { [symbol]: told(symbol, nightly(bars({ seed, count: 600 }), 200, 1.01)) };
    expect((await trained(stored)).models).toMatchObject({ skill: 0, no_skill: 3 });
    const last = stored[symbol]!.at(-1)!;
    for (const horizon of ["1min", "5min", "15min"] as const) {
      const answer = await predicted(stored, { symbol, horizon });
      expect(answer).toMatchObject({
        verdict: "no skill over last price",
        model: "persistence",
        as_of: new Date(last.endMs).toISOString(),
        ...{ last: last.close, price: last.close, change: 0, change_fraction: 0 },
      });
      const { value, p_value, tested } = answer.skill;
      expect(value! <= 0 || p_value! > 0.05).toBe(true);
      expect(tested).toBeGreaterThan(200);
      expect(answer.interval!.low).toBeLessThan(last.close!);
      expect(answer.interval!.high).toBeGreaterThan(last.close!);
    }
  });
});

describe("a prediction of what can be learned", () => {
  const LEARNABLE = { LRN: told("LRN", bars({ seed: 2, count: 600, phi: 0.5 })) };

  it("has skill, and is the price that the trees say", async () => {
    expect((await trained(LEARNABLE, { horizons: ["1min"] })).models).toMatchObject({ skill: 1 });
    const answer = await predicted(LEARNABLE, { symbol: "LRN", horizon: "1min" });
    expect(answer).toMatchObject({
      symbol: "LRN",
      horizon: "1min",
      verdict: "skill",
      model: "boosted-trees",
      trained_at: "2026-01-06T00:00:00.000Z",
    });
    expect(answer.price).toBe(answer.candidate.price);
    expect(answer.price).not.toBe(answer.last);
    expect(answer.change_fraction).toBeCloseTo(answer.price / answer.last - 1, 12);
    expect(answer.skill.value).toBeGreaterThan(0.1);
    expect(answer.skill.p_value).toBeLessThan(0.01);
    expect(answer.meta.trained_on.bars).toBe(600);
  });

  it("is of the newest bar, not of the last one it was trained on", async () => {
    await trained({ LRN: LEARNABLE.LRN.slice(0, 500) }, { horizons: ["1min"] });
    const answer = await predicted(LEARNABLE, { symbol: "LRN", horizon: "1min" });
    expect(answer.last).toBe(LEARNABLE.LRN.at(-1)!.close);
    expect(Date.parse(answer.meta.trained_on.end)).toBeLessThan(Date.parse(answer.as_of));
  });
});

describe("a training", () => {
  it("does not train on the same bars twice, and trains a damaged model anew", async () => {
    const stored = { SAME: told("SAME", bars({ seed: 4, count: 300 })) };
    const objects = objectsOf();
    const once = () => trained(stored, { horizons: ["5min"] });
    expect((await once()).models).toMatchObject({ no_skill: 1, current: 0 });
    const kept = (await objects.get(modelKey("SAME", "5min")))!;
    expect((await once()).models).toMatchObject({ no_skill: 0, current: 1 });
    expect((await objects.get(modelKey("SAME", "5min")))!.etag).toBe(kept.etag);
    await objects.put(modelKey("SAME", "5min"), kept.body.subarray(0, 500));
    await expect(predicted(stored, { symbol: "SAME", horizon: "5min" })).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
      details: { key: "models/SAME/5min.json", problem: expect.stringContaining("must be JSON") },
    });
    expect((await once()).models).toMatchObject({ no_skill: 1, current: 0 });
  });

  it("takes the most traded symbols first, as many as it may and as the time allows", async () => {
    const few = (symbol: string, count: number) => told(symbol, bars({ seed: 9, count }));
    const stored = { A: few("A", 20), B: few("B", 40), C: few("C", 30), D: few("D", 40) };
    const market = marketOf(stored);
    const objects = objectsOf();
    let now = 0;
    const timed = (budgetMs: number, mostSymbols: number) =>
      train(
        { objects, market, instruments: UNCOUNTED, nowMs: () => now++ },
        { budgetMs, mostSymbols, mostBars: 500 },
      );
    expect(await timed(1e9, 3)).toMatchObject({ outcome: "done", symbols: 3, symbols_left: 0 });
    expect(market.asked).toEqual(["B 60000 500", "D 60000 500", "C 60000 500"]);
    now = 0;
    expect(await timed(3, 4)).toMatchObject({
      outcome: "out_of_time",
      symbols: 2,
      symbols_left: 2,
      models: { too_few_bars: 6 },
    });
  });

  it("goes on after a symbol whose bars cannot be, and says which", async () => {
    const good = bars({ seed: 6, count: 300 });
    const stored = {
      BAD: told("BAD", [...good, ...bars({ seed: 6, count: 100 })]),
      GOOD: told("GOOD", good),
    };
    const { models, failures } = await trained(stored, { horizons: ["1min"] });
    expect(models).toMatchObject({ failed: 1, no_skill: 1 });
    expect(failures).toEqual([
      expect.objectContaining({ symbol: "BAD", message: expect.stringContaining("bar 300") }),
    ]);
  });

  it("ends when the store is away", async () => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const objects = s3Objects({ endpoint: "http://127.0.0.1:9", bucket: "none", credentials });
    const market = marketOf({ AWAY: told("AWAY", bars({ seed: 1, count: 200 })) });
    await expect(
      train({ objects, market, instruments: UNCOUNTED, nowMs: () => 0 }, { budgetMs: 1 }),
    ).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
  });

  it("believes no bar that was withdrawn, seen in part or made of irregular trades", async () => {
    const market = bars({ seed: 7, count: 300 });
    const odd = market.flatMap((bar, t) => {
      const high = bar.high * 3;
      if (t === 250) return told("ODD", [bar], { high, close: high, irregular: true });
      if (t === 260) return told("ODD", [bar], { high, close: high, partial: true });
      const none = { open: null, high: null, low: null, close: null };
      return t === 270 ? told("ODD", [bar], { ...none, trades: 0, volume: 0 }) : told("ODD", [bar]);
    });
    await trained({ ODD: odd }, { horizons: ["5min"] });
    const answer = await predicted({ ODD: odd }, { symbol: "ODD", horizon: "5min" });
    expect(answer.meta.trained_on.bars).toBe(297);
    expect(answer.interval!.high).toBeLessThan(1.1 * answer.last);
  });
});

describe("a prediction that cannot be made", () => {
  it("is of a symbol the stream has never seen", async () => {
    await expect(predicted({}, { symbol: "NOSUCH", horizon: "5min" })).rejects.toMatchObject({
      code: "UNKNOWN_SYMBOL",
      details: { symbol: "NOSUCH" },
    });
  });

  it("says which horizons have a model, where this one has none", async () => {
    const stored = { HALF: told("HALF", bars({ seed: 3, count: 200 })) };
    await trained(stored, { horizons: ["15min", "1min"] });
    await expect(predicted(stored, { symbol: "HALF", horizon: "7min" })).rejects.toMatchObject({
      code: "MODEL_NOT_TRAINED",
      details: { horizon: "7min", trained: ["1min", "15min"], least_bars: 140, recent_bars: 200 },
    });
  });

  it("has too few recent bars to work out its features", async () => {
    const stored = { THIN: told("THIN", bars({ seed: 3, count: 200 })) };
    await trained(stored, { horizons: ["1min"] });
    const short = { THIN: stored.THIN.slice(-20) };
    await expect(predicted(short, { symbol: "THIN", horizon: "1min" })).rejects.toMatchObject({
      code: "MODEL_NOT_TRAINED",
      details: { recent_bars: 20 },
    });
  });

  it("lies under another symbol's name", async () => {
    const objects = objectsOf();
    const stored = { MINE: told("MINE", bars({ seed: 3, count: 200 })) };
    const other = trainForecast(bars({ seed: 3, count: 200 }), { horizon: 5 });
    const moved = { symbol: "MINE", trainedAtMs: 0, trained: other };
    await storeModel(objects, "1min", moved);
    await expect(predicted(stored, { symbol: "MINE", horizon: "1min" })).rejects.toMatchObject({
      code: "IMAGE_REFUSED",
      details: { problem: 'the model must be of "MINE" for 1min, was "MINE", 5 bars ahead' },
    });
  });
});

it.each([
  ["BRK.B", "models/BRK.B/5min.json"],
  ["..", "models/%2E%2E/5min.json"],
  ["A/B", "models/A%2FB/5min.json"],
])("a model of %s lies at %s", (symbol, key) => {
  expect(modelKey(symbol, "5min")).toBe(key);
});
