/**
 * The fault suite as far as it is quick: fifty short runs of the store, one of the service, every seeded bug by the seed
 * that is known to catch it.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, faults } from "./faults/command.ts";

const TIMEOUT_MS = 120_000;

let halves: readonly Ended[];
let bugs: Ended;
let evenings: Ended;

beforeAll(async () => {
  [bugs, evenings, ...halves] = await Promise.all([
    faults("--mutants", "--known"),
    faults("--service", "--short", "--seeds", "1-1"),
    faults("--seeds", "1-25", "--short", "--hashes"),
    faults("--seeds", "26-50", "--short", "--hashes"),
  ]);
}, TIMEOUT_MS);

const sum = (name: string): number =>
  halves.reduce((total, { sums }) => total + Number(sums[name]), 0);

describe("fifty seeds", () => {
  it("lose nothing, do nothing twice and answer nothing wrong", () => {
    const failures = halves.flatMap(({ lines }) => lines.filter((line) => "failed" in line));
    expect(failures).toEqual([]);
    expect(halves.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: "" },
      { code: 0, stderr: "" },
    ]);
    expect(sum("seeds")).toBe(50);
  });

  it("hold commits, reads, collections and every kind of fault", () => {
    expect(sum("commits")).toBeGreaterThan(300);
    expect(sum("reads")).toBeGreaterThan(1_500);
    expect(sum("parts_collected")).toBeGreaterThan(50);
    const kinds = halves.flatMap(({ sums }) => Object.keys(sums.faults_by_kind as object));
    expect([...new Set(kinds)].sort()).toEqual(
      [
        "clock_jump conflict duplicate_event flipped internal_after internal_before killed_after",
        "killed_before late pause precondition_failed redis_flushed redis_full redis_garbled",
        "redis_refused redis_reset_after redis_silent redis_slow reordered_event reset_after",
        "reset_before slow slow_down stale timeout_after timeout_before truncated",
      ].flatMap((line) => line.split(" ")),
    );
  });

  it("repeat exactly, whatever ran before in the process", async () => {
    const [before] = halves[0]!.lines.filter(({ seed }) => seed === 25);
    const again = await faults("--seeds", "25-25", "--short", "--hashes");
    expect(before).toMatchObject({ seed: 25, trace_hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(again.lines[0]).toEqual(before);
  });
});

describe("a seed of the service", () => {
  it("loses no session, and answers what one process alone would have answered", () => {
    expect(evenings.lines.filter((line) => "failed" in line)).toEqual([]);
    expect({ code: evenings.code, stderr: evenings.stderr }).toEqual({ code: 0, stderr: "" });
    expect(evenings.sums.seeds).toBe(1);
    expect(evenings.sums.commits).toBeGreaterThan(4);
    expect(evenings.sums.reads).toBeGreaterThan(25);
  });
});

describe("seeded bugs", () => {
  it("are each caught", () => {
    expect(bugs.stderr).toBe("");
    expect(bugs.lines.filter(({ caught_by_seed: seed }) => seed === null)).toEqual([]);
    expect(bugs.sums.mutants).toBeGreaterThanOrEqual(10);
    expect(bugs.code).toBe(0);
  });
});
