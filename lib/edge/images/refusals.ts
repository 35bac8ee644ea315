/**
 * Parts found not to be what their manifest says. They are remembered for a while, so that versions
 * naming them are passed over; then they are tried again, because the object may have been restored.
 */
import type { Manifest } from "../../ports.ts";

export type Refusals = Readonly<{
  add: (sha256: string) => void;
  /** The object was written again, correctly. */
  forgive: (sha256: string) => void;
  touch: (manifest: Manifest) => boolean;
}>;

export function refusals(nowMs: () => number, refusedMs: number): Refusals {
  const untilMs = new Map<string, number>();
  const isRefused = (sha256: string): boolean => {
    const until = untilMs.get(sha256);
    if (until === undefined) return false;
    if (nowMs() < until) return true;
    untilMs.delete(sha256);
    return false;
  };
  return {
    add: (sha256) => untilMs.set(sha256, nowMs() + refusedMs),
    forgive: (sha256) => untilMs.delete(sha256),
    // Every request asks, and next to never is anything refused.
    touch: ({ parts }) =>
      untilMs.size > 0 && Object.values(parts).some(({ sha256 }) => isRefused(sha256)),
  };
}
