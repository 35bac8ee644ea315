import { describe, expect, it } from "vitest";
import { backOff, contextOf, persistently } from "../../../lib/edge/images/context.ts";
import { AppError } from "../../../lib/errors.ts";
import type { Objects } from "../../../lib/ports.ts";

const CONTEXT = contextOf({
  objects: {} as Objects,
  writer: "test",
  nowMs: () => 0,
  random: () => 0,
  uuid: () => "",
  sleep: async () => {},
});

describe("backOff", () => {
  it("waits anything up to a bound that doubles, and no longer than the cap", async () => {
    const waitedMs: number[] = [];
    const world = {
      random: () => 0.5,
      sleep: async (ms: number) => {
        waitedMs.push(ms);
      },
    };
    for (const attempt of [0, 1, 2, 3]) await backOff(world, attempt, 100, 500);
    await backOff({ ...world, random: () => 0 }, 3, 100, 500);
    expect(waitedMs).toEqual([50, 100, 200, 250, 0]);
  });
});

describe("persistently", () => {
  const down = () => new AppError("DEPENDENCY_DOWN", "down");

  it("repeats a step while the store cannot be reached, at most six times", async () => {
    let tries = 0;
    const third = () => (++tries < 3 ? Promise.reject(down()) : Promise.resolve("done"));
    expect([await persistently(CONTEXT, third), tries]).toEqual(["done", 3]);
    tries = 0;
    const never = () => Promise.reject(++tries > 0 && down());
    await expect(persistently(CONTEXT, never)).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(tries).toBe(6);
  });

  it("does not repeat what failed for another reason", async () => {
    let tries = 0;
    const bug = () => Promise.reject(new Error(`bug ${++tries}`));
    await expect(persistently(CONTEXT, bug)).rejects.toThrow("bug 1");
  });
});
