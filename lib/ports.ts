/** What the domain and the jobs may ask of the world. Each port has one file per implementation in lib/edge. */

export type { Instruments } from "./metrics.ts";
export type * from "./source.ts";

/** A value SQLite stores; blobs travel as bytes. */
export type SqlValue = string | number | null | Uint8Array;
export type SqlParams = Readonly<Record<string, SqlValue>>;

/** Runs one statement with named parameters (`:date`) and returns plain rows, snake_case as in SQL. */
export type Query = <Row>(sql: string, params?: SqlParams) => Row[];

/**
 * Ordered logs, by name ("ticks", "enriched", "orders"). Records of one key stay in order and go to one shard.
 * At least once: after a failure a record may be there twice.
 */
export type EventLog = Readonly<{
  /** Resolves when all are stored, in order per key. @throws AppError DEPENDENCY_DOWN; some may have been stored */
  append(
    log: string,
    records: readonly Readonly<{ key: string; bytes: Uint8Array }>[],
  ): Promise<void>;
}>;

/** A record as a log hands it on. */
export type LogRecord = Readonly<{
  /** Sequence number: digits, ascending within the shard; Kinesis has up to 56 of them, Kafka few. */
  seq: string;
  /** What the producer chose the shard by. */
  key: string;
  bytes: Uint8Array;
  /** When the log took it, epoch ms. */
  arrivalMs: number;
}>;

/** Records of one shard, in order. */
export type LogBatch = Readonly<{
  /** "ticks" */
  log: string;
  /** "shardId-000000000000", or the number of a Kafka partition. */
  shard: string;
  records: readonly LogRecord[];
}>;

/** Short-lived copies of answers. A miss is `undefined`; losing the cache never loses data, so it never throws. */
export type Cache = {
  get(key: string): Promise<string | undefined>;
  set(key: string, value: string, ttlSeconds: number): Promise<void>;
  /**
   * Takes a lease that expires by itself. It only saves work (two holders are possible after a pause),
   * so safety must never rest on it.
   * @returns a release function; `undefined` when somebody else holds it or the cache cannot be reached
   */
  lease(key: string, ttlMs: number): Promise<(() => Promise<void>) | undefined>;
  /** Round-trip time in ms. @throws AppError DEPENDENCY_DOWN when it cannot be reached */
  ping(): Promise<number>;
  /** Whether it was silent and is left alone for a while: what is asked of it now fails at once. */
  isAway?(): boolean;
};

/** Bytes made smaller, and back. */
export type Packing = Readonly<{
  pack(bytes: Uint8Array): Promise<Uint8Array>;
  /** @throws AppError BAD_FILE for bytes that are not what `pack` has made */
  unpack(bytes: Uint8Array): Promise<Uint8Array>;
}>;

/** What a conditional write met. `conflict` = racing writers, nothing known: re-read before going on. */
export type PutOutcome =
  | Readonly<{ outcome: "stored"; etag: string }>
  | Readonly<{ outcome: "precondition_failed" | "conflict" | "missing" }>;

export type PutOptions = Readonly<{
  contentType?: string;
  contentDisposition?: string;
  /** Store only when the present object still has this ETag. */
  ifMatch?: string;
  /** Store only when no object has this key. */
  ifNoneMatch?: "*";
}>;

/** `offset` must lie within the object. */
export type ByteRange = Readonly<{ offset: number; bytes: number }>;

export type ListedPart = Readonly<{
  /** Only keys that sort behind it; it need not be one. */
  after?: string;
  /** As many at most. */
  limit?: number;
}>;

export type ObjectInfo = Readonly<{ key: string; bytes: number; etag: string; modifiedMs: number }>;

/**
 * Objects in one bucket. Missing objects are values; a store that cannot be reached, answers 5xx or
 * times out throws AppError DEPENDENCY_DOWN (retry is the caller's decision: a timed-out PUT may have happened).
 */
