/** How long to wait before a request is sent again. */

const FIRST_MS = 500;
const LONGEST_MS = 30_000;

/**
 * Full jitter: anything between nothing and the doubled limit, so that clients that failed together come back apart.
 * Source: Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015.
 *
 * @param attempt the attempt that failed, from 1
 * @param random in [0, 1)
 */
export const backOffMs = (attempt: number, random: number): number =>
  Math.floor(random * Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempt - 1)));

/**
 * The wait a `Retry-After` header asks for, in ms: seconds or an HTTP date (RFC 9110, 10.2.3), which may have passed.
 *
 * @returns `undefined` for no header or one that says neither
 */
export function retryAfterMs(header: string | null, nowMs: number): number | undefined {
  const text = header?.trim() ?? "";
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  if (!/^[A-Z][a-z]{2,8},? .*\d{2}:\d{2}:\d{2}/.test(text)) return undefined;
  // The oldest of the three forms (asctime) does not name its zone, which is always this one.
  const instantMs = Date.parse(text.endsWith("GMT") ? text : `${text} GMT`);
  return Number.isNaN(instantMs) ? undefined : Math.max(0, instantMs - nowMs);
}

/** Whether the same request may be answered later: the vendor is busy or broken. */
export const isPassing = (status: number): boolean =>
  status === 408 || status === 425 || status === 429 || status >= 500;
