import { describe, expect, it } from "vitest";
import { progressLine, progressText } from "../../cli/progress.ts";

describe("progress", () => {
  it("tells share, rows, rate and the time left", () => {
    expect(progressText({ done: 250, total: 1000, rows: 100_000 }, 2_000)).toBe(
      "[######                  ]  25 %  100,000 rows  50,000 rows/s  6 s left",
    );
    expect(progressText({ done: 0, total: 0, rows: 0 }, 0)).toBe(
      `[${" ".repeat(24)}]   0 %  0 rows  0 rows/s  `,
    );
  });

  it("is drawn on a terminal only, and not more than ten times a second", () => {
    const written: string[] = [];
    let nowMs = 1_000;
    const terminal = (isTTY: boolean) =>
      ({ isTTY, write: (text: string) => written.push(text) }) as unknown as NodeJS.WriteStream;
    const state = { done: 1, total: 2, rows: 3 };
    const silent = progressLine(terminal(false), () => nowMs);
    silent.show(state);
    silent.end();
    expect(written).toEqual([]);
    const line = progressLine(terminal(true), () => nowMs);
    line.show(state);
    nowMs += 50;
    line.show(state);
    nowMs += 60;
    line.show(state);
    line.end();
    expect(written).toHaveLength(3);
    expect(written.at(-1)).toBe("\r\x1b[K");
  });
});