export type Objects = {
  /** With a range only so many of its bytes from there on; fewer where the object ends before. */
  get(
    key: string,
    range?: ByteRange,
  ): Promise<Readonly<{ body: Buffer; etag: string; modifiedMs: number }> | undefined>;
  /** Reads only when the object changed since `etag`. */
  getIfChanged(
    key: string,
    etag: string,
  ): Promise<
    "unchanged" | Readonly<{ body: Buffer; etag: string; modifiedMs: number }> | undefined
  >;
  head(key: string): Promise<ObjectInfo | undefined>;
  put(key: string, body: Uint8Array, options?: PutOptions): Promise<PutOutcome>;
  /** Streams a body of unknown length by multipart upload; nothing is visible until the last part is stored. */
  putStream(
    key: string,
    chunks: AsyncIterable<Uint8Array>,
    options?: Pick<PutOptions, "contentType" | "contentDisposition">,
  ): Promise<Readonly<{ bytes: number }>>;
  /** Every object below a prefix, in key order; of those behind `after` the first `limit`. */
  list(prefix: string, part?: ListedPart): Promise<ObjectInfo[]>;
  remove(key: string): Promise<void>;
  /** A link anyone can GET until it expires; the browser saves it under `filename`. */
  presignedGet(key: string, filename: string, expiresInSeconds: number): Promise<string>;
};

/**
 * Objects of any bucket, read as the files of a source. Refusals of the store are the user's to mend, so they throw
 * AppError BAD_FILE; a store that cannot be reached throws DEPENDENCY_DOWN.
 */
export type ObjectFiles = Readonly<{
  /** Every object whose key begins with the prefix, in key order. */
  list(bucket: string, prefix: string): Promise<ObjectInfo[]>;
  /** The bytes of an object as it was listed, a range at a time; one that was written again meanwhile is a BAD_FILE. */
  chunks(bucket: string, object: ObjectInfo): AsyncIterable<Buffer>;
}>;

/** One immutable SQLite file of a dataset, as the manifest names it. `from` and `to` are its first and last day (YYYYMMDD). */
export type PartEntry = Readonly<{
  /** Hash of the compressed bytes: the object's name and the check on loading. */
  sha256: string;
  bytes: number;
  raw_bytes: number;
  rows: number;
  from: number | null;
  to: number | null;
}>;

/** The only object of a dataset that ever changes. `seq` 0 with no parts stands for a dataset nobody has written yet. */
export type Manifest = Readonly<{
  format: 1;
  seq: number;
  nonce: string;
  parent_nonce: string | null;
  written_at: string;
  writer: string;
  /** What the commit did, for the list of versions: "ingest", "build top100-ew", "rollback to 7". */
  note: string;
  /** Versions of the datasets this one was derived from. */
  built_from?: Readonly<Record<string, string>>;
  parts: Readonly<Record<string, PartEntry>>;
  recent_jobs: readonly string[];
}>;

/** A database open for reading. Valid until its snapshot is released. */
export type Image = Readonly<{
  query: Query;
  /** The first column of the first row: one JSON text built by SQLite. */
  text: (sql: string, params?: SqlParams) => string | null;
  /** A statement that is run many times; free it when done. */
  prepare: (sql: string) => Statement;
}>;

/**
 * A scratch database in memory that can look into images. Statements may name tables of an attached image
 * by its alias (`caps.cap`); the images themselves stay read-only.
 */
export type Workspace = Readonly<{
  query: Query;
  run: (sql: string, params?: SqlParams) => void;
  /** Inserts many rows fast: `sql` is "insert into t(a, b)" without VALUES; rows are flattened value arrays of `width`. */
  insert: (sql: string, width: number, values: readonly SqlValue[]) => void;
  /** A prepared statement that is run many times; free it when done. */
  prepare: (sql: string) => Statement;
  attach: (alias: string, image: Image) => void;
  detach: (alias: string) => void;
  close: () => void;
}>;

/** A compiled statement with positional results. */
export type Statement = Readonly<{
  /** Calls `row` for each result until it returns false. The array is reused between calls. */
  each: (params: SqlParams, row: (values: readonly SqlValue[]) => boolean | void) => void;
  free: () => void;
}>;

/** One version of a dataset, held still for the length of a request. Release it, or its images stay in memory. */
export type Snapshot = Readonly<{
  dataset: string;
  manifest: Manifest;
  /** Loads (or finds warm) one part. @throws AppError IMAGE_REFUSED when its bytes are not what the manifest says */
  open: (part: string) => Promise<Image>;
  /** Whether a part is in the memory of this process already. */
  isOpen: (part: string) => boolean;
  /** First 16 hex of sha256 over the sorted `name sha256` lines of the named parts (all parts by default). */
  version: (parts?: readonly string[]) => string;
  workspace: () => Workspace;
  release: () => void;
}>;

/** A part being written: the database itself, in one transaction that the store opens and commits. */
export type PartWriter = Readonly<{
  query: Query;
  run: (sql: string, params?: SqlParams) => void;
  insert: (sql: string, width: number, values: readonly SqlValue[]) => void;
  prepare: (sql: string) => Statement;
}>;

