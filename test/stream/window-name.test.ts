// Names of windows, both ways.
import { describe, expect, it } from "vitest";
import { UP_TO_A_DAY, windowMs, windowName } from "../../lib/stream/window-name.ts";

describe("a window", () => {
  it.each([
    [60_000, "1min"],
    [900_000, "15min"],
    [3_600_000, "60min"],
    [86_400_000, "1440min"],
    [1000, "1s"],
    [30_000, "30s"],
    [90_000, "90s"],
  ])("of %i ms is named %s, in whole minutes, else in seconds", (sizeMs, name) => {
    expect(windowName(sizeMs)).toBe(name);
    expect(windowMs(name)).toBe(sizeMs);
    expect(name).toMatch(UP_TO_A_DAY);
  });

  it.each(["", "min", "0min", "05min", "1.5min", "-1s", "1h", "1 min", "1mins", "100000s"])(
    "is not named %j",
    (name) => {
      expect(windowMs(name)).toBeUndefined();
    },
  );

  it.each(["1441min", "86401s", "99999min"])("of %s is longer than a day", (name) => {
    expect(windowMs(name)).toBeGreaterThan(86_400_000);
    expect(name).not.toMatch(UP_TO_A_DAY);
  });

  it("is known by every name up to a day", () => {
    const counts = Array.from({ length: 100_000 }, (_, count) => count);
    const wrong = counts
      .flatMap((count) => [`${count}min`, `${count}s`])
      .filter((name) => UP_TO_A_DAY.test(name) !== (windowMs(name) ?? Infinity) <= 86_400_000);
    expect(wrong).toEqual([]);
  });
});
