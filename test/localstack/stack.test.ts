import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type RequestListener } from "node:http";
import { type AddressInfo, createServer as createTcpServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { ListStreamsCommand } from "@aws-sdk/client-kinesis";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freePort } from "../../bench/load/ports.ts";
import { redisCache } from "../../lib/edge/redis.ts";
import { lockPath, takeHome } from "../../localstack/embedded/home.ts";
import { startKinesis } from "../../localstack/embedded/kinesis/server.ts";
import { probeRedis, probeS3 } from "../../localstack/embedded/probe.ts";
import { startRedis } from "../../localstack/embedded/redis/server.ts";
import { type StackOptions, startStack } from "../../localstack/embedded/stack.ts";
import { kinesisClient } from "./kinesis-direct.ts";

let home = "";
const closing: (() => unknown)[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "stack-"));
});
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
  rmSync(home, { recursive: true });
});

const lines: string[] = [];
async function start(options: Partial<StackOptions> = {}) {
  lines.length = 0;
  const log = (line: string) => lines.push(line);
  const stack = await startStack({ home, s3Port: 0, redisPort: 0, log, ...options });
  closing.push(stack.close);
  return stack;
}

async function serve(listener: RequestListener): Promise<number> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  closing.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const SCRIPT = fileURLToPath(new URL("stack-process.ts", import.meta.url));

type Told = Readonly<{
  pid: number;
  s3: { url: string; embedded: boolean };
  redis: { url: string; embedded: boolean };
}>;

/** The stack in another process, and what it said first. */
async function startElsewhere(options: object = {}) {
  const asked = JSON.stringify({ home, s3Port: 0, redisPort: 0, ...options });
  const child: ChildProcessWithoutNullStreams = spawn(process.execPath, [SCRIPT, asked]);
  child.stderr.pipe(process.stderr);
  const said = createInterface(child.stdout)[Symbol.asyncIterator]();
  const next = async () => JSON.parse((await said.next()).value ?? "{}");
  const ended = once(child, "exit");
  const end = async () => {
    child.stdin.end();
    await ended;
  };
  const kill = async () => {
    child.kill("SIGKILL");
    await ended;
  };
  closing.push(kill);
  return { told: (await next()) as Told, next, end, kill };
}

describe("local stack", () => {
  it("starts both parts, which answer their probes and say so", async () => {
    const { s3, redis } = await start({ buckets: ["equipoise"] });
    expect([s3.embedded, redis.embedded]).toEqual([true, true]);
    expect(await probeS3(s3.url)).toEqual({ state: "running" });
    expect(await probeRedis(redis.url, redis.token)).toEqual({ state: "running" });
    expect((await fetch(`${s3.url}/equipoise`, { method: "HEAD" })).status).not.toBe(404);
    expect(lines).toEqual([`S3     ${s3.url} (embedded)`, `Redis  ${redis.url} (embedded)`]);
  });

  it("leaves neither lock nor listener when it is closed", async () => {
    const { s3, redis, close } = await start();
    await close();
    expect(readdirSync(home)).toEqual(["kinesis", "s3"]);
    expect(await probeS3(s3.url)).toEqual({ state: "absent" });
    expect(await probeRedis(redis.url, redis.token)).toEqual({ state: "absent" });
  });

  it("uses what already answers at the ports, and starts the rest", async () => {
    const mine = await startRedis({ port: 0, token: "mine" });
    closing.push(mine.close);
    const { s3, redis } = await start({ redisPort: mine.port, redisToken: "mine" });
    expect(redis).toEqual({ url: mine.url, token: "mine", embedded: false });
    expect(s3.embedded).toBe(true);
    expect(lines[1]).toBe(`Redis  ${mine.url} (already running)`);
  });

  it("starts no part, and takes no lock, when LocalStack and Redis are there", async () => {
    const localstack = await serve((request, response) => {
      response.end(
        request.url === "/_localstack/health"
          ? '{"services": {"s3": "available", "sqs": "disabled"}, "edition": "community"}'
          : "",
      );
    });
    const mine = await startRedis({ port: 0 });
    closing.push(mine.close);
    const { s3 } = await start({ s3Url: `http://localhost:${localstack}`, redisUrl: mine.url });
    expect(s3).toEqual({ url: `http://localhost:${localstack}`, embedded: false });
    expect(readdirSync(home)).toEqual([]);
  });

  it("recognises an S3 that has no LocalStack health", async () => {
    const port = await serve((request, response) => {
      const isRoot = request.url === "/";
      response.writeHead(isRoot ? 403 : 404);
      response.end(isRoot ? "<?xml?>\n<Error>\n<Code>AccessDenied</Code></Error>" : "not found");
    });
    expect(await probeS3(`http://127.0.0.1:${port}`)).toEqual({ state: "running" });
  });

  it("starts an embedded part at a local address that was given and is free", async () => {
    const port = await freePort();
    const { redis } = await start({ redisUrl: `http://localhost:${port}` });
    expect(redis).toMatchObject({ url: `http://127.0.0.1:${port}`, embedded: true });
  });
});

