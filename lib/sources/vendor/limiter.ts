/**
 * When the next request to a vendor may go out: a bucket of tokens that refills at a steady rate. It keeps no timer;
 * the time enters as an argument.
 */

const MS_PER_MINUTE = 60_000;

export class TokenBucket {
  readonly #msPerToken: number;
  readonly #burst: number;
  /** When the bucket was, or will be, full. */
  #fullAtMs = Number.NEGATIVE_INFINITY;
  #closedUntilMs = Number.NEGATIVE_INFINITY;

  /**
   * @param perMinute requests in a minute; `null` = no limit
   * @param burst requests that may go out at once after a pause. In any one minute at most `perMinute + burst` go out,
   * so a vendor that counts by the minute is met best by 1.
   */
  constructor(perMinute: number | null, burst = 1) {
    this.#msPerToken = perMinute === null ? 0 : MS_PER_MINUTE / perMinute;
    this.#burst = Math.max(1, burst);
  }

  /** Takes the next token, perhaps one that is still to come. @returns how long to wait for it, in ms */
  take(nowMs: number): number {
    const takenAtMs = Math.max(nowMs, this.#fullAtMs - (this.#burst - 1) * this.#msPerToken);
    this.#fullAtMs = Math.max(this.#fullAtMs, takenAtMs) + this.#msPerToken;
    return takenAtMs - nowMs;
  }

  /** Nobody goes before this instant: the vendor has said so. */
  closeUntil(instantMs: number): void {
    this.#closedUntilMs = Math.max(this.#closedUntilMs, instantMs);
  }

  /** How long a request with a token has still to wait, in ms. */
  closedForMs(nowMs: number): number {
    return Math.max(0, this.#closedUntilMs - nowMs);
  }
}
