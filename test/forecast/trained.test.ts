// Trained once, asked often: the stored model says what a fresh training on the same bars says, and a file that was
// changed says nothing.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { type ForecastOptions, forecast } from "../../lib/forecast/forecast.ts";
import { forecastText, parseForecast } from "../../lib/forecast/stored.ts";
import {
  adoptForecast,
  CAUTIOUS,
  forecastFrom,
  type TrainedForecast,
  trainForecast,
} from "../../lib/forecast/trained.ts";
import { exportXgboost } from "../../lib/forecast/trees/xgboost-export.ts";
import { bars, nightly } from "./markets.ts";

const MARKET = bars({ seed: 2, count: 600, phi: 0.5 });
const TRAINED = trainForecast(MARKET, { horizon: 1, levels: [0.5, 0.9] });
const FOR = { symbol: "AAPL", trainedAtMs: Date.UTC(2026, 0, 5, 23) };
const TEXT = forecastText(TRAINED, FOR);
const stored = (trained: TrainedForecast) => parseForecast(forecastText(trained, FOR)).trained;

describe("a trained forecast", () => {
  it("answers from its file what forecast answers to the same bars", { timeout: 30_000 }, () => {
    const market = fc.record({
      seed: fc.integer({ min: 1, max: 1e6 }),
      count: fc.integer({ min: 160, max: 260 }),
      phi: fc.constantFrom(0, 0.5, 0.9),
      volatility: fc.constantFrom(1e-5, 1e-3, 0.02),
    });
    const cut = fc.constantFrom(0, 70);
    const horizon = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(market, cut, horizon, (drawn, length, ahead) => {
        const made = bars(drawn);
        const given = length === 0 ? made : nightly(made, length, 0.97);
        const quick: ForecastOptions = {
          horizon: ahead,
          parameters: { ...CAUTIOUS, rounds: 5 },
          level: 0.8,
        };
        const kept = stored(trainForecast(given, { ...quick, levels: [0.8] }));
        expect(forecastFrom(kept, given, { level: 0.8 })).toEqual(forecast(given, quick));
      }),
      { numRuns: 25 },
    );
  });

  it("needs no more than the recent bars: what is older has faded", () => {
    const full = forecastFrom(TRAINED, MARKET);
    const recent = forecastFrom(TRAINED, MARKET.slice(-300));
    expect(recent.logReturn).toBe(full.logReturn);
    expect(full.verdict).toBe("skill");
  });

  it("answers the last price to bars that came later, when it has no skill", () => {
    const walk = bars({ seed: 1, count: 400 });
    const { price, last, verdict, asOfMs } = forecastFrom(
      trainForecast(walk.slice(0, 300), { horizon: 5 }),
      walk,
    );
    expect([verdict, price, asOfMs]).toEqual([
      "no skill over last price",
      last,
      walk.at(-1)!.endMs,
    ]);
    expect(last).toBe(walk.at(-1)!.close);
  });

  it("has a version that changes with what it learned, and with nothing else", () => {
    const again = trainForecast(MARKET, { horizon: 1, levels: [0.5, 0.9] });
    const later = trainForecast(MARKET.slice(1), { horizon: 1, levels: [0.5, 0.9] });
    expect(again.version).toBe(TRAINED.version);
    expect(later.version).not.toBe(TRAINED.version);
    expect(TRAINED.version).toMatch(/^[0-9a-f]{16}$/);
  });

  it("says from when it is", () => {
    expect(TRAINED.trainedOn).toEqual({
      fromMs: MARKET[0]!.startMs,
      toMs: MARKET.at(-1)!.endMs,
      bars: 600,
    });
    expect(parseForecast(TEXT)).toEqual({ ...FOR, trained: TRAINED });
  });

  it.each([
    [{ level: 0.7 }, MARKET, 'level must be one the model was trained with (0.5, 0.9), was "0.7"'],
    [{}, MARKET.slice(-33), "features take at least 34 bars, was 33"],
    [
      {},
      MARKET.map((bar, t) => ({ ...bar, startMs: t * 300_000, endMs: (t + 1) * 300_000 })),
      "bars must be 60000 ms long as those of the training, was 300000 ms",
    ],
  ])("refuses %o of other bars or levels", (options, given, message) => {
    expect(() => forecastFrom(TRAINED, given, options)).toThrow(
      expect.objectContaining({ code: "DEGENERATE_INPUT", message }),
    );
  });
});

