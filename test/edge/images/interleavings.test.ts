// Writers and a reader of one dataset under random faults: whatever happens, every job is done exactly once.
import { setTimeout } from "node:timers/promises";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { AppError } from "../../../lib/errors.ts";
import type { Images } from "../../../lib/ports.ts";
import {
  add,
  editing,
  embeddedObjects,
  type Fault,
  faulty,
  newDataset,
  newStore,
  type Operation,
} from "./harness.ts";

const objects = embeddedObjects();

/** Mulberry32: a small generator, so that a seed repeats its faults. */
function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WRITER_FAULTS: [Operation, RegExp, Fault[]][] = [
  ["get", /manifest\.json$/, ["down_before", "stale", "truncated"]],
  ["get", /\.zst$/, ["down_before", "truncated", "flipped"]],
  [
    "put",
    /manifest\.json$/,
    ["down_before", "down_after", "down_after", "precondition_failed", "conflict", "missing"],
  ],
  ["put", /\.(zst|json)$/, ["down_before", "down_after"]],
];
const READER_FAULTS: [Operation, RegExp, Fault[]][] = [
  ["get", /manifest\.json$/, ["stale", "down_before"]],
  ["getIfChanged", /manifest\.json$/, ["stale", "stale", "down_before"]],
];

const faults =
  (random: () => number, rate: number, table: [Operation, RegExp, Fault[]][]) =>
  (operation: Operation, key: string): Fault | undefined => {
    if (random() >= rate) return undefined;
    const row = table.find(([wanted, pattern]) => wanted === operation && pattern.test(key));
    return row?.[2][Math.floor(random() * row[2].length)];
  };

const soon = () => new Promise<void>((resolve) => setImmediate(resolve));
const TRANSIENT = ["DEPENDENCY_DOWN", "WRITE_CONFLICT", "IMAGE_REFUSED"];

/** What a caller does: the same job again until it is known to be done. */
async function insist(images: Images, dataset: string, part: string, id: number): Promise<string> {
  for (let tries = 0; tries < 20; tries++) {
    try {
      const job = { id: `job ${id}`, note: "" };
      return (await images.commit(dataset, job, editing(part, add(id)))).outcome;
    } catch (error) {
      if (!(error instanceof AppError && TRANSIENT.includes(error.code))) throw error;
    }
  }
  return "given up";
}

async function readAll(images: Images, dataset: string): Promise<{ seq: number; times: number[] }> {
  const snapshot = await images.snapshot(dataset);
  try {
    const times: number[] = [];
    for (const [part, { rows }] of Object.entries(snapshot.manifest.parts)) {
      const image = await snapshot.open(part);
      const found = image.query<{ times: number }>("select times from entry");
      expect(found, "the rows the manifest tells of").toHaveLength(rows);
      times.push(...found.map((row) => row.times));
    }
    return { seq: snapshot.manifest.seq, times };
  } finally {
    snapshot.release();
  }
}

const plans = fc.record({
  seed: fc.integer(),
  rate: fc.constantFrom(0, 0.1, 0.3),
  writers: fc.integer({ min: 2, max: 4 }),
  jobsEach: fc.integer({ min: 1, max: 3 }),
  parts: fc.integer({ min: 1, max: 3 }),
});

describe("random interleavings", () => {
  it("lose nothing, do nothing twice, and never show a reader an older or torn version", async () => {
    const runs = fc.asyncProperty(plans, async ({ seed, rate, writers, jobsEach, parts }) => {
      const random = generator(seed);
      const dataset = newDataset();
      const world = { random, sleep: soon, maxAttempts: 30 };
      const store = (table: [Operation, RegExp, Fault[]][]) =>
        newStore(faulty(objects(), faults(random, rate, table)), world);

      let isWriting = true;
      const reading = (async () => {
        const reader = store(READER_FAULTS);
        const seqs: number[] = [];
        while (isWriting) {
          try {
            seqs.push((await readAll(reader, dataset)).seq);
          } catch (error) {
            if (!(error instanceof AppError && error.code === "DEPENDENCY_DOWN")) throw error;
          }
          await setTimeout(10);
        }
        return seqs;
      })();
      const outcomes = await Promise.all(
        Array.from({ length: writers }, async (_, writer) => {
          const images = store(WRITER_FAULTS);
          const found: string[] = [];
          for (let n = 0; n < jobsEach; n++) {
            const id = writer * 10 + n;
            found.push(await insist(images, dataset, `p${id % parts}`, id));
          }
          return found;
        }),
      );
      isWriting = false;
      const seqs = await reading;
      expect(seqs, "never backwards").toEqual([...seqs].sort((a, b) => a - b));
      for (const outcome of outcomes.flat()) expect(["committed", "repeated"]).toContain(outcome);
      const { seq, times } = await readAll(newStore(objects()), dataset);
      expect(times, "each job once").toEqual(new Array(writers * jobsEach).fill(1));
      expect(seq, "one version for each").toBe(writers * jobsEach);
      const versions = await newStore(objects()).versions(dataset);
      const nonces = versions.map(({ nonce }) => nonce);
      expect(
        versions.map(({ parent_nonce }) => parent_nonce),
        "one chain",
      ).toEqual([...nonces.slice(1), null]);
    });
    await fc.assert(runs, { numRuns: 8 });
  }, 60_000);
});
