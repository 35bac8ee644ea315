/**
 * The fault suite at length, on both processors. EQUIPOISE_FAULT_SEEDS runs more or fewer seeds than the usual 320;
 * what a run must hold is asked in proportion.
 */
import { beforeAll, describe, expect, it } from "vitest";
import { type Ended, faults } from "../faults/command.ts";

const SEEDS_USUAL = 320;
const seeds = Number(process.env.EQUIPOISE_FAULT_SEEDS ?? SEEDS_USUAL);
const half = Math.floor(seeds / 2);
const TIMEOUT_MS = Math.max(600_000, seeds * 4_000);

/** A run of the service holds about twelve commits and a hundred reads, and takes three seconds. */
const SERVICE_SHARE = 1 / 8;
const evenings = Math.floor(seeds * SERVICE_SHARE);

let halves: readonly Ended[];
let bugs: Ended;
let served: Ended;

beforeAll(async () => {
  const first = faults("--mutants").then((ended) => {
    bugs = ended;
    return faults("--seeds", `${half + 1}-${seeds}`);
  });
  const second = faults("--service", "--hashes", "--seeds", `1-${evenings}`).then((ended) => {
    served = ended;
    return faults("--seeds", `1-${half}`);
  });
  halves = await Promise.all([second, first]);
}, TIMEOUT_MS);

const sum = (name: string): number =>
  halves.reduce((total, { sums }) => total + Number(sums[name]), 0);

describe(`${seeds} seeds`, () => {
  it("lose nothing, do nothing twice and answer nothing wrong", () => {
    const failures = halves.flatMap(({ lines }) => lines.filter((line) => "failed" in line));
    expect(failures).toEqual([]);
    expect(halves.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: "" },
      { code: 0, stderr: "" },
    ]);
    expect(sum("seeds")).toBe(seeds);
  });

  it("hold 6,400 commits, 50,000 faults and 30,000 reads", () => {
    const share = Math.min(1, seeds / SEEDS_USUAL);
    const held = { commits: sum("commits"), faults: sum("faults"), reads: sum("reads") };
    console.log(held);
    expect(held.commits).toBeGreaterThanOrEqual(6_400 * share);
    expect(held.faults).toBeGreaterThanOrEqual(50_000 * share);
    expect(held.reads).toBeGreaterThanOrEqual(30_000 * share);
  });
});

describe(`${evenings} seeds of the service`, () => {
  it("lose no session, and answer what one process alone would have answered", () => {
    expect(served.lines.filter((line) => "failed" in line)).toEqual([]);
    expect({ code: served.code, stderr: served.stderr }).toEqual({ code: 0, stderr: "" });
    const { commits, faults: injected, reads } = served.sums;
    console.log({ commits, faults: injected, reads });
    expect(served.sums.seeds).toBe(evenings);
    expect(commits).toBeGreaterThan(8 * evenings);
    expect(reads).toBeGreaterThan(50 * evenings);
  });

  it("repeat exactly, whatever ran before in the process", async () => {
    const [before] = served.lines.filter(({ seed }) => seed === evenings);
    const again = await faults("--service", "--hashes", "--seeds", `${evenings}-${evenings}`);
    expect(before).toMatchObject({ trace_hash: expect.stringMatching(/^[0-9a-f]{64}$/) });
    expect(again.lines[0]).toEqual(before);
  });
});

describe("seeded bugs", () => {
  it("are each caught within twenty seeds", () => {
    expect(bugs.stderr).toBe("");
    expect(bugs.lines.filter(({ caught_by_seed: seed }) => seed === null)).toEqual([]);
    expect(bugs.sums.mutants).toBeGreaterThanOrEqual(10);
    expect(bugs.code).toBe(0);
  });

  it("fail a run with one command that shows it again", async () => {
    const first = await faults("--mutant", "no-job-id", "--seeds", "1-1", "--short");
    expect(first.code).toBe(1);
    const [failure] = first.lines;
    const [, args = ""] = /^npm run faults -- (.*)$/.exec(String(failure!.replay)) ?? [];
    const again = await faults(...args.split(" "));
    expect(again.code).toBe(1);
    expect(again.lines.find((line) => "failed" in line)).toEqual(failure);
  });
});
