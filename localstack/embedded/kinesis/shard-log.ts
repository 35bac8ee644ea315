/**
 * The records of one shard, appended to files and read from them: nothing is held in memory but what is being written.
 * Appends that arrive while another is written go to the disk together. No fsync: a killed process loses nothing that was
 * answered, a machine without power may; this log is for development.
 */
import { type FileHandle, open, rm, truncate } from "node:fs/promises";
import { join } from "node:path";
import { encodeRecord, type KeyedBytes, type StoredRecord } from "./record.ts";
import { openSegments, readChunk, repairTail, type Segment, segmentName } from "./segments.ts";
import { nextSequence, type Sequence } from "./sequence.ts";

export type ShardLogOptions = Readonly<{
  folder: string;
  /** No record's number is smaller. */
  start: Sequence;
  /** Older records are gone. */
  retentionMs: number;
  /** The oldest files go when there is more; one file may stand above it. */
  bytesMax: number;
  segmentBytes: number;
}>;

/** A place between two records. It stays valid when files are removed: it then stands for the oldest record. */
export type Position = Readonly<{ segment: string; offset: number }>;

export type ReadLimits = Readonly<{ recordsMax: number; bytesMax: number; nowMs: number }>;

export type ReadRecords = Readonly<{
  records: readonly StoredRecord[];
  next: Position;
  /** Whether nothing more was there to read. */
  isTip: boolean;
}>;

type Pending = Readonly<{
  first: Sequence;
  bytes: Buffer;
  nowMs: number;
  settle: (error?: unknown) => void;
}>;

export class ShardLog {
  readonly #options: ShardLogOptions;
  readonly #segments: Segment[];
  #last: Sequence;
  /** What follows a record that was half written goes to a file of its own. */
  #needsNewSegment: boolean;
  #pending: Pending[] = [];
  #writing: Promise<void> | undefined;
  #file: FileHandle | undefined;

  private constructor(
    options: ShardLogOptions,
    segments: Segment[],
    tail: Readonly<{ last: Sequence; isCut: boolean }>,
  ) {
    this.#options = options;
    this.#segments = segments;
    this.#last = tail.last;
    this.#needsNewSegment = tail.isCut;
  }

  /** Opens the folder's records, creating it when it is not there. */
  static async open(options: ShardLogOptions): Promise<ShardLog> {
    const segments = await openSegments(options.folder, options.start);
    return new ShardLog(options, segments, await repairTail(options.folder, segments.at(-1)!));
  }

  /** The number given last. */
  get last(): Sequence {
    return this.#last;
  }

  /**
   * Numbers are given at once, in the order of the calls.
   * @returns them, and a promise that all are stored; it fails when the disk does
   */
  append(
    records: readonly KeyedBytes[],
    nowMs: number,
  ): Readonly<{ sequences: readonly Sequence[]; stored: Promise<void> }> {
    const sequences: Sequence[] = [];
    const encoded: Buffer[] = [];
    for (const record of records) {
      this.#last = nextSequence(this.#last, nowMs);
      sequences.push(this.#last);
      encoded.push(encodeRecord(record, this.#last));
    }
    const stored = new Promise<void>((resolve, reject) => {
      const settle = (error?: unknown) => (error === undefined ? resolve() : reject(error));
      this.#pending.push({ first: sequences[0]!, bytes: Buffer.concat(encoded), nowMs, settle });
    });
    this.#writing ??= this.#drain().finally(() => {
      this.#writing = undefined;
    });
    return { sequences, stored };
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const batch = this.#pending.splice(0);
      let failure: unknown;
      try {
        await this.#write(batch);
      } catch (error) {
        failure = error ?? new Error("not written");
      }
      for (const { settle } of batch) settle(failure);
    }
  }

  async #write(batch: readonly Pending[]): Promise<void> {
    const { first, nowMs } = batch[0]!;
    const { folder, segmentBytes } = this.#options;
    if (this.#needsNewSegment || this.#segments.at(-1)!.bytes >= segmentBytes)
      await this.#roll(first, nowMs);
    const segment = this.#segments.at(-1)!;
    const path = join(folder, segment.name);
    const bytes = batch.length === 1 ? batch[0]!.bytes : Buffer.concat(batch.map((p) => p.bytes));
    try {
      this.#file ??= await open(path, "a");
      await this.#file.appendFile(bytes);
    } catch (error) {
      this.#needsNewSegment = true;
      await truncate(path, segment.bytes).catch(() => {});
      throw error;
    }
    segment.bytes += bytes.length;
  }