/** What a commit changes, on top of the manifest it read. A conflict runs the whole change again on a newer base. */
export type Draft = Readonly<{
  base: Snapshot;
  /** Parts as they will stand after this draft. */
  parts: () => Readonly<Record<string, PartEntry>>;
  /**
   * Creates or changes a part: `schema` is the ordered list of migration scripts (user_version counts those applied),
   * `change` runs inside one transaction; `describe` then reports the rows and days the manifest shows.
   * The finished part is checked, made canonical, compressed and uploaded before this returns.
   */
  edit: (
    part: string,
    schema: readonly string[],
    change: (db: PartWriter) => void | Promise<void>,
    describe: (
      db: PartWriter,
    ) => Readonly<{ rows: number; from: number | null; to: number | null }>,
  ) => Promise<void>;
  /** Opens a part as it stands in this draft. */
  open: (part: string) => Promise<Image>;
  drop: (part: string) => void;
  /**
   * Makes the parts exactly these, all of which an earlier attempt (perhaps of another process) has uploaded.
   * @returns false, with nothing changed, when one of them is no longer there or not what its entry says
   */
  adopt: (parts: Readonly<Record<string, PartEntry>>) => Promise<boolean>;
}>;

export type CommitOutcome<T> = Readonly<{
  /** "unchanged": the draft left every byte as it was, nothing was published. "repeated": the job id was there already. */
  outcome: "committed" | "unchanged" | "repeated";
  manifest: Manifest;
  attempts: number;
  result: T | undefined;
}>;

export type Freshness = Readonly<{
  /** Look at the store before answering, even when the last look was a moment ago. */
  revalidate?: boolean;
  /** Wait for at least this sequence number. */
  minSeq?: number;
}>;

/** Datasets of immutable parts behind one conditional pointer (docs/architecture.md, "The database image"). */
export type Images = {
  snapshot(dataset: string, freshness?: Freshness): Promise<Snapshot>;
  commit<T>(
    dataset: string,
    job: Readonly<{ id: string; note: string; builtFrom?: Readonly<Record<string, string>> }>,
    change: (draft: Draft) => Promise<T>,
  ): Promise<CommitOutcome<T>>;
  /** Every version that can still be named, newest first. */
  versions(dataset: string): Promise<Manifest[]>;
  /** A new commit whose parts are those of an older one. */
  rollback(dataset: string, seq: number, jobId: string): Promise<CommitOutcome<void>>;
  /** Removes parts that none of the last `keep` manifests names and that are older than the grace time. */
  collect(dataset: string): Promise<Readonly<{ removed: string[]; kept: number }>>;
  /** Reads every part of the current manifest and runs SQLite's full integrity check. */
  verify(dataset: string): Promise<Readonly<{ part: string; ok: boolean; problem?: string }>[]>;
};

/** What a cached endpoint answers: the version it is known by without making it, and how to make it. */
export type CachedAnswer = Readonly<{
  version: string;
  /** Where what is read can be written under `If-Match`: the ETag it is known by. Made of the version otherwise. */
  etag?: string;
  /** The JSON text. */
  compute: () => Promise<string>;
  /** Changes all the time: kept nowhere, and no client is to keep it, though its version tells whether it has changed. */
  isOfTheMoment?: boolean;
  /** Whether making it takes no longer than asking the shared cache would; never, when omitted. */
  isQuick?: () => boolean;
  /** The array in the body that a table of it would show. */
  list?: string;
  /** Makes the rows of that table where the array's entries hold lists themselves. */
  flatten?: (entry: Readonly<Record<string, unknown>>) => Readonly<Record<string, unknown>>[];
  release: () => void;
}>;

/** An anomaly that somebody is to be told of. */
export type Alert = Readonly<{
  /** The same however often it is delivered, so that who gets it twice can see that. */
  id: string;
  symbol: string;
  /** "price_spike" */
  type: string;
  severity: string;
  /** Length of the bar it was seen in, "1min", and its end. */
  window: string;
  time: string;
  value: number;
  baseline: number | null;
  threshold: number;
  /** All of it in one sentence. */
  says: string;
}>;

export type Delivery = Readonly<{
  outcome: "delivered" | "failed";
  attempts: number;
  /** Why it failed, without an address: addresses are secrets. */
  reason?: string;
}>;

/** Where alerts go. */
export type AlertSink = Readonly<{
  name: "slack" | "webhook";
  /** Alerts in one delivery, at most. */
  most: number;
  /** Tries until they are taken, refused for good, or the time is over. Never throws. */
  deliver: (alerts: readonly Alert[], budgetMs: number) => Promise<Delivery>;
}>;