describe("streams", () => {
  const STREAMS = ["ticks", "enriched"];
  const namesAt = async (url: string) => {
    const client = kinesisClient(url);
    const { StreamNames } = await client.send(new ListStreamsCommand({}));
    client.destroy();
    return StreamNames;
  };

  it("are made beside an embedded S3, which says so", async () => {
    const { s3, kinesis } = await start({ streams: STREAMS });
    expect(kinesis).toEqual({ url: s3.url, embedded: true, hasStreams: true });
    expect(await namesAt(s3.url)).toEqual(["enriched", "ticks"]);
    expect(lines[2]).toBe(`Log    ${s3.url} (embedded: ticks, enriched)`);
  });

  it("are made where another process runs the home, and found there the next time", async () => {
    const { told, end } = await startElsewhere();
    for (let times = 0; times < 2; times++) {
      const { kinesis } = await start({ streams: STREAMS });
      expect(kinesis).toEqual({ url: told.s3.url, embedded: false, hasStreams: true });
      expect(lines[2]).toBe(`Log    ${told.s3.url} (already running: ticks, enriched)`);
    }
    expect(await namesAt(told.s3.url)).toEqual(["enriched", "ticks"]);
    await end();
  });

  it("are made at another Kinesis when one is named, and not beside S3", async () => {
    const other = await startKinesis({ port: 0, root: join(home, "other") });
    closing.push(other.close);
    const { s3, kinesis } = await start({ streams: STREAMS, kinesisUrl: other.url });
    expect(kinesis).toEqual({ url: other.url, embedded: false, hasStreams: true });
    expect([await namesAt(other.url), await namesAt(s3.url)]).toEqual([["enriched", "ticks"], []]);
  });

  it.each([
    ["that is no Kinesis", 404, "not here", "it answered 404"],
    [
      "whose Kinesis is off",
      501,
      '{"__type": "InternalFailure"}',
      "it answered 501 InternalFailure",
    ],
  ])("stop nothing at an address %s, and one line says why", async (_, status, body, reason) => {
    const port = await serve((request, response) => {
      const isHealth = request.url === "/_localstack/health";
      response.writeHead(isHealth ? 200 : status);
      response.end(isHealth ? '{"services": {"s3": "running"}}' : body);
    });
    const s3Url = `http://127.0.0.1:${port}`;
    const { s3, kinesis } = await start({ s3Url, streams: STREAMS });
    expect([s3.url, kinesis.hasStreams]).toEqual([s3Url, false]);
    expect(lines[2]).toBe(
      `Log    none: ${s3Url} has no Kinesis with the streams ticks, enriched, ${reason}. ` +
        "Enable it there, or set AWS_ENDPOINT_URL_KINESIS.",
    );
  });

  it("stop nothing where nobody listens", async () => {
    const kinesisUrl = `http://127.0.0.1:${await freePort()}`;
    const { kinesis } = await start({ kinesisUrl, streams: STREAMS });
    expect(kinesis.hasStreams).toBe(false);
    expect(lines[2]).toContain("it cannot be reached (ECONNREFUSED)");
  });
});

