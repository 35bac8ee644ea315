/** What happens in a run from the outside: events are delivered, people read, collectors come by, things are disturbed. */
import { check } from "./checks.ts";
import { DATASET, type Job, type JobKind } from "./jobs.ts";
import { invoke, Killed } from "./process.ts";
import type { Random } from "./random.ts";
import { type Reader, readerOf } from "./reader.ts";
import { type Sandbox, startSandbox } from "./sandbox.ts";
import type { Scene } from "./simulation.ts";
import { pause, type Stage } from "./stage.ts";
import { newTold, type Told } from "./told.ts";

export type LedgerStage = Stage<Sandbox> & Readonly<{ told: Told; size: Size }>;

/** How much happens in a run. */
export type Size = Readonly<{ bursts: number; jobsMin: number; jobsMax: number; readers: number }>;

export const SIZES = {
  /** Not to find anything: see `warmUp` in report.ts. */
  warm: { bursts: 2, jobsMin: 2, jobsMax: 2, readers: 1 },
  /** About 8 commits and 35 reads. */
  short: { bursts: 2, jobsMin: 3, jobsMax: 5, readers: 2 },
  /** About 21 commits and 130 reads. */
  whole: { bursts: 4, jobsMin: 4, jobsMax: 9, readers: 3 },
} as const satisfies Readonly<{ [name: string]: Size }>;

/** Refusals that a caller lives with: the event is delivered again. */
const PASSING: ReadonlySet<unknown> = new Set([
  "DEPENDENCY_DOWN",
  "WRITE_CONFLICT",
  "IMAGE_REFUSED",
]);
const DELIVERIES_MAX = 6;
/** After this no request that was sent under faults is on its way any more. */
const QUIET_MS = 60_000;

const codeOf = (error: unknown): unknown => (error as { code?: unknown }).code;

const START_MS = Date.UTC(2024, 0, 2, 21);
/** About the length of a burst and the time after it, for the storms. */
const BURST_MS = 3 * 60_000;

const TICKERS = "QXZJKVWYPB";

/** Kinds by how often they come: content that comes back is where collectors and writers meet. */
const KINDS: readonly JobKind[] = [
  "entry",
  "entry",
  "both",
  "both",
  "switch",
  "switch",
  "switch",
  "rollback",
  "drop",
];

function newJob(random: Random, number: number): Job {
  const letters = [random.pick([...TICKERS]), random.pick([...TICKERS]), number];
  return {
    id: `job-${number}`,
    number,
    kind: number === 1 ? "both" : random.pick(KINDS),
    ticker: letters.join(""),
    score: random.whole(1, 4),
    position: random.whole(1, 3),
    target: undefined,
  };
}

/** Runs one job in one process. @returns whether it needs no further delivery */
async function attempt(stage: LedgerStage, sandbox: Sandbox, job: Job): Promise<boolean> {
  const { record, told } = stage;
  try {
    const { outcome, manifest } = await invoke(sandbox, () => sandbox.run(job));
    told.acknowledge({ job, outcome, seq: manifest.seq });
    return true;
  } catch (error) {
    const code = error instanceof Killed ? "KILLED" : codeOf(error);
    record.trace(`failed ${job.id} ${String(code)}`);
    // The version to go back to has been collected, or there is none yet.
    if (code === "UNKNOWN_VERSION" && job.kind === "rollback") return true;
    if (code !== "KILLED" && !PASSING.has(code)) {
      record.violate("unexpected error", `${job.id}: ${(error as Error).stack}`);
    }
    return false;
  }
}

/** Delivers until it is acknowledged, or leaves it to the end of the run. */
async function delivered(stage: LedgerStage, job: Job, reader: Reader): Promise<void> {
  const { random, fleet, told } = stage;
  for (let delivery = 1; delivery <= DELIVERIES_MAX; delivery++) {
    if (await attempt(stage, fleet.any(), job)) {
      const seq = told.acknowledged.findLast((one) => one.job === job)?.seq ?? 0;
      if (random.chance(0.4)) await reader.read(seq);
      return;
    }
    await pause(stage, random.between(200, 15_000));
  }
}

async function collected(stage: LedgerStage): Promise<void> {
  const sandbox = stage.fleet.any();
  try {
    await invoke(sandbox, () => sandbox.images.collect(DATASET));
  } catch (error) {
    if (error instanceof Killed || PASSING.has(codeOf(error))) return;
    stage.record.violate("unexpected error", `collect: ${(error as Error).stack}`);
  }
}

