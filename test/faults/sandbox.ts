/** A simulated process with the product in it: its image store, its cache and an HTTP function. */
import * as z from "zod";
import type { CommitOutcome, Images, Objects } from "../../lib/ports.ts";
import type { Product } from "./builds.ts";
import type { Clock } from "./clock.ts";
import { type Answer, answerOf, apply, BUCKET, DATASET, type Job } from "./jobs.ts";
import { newProcess, type Process } from "./process.ts";
import type { Random } from "./random.ts";

export type Reply = Readonly<{
  statusCode: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;

export type Sandbox = Readonly<{
  process: Process;
  product: Product;
  images: Images & Readonly<{ close: () => void }>;
  /** Whether it is of the newer build. */
  isNewer: boolean;
  /** Versions it has served in place of newer ones that are damaged. */
  servedInstead: ReadonlySet<number>;
  /** The version an HTTP request was answered from. */
  seqOf: (requestId: string) => number | undefined;
  request: (event: unknown, context: unknown) => Promise<Reply>;
  run: (job: Job) => Promise<CommitOutcome<unknown>>;
  read: (minSeq: number) => Promise<Readonly<{ seq: number; text: string }>>;
}>;

export type SandboxOptions = Readonly<{
  name: string;
  product: Product;
  isNewer: boolean;
  clock: Clock;
  random: Random;
  uuid: () => string;
  skewMs: number;
  graceMs: number;
  keepManifests: number;
  log: (line: string) => void;
}>;

/** Little room, so that images are closed and opened again all the time. */
const OPEN_BYTES_MAX = 60_000;
const MEMORY_BYTES_MAX = 40_000;

const adapters = new Map<Product["s3Objects"], Objects>();

/** An adapter has no state but its client, which costs some milliseconds to make. */
export function objectsOf(product: Product): Objects {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const known = adapters.get(product.s3Objects);
  const objects =
    known ?? product.s3Objects({ bucket: BUCKET, endpoint: "http://s3.simulated", credentials });
  adapters.set(product.s3Objects, objects);
  return objects;
}

type Snapshot = Awaited<ReturnType<Sandbox["images"]["snapshot"]>>;

async function answerFrom(snapshot: Snapshot, product: Product): Promise<Answer> {
  const { parts } = snapshot.manifest;
  const [ledger, position] = await Promise.all([
    parts.ledger && snapshot.open("ledger"),
    parts.switch && snapshot.open("switch"),
  ]);
  return answerOf(ledger, position, product.Ranking);
}

export function startSandbox(options: SandboxOptions): Sandbox {
  const { product, clock, random, isNewer } = options;
  const process = newProcess(options.name, options.skewMs);
  const cache = product.redisCache({
    url: "http://redis.simulated",
    token: "local",
    nowMs: clock.nowMs,
  });
  const servedInstead = new Set<number>();
  const images = product.imageStore({
    objects: objectsOf(product),
    writer: options.name,
    nowMs: () => clock.nowMs() + process.skewMs,
    random: random.next,
    uuid: options.uuid,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    graceMs: options.graceMs,
    keepManifests: options.keepManifests,
    maxOpenBytes: OPEN_BYTES_MAX,
    lease: cache.lease,
    log: (event) => {
      options.log(`${options.name} ${JSON.stringify(event)}`);
      if (event.event === "previous_served") servedInstead.add(event.servedSeq);
    },
  });
  // The memory a real process would give back when it ends; not while its last steps are still running.
  process.onDeath.push(() => clock.after(0, images.close));

  const seqs = new Map<string, number>();
  const handler = product
    .http()
    .use(product.input(z.object({})))
    .use(product.cached({ cache, memory: product.lru({ maxBytes: MEMORY_BYTES_MAX }) }))
    .handler(async ({ freshness, requestId }) => {
      const snapshot = await images.snapshot(DATASET, freshness);
      seqs.set(requestId, snapshot.manifest.seq);
      const compute = async () => JSON.stringify(await answerFrom(snapshot, product));
      return { version: snapshot.version(), compute, release: snapshot.release };
    });

  return {
    process,
    product,
    images,
    isNewer,
    servedInstead,
    seqOf: (requestId) => seqs.get(requestId),
    request: handler as unknown as Sandbox["request"],
    async run(job) {
      if (job.kind !== "rollback") {
        const named = { id: job.id, note: job.id };
        return images.commit(DATASET, named, (draft) => apply(draft, job, isNewer));
      }
      if (job.target === undefined) {
        const [, ...past] = await images.versions(DATASET);
        job.target ??= past[job.number % Math.max(1, past.length)]?.seq ?? 1;
      }
      return images.rollback(DATASET, job.target, job.id);
    },
    async read(minSeq) {
      const snapshot = await images.snapshot(DATASET, minSeq > 0 ? { minSeq } : {});
      try {
        const text = JSON.stringify(await answerFrom(snapshot, product));
        return { seq: snapshot.manifest.seq, text };
      } finally {
        snapshot.release();
      }
    },
  };
}
