import { appendFile, mkdtemp, readdir, rm, truncate, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { compareSeq } from "../../lib/stream/record.ts";
import type { StoredRecord } from "../../localstack/embedded/kinesis/record.ts";
import {
  comparedSequences,
  nextSequence,
  parseSequence,
  type Sequence,
  sequenceText,
} from "../../localstack/embedded/kinesis/sequence.ts";
import { type Position, ShardLog } from "../../localstack/embedded/kinesis/shard-log.ts";

const START_MS = 1_795_000_000_000;
const HOUR_MS = 3_600_000;
const ALL = { recordsMax: 10_000, bytesMax: 10 * 1024 * 1024 };

let folder = "";
let log: ShardLog;
let nowMs = START_MS;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "shard-"));
  nowMs = START_MS;
  await open();
});
afterEach(async () => {
  await log.close();
  await rm(folder, { recursive: true });
});

async function open(options: Readonly<{ segmentBytes?: number; bytesMax?: number }> = {}) {
  log = await ShardLog.open({
    folder,
    start: { ms: START_MS, count: 0 },
    retentionMs: 24 * HOUR_MS,
    bytesMax: options.bytesMax ?? 1e9,
    segmentBytes: options.segmentBytes ?? 1e6,
  });
}

async function reopen(options: Parameters<typeof open>[0] = {}) {
  await log.close();
  await open(options);
}

async function append(...texts: string[]): Promise<readonly Sequence[]> {
  const records = texts.map((text) => ({ key: "key", data: Buffer.from(text) }));
  const { sequences, stored } = log.append(records, nowMs);
  await stored;
  return sequences;
}

const oldest = () => log.seek(() => false, nowMs);
const texts = (records: readonly StoredRecord[]) => records.map(({ data }) => data.toString());
const readAt = async (position: Position) =>
  texts((await log.read(position, { ...ALL, nowMs })).records);
const everything = async () => readAt(await oldest());
const segments = async () => (await readdir(folder)).filter((name) => name.endsWith(".log"));

describe("a shard's records", () => {
  it("are read in the order they were appended, by several at once", async () => {
    const many = Array.from({ length: 300 }, (_, i) => String(i));
    await Promise.all(many.map((text) => append(text)));
    expect(await everything()).toEqual(many);
  });

  it("cross files without a seam, page by page", async () => {
    await reopen({ segmentBytes: 200 });
    const many = Array.from({ length: 100 }, (_, i) => `record ${i}`);
    for (const text of many) await append(text);
    expect((await segments()).length).toBeGreaterThan(10);
    const seen: string[] = [];
    let position = await oldest();
    for (let isTip = false; !isTip; ) {
      const page = await log.read(position, { ...ALL, recordsMax: 7, nowMs });
      expect(page.records.length).toBeLessThanOrEqual(7);
      seen.push(...texts(page.records));
      position = page.next;
      isTip = page.isTip;
    }
    expect(seen).toEqual(many);
    await append("more");
    expect(await readAt(position)).toEqual(["more"]);
  });

  it("come in answers of at most so many bytes, at least one", async () => {
    await append("a".repeat(997), "b".repeat(997), "c".repeat(5000));
    const limits = { recordsMax: 10, bytesMax: 2000, nowMs };
    const first = await log.read(await oldest(), limits);
    expect(first.records.length).toBe(2);
    const second = await log.read(first.next, limits);
    expect([second.records.length, second.isTip]).toEqual([1, true]);
  });

  it("may be as large as a megabyte and lie anywhere in a file", async () => {
    const large = "x".repeat(1024 * 1024 - 3);
    await append("small", large, "small again", large);
    expect((await everything()).map((text) => text.length)).toEqual([
      5,
      large.length,
      11,
      large.length,
    ]);
  });

  it("are found by number and by time, in whichever file", async () => {
    await reopen({ segmentBytes: 100 });
    const given: Sequence[] = [];
    for (let n = 0; n < 20; n++) {
      given.push(...(await append(`${n} a`, `${n} b`)));
      nowMs += 10;
    }
    for (const [i, target] of given.entries()) {
      const at = await log.seek((one) => comparedSequences(one, target) < 0, nowMs);
      const after = await log.seek((one) => comparedSequences(one, target) <= 0, nowMs);
      const since = await log.seek(({ ms }) => ms < target.ms, nowMs);
      expect(
        [await readAt(at), await readAt(after), await readAt(since)].map((r) => r.length),
      ).toEqual([40 - i, 39 - i, 40 - 2 * Math.floor(i / 2)]);
    }
  });
});