describe("a stored forecast", () => {
  it.each([
    ["cut off", TEXT.slice(0, -40), "a stored forecast must be JSON"],
    ["of another format", TEXT.replace('"format":1', '"format":2'), "forecast.format must be"],
    ["with another scale", TEXT.replace('"scale":0.00', '"scale":0.01'), "forecast.version must"],
    ["with a better skill", TEXT.replace(/"skill":0\.\d/, '"skill":0.9'), "forecast.version must"],
    ["with no symbol", TEXT.replace('"AAPL"', '""'), "forecast.symbol must be a text"],
    ["of no time", TEXT.replace("2026-01-05T", "yesterday "), "forecast.trained_at must be"],
    [
      "with a feature nobody knows",
      TEXT.replace('"return_1"', '"return_9"'),
      "features[0] must be one of return_1",
    ],
    ["without a feature", TEXT.replace('"return_1",', ""), "must be 18, as many as the trees have"],
    ["with broken trees", TEXT.replace('"gbtree"', '"dart"'), 'must be "gbtree", was "dart"'],
    ["with a probability of 2", TEXT.replace(/"p_value":[^}]+/, '"p_value":2'), "p_value must be"],
    ["that is a list", "[]", "forecast must be an object"],
  ])("%s is refused", (_, text, message) => {
    expect(text).not.toBe(TEXT);
    expect(() => parseForecast(text)).toThrow(
      expect.objectContaining({ code: "BAD_FILE", message: expect.stringContaining(message) }),
    );
  });

  it("is refused whichever digit of its numbers was changed", () => {
    const places = [...TEXT.matchAll(/\d/g)]
      .map(({ index }) => index)
      .filter((index) => index > TEXT.indexOf('"version"'));
    fc.assert(
      fc.property(fc.constantFrom(...places), (at) => {
        const other = (Number(TEXT[at]) + 1) % 10;
        const changed = `${TEXT.slice(0, at)}${other}${TEXT.slice(at + 1)}`;
        // Of a few fields of XGBoost's file no answer depends: numbers of parents, ids, its version.
        let read: ReturnType<typeof parseForecast>;
        try {
          read = parseForecast(changed);
        } catch (error) {
          expect(error).toMatchObject({ code: "BAD_FILE" });
          return;
        }
        expect(read.trained).toEqual(TRAINED);
      }),
      { numRuns: 60 },
    );
  });
});

describe("a model from elsewhere", () => {
  const [first, later] = [MARKET.slice(0, 350), MARKET.slice(350)];
  const { model } = trainForecast(first, { horizon: 1 });
  const json = JSON.parse(exportXgboost(model.trees));
  const known = { horizon: 1, features: model.features, trainedUntilMs: first.at(-1)!.endMs };

  it("is judged by the bars after its training, and served like our own", () => {
    const adopted = adoptForecast(json, MARKET, { ...known, scale: model.scale });
    expect(adopted.evaluation.count).toBe(later.length - 1);
    expect(adopted.evaluation.skill).toBeGreaterThan(0.05);
    expect(stored(adopted)).toEqual(adopted);
    expect(forecastFrom(stored(adopted), MARKET)).toMatchObject({ verdict: "skill" });
  });

  it("may have its columns in another order", () => {
    const shuffled = structuredClone(json);
    for (const tree of shuffled.learner.gradient_booster.model.trees) {
      tree.split_indices = tree.split_indices.map((column: number) => 17 - column);
    }
    const usual = adoptForecast(json, MARKET, { ...known, scale: model.scale });
    const other = adoptForecast(shuffled, MARKET, {
      ...known,
      scale: model.scale,
      features: model.features.toReversed(),
    });
    expect(other.evaluation).toEqual(usual.evaluation);
    expect(forecastFrom(stored(other), MARKET).price).toBe(forecastFrom(usual, MARKET).price);
  });

  it("gets no evidence from bars it was trained on", () => {
    expect(() =>
      adoptForecast(json, MARKET, { ...known, trainedUntilMs: MARKET[520]!.endMs }),
    ).toThrow(/at least 100 bars must come after the training of the model, was 78/);
  });

  it.each([
    [["return_1"], "features must name 18 of"],
    [model.features.with(3, "tomorrow"), 'was "tomorrow"'],
  ])("is refused with columns nobody knows", (features, message) => {
    expect(() => adoptForecast(json, MARKET, { ...known, features })).toThrow(
      expect.objectContaining({
        code: "DEGENERATE_INPUT",
        message: expect.stringContaining(message),
      }),
    );
  });
});
