/**
 * Posts JSON to one address until it is taken: a time-out for each try, back-off with jitter between them, `Retry-After`
 * where the receiver names a time. An address is a secret of its owner: nothing that leaves here holds it.
 */
import { setTimeout as pause } from "node:timers/promises";
import type { Delivery } from "../ports.ts";
import { breaker } from "./breaker.ts";

export type PostOptions = Readonly<{
  url: string;
  nowMs?: () => number;
  sleep?: (ms: number) => Promise<unknown>;
  random?: () => number;
  /** Longest time one try may take, 5,000 by default. */
  timeoutMs?: number;
}>;

export type Post = (
  body: string,
  /** Made for each try anew. */
  headers: () => Readonly<Record<string, string>>,
  budgetMs: number,
) => Promise<Delivery>;

const TIMEOUT_MS = 5_000;
const MOST_ATTEMPTS = 5;
const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** After all tries of one delivery have failed the next ones are not tried for so long. */
const COOL_DOWN_MS = 30_000;

/** What came of one try: taken, refused for good, or worth another one, perhaps at a time the receiver names. */
type Try =
  | Readonly<{ taken: true }>
  | Readonly<{ taken: false; isFinal: boolean; reason: string; waitMs?: number | undefined }>;

export function poster({
  url,
  nowMs = Date.now,
  sleep = pause,
  random = Math.random,
  timeoutMs = TIMEOUT_MS,
}: PostOptions): Post {
  const circuit = breaker({ failuresToOpen: 1, coolDownMs: COOL_DOWN_MS, nowMs });

  const once = async (
    body: string,
    headers: Readonly<Record<string, string>>,
    limitMs: number,
  ): Promise<Try> => {
    let response: Response;
    try {
      response = await fetch(url, {
        method: "POST",
        headers: { "content-type": "application/json", "user-agent": "equipoise", ...headers },
        body,
        redirect: "manual",
        signal: AbortSignal.timeout(limitMs),
      });
      // Nothing in it is wanted; unread it would hold the connection.
      await response.body?.cancel();
    } catch (error) {
      return { taken: false, isFinal: false, reason: silence(error, limitMs) };
    }
    return judged(response, nowMs());
  };

  const tries = async (
    body: string,
    headers: () => Readonly<Record<string, string>>,
    endMs: number,
  ): Promise<Delivery> => {
    for (let attempts = 1; ; attempts++) {
      const said = await once(body, headers(), Math.max(1, Math.min(timeoutMs, endMs - nowMs())));
      if (said.taken) {
        circuit.succeeded();
        return { outcome: "delivered", attempts };
      }
      const { isFinal, reason, waitMs = backOffMs(attempts, random()) } = said;
      // A refusal for good is about this delivery; the receiver is well.
      if (isFinal) return { outcome: "failed", attempts, reason };
      const hasTime = nowMs() + waitMs < endMs;
      if (attempts >= MOST_ATTEMPTS || !hasTime) {
        circuit.failed();
        const more = hasTime ? "" : `; the next try in ${Math.ceil(waitMs)} ms would be too late`;
        return { outcome: "failed", attempts, reason: `${reason}${more}` };
      }
      await sleep(waitMs);
    }
  };

  return async (body, headers, budgetMs) => {
    if (!circuit.allows()) {
      const reason = "not tried: all tries of a delivery before it failed a moment ago";
      return { outcome: "failed", attempts: 0, reason };
    }
    return tries(body, headers, nowMs() + budgetMs);
  };
}

/** From a quarter of a second on, doubled; half of each by chance, so that many do not come back at once. */
const backOffMs = (attempts: number, draw: number): number =>
  Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** (attempts - 1)) * (0.5 + draw / 2);

function judged({ status, headers }: Response, nowMs: number): Try {
  if (status >= 200 && status <= 299) return { taken: true };
  const reason = `answered ${status}`;
  if (status >= 300 && status <= 399) {
    return { taken: false, isFinal: true, reason: `${reason}; redirects are not followed` };
  }
  const isFinal = status < 500 && status !== 429 && status !== 408;
  const isAsked = status === 429 || status === 503;
  const waitMs = isAsked ? retryAfterMs(headers.get("retry-after"), nowMs) : undefined;
  return { taken: false, isFinal, reason, waitMs };
}

/** Seconds or a date (RFC 9110); `undefined` for anything else. */
function retryAfterMs(text: string | null, nowMs: number): number | undefined {
  if (text === null) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  const ms = Date.parse(text);
  return Number.isNaN(ms) ? undefined : Math.max(0, ms - nowMs);
}

/** Of an error only its code: messages name hosts, and some name all of the address. */
function silence(error: unknown, limitMs: number): string {
  const { name, cause } = error as { name?: string; cause?: { code?: unknown } };
  if (name === "TimeoutError") return `did not answer within ${Math.round(limitMs)} ms`;
  const code = typeof cause?.code === "string" ? ` (${cause.code})` : "";
  return `could not be reached${code}`;
}
