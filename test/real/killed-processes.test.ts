/**
 * Real processes, real sockets, a real disk: twenty writers of one dataset, each killed at a random moment, over an
 * embedded S3 that is killed twice itself. Afterwards nothing that was acknowledged is missing.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type ImageStore, imageStore } from "../../lib/edge/images.ts";
import { s3Objects } from "../../lib/edge/s3.ts";
import type { Manifest } from "../../lib/ports.ts";
import { type S3Server, startS3 } from "../../localstack/embedded/s3/server.ts";
import { NODE_OPTIONS } from "../faults/command.ts";
import { BUCKET, DATASET } from "../faults/jobs.ts";

const WRITERS = 20;
const AT_ONCE = 5;
const SERVER_DEATHS = 2;

const home = mkdtempSync(join(tmpdir(), "equipoise-killed-"));
const children = new Set<ChildProcess>();
/** By job: the version it was told; `undefined` when it was told that an earlier attempt had done it. */
const acknowledged = new Map<string, number | undefined>();
let port = 0;
let killed = 0;
let serverDeaths = 0;

function child(script: string, ...args: readonly string[]): ChildProcess {
  const { PATH = "" } = process.env;
  const started = spawn(process.execPath, [...NODE_OPTIONS, script, ...args], {
    env: { PATH, TZ: "UTC", LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(started);
  started.once("exit", () => children.delete(started));
  return started;
}

async function end(started: ChildProcess): Promise<void> {
  const exited = once(started, "exit");
  started.kill("SIGKILL");
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port: free } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return free;
}

async function serve(): Promise<ChildProcess> {
  const server = child("test/faults/serve.ts", home, String(port));
  await once(server.stdout!, "data");
  return server;
}

/** Writes for a while after its first acknowledged job, then is killed. */
async function writeAndDie(number: number): Promise<void> {
  const writer = child("test/faults/writer.ts", `http://127.0.0.1:${port}`, String(number));
  let text = "";
  writer.stdout!.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  await once(writer.stdout!, "data");
  await sleep(Math.random() * 1_500);
  const closed = once(writer.stdout!, "close");
  await end(writer);
  await closed;
  killed++;
  for (const [, id, seq, outcome] of text.matchAll(/^done (\S+) (\d+) (\S+)$/gm)) {
    acknowledged.set(id!, outcome === "committed" ? Number(seq) : undefined);
  }
}

let server: S3Server;
let images: ImageStore;

beforeAll(async () => {
  port = await freePort();
  let store = await serve();
  const left = Array.from({ length: WRITERS }, (_, number) => number + 1);
  const lane = async (): Promise<void> => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      await writeAndDie(number);
    }
  };
  const lanes = Promise.all(Array.from({ length: AT_ONCE }, lane));
  for (; serverDeaths < SERVER_DEATHS; serverDeaths++) {
    await sleep(2_000 + Math.random() * 2_000);
    await end(store);
    store = await serve();
  }
  await lanes;
  await end(store);

  server = await startS3({ port: 0, root: home });
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  images = imageStore({
    objects: s3Objects({ bucket: BUCKET, endpoint: server.url, credentials }),
    writer: "reader",
    nowMs: Date.now,
    random: Math.random,
    uuid: () => crypto.randomUUID(),
    sleep: (ms) => sleep(ms),
  });
}, 300_000);

afterAll(async () => {
  for (const started of children) started.kill("SIGKILL");
  images?.close();
  await server?.close();
  rmSync(home, { recursive: true, force: true });
});

describe(`${WRITERS} writers and their store, killed at random moments`, () => {
  it("leave every acknowledged job applied once, in the version it was told", async () => {
    expect({ killed, serverDeaths }).toEqual({ killed: WRITERS, serverDeaths: SERVER_DEATHS });
    expect(acknowledged.size).toBeGreaterThanOrEqual(WRITERS);
    const snapshot = await images.snapshot(DATASET);
    const ledger = await snapshot.open("ledger");
    const rows = ledger.query<{ id: number; times: number }>("select id, times from entry");
    snapshot.release();
    expect(rows.filter(({ times }) => times !== 1)).toEqual([]);
    const present = new Set(rows.map(({ id }) => `job-${id}`));
    expect([...acknowledged.keys()].filter((id) => !present.has(id))).toEqual([]);
    const published = new Map((await past()).map(({ seq, note }) => [seq, note]));
    const misplaced = [...acknowledged].filter(
      ([id, seq]) => seq !== undefined && (published.get(seq) ?? id) !== id,
    );
    expect(misplaced).toEqual([]);
  });

  it("leave one chain of versions, whose newest is whole", async () => {
    const versions = await past();
    const nonces = versions.map(({ nonce }) => nonce);
    const parents = versions.map(({ parent_nonce: parent }) => parent);
    expect(parents.slice(0, -1)).toEqual(nonces.slice(1));
    expect((await images.verify(DATASET)).filter(({ ok }) => !ok)).toEqual([]);
  });
});

const past = (): Promise<Manifest[]> => images.versions(DATASET);
