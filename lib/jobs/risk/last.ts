/**
 * The last figures at the usual confidence and horizon, by method: kept for a day where every process finds them, told
 * as gauges when somebody asks for metrics. They are fractions of the portfolio's gross exposure, so that those of two
 * portfolios compare, and nobody learns from them what another holds.
 */
import type { Cache, Instruments } from "../../ports.ts";
import { METHODS, type Method } from "../../schemas/risk.ts";
import type { Measured } from "./measure.ts";

const CONFIDENCE = 0.975;
const HORIZON_DAYS = 1;
const KEPT_SECONDS = 86_400;

const keyOf = (method: Method): string => `risk:last:${method}`;

export async function noteLast(
  cache: Pick<Cache, "set">,
  {
    method,
    confidence,
    horizon,
  }: Readonly<{ method: Method; confidence: number; horizon: number }>,
  { valueAtRisk, expectedShortfall }: Measured,
  grossUsd: number,
): Promise<void> {
  if (confidence !== CONFIDENCE || horizon !== HORIZON_DAYS || !(grossUsd > 0)) return;
  const figures = [valueAtRisk / grossUsd, expectedShortfall / grossUsd];
  await cache.set(keyOf(method), JSON.stringify(figures), KEPT_SECONDS);
}

/** Nothing is told of a method that was not used for a day. */
export async function tellLast(
  cache: Pick<Cache, "get">,
  instruments: Pick<Instruments, "set">,
): Promise<void> {
  const texts = await Promise.all(METHODS.map((method) => cache.get(keyOf(method))));
  for (const [at, method] of METHODS.entries()) {
    const figures = figuresOf(texts[at]);
    if (!figures) continue;
    instruments.set("qf_var_value", { method }, figures[0]);
    instruments.set("qf_es_value", { method }, figures[1]);
  }
}

/** As they were kept; `undefined` for anything else, since whoever asks for metrics must not meet what Redis has garbled. */
function figuresOf(text: string | undefined): readonly [number, number] | undefined {
  try {
    const value: unknown = JSON.parse(text ?? "null");
    const isWhole =
      Array.isArray(value) && value.length === 2 && value.every((one) => Number.isFinite(one));
    return isWhole ? (value as [number, number]) : undefined;
  } catch {
    return undefined;
  }
}