describe("something foreign", () => {
  it("at the S3 port is named with the setting to change", async () => {
    const s3Port = await serve((_, response) => {
      response.writeHead(404).end("hello");
    });
    await expect(start({ s3Port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: `Port ${s3Port} is meant for S3, but it answered 404 and not as S3 does. Stop what is there, or change S3_PORT.`,
      details: { port: s3Port, setting: "S3_PORT" },
    });
    expect(readdirSync(home)).toEqual([]);
  });

  it("at the Redis port is named with the setting to change", async () => {
    const redisPort = await serve((_, response) => {
      response.end("<html>");
    });
    await expect(start({ redisPort })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      details: { port: redisPort, setting: "REDIS_PORT" },
    });
  });

  it("that is Redis with another token says which setting holds the token", async () => {
    const mine = await startRedis({ port: 0, token: "secret" });
    closing.push(mine.close);
    await expect(start({ redisUrl: mine.url })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining("it refused the token. Set UPSTASH_REDIS_REST_TOKEN"),
      details: { setting: "UPSTASH_REDIS_REST_TOKEN" },
    });
  });

  it("that does not speak HTTP is named", async () => {
    const server = createTcpServer((socket) => socket.end("220 ready\r\n")).listen(0, "127.0.0.1");
    await once(server, "listening");
    closing.push(() => server.close());
    const { port } = server.address() as AddressInfo;
    await expect(start({ s3Port: port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining("it does not speak HTTP"),
    });
  });

  it("with S3 switched off is not taken for S3", async () => {
    const port = await serve((_, response) => {
      response.end('{"services": {"s3": "disabled"}}');
    });
    expect(await probeS3(`http://127.0.0.1:${port}`)).toMatchObject({ state: "foreign" });
  });

  it("that no embedded part could replace, and does not answer, is a dependency that is down", async () => {
    await expect(start({ s3Url: `https://localhost:${await freePort()}` })).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
      details: { setting: "AWS_ENDPOINT_URL_S3" },
    });
  });
});

describe("two processes on one home", () => {
  it("share the parts of the first, whatever ports the second would have chosen", async () => {
    const { told, next, end } = await startElsewhere();
    expect([told.s3.embedded, told.redis.embedded]).toEqual([true, true]);
    const { s3, redis, close } = await start({ s3Port: await freePort(), redisPort: 0 });
    expect(s3).toEqual({ url: told.s3.url, embedded: false });
    expect(redis).toEqual({ url: told.redis.url, token: "local", embedded: false });

    const cache = redisCache({ url: redis.url, token: redis.token, deadlineMs: 5000 });
    await cache.set("key", "value", 60);
    await close();
    expect(await cache.get("key"), "closing ours leaves theirs").toBe("value");
    await end();
    expect(await next()).toEqual({ closed: true });
    expect(readdirSync(home)).toEqual(["kinesis", "s3"]);
  });

  it("that start at the same moment end with one owner", async () => {
    const [s3Port, redisPort] = [await freePort(), await freePort()];
    const all = await Promise.all([1, 2, 3].map(() => startElsewhere({ s3Port, redisPort })));
    expect(all.filter(({ told }) => told.s3.embedded)).toHaveLength(1);
    expect(new Set(all.map(({ told }) => told.s3.url))).toEqual(
      new Set([`http://127.0.0.1:${s3Port}`]),
    );
    expect(new Set(all.map(({ told }) => told.redis.url)).size).toBe(1);
  });

  it("leave the home to the second when the first was killed", async () => {
    const first = await startElsewhere();
    await first.kill();
    expect(readdirSync(home)).toContain("embedded.lock");
    const { s3, redis } = await start();
    expect([s3.embedded, redis.embedded]).toEqual([true, true]);
  });

  it("leave the home to the second when the pid of the first is another program now", async () => {
    const [s3, redis] = [await freePort(), await freePort()];
    const owner = { pid: process.ppid, startedMs: 1, ports: { s3, redis }, nonce: "first" };
    writeFileSync(lockPath(home), JSON.stringify(owner));
    expect((await start()).s3.embedded).toBe(true);
  });

  it("are refused, with pid and ports, when the first does not serve what the second needs", async () => {
    const taken = takeHome(home, { startedMs: 1 });
    if (!("lock" in taken)) throw new Error("the home is taken");
    closing.push(taken.lock.release);
    const port = await serve((_, response) => {
      response.end("hello");
    });
    taken.lock.publish({ s3: port, redis: null });
    await expect(start()).rejects.toMatchObject({
      code: "PORT_TAKEN",
      message: expect.stringContaining(
        `Process ${process.pid} holds ${lockPath(home)} on port s3 ${port}`,
      ),
      details: { pid: process.pid, ports: { s3: port, redis: null }, setting: "EQUIPOISE_HOME" },
    });
  });
});
