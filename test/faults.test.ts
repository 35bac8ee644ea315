/**
 * The fault suite as far as it is quick: twenty short runs of the store, one of the service, and the bugs that a short run
 * shows, each by the seed that is known to catch it. All of it at length: test/real/faults.test.ts.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, faults } from "./faults/command.ts";

const TIMEOUT_MS = 120_000;

let runs: Ended;
let bugs: Ended;
let evening: Ended;

beforeAll(async () => {
  [bugs, runs] = await Promise.all([
    faults("--mutants", "--known", "--short"),
    faults("--seeds", "1-20", "--short", "--hashes"),
  ]);
  evening = await faults("--service", "--short", "--seeds", "1-1");
}, TIMEOUT_MS);

const failures = ({ lines }: Ended) => lines.filter((line) => "failed" in line);

describe("twenty seeds", () => {
  it("lose nothing, do nothing twice and answer nothing wrong", () => {
    expect(failures(runs)).toEqual([]);
    expect({ code: runs.code, stderr: runs.stderr }).toEqual({ code: 0, stderr: "" });
    expect(runs.sums.seeds).toBe(20);
  });

  it("hold commits, reads, collections and every kind of fault", () => {
    expect(runs.sums.commits).toBeGreaterThan(120);
    expect(runs.sums.reads).toBeGreaterThan(600);
    expect(runs.sums.parts_collected).toBeGreaterThan(20);
    expect(Object.keys(runs.sums.faults_by_kind as object).sort()).toEqual(
      [
        "clock_jump conflict duplicate_event flipped internal_after internal_before killed_after",
        "killed_before late pause precondition_failed redis_flushed redis_full redis_garbled",
        "redis_refused redis_reset_after redis_silent redis_slow reordered_event reset_after",
        "reset_before slow slow_down stale timeout_after timeout_before truncated",
      ].flatMap((line) => line.split(" ")),
    );
  });

  it("repeat exactly, whatever ran before in the process", async () => {
    const [before] = runs.lines.filter(({ seed }) => seed === 20);
    const again = await faults("--seeds", "20-20", "--short", "--hashes");
    expect(before).toMatchObject({ seed: 20, trace_hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(again.lines[0]).toEqual(before);
  });
});

describe("a seed of the service", () => {
  it("loses no session, and answers what one process alone would have answered", () => {
    expect(failures(evening)).toEqual([]);
    expect({ code: evening.code, stderr: evening.stderr }).toEqual({ code: 0, stderr: "" });
    expect(evening.sums.commits).toBeGreaterThan(4);
    expect(evening.sums.reads).toBeGreaterThan(25);
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