describe("a restart", () => {
  it("keeps records, numbers and the places of readers", async () => {
    const before = await append("one", "two");
    const place = (await log.read(await oldest(), { ...ALL, recordsMax: 1, nowMs })).next;
    await reopen();
    const after = await append("three");
    expect(await everything()).toEqual(["one", "two", "three"]);
    expect(await readAt(place)).toEqual(["two", "three"]);
    expect(comparedSequences(after[0]!, before[1]!)).toBeGreaterThan(0);
  });

  it("goes on above the last number although the clock went back", async () => {
    const [before] = await append("one");
    await reopen();
    nowMs -= HOUR_MS;
    const [after] = await append("two");
    expect(comparedSequences(after!, before!)).toBeGreaterThan(0);
    expect(await everything()).toEqual(["one", "two"]);
  });

  it("goes on above the last number although its records are gone", async () => {
    await reopen({ segmentBytes: 1 });
    await append("one");
    const [second] = await append("two");
    nowMs += 30 * HOUR_MS;
    expect(await everything()).toEqual([]);
    nowMs -= 40 * HOUR_MS;
    await reopen();
    expect(comparedSequences((await append("three"))[0]!, second!)).toBeGreaterThan(0);
  });

  it("cuts off a record that was half written, and keeps what comes after it apart", async () => {
    await append("whole");
    await log.close();
    const [name] = await segments();
    await appendFile(join(folder, name!), Buffer.alloc(40, 1));
    await open();
    const place = log.end();
    expect(await everything()).toEqual(["whole"]);
    await append("next");
    expect(await everything()).toEqual(["whole", "next"]);
    expect(await readAt(place)).toEqual(["next"]);
    await reopen();
    expect(await everything()).toEqual(["whole", "next"]);
  });

  it("lets readers who stood behind what the disk lost go on with the next record", async () => {
    await append("kept", "lost");
    const place = log.end();
    await log.close();
    const [name] = await segments();
    await truncate(join(folder, name!), place.offset - 1);
    await open();
    await append("a record that is longer than what was lost", "next");
    expect(await readAt(place)).toEqual(["a record that is longer than what was lost", "next"]);
  });

  it("leaves out what is damaged in an older file and reads on in the next", async () => {
    await reopen({ segmentBytes: 1 });
    await append("first");
    await append("second");
    await log.close();
    const [name] = await segments();
    await writeFile(join(folder, name!), Buffer.alloc(300, 7));
    await open();
    expect(await everything()).toEqual(["second"]);
  });
});

describe("what is kept", () => {
  it("ends after 24 hours, and readers that waited go on with the oldest", async () => {
    await reopen({ segmentBytes: 1 });
    await append("old");
    const place = await oldest();
    nowMs += 13 * HOUR_MS;
    await append("younger");
    nowMs += 12 * HOUR_MS;
    expect(await readAt(place)).toEqual(["younger"]);
    expect(await everything()).toEqual(["younger"]);
    nowMs += 13 * HOUR_MS;
    await append("new");
    expect(await everything()).toEqual(["new"]);
    expect(await segments(), "the file of the oldest is removed").toHaveLength(2);
  });

  it("is told to the hour within one file too", async () => {
    await append("old");
    nowMs += 13 * HOUR_MS;
    await append("younger");
    nowMs += 12 * HOUR_MS;
    expect(await everything()).toEqual(["younger"]);
  });

  it("has a bound in bytes, and the oldest goes first", async () => {
    await reopen({ segmentBytes: 1000, bytesMax: 5000 });
    const many = Array.from({ length: 40 }, (_, i) => `${i} `.padEnd(476, "x"));
    for (const text of many) await append(text);
    const kept = await everything();
    expect(kept).toEqual(many.slice(-kept.length));
    expect(kept.length).toBeGreaterThanOrEqual(8);
    expect(kept.length).toBeLessThanOrEqual(14);
  });
});

describe("a disk that fails", () => {
  it("fails the append and loses nothing that was answered", async () => {
    await append("before");
    await reopen({ segmentBytes: 1 });
    const files = await segments();
    // The next file cannot be made where there is no folder.
    await rm(folder, { recursive: true });
    await expect(append("lost")).rejects.toThrow("ENOENT");
    await open();
    await append("after");
    expect([files.length, await everything()]).toEqual([1, ["after"]]);
  });
});

describe("sequence numbers", () => {
  it("are 56 digits, ascend as numbers and read back", () => {
    let last: Sequence = { ms: START_MS, count: 0 };
    const times = [START_MS, START_MS, START_MS - 5, START_MS + 1, START_MS + 1, START_MS + 3e11];
    const numbers = times.map((ms) => {
      last = nextSequence(last, ms);
      expect(parseSequence(sequenceText(last, 3), 3)).toEqual(last);
      return sequenceText(last, 3);
    });
    expect(numbers.every((number) => /^49\d{54}$/.test(number))).toBe(true);
    expect(numbers.toSorted(compareSeq)).toEqual(numbers);
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  it("of another shard, or of nobody, are not read", () => {
    const text = sequenceText({ ms: START_MS, count: 1 }, 3);
    expect(parseSequence(text, 2)).toBeUndefined();
    expect(parseSequence("0", 0)).toBeUndefined();
    expect(parseSequence(`${text}0`, 3)).toBeUndefined();
  });
});
