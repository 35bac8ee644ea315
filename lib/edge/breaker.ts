/**
 * A circuit breaker: after `failuresToOpen` failures in a row, or one silence, nobody calls until the cool-down has
 * passed; then one caller tries. Its success closes the circuit, its failure (or silence) starts the next cool-down.
 */
export type Breaker = Readonly<{
  /** Whether to call now. True for one caller only when a cool-down has just passed. */
  allows: () => boolean;
  succeeded: () => void;
  failed: () => void;
  /** No answer within the deadline: the next call would wait as long, so this opens the circuit at once. */
  silent: () => void;
  isOpen: () => boolean;
}>;

export function breaker({
  failuresToOpen,
  coolDownMs,
  nowMs,
}: Readonly<{ failuresToOpen: number; coolDownMs: number; nowMs: () => number }>): Breaker {
  let failures = 0;
  let waitUntilMs = 0;
  const isOpen = () => failures >= failuresToOpen;

  return {
    allows() {
      if (!isOpen()) return true;
      if (nowMs() < waitUntilMs) return false;
      // The others wait for this one; should it never report, another may try a cool-down later.
      waitUntilMs = nowMs() + coolDownMs;
      return true;
    },
    succeeded() {
      failures = 0;
    },
    failed() {
      failures++;
      if (isOpen()) waitUntilMs = nowMs() + coolDownMs;
    },
    silent() {
      failures = Math.max(failures + 1, failuresToOpen);
      waitUntilMs = nowMs() + coolDownMs;
    },
    isOpen,
  };
}
