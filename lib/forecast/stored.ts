/**
 * A trained forecast as JSON text, and back. The trees stand in it as XGBoost's own model file; the version is a hash of
 * everything that changes an answer, so a text of which a digit was lost is refused.
 */
import { createHash } from "node:crypto";
import { AppError } from "../errors.ts";
import type { Evaluation } from "./evaluation.ts";
import { FEATURES } from "./features.ts";
import { MOST_AHEAD } from "./table.ts";
import type { ResidualRange, TrainedContent, TrainedForecast } from "./trained.ts";
import { at, type Bounds, type Field, list, numeric, refusal } from "./trees/json-field.ts";
import { exportXgboost } from "./trees/xgboost-export.ts";
import { importXgboost } from "./trees/xgboost-import.ts";

/** Forty trees of depth 2 take some 60 kB. */
const MOST_CHARACTERS = 64 * 1024 * 1024;
const MOST_LEVELS = 20;
const FORMAT = 1;

/** What a text says beside the model. */
export type StoredFor = Readonly<{
  symbol: string;
  /** When it was trained, by the clock; no part of the version, so that the same bars give the same. */
  trainedAtMs: number;
}>;

export type StoredForecast = StoredFor & Readonly<{ trained: TrainedForecast }>;

/** First 16 hex of sha256 over the content's text. */
export const versionOf = (content: TrainedContent): string =>
  createHash("sha256").update(contentText(content)).digest("hex").slice(0, 16);

export function forecastText(trained: TrainedForecast, { symbol, trainedAtMs }: StoredFor): string {
  const trained_at = new Date(trainedAtMs).toISOString();
  const head = JSON.stringify({ format: FORMAT, symbol, trained_at, version: trained.version });
  return `${head.slice(0, -1)},"content":${contentText(trained)}}`;
}

/** Written member by member: the text of the trees is XGBoost's, which JSON.stringify would not write. */
function contentText(content: TrainedContent): string {
  const { horizon, barMs, model, evaluation, blocks, rows, residuals, trainedOn } = content;
  const plain = JSON.stringify({
    horizon_bars: horizon,
    bar_ms: barMs,
    trained_on: { from_ms: trainedOn.fromMs, to_ms: trainedOn.toMs, bars: trainedOn.bars },
    rows,
    blocks,
    evaluation: evaluationMembers(evaluation),
    residuals,
    features: model.features,
    scale: model.scale,
  });
  return `${plain.slice(0, -1)},"xgboost":${exportXgboost(model.trees)}}`;
}

const evaluationMembers = (of: Evaluation) => ({
  count: of.count,
  rmse_model: of.rmseModel,
  rmse_persistence: of.rmsePersistence,
  skill: of.skill,
  mae_model: of.maeModel,
  directional_accuracy: of.directionalAccuracy,
  directional_count: of.directionalCount,
  diebold_mariano: of.dieboldMariano,
  p_value: of.pValue,
});

/** @throws AppError BAD_FILE naming what is wrong, where, and what would be right */
export function parseForecast(text: string): StoredForecast {
  if (text.length > MOST_CHARACTERS) {
    const wanted = `a stored forecast must have at most ${MOST_CHARACTERS} characters`;
    throw new AppError("BAD_FILE", `${wanted}, was ${text.length}`, { characters: text.length });
  }
  const file: Field = { value: parsed(text), path: "forecast" };
  numeric(at(file, "format"), { least: FORMAT, most: FORMAT, isWhole: true });
  const content = contentOf(at(file, "content"));
  const trained = { ...content, version: versionOf(content) };
  const said = at(file, "version");
  if (said.value !== trained.version) throw refusal(said, `"${trained.version}", its content's`);
  return { trained, symbol: textOf(at(file, "symbol")), trainedAtMs: instantOf(file) };
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const message = `a stored forecast must be JSON: ${(cause as Error).message.slice(0, 120)}`;
    throw new AppError("BAD_FILE", message, { field: "forecast" }, { cause });
  }
}