  async #roll(first: Sequence, nowMs: number): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    const name = segmentName(first);
    // Created before it is listed, so that readers find it.
    this.#file = await open(join(this.#options.folder, name), "a");
    this.#segments.push({ name, first, bytes: 0 });
    this.#needsNewSegment = false;
    await this.#trim(nowMs);
  }

  /** Removes whole files that are too old or too many; the newest always stays. */
  async #trim(nowMs: number): Promise<void> {
    const { folder, retentionMs, bytesMax } = this.#options;
    let total = this.#segments.reduce((sum, { bytes }) => sum + bytes, 0);
    while (this.#segments.length > 1) {
      const isOld = this.#segments[1]!.first.ms < nowMs - retentionMs;
      if (!isOld && total <= bytesMax) return;
      const [gone] = this.#segments.splice(0, 1);
      total -= gone!.bytes;
      await rm(join(folder, gone!.name), { force: true });
    }
  }

  /** Behind the newest record. */
  end(): Position {
    const { name, bytes } = this.#segments.at(-1)!;
    return { segment: name, offset: bytes };
  }

  /** The first record that is not `before`; the end when all are. `before` must be true of earlier records only. */
  async seek(before: (sequence: Sequence) => boolean, nowMs: number): Promise<Position> {
    await this.#trim(nowMs);
    const found = this.#segments.findLastIndex(({ first }) => before(first));
    const { name } = this.#segments[Math.max(0, found)]!;
    let position: Position = { segment: name, offset: 0 };
    for (;;) {
      const chunk = await this.#chunk(position, Number.POSITIVE_INFINITY);
      if (chunk === undefined) return this.end();
      const at = chunk.records.findIndex(({ sequence }) => !before(sequence));
      if (at === 0) return { segment: chunk.segment, offset: chunk.from };
      if (at > 0) return { segment: chunk.segment, offset: chunk.ends[at - 1]! };
      position = chunk.next;
    }
  }

  async read(from: Position, { recordsMax, bytesMax, nowMs }: ReadLimits): Promise<ReadRecords> {
    await this.#trim(nowMs);
    const oldestMs = nowMs - this.#options.retentionMs;
    const records: StoredRecord[] = [];
    let bytes = 0;
    let next = from;
    while (records.length < recordsMax) {
      const chunk = await this.#chunk(next, recordsMax - records.length);
      if (chunk === undefined) return { records, next, isTip: true };
      for (const [i, record] of chunk.records.entries()) {
        const size = Buffer.byteLength(record.key) + record.data.length;
        if (records.length > 0 && bytes + size > bytesMax) return { records, next, isTip: false };
        next = { segment: chunk.segment, offset: chunk.ends[i]! };
        if (record.sequence.ms < oldestMs) continue;
        records.push(record);
        bytes += size;
      }
      next = chunk.next;
    }
    return { records, next, isTip: this.#whole(next) === undefined };
  }

  /** Records from a position on, and where they lie; `undefined` at the tip. */
  async #chunk(from: Position, recordsMax: number) {
    for (let position = from; ; ) {
      const whole = this.#whole(position);
      if (whole === undefined) return undefined;
      const { segment, offset } = whole;
      const end = { segment: segment.name, offset: segment.bytes };
      const chunk = await readChunk(this.#options.folder, segment, offset, recordsMax);
      if (chunk && chunk.records.length > 0) {
        const next = { segment: segment.name, offset: chunk.ends.at(-1)! };
        return { ...chunk, segment: segment.name, from: offset, next };
      }
      // Removed since, or damaged from here on: what follows is in the next file.
      position = end;
    }
  }

  /** The segment a position lies in, with something left to read; `undefined` at the tip. */
  #whole({ segment: name, offset }: Position) {
    let from = offset;
    for (const segment of this.#segments) {
      if (segment.name < name) continue;
      if (segment.name > name) from = 0;
      if (from < segment.bytes) return { segment, offset: from };
    }
    return undefined;
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#writing;
    await this.#file?.close();
    this.#file = undefined;
  }
}
