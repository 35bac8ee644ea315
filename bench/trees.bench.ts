/**
 * Training of boosted trees on rows like those of a year of bars, and predicting from them. Beside training stands the
 * same without missing values, which needs one walk over each column instead of two.
 */
import { predict } from "../lib/forecast/trees/model.ts";
import { train } from "../lib/forecast/trees/train.ts";
import { exportXgboost } from "../lib/forecast/trees/xgboost-export.ts";
import { importXgboost } from "../lib/forecast/trees/xgboost-import.ts";
import { demandSame, type Figure, interleaved, type Options } from "./harness.ts";
import { uniform } from "./uniform.ts";

const FEATURES = 18;
const DEPTH = 5;
/** Of the features that have any, the share of rows without a value. */
const MISSING = 0.1;

export async function run({ small }: Options): Promise<Figure[]> {
  const [count, rounds] = small ? [300, 5] : [8000, 100];
  const { rows, labels } = table(count);
  const holed = withHoles(rows);
  const parameters = { rounds, maxDepth: DEPTH, eta: 0.1 };
  const model = train(rows, labels, parameters);
  const again = importXgboost(JSON.parse(exportXgboost(model)));
  const answers = () => rows.map((row) => predict(model, row));
  demandSame(
    "predictions of the model and of its file",
    answers(),
    rows.map((row) => predict(again, row)),
  );
  const samples = await interleaved(
    {
      whole: () => train(rows, labels, parameters),
      holed: () => train(holed, labels, parameters),
      answers,
    },
    small ? { rounds: 2, warmups: 1 } : { rounds: 9, warmups: 2 },
  );
  const name = `${count} rows x ${FEATURES} features, ${rounds} trees of depth ${DEPTH}`;
  return [
    {
      name: `train ${name}`,
      unit: "ms",
      samples: samples.whole,
      checked: `${count} predictions equal after writing and reading the model`,
      ...(!small && { target: { atMost: 1500 } }),
    },
    {
      name: `train ${name}, a third of them with missing values`,
      unit: "ms",
      samples: samples.holed,
    },
    { name: `predict ${name}, all rows`, unit: "ms", samples: samples.answers },
  ];
}

/** Labels with an interaction, a curve, and noise; the same every time. */
function table(count: number) {
  const draw = uniform(1);
  // Four uniform numbers make a hump that is near enough to a normal distribution.
  const hump = () => draw() + draw() + draw() + draw() - 2;
  const rows = Array.from({ length: count }, () => Array.from({ length: FEATURES }, hump));
  const labels = rows.map(([a = 0, b = 0, c = 0]) => a * b + Math.sin(3 * c) + hump());
  return { rows, labels };
}

function withHoles(rows: readonly number[][]): number[][] {
  const draw = uniform(2);
  return rows.map((row) =>
    row.map((value, feature) => (feature % 3 === 0 && draw() < MISSING ? Number.NaN : value)),
  );
}
