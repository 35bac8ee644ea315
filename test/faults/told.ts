/** What those outside were told in a run: the jobs that were acknowledged, and what readers read. */
import type { CommitOutcome } from "../../lib/ports.ts";
import type { Job } from "./jobs.ts";

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

export type Told = Readonly<{
  reads: readonly Read[];
  acknowledged: readonly Acknowledged[];
  read: (read: Read) => void;
  /** The newest version a process has shown so far. */
  shown: (reader: string) => number;
  acknowledge: (acknowledged: Acknowledged) => void;
}>;

export function newTold(trace: (line: string) => void): Told {
  const reads: Read[] = [];
  const acknowledged: Acknowledged[] = [];
  const shown = new Map<string, number>();
  return {
    reads,
    acknowledged,
    read(read) {
      trace(`read ${read.reader} ${read.seq} ${read.text.length}`);
      reads.push(read);
      shown.set(read.reader, Math.max(read.seq, shown.get(read.reader) ?? 0));
    },
    shown: (reader) => shown.get(reader) ?? 0,
    acknowledge(one) {
      trace(`done ${one.job.id} ${one.outcome} ${one.seq}`);
      acknowledged.push(one);
    },
  };
}
