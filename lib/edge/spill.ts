/**
 * Spills as files: `<folder>/<name>/000000000001.spill` and so on, each a row of records (length and CRC-32 as u32,
 * little-endian, then the bytes). What was appended is synced before anybody hears of it. How much of the first file was
 * dropped stands in memory alone: after a crash those records are there again.
 */
import { existsSync } from "node:fs";
import { mkdir, open, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { crc32 } from "node:zlib";
import { AppError } from "../errors.ts";
import type { FeedNote, Spill, SpillStore } from "../feed.ts";
import { takeLock } from "./spill-lock.ts";

const HEAD_BYTES = 8;
/** A file is removed as a whole, so it should not be large. */
const FILE_BYTES = 16 * 1024 * 1024;

export type SpillOptions = Readonly<{
  folder: string;
  /** On disk, of all spills together. */
  bytesMax: number;
  note: FeedNote;
  fileBytesMax?: number;
}>;

type SpillFile = {
  readonly path: string;
  /** Of the records that were not dropped, the oldest first. */
  lengths: number[];
  /** Where the oldest of them begins. */
  offset: number;
  /** On disk. */
  size: number;
};

/** @throws AppError WRITE_CONFLICT while another process holds the folder, DEPENDENCY_DOWN when the disk fails */
export async function fileSpills(options: SpillOptions): Promise<SpillStore> {
  const { folder } = options;
  await onDisk(folder, () => mkdir(folder, { recursive: true }));
  const release = await takeLock(folder);
  const budget = { left: options.bytesMax };
  const opened = new Map<string, FileSpill>();
  const spillOf = async (name: string) => {
    const known = opened.get(name);
    if (known) return known;
    const spill = new FileSpill(join(folder, encodeURIComponent(name)), budget, options);
    await onDisk(folder, () => spill.load());
    opened.set(name, spill);
    return spill;
  };
  return {
    open: spillOf,
    async names() {
      const entries = await onDisk(folder, () => readdir(folder, { withFileTypes: true }));
      const names = entries
        .filter((entry) => entry.isDirectory())
        .map(({ name }) => decodeURIComponent(name));
      const held: string[] = [];
      for (const name of names.sort()) if ((await spillOf(name)).count() > 0) held.push(name);
      return held;
    },
    async close() {
      for (const spill of opened.values()) await spill.close();
      await release();
    },
  };
}

class FileSpill implements Spill {
  readonly #folder: string;
  readonly #budget: { left: number };
  readonly #note: FeedNote;
  readonly #fileBytesMax: number;
  #files: SpillFile[] = [];
  /** The last file while it is written to. */
  #handle: Awaited<ReturnType<typeof open>> | undefined;
  #next = 1;
  #count = 0;
  #bytes = 0;
  /** One operation at a time, in the order they were asked for. */
  #turn: Promise<unknown> = Promise.resolve();

  constructor(folder: string, budget: { left: number }, options: SpillOptions) {
    this.#folder = folder;
    this.#budget = budget;
    this.#note = options.note;
    this.#fileBytesMax = options.fileBytesMax ?? FILE_BYTES;
  }

  count(): number {
    return this.#count;
  }

  bytes(): number {
    return this.#bytes;
  }

  append(records: readonly Uint8Array[]): Promise<number> {
    return this.#inTurn(() => this.#append(records));
  }

  oldest(countMax: number, bytesMax: number): Promise<Uint8Array[]> {
    return this.#inTurn(() => this.#oldest(countMax, bytesMax));
  }

  drop(count: number): Promise<void> {
    return this.#inTurn(() => this.#drop(count));
  }

  async close(): Promise<void> {
    await this.#inTurn(() => this.#endFile());
  }

  /** Finds what an earlier process has left. */
  async load(): Promise<void> {
    if (!existsSync(this.#folder)) return;
    const names = (await readdir(this.#folder)).filter((name) => /^\d{12}\.spill$/.test(name));
    for (const name of names.sort()) {
      const path = join(this.#folder, name);
      const bytes = await readFile(path);
      const { lengths, isWhole } = recordsIn(bytes);
      // The writer ended in the middle of a record that nobody was told of.
      if (!isWhole) this.#note("feed.spill_cut", { file: path, records: lengths.length });
      this.#next = Number(name.slice(0, 12)) + 1;
      if (lengths.length === 0) {
        await rm(path);
        continue;
      }
      this.#files.push({ path, lengths, offset: 0, size: bytes.length });
      this.#budget.left -= bytes.length;
      this.#count += lengths.length;
      this.#bytes += lengths.reduce((sum, length) => sum + length, 0);
    }
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const next = this.#turn.then(() => onDisk(this.#folder, work));
    this.#turn = next.catch(() => undefined);
    return next;
  }

  async #append(records: readonly Uint8Array[]): Promise<number> {
    let kept = 0;
    while (kept < records.length) {
      const fitting = this.#fitting(records.slice(kept));
      if (fitting.length === 0) break;
      await this.#write(fitting);
      kept += fitting.length;
    }
    return kept;
  }

  /** Those that go into one file, from the first on. */
  #fitting(records: readonly Uint8Array[]): Uint8Array[] {
    const fitting: Uint8Array[] = [];
    let bytes = 0;
    for (const record of records) {
      const size = record.length + HEAD_BYTES;
      const isFileFull = fitting.length > 0 && bytes + size > this.#fileBytesMax;
      if (isFileFull || bytes + size > this.#budget.left) break;
      bytes += size;
      fitting.push(record);
    }
    return fitting;
  }

  async #write(records: readonly Uint8Array[]): Promise<void> {
    const pieces = records.flatMap((bytes) => [headOf(bytes), bytes]);
    const size = pieces.reduce((sum, piece) => sum + piece.length, 0);
    const last = this.#files.at(-1);
    if (!this.#handle || !last || last.size + size > this.#fileBytesMax) await this.#beginFile();
    const file = this.#files.at(-1)!;
    try {
      await this.#handle!.writev(pieces);
      await this.#handle!.datasync();
    } catch (error) {
      // What it holds beyond the records that count is not known: nothing is written behind it.
      await this.#endFile().catch(() => undefined);
      throw error;
    }
    for (const { length } of records) {
      file.lengths.push(length);
      this.#bytes += length;
    }
    file.size += size;
    this.#budget.left -= size;
    this.#count += records.length;
  }

  async #beginFile(): Promise<void> {
    await this.#endFile();
    await mkdir(this.#folder, { recursive: true });
    const path = join(this.#folder, `${String(this.#next++).padStart(12, "0")}.spill`);
    this.#handle = await open(path, "ax");
    this.#files.push({ path, lengths: [], offset: 0, size: 0 });
    // The name of the file must survive too.
    const folder = await open(this.#folder, "r");
    await folder.sync();
    await folder.close();
  }

  async #endFile(): Promise<void> {
    const handle = this.#handle;
    this.#handle = undefined;
    await handle?.close();
    const last = this.#files.at(-1);
    if (last?.lengths.length === 0) await this.#remove(last);
  }

  async #oldest(countMax: number, bytesMax: number): Promise<Uint8Array[]> {
    const file = this.#files.find(({ lengths }) => lengths.length > 0);
    if (!file) return [];
    let count = 0;
    let bytes = 0;
    for (const length of file.lengths) {
      if (count > 0 && (count === countMax || bytes + length > bytesMax)) break;
      count++;
      bytes += length;
    }
    const lengths = file.lengths.slice(0, count);
    const stored = Buffer.allocUnsafe(bytes + count * HEAD_BYTES);
    const handle = await open(file.path, "r");
    try {
      const { bytesRead } = await handle.read(stored, 0, stored.length, file.offset);
      const found = recordsIn(stored.subarray(0, bytesRead));
      if (found.records.length < count) throw damaged(file.path);
      return found.records.slice(0, lengths.length);
    } finally {
      await handle.close();
    }
  }

  async #drop(count: number): Promise<void> {
    for (let left = count; left > 0; ) {
      const file = this.#files[0];
      if (!file) return;
      const dropped = file.lengths.splice(0, left);
      const bytes = dropped.reduce((sum, length) => sum + length, 0);
      left -= dropped.length;
      this.#count -= dropped.length;
      this.#bytes -= bytes;
      file.offset += bytes + dropped.length * HEAD_BYTES;
      if (file.lengths.length > 0) continue;
      if (this.#files.length === 1) await this.#endFile();
      else await this.#remove(file);
    }
  }

  async #remove(file: SpillFile): Promise<void> {
    this.#files = this.#files.filter((other) => other !== file);
    this.#budget.left += file.size;
    await rm(file.path, { force: true });
  }
}

function headOf(bytes: Uint8Array): Uint8Array {
  const head = new DataView(new ArrayBuffer(HEAD_BYTES));
  head.setUint32(0, bytes.length, true);
  head.setUint32(4, crc32(bytes), true);
  return new Uint8Array(head.buffer);
}

/** Whole records from the beginning on; `isWhole` unless something follows them. */
function recordsIn(bytes: Buffer) {
  const records: Uint8Array[] = [];
  let at = 0;
  while (at + HEAD_BYTES <= bytes.length) {
    const end = at + HEAD_BYTES + bytes.readUInt32LE(at);
    if (end > bytes.length) break;
    const record = bytes.subarray(at + HEAD_BYTES, end);
    if (crc32(record) !== bytes.readUInt32LE(at + 4)) break;
    // Frames are read as columns of 8 bytes: a copy of its own lies on them.
    records.push(Uint8Array.from(record));
    at = end;
  }
  return { records, lengths: records.map(({ length }) => length), isWhole: at === bytes.length };
}

const damaged = (path: string) =>
  new AppError("BAD_FILE", `"${path}" is damaged: a record is not what was written`, {
    file: path,
  });

/** What the file system says, as a part that is down; bugs and our own errors pass unchanged. */
async function onDisk<T>(folder: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof Error && "syscall" in error)) throw error;
    throw new AppError(
      "DEPENDENCY_DOWN",
      `the spill in "${folder}" failed: ${error.message}`,
      { dependency: "spill" },
      { cause: error },
    );
  }
}
