/** GET /metrics as a use case: market, order books, connections and risk as they stand, and then what was counted. */
import { lastClosedSession } from "../market/sessions.ts";
import type { Cache, Images, Instruments } from "../ports.ts";
import { dayKey, epochDay } from "../time.ts";
import { sessionStatus } from "./market-status.ts";
import type { ShardDesk } from "./orders/desks.ts";
import { bookFigures } from "./orders/figures.ts";
import { tellLast } from "./risk/last.ts";

export type MetricsWorld = Readonly<{
  images: Images;
  instruments: Instruments;
  connections: Readonly<{ count: () => Promise<number | undefined> }>;
  /** The order books, which whoever matches cannot be asked for: it has no address. */
  desks: () => Promise<readonly ShardDesk[]>;
  cache: Pick<Cache, "get">;
  /** Every figure as text. */
  exposition: () => Promise<string>;
  nowMs: () => number;
}>;

/**
 * Never fails for a store that is away: then the lag is not told, or is that of the last version seen. Nor for a Redis that
 * is: then the number of connections and the last figures of risk are those known here.
 */
export async function metricsText({
  images,
  instruments,
  connections,
  desks,
  cache,
  exposition,
  nowMs,
}: MetricsWorld): Promise<string> {
  const [status, books, connected] = await Promise.all([
    inTime(sessionStatus(images).catch(() => undefined)),
    inTime(desks().catch(() => undefined)),
    connections.count(),
    tellLast(cache, instruments),
  ]);
  for (const { shard, desk } of books ?? []) bookFigures(instruments, shard, desk);
  if (connected !== undefined) instruments.set("active_websocket_connections", {}, connected);
  if (status?.available) {
    instruments.set("qf_market_lag_days", {}, lagDays(status.available.end_date, nowMs()));
  }
  return exposition();
}

/** Whoever asks for figures has a time-out of their own: a store that is silent must not use it up. */
const PATIENCE_MS = 2_000;

async function inTime<T>(answer: Promise<T>): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, PATIENCE_MS, undefined);
  });
  try {
    return await Promise.race([answer, late]);
  } finally {
    clearTimeout(timer);
  }
}

/** Asked when somebody looks, and not kept by who ingests: it must grow when nobody ingests any more. */
export const lagDays = (lastDay: string, nowMs: number): number =>
  Math.max(0, epochDay(lastClosedSession(nowMs)) - epochDay(dayKey(lastDay)));
