/** What truly happened in a run: seen where the store answers, and told by those who were answered. */
import { createHash } from "node:crypto";
import type { CommitOutcome, Manifest } from "../../lib/ports.ts";
import type { S3Response } from "../../localstack/embedded/s3/message.ts";
import type { Clock } from "./clock.ts";
import type { S3Fault } from "./faults.ts";
import type { Job } from "./jobs.ts";
import type { S3Call } from "./s3-transport.ts";

export type Violation = Readonly<{ rule: string; detail: string }>;

/** A read that was answered. */
export type Read = Readonly<{
  reader: string;
  seq: number;
  text: string;
  /** The newest version this process had shown anybody when the read began. */
  floorSeq: number;
  /** What the reader asked for. */
  minSeq: number;
  /** Whether the process said that it serves this version in place of a damaged one. */
  isExcused: boolean;
}>;

export type Acknowledged = Readonly<{
  job: Job;
  outcome: CommitOutcome<unknown>["outcome"];
  seq: number;
}>;

export type Record = Readonly<{
  /** Every manifest the store has taken, in order. */
  chain: readonly Manifest[];
  /** Every part ever stored, by hash. */
  parts: ReadonlyMap<string, Buffer>;
  /** Hashes of the parts that are there now. */
  present: ReadonlySet<string>;
  reads: readonly Read[];
  acknowledged: readonly Acknowledged[];
  violations: readonly Violation[];
  violate: (rule: string, detail: string) => void;
  read: (read: Read) => void;
  /** The newest version a process has shown so far. */
  shown: (reader: string) => number;
  acknowledge: (acknowledged: Acknowledged) => void;
  served: (call: S3Call, response: S3Response, fault: S3Fault | undefined) => void;
  earlier: (key: string) => S3Response | undefined;
  trace: (line: string) => void;
  /** Of everything that was traced. */
  traceHash: () => string;
}>;

const shaOf = (key: string): string => key.slice(key.lastIndexOf("/") + 1).split(".")[0]!;
const named = ({ parts }: Manifest): string[] => Object.values(parts).map(({ sha256 }) => sha256);

/** A few of the same kind say as much as all. */
const VIOLATIONS_MAX = 20;

export function newRecord(
  clock: Clock,
  keepManifests: number,
  listen: (line: string) => void = () => {},
): Record {
  const chain: Manifest[] = [];
  const manifestBodies = new Map<number, Buffer>();
  const parts = new Map<string, Buffer>();
  const present = new Set<string>();
  const reads: Read[] = [];
  const acknowledged: Acknowledged[] = [];
  const violations: Violation[] = [];
  const shown = new Map<string, number>();
  const hash = createHash("sha256");
  let last: S3Response | undefined;
  let beforeLast: S3Response | undefined;

  const trace = (line: string): void => {
    const text = `${clock.nowMs().toFixed(3)} ${line}\n`;
    hash.update(text);
    listen(text);
  };

  const violate = (rule: string, detail: string): void => {
    trace(`VIOLATION ${rule}: ${detail}`);
    if (violations.length < VIOLATIONS_MAX) violations.push({ rule, detail });
  };

  const publish = (body: Buffer, response: S3Response): void => {
    const manifest = JSON.parse(body.toString()) as Manifest;
    const before = chain.at(-1);
    const { seq, parent_nonce: parent } = manifest;
    if (seq !== (before?.seq ?? 0) + 1 || parent !== (before?.nonce ?? null)) {
      violate(
        "fork",
        `version ${seq} (parent ${parent}) was put on ${before?.seq} (${before?.nonce})`,
      );
    }
    for (const sha256 of named(manifest)) {
      if (!present.has(sha256)) violate("pointer before part", `version ${seq} names ${sha256}`);
    }
    chain.push(manifest);
    manifestBodies.set(seq, body);
    beforeLast = last;
    const { etag = "" } = response.headers;
    const headers = { etag, "content-length": String(body.length) };
    last = { status: 200, headers, body };
  };

  const removed = (sha256: string): void => {
    present.delete(sha256);
    const kept = chain.slice(-keepManifests).find((manifest) => named(manifest).includes(sha256));
    if (kept === undefined) return;
    violate("collected a named part", `${sha256} of version ${kept.seq} of ${chain.length}`);
  };

  const put = (call: S3Call, response: S3Response): void => {
    const { key, kind, request } = call;
    if (kind === "manifest") publish(request.body, response);
    if (kind === "history") {
      const seq = Number(shaOf(key));
      const published = manifestBodies.get(seq)?.toString().trim();
      if (published !== request.body.toString().trim())
        violate("history", `${key} is not the version that was published`);
    }
    if (kind !== "part") return;
    parts.set(shaOf(key), request.body);
    present.add(shaOf(key));
  };

  return {
    chain,
    parts,
    present,
    reads,
    acknowledged,
    violations,
    violate,
    read: (read) => {
      trace(`read ${read.reader} ${read.seq} ${read.text.length}`);
      reads.push(read);
      shown.set(read.reader, Math.max(read.seq, shown.get(read.reader) ?? 0));
    },
    shown: (reader) => shown.get(reader) ?? 0,
    acknowledge: (one) => {
      trace(`done ${one.job.id} ${one.outcome} ${one.seq}`);
      acknowledged.push(one);
    },
    served(call, response, fault) {
      const { method, key, process, kind } = call;
      trace(`${process.name} ${method} ${key} ${response.status} ${fault ?? ""}`);
      if (method === "PUT" && response.status === 200) put(call, response);
      if (method === "DELETE" && response.status === 204 && kind === "part") removed(shaOf(key));
    },
    earlier: (key) => (key.endsWith("/manifest.json") ? beforeLast : undefined),
    trace,
    traceHash: () => hash.copy().digest("hex"),
  };
}
