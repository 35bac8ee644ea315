// Bars on the clock: what is missing stands still, and nothing leads over the end of a session.
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { forecast } from "../../lib/forecast/forecast.ts";
import { onGrid, SESSION_BREAK_MS } from "../../lib/forecast/grid.ts";
import { tableOf } from "../../lib/forecast/table.ts";
import { bars, nightly } from "./markets.ts";

const MINUTE_MS = 60_000;
const market = bars({ seed: 5, count: 300 });

describe("a grid of bars", () => {
  it("fills windows without trades with the close before them, and no volume", () => {
    const grid = onGrid(market.toSpliced(10, 3));
    const { close } = market[9]!;
    expect(grid.bars).toHaveLength(300);
    expect(grid.isTraded.flatMap((traded, t) => (traded ? [] : [t]))).toEqual([10, 11, 12]);
    const { startMs, endMs } = market[11]!;
    const still = { open: close, high: close, low: close, close, volume: 0 };
    expect(grid.bars[11]).toEqual({ startMs, endMs, ...still });
    expect(new Set(grid.session)).toEqual(new Set([0]));
  });

  it("is the bars themselves where none is missing, whichever were taken out again", () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 298 }), { maxLength: 25 }), (out) => {
        const grid = onGrid(market.filter((_, t) => !out.includes(t)));
        expect(grid.bars.map(({ startMs }) => startMs)).toEqual(
          market.map(({ startMs }) => startMs),
        );
        expect(grid.bars.filter((_, t) => grid.isTraded[t])).toEqual(
          market.filter((_, t) => !out.includes(t)),
        );
      }),
      { numRuns: 30 },
    );
  });

  it("begins a new session after a silence of more than half an hour, and not after just that", () => {
    const silent = (ms: number) => [
      market[0]!,
      { ...market[1]!, startMs: market[0]!.endMs + ms, endMs: market[0]!.endMs + ms + MINUTE_MS },
    ];
    expect(onGrid(silent(SESSION_BREAK_MS)).bars).toHaveLength(32);
    const parted = onGrid(silent(SESSION_BREAK_MS + MINUTE_MS));
    expect([parted.bars.length, parted.session]).toEqual([2, [0, 1]]);
  });

  it("takes hours and days one after the other as they come", () => {
    const daily = market.map((bar, t) => {
      const startMs = Date.UTC(2024, 0, 1 + Math.floor(t / 5) * 7 + (t % 5));
      return { ...bar, startMs, endMs: startMs + 86_400_000 };
    });
    const grid = onGrid(daily);
    expect([grid.bars.length, new Set(grid.session).size]).toEqual([300, 1]);
  });

  it.each([
    ["of another length", { endMs: market[1]!.endMs + 1 }, "bar 1: must be 60000 ms long"],
    [
      "between two windows",
      { startMs: market[1]!.startMs + 30_000, endMs: market[1]!.endMs + 30_000 },
      "must start whole windows of 60000 ms after the bar before, was 30000 ms",
    ],
  ])("refuses a bar %s", (_, over, message) => {
    expect(() => onGrid([market[0]!, { ...market[1]!, ...over }])).toThrow(
      expect.objectContaining({
        code: "DEGENERATE_INPUT",
        message: expect.stringContaining(message),
      }),
    );
  });
});

describe("a horizon", () => {
  const nights = nightly(market, 60);

  it("never leads over a night: the last bars of a session have no outcome", () => {
    const { rows, knownMs, actual, outcomes, last } = tableOf(nights, 5);
    // The first session has 60 - 33 - 5 rows, the other four 60 - 5.
    expect(rows.length).toBe(22 + 4 * 55);
    for (const [i, ms] of knownMs.entries()) {
      const later = nights.find(({ endMs }) => endMs === ms + 5 * MINUTE_MS);
      expect(actual[i]).toBe(later?.close);
      expect(outcomes[i]).toBeCloseTo(Math.log(later!.close / last[i]!), 14);
    }
  });

  it("counts time, not trades: five bars ahead is five minutes ahead where minutes are missing", () => {
    const thin = market.filter((_, t) => t % 3 !== 1);
    const { knownMs, actual, rows } = tableOf(thin, 5);
    const closeAt = (ms: number) => thin.findLast(({ endMs }) => endMs <= ms)!.close;
    expect(rows.length).toBe(market.filter((_, t) => t >= 33 && t <= 294 && t % 3 !== 1).length);
    expect(actual).toEqual(knownMs.map((ms) => closeAt(ms + 5 * MINUTE_MS)));
  });

  it("does not learn the night: a jump every night is no skill within the sessions", () => {
    const jumping = nightly(bars({ seed: 2, count: 600 }), 60, 1.05);
    const { evaluation, verdict } = forecast(jumping, { horizon: 5 });
    expect(verdict).toBe("no skill over last price");
    // Five minutes move such a price by a fifth of a percent; with nights among the outcomes it would be above one.
    expect(evaluation.rmsePersistence / jumping[300]!.close).toBeLessThan(0.005);
  });

  it("is refused where sessions are too short to tell of it", () => {
    expect(() => tableOf(nightly(market, 6), 5)).toThrow(
      expect.objectContaining({
        code: "DEGENERATE_INPUT",
        message: expect.stringContaining("at least 100 bars with a bar 5 later in their session"),
      }),
    );
  });
});
