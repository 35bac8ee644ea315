/** A service of one test's own, whose parts can be taken away and come back where they were, with what they held. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Service, servicePorts, startService } from "../../../bench/load/service.ts";
import { openKinesis } from "../../../localstack/embedded/kinesis/server.ts";
import { startRedis } from "../../../localstack/embedded/redis/server.ts";
import { startS3 } from "../../../localstack/embedded/s3/server.ts";
import { equipoise } from "../../cli/command.ts";

export type Part = Readonly<{
  /** Takes it away at once; connections break. */
  stop: () => Promise<void>;
  /** Lets it come back at the same address. */
  start: () => Promise<void>;
}>;

export type OwnService = Readonly<{
  url: string;
  /** Where exported workbooks are fetched, for `alsoAt`, and where the log is. */
  s3Url: string;
  service: Part;
  s3: Part;
  redis: Part;
  /** What `npx equipoise` prints against its S3 and Redis. @throws Error with what was wrong, when it fails */
  command: (...args: readonly string[]) => Promise<string>;
  close: () => Promise<void>;
}>;

/**
 * @param settings as the environment has them: `{ ACCESS: "keys" }`
 * @param first a command to run before the service begins, when a simulated market is not what it shall have: ["ingest", ...]
 */
export async function ownService(
  settings: Readonly<Record<string, string>> = {},
  first?: readonly string[],
): Promise<OwnService> {
  const root = await mkdtemp(join(tmpdir(), "equipoise-own-"));
  const ports = await servicePorts();
  const s3Port = Number(ports.S3_PORT);
  const redisPort = Number(ports.REDIS_PORT);
  const s3 = part(async () => {
    const streams = ["ticks", "enriched", "orders"];
    const neighbour = await openKinesis({ root: join(root, "kinesis"), streams });
    return startS3({ port: s3Port, root: join(root, "s3"), buckets: ["equipoise"], neighbour });
  });
  const redis = part(() => startRedis({ port: redisPort }));
  const s3Url = `http://127.0.0.1:${s3Port}`;
  const given = {
    ...ports,
    AWS_ENDPOINT_URL_S3: s3Url,
    UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${redisPort}`,
    ...settings,
  };
  const service = part(async () => {
    const { kill }: Service = await startService(given);
    return { close: kill };
  });
  await s3.start();
  await redis.start();
  const run = async (...args: readonly string[]): Promise<string> => {
    const { code, stdout, stderr } = await equipoise(args, { EQUIPOISE_HOME: root, ...given });
    if (code !== 0) throw new Error(`npx equipoise ${args.join(" ")}: ${stderr}`);
    return stdout;
  };
  if (first) await run(...first);
  await service.start();
  const close = async () => {
    for (const each of [service, redis, s3]) await each.stop();
    await rm(root, { recursive: true, force: true });
  };
  const url = `http://127.0.0.1:${ports.PORT}`;
  return { url, s3Url, service, s3, redis, command: run, close };
}

function part(begin: () => Promise<Readonly<{ close: () => Promise<void> }>>): Part {
  let running: Readonly<{ close: () => Promise<void> }> | undefined;
  return {
    start: async () => {
      running ??= await begin();
    },
    stop: async () => {
      await running?.close();
      running = undefined;
    },
  };
}