/** A burst: jobs, some delivered twice and in another order, with readers and collectors between them. */
async function burst(stage: LedgerStage, jobs: readonly Job[], lengthMs: number): Promise<void> {
  const { random, faults, fleet, clock } = stage;
  const client = readerOf(stage, "client");
  const running: Promise<void>[] = [];
  const at = (share: number, act: () => Promise<void>): void => {
    running.push(pause(stage, share * lengthMs).then(act));
  };
  // A burst begins with much at once: there old parts meet writers that need them again and collectors.
  const share = () => (random.chance(0.4) ? random.between(0, 0.03) : random.next());
  let latest = 0;
  for (const job of jobs) {
    const when = share();
    if (when < latest) faults.note("reordered_event");
    latest = Math.max(latest, when);
    at(when, () => delivered(stage, job, client));
    if (!random.chance(0.3)) continue;
    faults.note("duplicate_event");
    // At once, or when the first delivery is long done.
    at(when + (random.chance(0.5) ? 0 : random.next()), () => delivered(stage, job, client));
  }
  for (let one = random.whole(1, 3); one > 0; one--) at(share(), () => collected(stage));
  for (let one = random.whole(0, 3); one > 0; one--) at(random.next(), async () => fleet.disturb());
  const endMs = clock.nowMs() + lengthMs;
  for (let one = 0; one < stage.size.readers; one++) {
    const reader = readerOf(stage, `reader${one}`);
    running.push(readAllAlong(stage, reader, endMs, lengthMs / 12));
  }
  await Promise.all(running);
}

async function readAllAlong(
  stage: LedgerStage,
  reader: Reader,
  endMs: number,
  everyMs: number,
): Promise<void> {
  while (stage.clock.nowMs() < endMs) {
    await reader.read(0);
    await pause(stage, stage.random.between(0, 2 * everyMs));
  }
}

/** Nobody disturbs any more: what was not acknowledged is delivered again, and then everything must be well. */
async function settled(stage: LedgerStage, jobs: readonly Job[]): Promise<void> {
  const { faults, fleet, record, told } = stage;
  const { manifests } = record.of(DATASET);
  faults.stop();
  await pause(stage, QUIET_MS);
  fleet.deploy();
  const sandbox = fleet.restart();
  const done = new Set(told.acknowledged.map(({ job }) => job));
  for (const job of jobs) {
    if (done.has(job) || (await attempt(stage, sandbox, job))) continue;
    record.violate("not done", `${job.id} failed without faults`);
  }
  await collected(stage);
  const results = await invoke(sandbox, () => sandbox.images.verify(DATASET));
  for (const { part, ok, problem } of results) {
    if (!ok) record.violate("damaged", `${part}: ${problem}`);
  }
  const last = await invoke(sandbox, () => sandbox.read(manifests.length));
  const { length: newest } = manifests;
  const reader = sandbox.process.name;
  told.read({ ...last, reader, minSeq: newest, floorSeq: newest, isExcused: false });
  fleet.stop();
}

/** @returns every job there was, by id */
async function tell(stage: LedgerStage): Promise<ReadonlyMap<string, Job>> {
  const { random, graceMs, fleet, size } = stage;
  const { bursts, jobsMin, jobsMax } = size;
  const jobs: Job[] = [];
  const deployedIn = random.chance(0.5) ? random.whole(1, bursts - 1) : bursts;
  for (let past = 0; past < bursts; past++) {
    if (past === deployedIn) fleet.deploy();
    const fresh = Array.from({ length: random.whole(jobsMin, jobsMax) }, (_, n) =>
      newJob(random, jobs.length + n + 1),
    );
    jobs.push(...fresh);
    await burst(stage, fresh, random.between(3_000, 25_000));
    // Long enough at times for parts to grow old, so that the next burst meets collectors.
    await pause(stage, random.chance(0.6) ? graceMs * random.between(0.9, 1.5) : 2_000);
  }
  await settled(stage, jobs);
  return new Map(jobs.map((job) => [job.id, job]));
}

/** Jobs on a small dataset of our own, of which a model of a few lines knows all there is to know. */
export const ledger = (size: Size): Scene<Sandbox> => ({
  startMs: START_MS,
  stormAtMs: (random) => START_MS + random.between(0, size.bursts * BURST_MS),
  start: startSandbox,
  async play(stage) {
    const told = newTold(stage.record.trace);
    const jobs = await tell({ ...stage, told, size });
    return {
      reads: told.reads.length,
      check: (present) => check(stage.record, told, jobs, present),
    };
  },
});
