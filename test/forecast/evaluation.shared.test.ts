// The shared vectors of forecast evaluation: 40-digit expectations, 1e-10; splits exactly.
import { existsSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";
import { type Evaluation, evaluate, walkForwardSplits } from "../../lib/forecast/evaluation.ts";

type Case = Readonly<{
  id: string;
  horizon: number;
  last: string[];
  actual: string[];
  predicted: string[];
  expected: Readonly<Record<string, string | number | null>>;
}>;
type Splits = Readonly<{ n: number; initial: number; step: number; h: number; expected: unknown }>;

const shared = process.env.EQUIPOISE_SHARED ?? "../shared";
const file = `${shared}/vectors/forecast_eval.json`;

if (!existsSync(file)) {
  console.warn(`skipped: "${file}" is absent (set EQUIPOISE_SHARED)`);
  it.skip("equals the shared vectors of forecast evaluation", () => {});
} else {
  const { cases, splits } = JSON.parse(readFileSync(file, "utf8")) as {
    cases: Case[];
    splits: Splits[];
  };

  it.each(cases)("equals every figure of $id", ({ horizon, last, actual, predicted, expected }) => {
    const figures = onTheWire(
      evaluate({
        last: last.map(Number),
        actual: actual.map(Number),
        predicted: predicted.map(Number),
        horizon,
      }),
    );
    const wanted = Object.entries(expected).filter(([name]) => name !== "note");
    expect(wanted.length).toBeGreaterThan(0);
    expect(wanted.filter(([name, value]) => !near(figures[name], value))).toEqual([]);
    if (String(expected.note).includes("DM undefined -> null")) {
      expect([figures.dm_hln, figures.dm_p]).toEqual([null, null]);
    }
  });

  it.each(splits)(
    "cuts $n rows from $initial by $step, $h ahead",
    ({ n, initial, step, h, expected }) => {
      expect(walkForwardSplits({ rows: n, initial, step, horizon: h })).toEqual(expected);
    },
  );
}

const onTheWire = (of: Evaluation): Record<string, number | null> => ({
  n: of.count,
  rmse_model: of.rmseModel,
  rmse_persistence: of.rmsePersistence,
  skill: of.skill,
  mae_model: of.maeModel,
  directional_accuracy: of.directionalAccuracy,
  directional_n: of.directionalCount,
  dm_hln: of.dieboldMariano,
  dm_p: of.pValue,
});

function near(actual: number | null | undefined, wanted: string | number | null): boolean {
  if (actual === undefined || actual === null || wanted === null) return actual === wanted;
  return Math.abs(actual - Number(wanted)) <= 1e-10;
}
