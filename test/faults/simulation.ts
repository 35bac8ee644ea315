/** One run: a seed, a build of the product, and what came of it. */

import { memoryBackend } from "../../localstack/embedded/redis/backend.ts";
import { Keyspace } from "../../localstack/embedded/redis/keyspace.ts";
import { restHandler } from "../../localstack/embedded/redis/rest.ts";
import { memoryFiles } from "../../localstack/embedded/s3/files.ts";
import { s3Handler } from "../../localstack/embedded/s3/handler.ts";
import type { Product } from "./builds.ts";
import { check } from "./checks.ts";
import { virtualClock } from "./clock.ts";
import { faultPlan, faultsOf } from "./faults.ts";
import { fleetOf } from "./fleet.ts";
import { atRest, surround } from "./globals.ts";
import { BUCKET, type Job } from "./jobs.ts";
import { randomOf } from "./random.ts";
import { newRecord, type Violation } from "./record.ts";
import { redisTransport } from "./redis-transport.ts";
import { s3Transport } from "./s3-transport.ts";
import { type Size, type Stage, tell } from "./workload.ts";

export type Outcome = Readonly<{
  seed: number;
  violations: readonly Violation[];
  commits: number;
  reads: number;
  faults: Readonly<Record<string, number>>;
  removed: number;
  events: number;
  traceHash: string;
}>;

export type Builds = Readonly<{
  product: Product;
  newer: Product;
  /** Without bugs of ours: it opens what is checked. */
  present: Product;
}>;

const START_MS = Date.UTC(2024, 0, 2, 21);
/** About the length of a burst and the time after it, for the storms. */
const BURST_MS = 3 * 60_000;

/** @param listen is told every line of the trace */
export async function simulate(
  seed: number,
  builds: Builds,
  size: Size,
  listen?: (line: string) => void,
): Promise<Outcome> {
  const random = randomOf(seed);
  const clock = virtualClock(START_MS, random);
  const plan = faultPlan(random, START_MS, size.bursts * BURST_MS);
  const faults = faultsOf(plan, clock, random);
  const keepManifests = random.whole(2, 4);
  const record = newRecord(clock, keepManifests, listen);
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const files = memoryFiles();
  const serve = await s3Handler({ ...credentials, files, buckets: [BUCKET], nowMs: clock.nowMs });
  const keyspace = new Keyspace(clock.nowMs);
  const redis = restHandler({ backend: memoryBackend(keyspace), token: "local" });
  const { served, earlier, trace } = record;
  const shared = { clock, random, faults };
  surround({
    clock,
    random,
    s3: s3Transport({ ...shared, serve, served, earlier }),
    fetch: redisTransport({
      ...shared,
      serve: redis,
      keyspace,
      served: (command, status, fault) => trace(`redis ${command} ${status} ${fault ?? ""}`),
    }),
  });

  let uuids = 0;
  const graceMs = random.pick([120_000, 180_000, 300_000]);
  const fleet = fleetOf({
    ...shared,
    skewMsMax: plan.skewMsMax,
    size: random.whole(2, 4),
    product: builds.product,
    newer: builds.newer,
    sandbox: { uuid: () => `${seed}-${++uuids}`, graceMs, keepManifests, log: trace },
  });
  const isStoreWell = plan.s3Rate === 0;
  const stage: Stage = { ...shared, fleet, record, graceMs, isStoreWell, size };

  const stray = (error: unknown): void =>
    record.violate("unhandled rejection", String((error as Error)?.stack ?? error));
  process.on("unhandledRejection", stray);
  try {
    let jobs: ReadonlyMap<string, Job> | undefined;
    let failure: unknown;
    tell(stage).then(
      (told) => {
        jobs = told;
      },
      (error) => {
        failure = error;
      },
    );
    await clock.run(() => jobs !== undefined || failure !== undefined);
    if (failure !== undefined) throw failure;
    await check(record, jobs!, builds.present);
  } catch (error) {
    const detail = error instanceof Error ? error.stack : error;
    record.violate("the run broke off", String(detail));
  } finally {
    fleet.stop();
    await atRest();
    fleet.close();
    process.off("unhandledRejection", stray);
    surround(undefined);
  }
  return {
    seed,
    violations: record.violations,
    commits: record.chain.length,
    reads: record.reads.length,
    faults: faults.counts(),
    removed: record.parts.size - record.present.size,
    events: clock.happened(),
    traceHash: record.traceHash(),
  };
}
