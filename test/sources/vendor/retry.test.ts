import { describe, expect, it } from "vitest";
import { backOffMs, isPassing, retryAfterMs } from "../../../lib/sources/vendor/retry.ts";

describe("backOffMs", () => {
  it("draws from a limit that doubles up to half a minute", () => {
    expect([1, 2, 3, 7, 40].map((attempt) => backOffMs(attempt, 0.5))).toEqual([
      250, 500, 1000, 15_000, 15_000,
    ]);
  });

  it("may be nothing at all", () => {
    expect(backOffMs(5, 0)).toBe(0);
  });
});

describe("retryAfterMs", () => {
  const nowMs = Date.parse("1994-11-06T08:49:07Z");

  it.each([
    ["30", 30_000],
    [" 0 ", 0],
    ["Sun, 06 Nov 1994 08:49:37 GMT", 30_000],
    ["Sunday, 06-Nov-94 08:49:37 GMT", 30_000],
    ["Sun Nov  6 08:49:37 1994", 30_000],
    ["Sun, 06 Nov 1994 08:00:00 GMT", 0],
    ["soon", undefined],
    ["-5", undefined],
    ["", undefined],
    [null, undefined],
  ])("reads %o as %o ms", (header, expected) => {
    expect(retryAfterMs(header, nowMs)).toBe(expected);
  });
});

describe("isPassing", () => {
  it("takes a busy or broken vendor for one that comes back", () => {
    const statuses = [200, 301, 400, 401, 403, 404, 408, 422, 425, 429, 500, 502, 503, 504];
    expect(statuses.filter(isPassing)).toEqual([408, 425, 429, 500, 502, 503, 504]);
  });
});
