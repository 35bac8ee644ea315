/**
 * How many requests are let through: a rate with a burst, and a quota a day. Pure arithmetic over counters that
 * whoever calls keeps where it likes.
 *
 * The rate is counted in windows of `burst / rate` seconds that begin at multiples of their length since 1970. A
 * request is let through while
 *
 *     previous x (part of the previous window that the last `length` ms still cover) + current <= burst
 *
 * Then no span of t seconds, wherever it begins, holds more than `burst + rate x t` requests: within the window it ends
 * in, at most `burst - previous x (1 - e)` were let through by its part e; with the whole previous window that is
 * `burst + previous x e`, and previous is at most burst, which is the rate times a window; each further window adds at
 * most burst. What is lost to whole numbers is a request a window: the long run gives `rate x (1 - 1 / burst)` at
 * least, half the rate with a burst of one. Three commands that need no script keep these counters (add, expire, read), unlike a leaky bucket, whose
 * `max(now, then) + step` has to be one step of the server.
 */

export type Limit = Readonly<{
  /** Requests a second in the long run, {@link RATE_MIN} to {@link RATE_MAX}. */
  ratePerSecond: number;
  /** Requests at once after a pause, a whole number from 1 to {@link BURST_MAX}. */
  burst: number;
  /** Requests a day of UTC, a whole number from 1 to {@link QUOTA_MAX}; null = as many as the rate allows. */
  quotaPerDay: number | null;
}>;

export const RATE_MIN = 0.01;
export const RATE_MAX = 100_000;
export const BURST_MAX = 1_000_000;
export const QUOTA_MAX = 1_000_000_000_000;
/** A longer window would keep counters for hours: such a limit is a quota. */
export const WINDOW_SECONDS_MAX = 3600;

const DAY_MS = 86_400_000;

const isWhole = (value: unknown, max: number): value is number =>
  typeof value === "number" && Number.isInteger(value) && value >= 1 && value <= max;

export function isLimit(value: unknown): value is Limit {
  if (typeof value !== "object" || value === null) return false;
  const { ratePerSecond, burst, quotaPerDay } = value as Record<keyof Limit, unknown>;
  return (
    typeof ratePerSecond === "number" &&
    ratePerSecond >= RATE_MIN &&
    ratePerSecond <= RATE_MAX &&
    isWhole(burst, BURST_MAX) &&
    burst / ratePerSecond <= WINDOW_SECONDS_MAX &&
    (quotaPerDay === null || isWhole(quotaPerDay, QUOTA_MAX))
  );
}

/** Where an instant lies: in which window and day, and how far in. */
export type Window = Readonly<{
  index: number;
  elapsedMs: number;
  lengthMs: number;
  /** Days since 1970. */
  day: number;
  dayLeftMs: number;
}>;

/** Whole milliseconds, rounded up: the rate that comes of it is never above the one asked for. */
export function windowOf({ burst, ratePerSecond }: Limit, nowMs: number): Window {
  const lengthMs = Math.ceil((1000 * burst) / ratePerSecond);
  const now = Math.floor(nowMs);
  const index = Math.floor(now / lengthMs);
  const day = Math.floor(now / DAY_MS);
  return {
    index,
    elapsedMs: now - index * lengthMs,
    lengthMs,
    day,
    dayLeftMs: (day + 1) * DAY_MS - now,
  };
}

/** What the counters held before the request: let through in this window, in the one before, and on this day. */
export type Held = Readonly<{ current: number; previous: number; today: number }>;

export type Verdict = Readonly<{
  outcome: "allowed" | "rate" | "quota";
  /** Requests that would still be let through after this one, by the tighter of rate and quota. */
  remaining: number;
  /** Until that one is whole again. */
  resetMs: number;
  /** Which of the two `remaining` and `resetMs` speak of. */
  by: "rate" | "quota";
  /** Until this request would be let through, if no other comes; 0 when it was. */
  retryMs: number;
}>;

/**
 * @param held before this request
 * @param cost requests this one counts as, at most `limit.burst`
 */
export function verdict(limit: Limit, window: Window, held: Held, cost: number): Verdict {
  const { lengthMs, elapsedMs, dayLeftMs } = window;
  const quotaLeft = limit.quotaPerDay === null ? Infinity : limit.quotaPerDay - held.today;
  const rateLeft = rateRoom(limit, window, held);
  const outcome = quotaLeft < cost ? "quota" : rateLeft < cost ? "rate" : "allowed";
  const taken = outcome === "allowed" ? cost : 0;
  const by = quotaLeft < rateLeft ? "quota" : "rate";
  const rateResetMs = 2 * lengthMs - elapsedMs;
  return {
    outcome,
    by,
    remaining: Math.max(0, Math.min(quotaLeft, rateLeft) - taken),
    resetMs: by === "quota" ? dayLeftMs : rateResetMs,
    retryMs: retryMs(outcome, limit, window, held, cost),
  };
}

/** Whole requests the rate has room for; in integers, so that a limit is met to the last request. */
function rateRoom(
  { burst }: Limit,
  { lengthMs, elapsedMs }: Window,
  { previous, current }: Held,
): number {
  const roomTimesLength = (burst - current) * lengthMs - previous * (lengthMs - elapsedMs);
  return Math.floor(roomTimesLength / lengthMs);
}

function retryMs(
  outcome: Verdict["outcome"],
  limit: Limit,
  window: Window,
  held: Held,
  cost: number,
): number {
  if (outcome === "allowed") return 0;
  return outcome === "quota" ? window.dayLeftMs : rateWaitMs(limit, window, held, cost);
}

/** The previous window fades as this one passes; when that is not enough, this one has to fade in the next. */
function rateWaitMs(
  { burst }: Limit,
  { lengthMs, elapsedMs }: Window,
  { previous, current }: Held,
  cost: number,
): number {
  const free = burst - current - cost;
  if (free >= 0) return Math.ceil(lengthMs - (free * lengthMs) / previous) - elapsedMs;
  const fadedMs = Math.ceil(lengthMs - ((burst - cost) * lengthMs) / current);
  return lengthMs - elapsedMs + Math.max(0, fadedMs);
}

/** At most this much is taken ahead at once. */
const BLOCK_MAX = 64;

/**
 * How many requests a process may take at once for those to come in the same window, so that not every one has to ask.
 * An eighth of what is left: the processes that share a key leave each other most of it.
 */
export const blockOf = (remaining: number): number =>
  Math.min(BLOCK_MAX, Math.floor(remaining / 8));

/** What a new key gets unless its maker says otherwise. */
export const USUAL: Limit = { ratePerSecond: 20, burst: 40, quotaPerDay: 100_000 };

/** Callers without a key, on routes that need none; counted by source address. */
export const ANONYMOUS: Limit = { ratePerSecond: 5, burst: 25, quotaPerDay: 20_000 };

/** Well-formed keys that nobody made, counted by source address: each costs a look at the store. */
export const GUESSES: Limit = { ratePerSecond: 0.2, burst: 20, quotaPerDay: 500 };

/** Messages that come over one live connection, whoever it is of. */
export const MESSAGES: Limit = { ratePerSecond: 10, burst: 20, quotaPerDay: null };
