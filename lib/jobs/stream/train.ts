/**
 * Trains the models of the predictions from the bars of the stream: most traded symbols first, as many as the time allows.
 * Bars that were trained on already are not trained on again, so a second delivery of the event takes up where the first
 * one ended.
 */
import { AppError } from "../../errors.ts";
import type { Bar } from "../../forecast/bar.ts";
import { BAR_MS, barsAhead, HORIZONS, type HorizonName } from "../../forecast/horizon.ts";
import { leastBars } from "../../forecast/table.ts";
import { isSkilled, type TrainedForecast, trainForecast } from "../../forecast/trained.ts";
import type { Instruments, Objects } from "../../ports.ts";
import { compareText } from "../../text.ts";
import { believed, type MarketBars, type TradedSymbol } from "./market-bars.ts";
import { storedModel, storeModel } from "./models.ts";

export type TrainWorld = Readonly<{
  objects: Pick<Objects, "get" | "put">;
  market: MarketBars;
  instruments: Pick<Instruments, "add">;
  nowMs: () => number;
}>;

export type TrainSettings = Readonly<{
  /** Nothing is begun after this long. */
  budgetMs: number;
  /** Symbols in one run. */
  mostSymbols?: number;
  /** Bars of a symbol a model learns from, the newest. */
  mostBars?: number;
  horizons?: readonly HorizonName[];
}>;

const MOST_SYMBOLS = 200;
/** Eight thousand minutes are twenty sessions. */
const MOST_BARS = 8_000;
/** Intervals a model can be asked for. */
export const LEVELS = [0.5, 0.8, 0.9, 0.95] as const;
const TOLD_FAILURES = 10;

/** What came of one model. */
export type Training = "skill" | "no_skill" | "current" | "too_few_bars" | "failed";

export type TrainSummary = Readonly<{
  /** "out_of_time": symbols are left for the next run. */
  outcome: "done" | "out_of_time";
  /** Symbols that were looked at, and those that were not. */
  symbols: number;
  symbols_left: number;
  models: Readonly<Record<Training, number>>;
  /** The first ones, in words. */
  failures: readonly Readonly<{ symbol: string; horizon: string; message: string }>[];
}>;

/** @throws AppError DEPENDENCY_DOWN when the bars cannot be read or a model cannot be stored */
export async function train(world: TrainWorld, settings: TrainSettings): Promise<TrainSummary> {
  const { budgetMs, mostSymbols = MOST_SYMBOLS, mostBars = MOST_BARS } = settings;
  const horizons = settings.horizons ?? HORIZONS;
  const endMs = world.nowMs() + budgetMs;
  const chosen = (await world.market.symbols()).toSorted(mostTraded).slice(0, mostSymbols);
  const models = { skill: 0, no_skill: 0, current: 0, too_few_bars: 0, failed: 0 };
  const failures: TrainSummary["failures"][number][] = [];
  let done = 0;
  for (const { symbol } of chosen) {
    if (world.nowMs() >= endMs) break;
    const bars = believed(await world.market.barsOf(symbol, BAR_MS, mostBars));
    for (const horizon of horizons) {
      const { outcome, message } = await trainOne(world, symbol, horizon, bars);
      models[outcome]++;
      world.instruments.add("qf_model_trainings_total", { outcome });
      if (message !== undefined) failures.push({ symbol, horizon, message });
    }
    done++;
  }
  return {
    outcome: done === chosen.length ? "done" : "out_of_time",
    symbols: done,
    symbols_left: chosen.length - done,
    models,
    failures: failures.slice(0, TOLD_FAILURES),
  };
}

/** By name where equally much is traded, so that a run can be repeated. */
const mostTraded = (a: TradedSymbol, b: TradedSymbol): number =>
  b.trades - a.trades || compareText(a.symbol, b.symbol);

/** Bars of one symbol that no training can take must not keep the others from theirs. */
async function trainOne(
  world: TrainWorld,
  symbol: string,
  horizon: HorizonName,
  bars: readonly Bar[],
): Promise<{ outcome: Training; message?: string }> {
  const ahead = barsAhead(horizon);
  if (bars.length < leastBars(ahead)) return { outcome: "too_few_bars" };
  if (await isCurrent(world, symbol, horizon, bars)) return { outcome: "current" };
  let trained: TrainedForecast;
  try {
    trained = trainForecast(bars, { horizon: ahead, levels: LEVELS });
  } catch (error) {
    if (!(error instanceof AppError)) throw error;
    return { outcome: "failed", message: error.message };
  }
  await storeModel(world.objects, horizon, { symbol, trained, trainedAtMs: world.nowMs() });
  return { outcome: isSkilled(trained.evaluation) ? "skill" : "no_skill" };
}

/** A stored model that is damaged is none: it is trained anew. */
async function isCurrent(
  { objects }: TrainWorld,
  symbol: string,
  horizon: HorizonName,
  bars: readonly Bar[],
): Promise<boolean> {
  try {
    const { trainedOn } = (await storedModel(objects, symbol, horizon))?.trained ?? {};
    const [fromMs, toMs] = [bars[0]!.startMs, bars.at(-1)!.endMs];
    return (
      trainedOn?.bars === bars.length && trainedOn.fromMs === fromMs && trainedOn.toMs === toMs
    );
  } catch (error) {
    if (error instanceof AppError && error.code === "BAD_FILE") return false;
    throw error;
  }
}