function textOf(of: Field): string {
  if (typeof of.value === "string" && of.value !== "") return of.value;
  throw refusal(of, "a text");
}

function instantOf(file: Field): number {
  const said = at(file, "trained_at");
  const ms = Date.parse(textOf(said));
  if (Number.isNaN(ms)) throw refusal(said, "an instant, as 2025-01-02T23:00:00.000Z");
  return ms;
}

const ANY: Bounds = { least: -Number.MAX_VALUE, most: Number.MAX_VALUE };
const AMOUNT: Bounds = { least: 0, most: Number.MAX_VALUE };
const PART: Bounds = { least: 0, most: 1 };
const whole = (least: number, most = Number.MAX_SAFE_INTEGER): Bounds => ({
  least,
  most,
  isWhole: true,
});
const optional = (of: Field, bounds: Bounds) => (of.value === null ? null : numeric(of, bounds));

function contentOf(content: Field): TrainedContent {
  const span = at(content, "trained_on");
  const fromMs = numeric(at(span, "from_ms"), whole(Number.MIN_SAFE_INTEGER));
  const features = featuresOf(at(content, "features"));
  const trees = importXgboost(at(content, "xgboost").value);
  if (trees.featureCount !== features.length) {
    const wanted = `${trees.featureCount}, as many as the trees have`;
    throw refusal({ value: features.length, path: "forecast.content.features.length" }, wanted);
  }
  return {
    horizon: numeric(at(content, "horizon_bars"), whole(1, MOST_AHEAD)),
    barMs: numeric(at(content, "bar_ms"), whole(1)),
    trainedOn: {
      fromMs,
      toMs: numeric(at(span, "to_ms"), whole(fromMs)),
      bars: numeric(at(span, "bars"), whole(1)),
    },
    rows: numeric(at(content, "rows"), whole(1)),
    blocks: numeric(at(content, "blocks"), whole(1)),
    evaluation: evaluationOf(at(content, "evaluation")),
    residuals: residualsOf(at(content, "residuals")),
    model: { trees, features, scale: numeric(at(content, "scale"), ANY) },
  };
}

/** The usual list keeps its identity, by which rows need not be put into another order. */
function featuresOf(of: Field): readonly string[] {
  const names = list(of, FEATURES.length);
  for (const [index, value] of names.entries()) {
    if ((FEATURES as readonly unknown[]).includes(value)) continue;
    throw refusal({ value, path: `${of.path}[${index}]` }, `one of ${FEATURES.join(", ")}`);
  }
  const isUsual =
    names.length === FEATURES.length && FEATURES.every((name, i) => name === names[i]);
  return isUsual ? FEATURES : (names as readonly string[]);
}

function evaluationOf(of: Field): Evaluation {
  return {
    count: numeric(at(of, "count"), whole(1)),
    rmseModel: numeric(at(of, "rmse_model"), AMOUNT),
    rmsePersistence: numeric(at(of, "rmse_persistence"), AMOUNT),
    skill: optional(at(of, "skill"), { least: -Number.MAX_VALUE, most: 1 }),
    maeModel: numeric(at(of, "mae_model"), AMOUNT),
    directionalAccuracy: optional(at(of, "directional_accuracy"), PART),
    directionalCount: numeric(at(of, "directional_count"), whole(0)),
    dieboldMariano: optional(at(of, "diebold_mariano"), ANY),
    pValue: optional(at(of, "p_value"), PART),
  };
}

function residualsOf(of: Field): ResidualRange[] {
  const rangeOf = (range: Field) => {
    if (range.value === null) return null;
    const low = numeric(at(range, "low"), ANY);
    return { low, high: numeric(at(range, "high"), { ...ANY, least: low }) };
  };
  return list(of, MOST_LEVELS).map((value, index) => {
    const one = { value, path: `${of.path}[${index}]` };
    return {
      level: numeric(at(one, "level"), PART),
      model: rangeOf(at(one, "model")),
      persistence: rangeOf(at(one, "persistence")),
    };
  });
}
