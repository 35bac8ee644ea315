/** What those outside were told in a run of the service. */
import type { Seen } from "./process.ts";
import type { Asked, Reply } from "./requests.ts";

/** A question that was answered. */
export type ServiceRead = Readonly<{
  reader: string;
  asked: Asked;
  /** See `essence`. */
  text: string;
  seen: Seen;
  /** The newest version of the index this process had answered from when the question came. */
  floor: number;
  /** Whether the process said that it serves this version in place of a damaged one. */
  isExcused: boolean;
}>;

/** What the scheduled function says when it is done. */
export type Summary = Readonly<{
  market: Readonly<{ available: Readonly<{ end_date: string }> | null }>;
  indices: readonly Readonly<{ index: string; end_date: string }>[];
}>;

/** An evening that was acknowledged; `published` = versions of each dataset that stood when it was. */
export type DoneEvening = Readonly<{
  day: number;
  summary: Summary;
  published: Readonly<{ market: number; index: number }>;
}>;

export type DoneBuild = Readonly<{ asked: Asked; reply: Reply; seen: Seen }>;

export type ServiceTold = Readonly<{
  reads: readonly ServiceRead[];
  evenings: readonly DoneEvening[];
  builds: readonly DoneBuild[];
  read: (read: ServiceRead) => void;
  evening: (done: DoneEvening) => void;
  build: (done: DoneBuild) => void;
  /** The newest version of the index a process has answered from. */
  shown: (reader: string) => number;
}>;

export function newServiceTold(trace: (line: string) => void): ServiceTold {
  const reads: ServiceRead[] = [];
  const evenings: DoneEvening[] = [];
  const builds: DoneBuild[] = [];
  const shown = new Map<string, number>();
  return {
    reads,
    evenings,
    builds,
    read(read) {
      const { reader, seen, text, asked } = read;
      const seq = seen.index.at(-1) ?? 0;
      trace(`read ${reader} ${asked.pattern} ${seq} ${text.length}`);
      reads.push(read);
      shown.set(reader, Math.max(seq, shown.get(reader) ?? 0));
    },
    evening(done) {
      trace(`done evening ${done.day}`);
      evenings.push(done);
    },
    build(done) {
      trace(`done build ${JSON.stringify(done.asked.json)}`);
      builds.push(done);
    },
    shown: (reader) => shown.get(reader) ?? 0,
  };
}
