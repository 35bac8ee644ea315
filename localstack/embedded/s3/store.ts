/**
 * Buckets and objects over files, with an index in memory. One object is one file: a line of JSON (its record)
 * and then its bytes, so a single rename replaces both and a reader that opened the old file still sees all of it.
 * The file is named by the hash of the key, so no key can reach outside the root or be too long for the disk.
 */
import { hash } from "node:crypto";
import { S3Failure } from "./failure.ts";
import type { Files } from "./files.ts";
import { compareUtf8, lowerBound } from "./order.ts";

/** What is known of an object besides its bytes. */
export type ObjectRecord = Readonly<{
  key: string;
  /** Without quotes. */
  etag: string;
  bytes: number;
  /** Whole seconds, as S3 keeps them. */
  modifiedMs: number;
  /** Stored headers that GET repeats: content-type, content-disposition, x-amz-meta-* ... */
  headers: Readonly<Record<string, string>>;
  checksums: Readonly<Record<string, string>>;
}>;

export type WriteCondition = Readonly<{ ifMatch?: string; ifNoneMatch?: string }>;

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>;

export type Bucket = Readonly<{
  createdMs: number;
  records: Map<string, ObjectRecord>;
  /** Every key in UTF-8 order. */
  sortedKeys: string[];
}>;

/** Most records fit the first; a key of 1,024 bytes and 10 kB of headers, escaped, fit the second. */
const RECORD_BYTES_TRIED = [4_096, 131_072];
const NEWLINE = 10;

const BUCKET_NAME = /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/;

export const recordLine = (record: unknown): Buffer => Buffer.from(`${JSON.stringify(record)}\n`);

/** The JSON line a file starts with, and where its bytes begin. */
export async function readRecord<Type>(
  files: Files,
  name: string,
): Promise<{ record: Type; bodyAt: number } | undefined> {
  const file = await files.open(name);
  if (file === undefined) return undefined;
  try {
    for (const bytes of RECORD_BYTES_TRIED) {
      const head = await file.read(0, bytes);
      const end = head.indexOf(NEWLINE);
      if (end >= 0) return { record: JSON.parse(head.toString("utf8", 0, end)), bodyAt: end + 1 };
    }
    return undefined;
  } finally {
    await file.close();
  }
}

const unquoted = (etag: string): string => etag.trim().replace(/^"|"$/g, "");

/**
 * Decides a conditional write as S3 does: a missing object under If-Match is 404, anything else 412.
 * @throws S3Failure NoSuchKey, PreconditionFailed, or NotImplemented for combinations S3 does not know
 */
export function checkCondition(record: ObjectRecord | undefined, condition: WriteCondition): void {
  const { ifMatch, ifNoneMatch } = condition;
  if (ifNoneMatch !== undefined && (ifNoneMatch !== "*" || ifMatch !== undefined))
    throw new S3Failure(
      "NotImplemented",
      'A header you provided implies functionality that is not implemented: If-None-Match must be "*" and stand alone.',
      { Header: "If-None-Match" },
    );
  if (ifNoneMatch !== undefined && record !== undefined)
    throw new S3Failure(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      { Condition: "If-None-Match" },
    );
  if (ifMatch === undefined) return;
  if (record === undefined) throw new S3Failure("NoSuchKey", "The specified key does not exist.");
  if (unquoted(ifMatch) !== record.etag)
    throw new S3Failure(
      "PreconditionFailed",
      "At least one of the pre-conditions you specified did not hold",
      { Condition: "If-Match" },
    );
}

export type Store = Awaited<ReturnType<typeof openStore>>;

