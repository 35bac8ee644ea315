/** One run: a seed, a build of the product, what happens in it, and what came of it. */

import { memoryBackend } from "../../localstack/embedded/redis/backend.ts";
import { Keyspace } from "../../localstack/embedded/redis/keyspace.ts";
import { restHandler } from "../../localstack/embedded/redis/rest.ts";
import { memoryFiles } from "../../localstack/embedded/s3/files.ts";
import { s3Handler } from "../../localstack/embedded/s3/handler.ts";
import type { Product } from "./builds.ts";
import { type Clock, virtualClock } from "./clock.ts";
import { faultPlan, faultsOf, NO_FAULTS } from "./faults.ts";
import { type Actor, fleetOf } from "./fleet.ts";
import { atRest, surround } from "./globals.ts";
import { BUCKET } from "./jobs.ts";
import { inProcess, newProcess } from "./process.ts";
import { type Random, randomOf } from "./random.ts";
import { newRecord, type Violation } from "./record.ts";
import { redisTransport } from "./redis-transport.ts";
import { s3Transport } from "./s3-transport.ts";
import { objectsOf, type SandboxOptions } from "./sandbox.ts";
import type { Stage } from "./stage.ts";

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

/** What came of a play; `check` looks at it when no process is alive any more. */
export type Played = Readonly<{ reads: number; check: (present: Product) => Promise<void> }>;

export type Scene<A extends Actor> = Readonly<{
  startMs: number;
  /** When a storm begins. */
  stormAtMs: (random: Random) => number;
  /** What is in the store before it begins, in the order in which it is written. */
  stock?: readonly Readonly<{ key: string; body: Buffer }>[];
  start: (options: SandboxOptions) => A;
  play: (stage: Stage<A>) => Promise<Played>;
}>;

/** Writes what is there before a run, in virtual time and without faults. */
async function stocked(
  clock: Clock,
  product: Product,
  stock: NonNullable<Scene<Actor>["stock"]>,
): Promise<void> {
  let isDone = false;
  const write = async (): Promise<void> => {
    for (const { key, body } of stock) await objectsOf(product).put(key, body);
    isDone = true;
  };
  const writing = inProcess(newProcess("stock", 0), write);
  await atRest();
  await clock.run(() => isDone);
  await writing;
}

/** @param listen is told every line of the trace */
export async function simulate<A extends Actor>(
  seed: number,
  builds: Builds,
  scene: Scene<A>,
  listen?: (line: string) => void,
): Promise<Outcome> {
  const random = randomOf(seed);
  const clock = virtualClock(scene.startMs, random);
  const plan = faultPlan(random, scene.stormAtMs);
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
  const fetch = redisTransport({
    ...shared,
    serve: redis,
    keyspace,
    served: (command, status, fault) => trace(`redis ${command} ${status} ${fault ?? ""}`),
  });
  const s3 = { ...shared, serve, served, earlier };
  if (scene.stock !== undefined) {
    surround({ clock, random, s3: s3Transport({ ...s3, faults: NO_FAULTS }), fetch });
    await stocked(clock, builds.present, scene.stock);
  }
  surround({ clock, random, s3: s3Transport(s3), fetch });

  let uuids = 0;
  const graceMs = random.pick([120_000, 180_000, 300_000]);
  const common = { uuid: () => `${seed}-${++uuids}`, graceMs, keepManifests, log: trace };
  const { product, newer } = builds;
  const fleet = fleetOf({
    ...shared,
    skewMsMax: plan.skewMsMax,
    size: random.whole(2, 4),
    start: (place) =>
      scene.start({
        ...common,
        ...place,
        clock,
        random,
        product: place.isNewer ? newer : product,
      }),
  });
  const isStoreWell = plan.s3Rate === 0;
  const stage: Stage<A> = { ...shared, fleet, record, graceMs, isStoreWell };

  const stray = (error: unknown): void =>
    record.violate("unhandled rejection", String((error as Error)?.stack ?? error));
  process.on("unhandledRejection", stray);
  let played: Played | undefined;
  try {
    let failure: unknown;
    scene.play(stage).then(
      (done) => {
        played = done;
      },
      (error) => {
        failure = error;
      },
    );
    await clock.run(() => played !== undefined || failure !== undefined);
    if (failure !== undefined) throw failure;
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
  await played?.check(builds.present);
  const chains = record.chains();
  const sum = (of: (chain: (typeof chains)[number]) => number) =>
    chains.reduce((total, chain) => total + of(chain), 0);
  return {
    seed,
    violations: record.violations,
    commits: sum(({ manifests }) => manifests.length),
    reads: played?.reads ?? 0,
    faults: faults.counts(),
    removed: sum(({ parts, present }) => parts.size - present.size),
    events: clock.happened(),
    traceHash: record.traceHash(),
  };
}
