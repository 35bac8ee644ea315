import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { TokenBucket } from "../../../lib/sources/vendor/limiter.ts";

describe("TokenBucket", () => {
  it("spaces requests evenly when nothing may go out at once", () => {
    const bucket = new TokenBucket(5);
    expect([1, 2, 3].map(() => bucket.take(0))).toEqual([0, 12_000, 24_000]);
  });

  it("lets a burst go after a pause and refills at the rate", () => {
    const bucket = new TokenBucket(60, 3);
    expect([1, 2, 3, 4, 5].map(() => bucket.take(10_000))).toEqual([0, 0, 0, 1000, 2000]);
    expect([1, 2].map(() => bucket.take(13_500))).toEqual([0, 500]);
  });

  it("holds nothing back without a limit", () => {
    const bucket = new TokenBucket(null);
    expect([1, 2, 3].map(() => bucket.take(7))).toEqual([0, 0, 0]);
  });

  it("stays closed until the latest instant it was told", () => {
    const bucket = new TokenBucket(60);
    bucket.closeUntil(9000);
    bucket.closeUntil(4000);
    expect([1000, 9000, 12_000].map((now) => bucket.closedForMs(now))).toEqual([8000, 0, 0]);
  });

  it("never lets more than the rate and the burst into a minute", () => {
    const pauses = fc.array(fc.nat(30_000), { minLength: 1, maxLength: 80 });
    fc.assert(
      fc.property(pauses, fc.integer({ min: 1, max: 30 }), fc.integer({ min: 1, max: 5 }), check),
    );
  });
});

function check(pauses: readonly number[], perMinute: number, burst: number): void {
  const bucket = new TokenBucket(perMinute, burst);
  let now = 0;
  const sent = pauses.map((pause) => {
    now += pause;
    now += bucket.take(now);
    return now;
  });
  for (const start of sent) {
    // A thousandth of a millisecond for sums of thirds.
    const inMinute = sent.filter((at) => at >= start && at < start + 60_000 - 0.001);
    expect(inMinute.length).toBeLessThanOrEqual(perMinute + burst - 1);
  }
}
