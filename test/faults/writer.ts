/**
 * A real process that writes until it is killed: `writer.ts <url of the S3> <bucket> <number> [<url of Redis>]`. With a
 * Redis, writers take turns by its lease. It commits one job after the other
 * and says "done <job id> <seq> <outcome>" as soon as each is acknowledged; the line is in the pipe before the next job begins.
 */
import { randomUUID } from "node:crypto";
import { writeSync } from "node:fs";
import { setTimeout as sleep } from "node:timers/promises";
import { imageStore } from "../../lib/edge/images.ts";
import { redisCache } from "../../lib/edge/redis.ts";
import { s3Objects } from "../../lib/edge/s3.ts";
import { apply, DATASET, type Job } from "./jobs.ts";

const [, , endpoint = "", bucket = "", writer = "", redisUrl] = process.argv;
const credentials = { accessKeyId: "test", secretAccessKey: "test" };
const images = imageStore({
  objects: s3Objects({ bucket, endpoint, credentials, timeoutMs: 2_000 }),
  lease: redisUrl === undefined ? undefined : redisCache({ url: redisUrl, token: "local" }).lease,
  writer,
  nowMs: Date.now,
  random: Math.random,
  uuid: randomUUID,
  sleep: (ms) => sleep(ms),
  maxAttempts: 100,
});

for (let number = Number(writer) * 10_000; ; number++) {
  const job: Job = {
    id: `job-${number}`,
    number,
    kind: number % 3 === 0 ? "both" : "entry",
    ticker: `T${number}`,
    score: number % 4,
    position: number % 3,
    target: undefined,
  };
  try {
    const done = await images.commit(DATASET, { id: job.id, note: job.id }, (draft) =>
      apply(draft, job, false),
    );
    writeSync(1, `done ${job.id} ${done.manifest.seq} ${done.outcome}\n`);
  } catch {
    // The store was away for long: the same job again.
    number--;
  }
}
