/** A calculation with its time taken and its outcome counted, and refusals of the arithmetic in the words of the service. */
import { AppError } from "../../errors.ts";
import type { Cache, Images, Instruments } from "../../ports.ts";

export type RiskWorld = Readonly<{
  images: Images;
  instruments?: Instruments;
  cache: Pick<Cache, "set">;
  nowMs: () => number;
}>;

export type Kind = "metrics" | "hedge" | "stress";

/** @throws what the work throws; of DEGENERATE_INPUT the message alone, since its facts are those of the arithmetic */
export async function measured<T>(
  { instruments, nowMs }: RiskWorld,
  kind: Kind,
  work: () => Promise<T>,
): Promise<T> {
  const startedMs = nowMs();
  try {
    const answer = await work();
    instruments?.add("qf_risk_calculations_total", { kind, outcome: "done" });
    return answer;
  } catch (error) {
    const isRefused = error instanceof AppError && REFUSALS.has(error.code);
    instruments?.add("qf_risk_calculations_total", {
      kind,
      outcome: isRefused ? "refused" : "failed",
    });
    if (!(error instanceof AppError && error.code === "DEGENERATE_INPUT")) throw error;
    throw new AppError("DEGENERATE_INPUT", error.message, {}, { cause: error });
  } finally {
    instruments?.observe("qf_risk_calc_latency_seconds", { kind }, (nowMs() - startedMs) / 1000);
  }
}

const REFUSALS: ReadonlySet<string> = new Set([
  "DEGENERATE_INPUT",
  "MISSING_SESSION",
  "NO_TRADING_DAY",
  "RANGE_OUTSIDE_DATA",
  "REVERSED_RANGE",
  "TOO_FEW_SCENARIOS",
  "UNPRICED_POSITION",
]);
