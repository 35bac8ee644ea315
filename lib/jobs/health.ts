/** Whether each part of the service answers, and how fast. Redis down is slower, not sick; a store that is down is. */
import { AppError } from "../errors.ts";
import type { Cache, Images, Objects } from "../ports.ts";
import { sessionStatus } from "./market-status.ts";

type Check = Readonly<{ status: "up" | "down"; latency_ms: number; detail?: string }>;

export type HealthWorld = Readonly<{
  images: Images;
  objects: Objects & Readonly<{ ping: () => Promise<number> }>;
  cache: Cache;
  nowMs: () => number;
}>;

export type Health = Readonly<{
  status: "ok" | "degraded" | "down";
  parts: Readonly<{ store: Check; cache: Check; market: Check }>;
  /** The last session the market holds. */
  as_of: string | null;
}>;

export async function health({ images, objects, cache, nowMs }: HealthWorld): Promise<Health> {
  let asOf: string | null = null;
  const check = async (probe: () => Promise<string | undefined>): Promise<Check> => {
    const startedMs = nowMs();
    try {
      const detail = await probe();
      return { status: "up", latency_ms: nowMs() - startedMs, ...(detail && { detail }) };
    } catch (error) {
      const detail = error instanceof AppError ? error.message : "failed";
      return { status: "down", latency_ms: nowMs() - startedMs, detail };
    }
  };
  const [store, redis, market] = await Promise.all([
    check(async () => void (await objects.ping())),
    check(async () => void (await cache.ping())),
    check(async () => {
      const { available, sessions_total } = await sessionStatus(images);
      asOf = available?.end_date ?? null;
      return `${sessions_total} sessions`;
    }),
  ]);
  const isServing = store.status === "up" && market.status === "up";
  const status = !isServing ? "down" : redis.status === "up" ? "ok" : "degraded";
  return { status, parts: { store, cache: redis, market }, as_of: asOf };
}
