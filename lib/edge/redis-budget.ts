/**
 * How long one request may wait for Redis, over everything it asks: limits, looks, leases. A deadline per command would
 * let a Redis that is slow but answers hold a request for a multiple of it.
 *
 * Only waiting is charged, by the idle time of the event loop: while this process works, the answer may lie in the
 * socket, and a burst of requests would take its own work for a slow Redis. The deadline of each command bounds that too.
 */
import { AsyncLocalStorage } from "node:async_hooks";
import { performance } from "node:perf_hooks";

export const REDIS_BUDGET_MS = 150;

type Budget = { leftMs: number };

const ofRequest = new AsyncLocalStorage<Budget>();

/** Runs `work` with a budget of its own: a request, or what nobody waits for. */
export const withRedisBudget = <T>(work: () => T): T =>
  ofRequest.run({ leftMs: REDIS_BUDGET_MS }, work);

/** Ms that are left to who asks now; Infinity outside of a request, where jobs wait as long as a command may take. */
export const redisBudgetMs = (): number => ofRequest.getStore()?.leftMs ?? Number.POSITIVE_INFINITY;

/** What `call` gives, charged to the request under way; `undefined` once its budget is used up. `call` never rejects. */
export async function charged<T>(call: Promise<T>): Promise<T | undefined> {
  const budget = ofRequest.getStore();
  if (!budget) return call;
  const began = performance.eventLoopUtilization();
  const waitedMs = () => performance.eventLoopUtilization(began).idle;
  const mostMs = budget.leftMs;
  let timer: NodeJS.Timeout | undefined;
  const spent = new Promise<undefined>((resolve) => {
    const look = () => {
      const leftMs = mostMs - waitedMs();
      if (leftMs < 1) resolve(undefined);
      else timer = setTimeout(look, leftMs);
    };
    timer = setTimeout(look, mostMs);
  });
  try {
    return await Promise.race([call, spent]);
  } finally {
    clearTimeout(timer);
    budget.leftMs = Math.max(0, budget.leftMs - waitedMs());
  }
}
