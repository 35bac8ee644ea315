/**
 * The price some minutes ahead as a trained model tells it, with what it is worth. Where the model has not been better
 * than the last price by more than luck would explain, the answer is the last price and says so.
 */
import { AppError } from "../../errors.ts";
import { WARM_UP_BARS } from "../../forecast/features.ts";
import { BAR_MS, barsAhead, HORIZONS, type HorizonName } from "../../forecast/horizon.ts";
import type { StoredForecast } from "../../forecast/stored.ts";
import { leastBars } from "../../forecast/table.ts";
import { forecastFrom, SIGNIFICANCE } from "../../forecast/trained.ts";
import type { Objects } from "../../ports.ts";
import { believed, type MarketBars } from "./market-bars.ts";
import { modelKey, storedModel, trainedHorizons } from "./models.ts";

export type PredictionWorld = Readonly<{
  objects: Pick<Objects, "get" | "list">;
  market: Pick<MarketBars, "barsOf">;
}>;

export type PredictionRequest = Readonly<{ symbol: string; horizon: HorizonName }>;

/** What is older has faded out of every feature. */
const RECENT_BARS = 300;

export const PREDICTION_UNITS = {
  price: "currency of the symbol",
  change: "natural logarithm",
  change_fraction: "fraction",
} as const;

const iso = (ms: number): string => new Date(ms).toISOString();

/** @throws AppError UNKNOWN_SYMBOL, MODEL_NOT_TRAINED, IMAGE_REFUSED for a damaged model, DEPENDENCY_DOWN */
export async function prediction(world: PredictionWorld, request: PredictionRequest) {
  const { symbol, horizon } = request;
  const [bars, stored] = await Promise.all([
    world.market.barsOf(symbol, BAR_MS, RECENT_BARS),
    wholeModel(world, request),
  ]);
  const recent = believed(bars);
  if (stored === undefined || recent.length <= WARM_UP_BARS) {
    throw await notTrained(world, request, recent.length);
  }
  const { trained, trainedAtMs } = stored;
  const said = forecastFrom(trained, recent);
  const { evaluation } = trained;
  return {
    symbol,
    horizon,
    as_of: iso(said.asOfMs),
    last: said.last,
    price: said.price,
    change: said.logReturn,
    change_fraction: Math.expm1(said.logReturn),
    verdict: said.verdict,
    model: said.model,
    model_version: trained.version,
    trained_at: iso(trainedAtMs),
    interval: said.interval,
    skill: {
      value: evaluation.skill,
      p_value: evaluation.pValue,
      directional_accuracy: evaluation.directionalAccuracy,
      tested: evaluation.count,
    },
    candidate: { price: said.candidate.price, change: said.candidate.logReturn },
    meta: {
      units: PREDICTION_UNITS,
      significance: SIGNIFICANCE,
      trained_on: {
        start: iso(trained.trainedOn.fromMs),
        end: iso(trained.trainedOn.toMs),
        bars: trained.trainedOn.bars,
      },
    },
  };
}

/** The reader cannot mend a damaged object, so it is told as one of ours; the next training replaces it. */
async function wholeModel(
  { objects }: PredictionWorld,
  { symbol, horizon }: PredictionRequest,
): Promise<StoredForecast | undefined> {
  try {
    const stored = await storedModel(objects, symbol, horizon);
    const said = stored && { symbol: stored.symbol, ahead: stored.trained.horizon };
    if (said && (said.symbol !== symbol || said.ahead !== barsAhead(horizon))) {
      const was = `"${said.symbol}", ${said.ahead} bars ahead`;
      throw new AppError("BAD_FILE", `the model must be of "${symbol}" for ${horizon}, was ${was}`);
    }
    return stored;
  } catch (error) {
    if (!(error instanceof AppError && error.code === "BAD_FILE")) throw error;
    const key = modelKey(symbol, horizon);
    throw new AppError(
      "IMAGE_REFUSED",
      `the model at ${key} is damaged; the next training replaces it`,
      { key, problem: error.message },
      { cause: error },
    );
  }
}

/** No skill is known and none is denied: what is missing is the evidence, which is not the same as "no skill". */
async function notTrained(
  { objects }: PredictionWorld,
  { symbol, horizon }: PredictionRequest,
  bars: number,
): Promise<AppError> {
  const trained = await trainedHorizons(objects, symbol);
  const least = leastBars(barsAhead(horizon));
  const wanted = `one for each of ${HORIZONS.join(", ")} is trained in the night after a symbol has ${least} minutes with trades`;
  return new AppError(
    "MODEL_NOT_TRAINED",
    `no model of "${symbol}" for ${horizon} is trained: ${wanted}`,
    { symbol, horizon, trained, least_bars: least, recent_bars: bars },
  );
}