/** Opens what the files hold. `nowMs` dates objects and buckets. */
export async function openStore(files: Files, nowMs: () => number) {
  const buckets = new Map<string, Bucket>();
  const queues = new Map<string, Promise<unknown>>();

  const objectFile = (bucket: string, key: string): string => {
    const name = hash("sha256", key);
    return `${bucket}/objects/${name.slice(0, 2)}/${name}`;
  };

  /** Runs one change of a key after the other: the check and the rename must not be parted. */
  async function alone<Result>(name: string, change: () => Promise<Result>): Promise<Result> {
    const turn = (queues.get(name) ?? Promise.resolve()).then(change, change);
    queues.set(name, turn);
    try {
      return await turn;
    } finally {
      if (queues.get(name) === turn) queues.delete(name);
    }
  }

  async function loadBucket(name: string): Promise<void> {
    const records = new Map<string, ObjectRecord>();
    const shards = await files.names(`${name}/objects`);
    await Promise.all(
      shards.map(async (shard) => {
        for (const file of await files.names(`${name}/objects/${shard}`)) {
          const head = await readRecord<ObjectRecord>(files, `${name}/objects/${shard}/${file}`);
          if (head !== undefined) records.set(head.record.key, head.record);
        }
      }),
    );
    const created = await readRecord<{ createdMs: number }>(files, `${name}/bucket`);
    const createdMs = created?.record.createdMs ?? nowMs();
    buckets.set(name, { createdMs, records, sortedKeys: [...records.keys()].sort(compareUtf8) });
  }

  function bucket(name: string): Bucket {
    const found = buckets.get(name);
    if (found === undefined)
      throw new S3Failure("NoSuchBucket", "The specified bucket does not exist", {
        BucketName: name,
      });
    return found;
  }

  const record = (bucketName: string, key: string): ObjectRecord => {
    const found = bucket(bucketName).records.get(key);
    if (found === undefined)
      throw new S3Failure("NoSuchKey", "The specified key does not exist.", { Key: key });
    return found;
  };

  for (const name of await files.names("")) if (BUCKET_NAME.test(name)) await loadBucket(name);

  return {
    files,
    nowMs,
    /** Instant of a change, in the whole seconds S3 keeps. */
    modifiedNowMs: () => Math.floor(nowMs() / 1000) * 1000,
    bucket,
    record,
    bucketNames: () => [...buckets.keys()].sort(),

    /** @returns false when it was there already */
    async createBucket(name: string): Promise<boolean> {
      if (!BUCKET_NAME.test(name))
        throw new S3Failure("InvalidBucketName", "The specified bucket is not valid.", {
          BucketName: name,
        });
      if (buckets.has(name)) return false;
      const createdMs = nowMs();
      buckets.set(name, { createdMs, records: new Map(), sortedKeys: [] });
      await (await files.stage([recordLine({ createdMs })])).publish(`${name}/bucket`);
      return true;
    },

    async deleteBucket(name: string): Promise<void> {
      if (bucket(name).records.size > 0)
        throw new S3Failure("BucketNotEmpty", "The bucket you tried to delete is not empty", {
          BucketName: name,
        });
      buckets.delete(name);
      await files.remove(name);
    },

    /** Bytes `from` up to `to` of the object as the record describes it; `undefined` when it changed in between. */
    async read(bucketName: string, wanted: ObjectRecord, from: number, to: number) {
      const file = await files.open(objectFile(bucketName, wanted.key));
      if (file === undefined) return undefined;
      try {
        const line = recordLine(wanted);
        if (!(await file.read(0, line.length)).equals(line)) return undefined;
        return await file.read(line.length + from, line.length + to);
      } finally {
        await file.close();
      }
    },

    /** Stores the object if the condition still holds at the moment it would become visible. */
    async write(
      bucketName: string,
      next: ObjectRecord,
      chunks: Chunks,
      condition: WriteCondition = {},
    ): Promise<void> {
      // Looked at twice: once to spare the bytes, once when the turn of this write has come.
      checkCondition(bucket(bucketName).records.get(next.key), condition);
      const staged = await files.stage(withRecord(next, chunks));
      const name = objectFile(bucketName, next.key);
      await alone(name, async () => {
        try {
          const { records, sortedKeys } = bucket(bucketName);
          checkCondition(records.get(next.key), condition);
          await staged.publish(name);
          if (!records.has(next.key))
            sortedKeys.splice(lowerBound(sortedKeys, next.key), 0, next.key);
          records.set(next.key, next);
        } catch (error) {
          await staged.discard();
          throw error;
        }
      });
    },

    /** Removes the object; without a condition a missing one is no failure. */
    async remove(bucketName: string, key: string, ifMatch?: string): Promise<void> {
      const name = objectFile(bucketName, key);
      await alone(name, async () => {
        const { records, sortedKeys } = bucket(bucketName);
        const present = records.get(key);
        if (ifMatch !== undefined && !(ifMatch === "*" && present !== undefined))
          checkCondition(present, { ifMatch });
        if (present === undefined) return;
        await files.remove(name);
        records.delete(key);
        sortedKeys.splice(lowerBound(sortedKeys, key), 1);
      });
    },
  };
}

async function* withRecord(record: ObjectRecord, chunks: Chunks): AsyncGenerator<Uint8Array> {
  yield recordLine(record);
  yield* chunks;
}
