/**
 * The stream from its log on, each part the real one over HTTP: embedded Kinesis, S3 and Redis, the runner of event-source
 * mappings, and the function in processes of its own. In the place of the gateway stands a list of the frames it was sent.
 */
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { redisSubscriptions } from "../../lib/edge/access/subscriptions.ts";
import { kinesisLog } from "../../lib/edge/kinesis.ts";
import { redisConnection } from "../../lib/edge/redis-connection.ts";
import { type S3Objects, s3Objects } from "../../lib/edge/s3.ts";
import type { EventLog } from "../../lib/ports.ts";
import type { Item } from "../../lib/stream/items.ts";
import type { Segment } from "../../lib/stream/segment.ts";
import { openKinesis } from "../../localstack/embedded/kinesis/server.ts";
import { startRedis } from "../../localstack/embedded/redis/server.ts";
import { startS3 } from "../../localstack/embedded/s3/server.ts";
import { fileCheckpoints } from "../../localstack/event-sources/checkpoints.ts";
import { kinesisReader } from "../../localstack/event-sources/kinesis.ts";
import type { Mapping } from "../../localstack/event-sources/mapping.ts";
import { startRunner } from "../../localstack/event-sources/runner.ts";
import { storedSegments } from "../jobs/stream/shard.ts";
import { kinesisClient, readAll, SHARD_0, textsOf } from "../localstack/kinesis-direct.ts";
import { type Deaths, TickProcesses } from "./processes.ts";

export const LOG = "ticks";
export const SHARD = SHARD_0;
const BUCKET = "equipoise";
const CONNECTION = "watcher";
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const ARN = "arn:aws:kinesis:us-east-1:000000000000:stream/ticks";

/** As serverless.yml has it, with smaller batches. */
const mapping = (batchSize: number): Mapping => ({
  id: "stream-tick.ticks",
  functionName: "tick",
  functionArn: "arn:aws:lambda:us-east-1:000000000000:function:tick",
  timeoutMs: 60_000,
  source: { kind: "kinesis", arn: ARN, stream: "ticks" },
  start: "TRIM_HORIZON",
  batchSize,
  batchWindowMs: 0,
  lanes: 1,
  retriesMax: 1_000,
  recordAgeMsMax: Number.POSITIVE_INFINITY,
  isBisecting: true,
  isReportingFailures: true,
  tumblingWindowMs: 0,
  onFailureArn: undefined,
});

export type ChainOptions = Readonly<{
  batchSize: number;
  /** What somebody watches: "trades SPY". */
  topics: readonly string[];
  deaths?: Deaths;
}>;

export type Chain = Readonly<{
  log: EventLog;
  objects: S3Objects;
  processes: TickProcesses;
  /** Items that live connections were sent, in order. */
  items: readonly Item[];
  /** What the runner had to say. */
  lines: readonly string[];
  home: string;
  /** Waits until everything in the log is taken. @returns the segments */
  settled: () => Promise<Segment[]>;
  /** Lines of the records of that log. */
  enriched: () => Promise<readonly string[]>;
  close: () => Promise<void>;
}>;

export async function startChain({ batchSize, topics, deaths }: ChainOptions): Promise<Chain> {
  const home = mkdtempSync(join(tmpdir(), "equipoise-chain-"));
  const neighbour = await openKinesis({
    root: join(home, "kinesis"),
    streams: ["ticks", "enriched"],
  });
  const s3 = await startS3({ port: 0, root: join(home, "s3"), buckets: [BUCKET], neighbour });
  const redis = await startRedis({ port: 0 });
  const gateway = await standIn();
  await subscribe(redis.url, topics);
  const processes = new TickProcesses(
    {
      AWS_ENDPOINT_URL_S3: s3.url,
      UPSTASH_REDIS_REST_URL: redis.url,
      WEBSOCKET_ENDPOINT: gateway.url,
      NODE_COMPILE_CACHE: join(home, "compiled"),
    },
    deaths,
  );
  await processes.ready();
  const aws = { region: "us-east-1", endpoint: s3.url, credentials: CREDENTIALS };
  const lines: string[] = [];
  const checkpoints = fileCheckpoints(join(home, "event-sources"), (line) => lines.push(line));
  const runner = startRunner({
    mappings: [mapping(batchSize)],
    logOf: () => kinesisReader({ stream: "ticks", ...aws }),
    invoke: processes.invoke,
    checkpoints,
    log: (line) => lines.push(line),
  });
  const client = kinesisClient(s3.url);
  const objects = s3Objects({ bucket: BUCKET, ...aws });
  const kept = () => checkpoints.read("stream-tick.ticks")?.[SHARD]?.after;
  return {
    log: kinesisLog({ ...aws, streams: { ticks: "ticks", enriched: "enriched" } }),
    objects,
    processes,
    items: gateway.items,
    lines,
    home,
    async settled() {
      const last = (await readAll(client, "ticks")).at(-1)?.SequenceNumber;
      while (kept() !== last) await sleep(20);
      return storedSegments(objects, SHARD);
    },
    enriched: async () =>
      textsOf(await readAll(client, "enriched")).flatMap((text) => text.split("\n")),
    async close() {
      await runner.close(0);
      await processes.close();
      client.destroy();
      await Promise.all([s3.close(), redis.close(), gateway.close()]);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

async function subscribe(url: string, add: readonly string[]): Promise<void> {
  const redis = redisConnection({ url, token: "local", deadlineMs: 5_000 });
  const subscriptions = redisSubscriptions({ connection: () => redis, nowMs: Date.now });
  const subscriber = { id: CONNECTION, keyId: null, connectedMs: Date.now() };
  await subscriptions.change(subscriber, { add }, () => true);
}

async function standIn() {
  const items: Item[] = [];
  const server = createServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    // Of a process that is killed while it sends, nothing has come.
    if (!request.complete) return;
    // The end of a connection has no frame.
    if (request.method !== "POST") return void response.end();
    const frame = JSON.parse(Buffer.concat(chunks).toString()) as { items?: Item[] };
    items.push(...(frame.items ?? []));
    response.end();
  }).listen(0, "127.0.0.1");
  server.on("clientError", (_, socket) => socket.destroy());
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    items,
    async close() {
      server.closeAllConnections();
      server.close();
    },
  };
}
