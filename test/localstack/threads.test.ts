// Parts in threads of their own: as they are in the thread that starts them, with what goes wrong and what is appended.
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished, vi } from "vitest";
import { freePorts } from "../../bench/load/ports.ts";
import { AppError } from "../../lib/errors.ts";
import { probeRedis, probeS3 } from "../../localstack/embedded/probe.ts";
import { startStack } from "../../localstack/embedded/stack.ts";
import { startInThread } from "../../localstack/embedded/threads.ts";
import { kinesisClient, putTexts, readAll, textsOf } from "./kinesis-direct.ts";

function home(): string {
  const folder = mkdtempSync(join(tmpdir(), "threads-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  return folder;
}

const quietly = { s3Port: 0, redisPort: 0, inThreads: true, log: () => {} };

it("serve as they do without, tell what is appended, and end", async () => {
  const told: string[] = [];
  const [s3Port = 0, redisPort = 0] = await freePorts(2);
  const stack = await startStack({
    ...quietly,
    ...{ s3Port, redisPort },
    home: home(),
    streams: ["ticks"],
    appended: (stream) => told.push(stream),
  });
  expect(stack.kinesis).toMatchObject({ embedded: true, hasStreams: true });
  expect(await probeRedis(stack.redis.url, stack.redis.token)).toEqual({ state: "running" });
  const client = kinesisClient(stack.kinesis.url);
  await putTexts(client, "ticks", ["a"]);
  await putTexts(client, "ticks", ["b", "c"]);
  await vi.waitFor(() => expect(told).toEqual(["ticks", "ticks"]));
  expect(textsOf(await readAll(client, "ticks"))).toEqual(["a", "b", "c"]);
  client.destroy();
  await stack.close();
  await expect.poll(() => probeS3(stack.s3.url)).toEqual({ state: "absent" });
  await expect
    .poll(() => probeRedis(stack.redis.url, stack.redis.token))
    .toEqual({ state: "absent" });
});

it("keep what they hold over a restart", async () => {
  const folder = home();
  const start = () => startStack({ ...quietly, home: folder, streams: ["ticks"] });
  const first = await start();
  const before = kinesisClient(first.kinesis.url);
  await putTexts(before, "ticks", ["a"]);
  before.destroy();
  await first.close();
  const second = await start();
  const after = kinesisClient(second.kinesis.url);
  expect(textsOf(await readAll(after, "ticks"))).toEqual(["a"]);
  after.destroy();
  await second.close();
});

it("say what else is wrong as they begin", async () => {
  const file = join(home(), "file");
  writeFileSync(file, "");
  const spec = { name: "s3", port: 0, home: file, buckets: [], streams: [] } as const;
  await expect(startInThread(spec)).rejects.toThrow("ENOTDIR");
});

it("say which port is taken", async () => {
  const foreign = createServer((_, response) => response.end("mine")).listen(0, "127.0.0.1");
  await once(foreign, "listening");
  onTestFinished(() => void foreign.close());
  const { port } = foreign.address() as AddressInfo;
  const error = await startInThread({ name: "redis", port, token: "x" }).catch((thrown) => thrown);
  expect(error).toBeInstanceOf(AppError);
  expect(error).toMatchObject({ code: "PORT_TAKEN", details: { port } });
  expect(error.message).toContain(`Port ${port} for the embedded Redis is taken`);
});
