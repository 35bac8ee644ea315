/** Real processes that write to one dataset until they are killed, and what must hold of it afterwards. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import { type ImageStore, imageStore } from "../../lib/edge/images.ts";
import { s3Objects } from "../../lib/edge/s3.ts";
import { NODE_OPTIONS } from "./command.ts";
import { DATASET } from "./jobs.ts";

export type Store = Readonly<{ url: string; bucket: string; redisUrl?: string }>;

/** By job: the version it was told; `undefined` when it was told that an earlier attempt had done it. */
export type Acknowledged = Map<string, number | undefined>;

const AT_ONCE = 5;
const children = new Set<ChildProcess>();

export function child(script: string, ...args: readonly string[]): ChildProcess {
  const { PATH = "" } = process.env;
  const started = spawn(process.execPath, [...NODE_OPTIONS, script, ...args], {
    env: { PATH, TZ: "UTC", LOG_LEVEL: "silent" },
    stdio: ["ignore", "pipe", "inherit"],
  });
  children.add(started);
  started.once("exit", () => children.delete(started));
  return started;
}

export async function end(started: ChildProcess): Promise<void> {
  const exited = once(started, "exit");
  started.kill("SIGKILL");
  const [, signal] = await exited;
  expect(signal).toBe("SIGKILL");
}

export function endAll(): void {
  for (const started of children) started.kill("SIGKILL");
}

/** Writes for a while after its first acknowledged job, then is killed. */
async function writeAndDie(store: Store, number: number, acknowledged: Acknowledged) {
  const { url, bucket, redisUrl } = store;
  const redis = redisUrl === undefined ? [] : [redisUrl];
  const writer = child("test/faults/writer.ts", url, bucket, String(number), ...redis);
  let text = "";
  writer.stdout!.setEncoding("utf8").on("data", (more: string) => {
    text += more;
  });
  await once(writer.stdout!, "data");
  await sleep(Math.random() * 1_500);
  const closed = once(writer.stdout!, "close");
  await end(writer);
  await closed;
  for (const [, id, seq, outcome] of text.matchAll(/^done (\S+) (\d+) (\S+)$/gm)) {
    acknowledged.set(id!, outcome === "committed" ? Number(seq) : undefined);
  }
}

/** Some at a time, until all have been killed. @returns what they were told before */
export async function killedWriters(store: Store, count: number): Promise<Acknowledged> {
  const acknowledged: Acknowledged = new Map();
  const left = Array.from({ length: count }, (_, number) => number + 1);
  const lane = async (): Promise<void> => {
    for (let number = left.shift(); number !== undefined; number = left.shift()) {
      await writeAndDie(store, number, acknowledged);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  return acknowledged;
}

export function readerOf({ url, bucket }: Store): ImageStore {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  return imageStore({
    objects: s3Objects({ bucket, endpoint: url, credentials }),
    writer: "reader",
    nowMs: Date.now,
    random: Math.random,
    uuid: () => crypto.randomUUID(),
    sleep: (ms) => sleep(ms),
  });
}

/** Every acknowledged job is applied once, in the version it was told. */
export async function expectNothingLost(images: ImageStore, acknowledged: Acknowledged) {
  const snapshot = await images.snapshot(DATASET);
  const ledger = await snapshot.open("ledger");
  const rows = ledger.query<{ id: number; times: number }>("select id, times from entry");
  snapshot.release();
  expect(rows.filter(({ times }) => times !== 1)).toEqual([]);
  const present = new Set(rows.map(({ id }) => `job-${id}`));
  expect([...acknowledged.keys()].filter((id) => !present.has(id))).toEqual([]);
  const versions = await images.versions(DATASET);
  const published = new Map(versions.map(({ seq, note }) => [seq, note]));
  const misplaced = [...acknowledged].filter(
    ([id, seq]) => seq !== undefined && (published.get(seq) ?? id) !== id,
  );
  expect(misplaced).toEqual([]);
}

/** There is one chain of versions, whose newest is whole. */
export async function expectOneChain(images: ImageStore) {
  const versions = await images.versions(DATASET);
  const nonces = versions.map(({ nonce }) => nonce);
  const parents = versions.map(({ parent_nonce: parent }) => parent);
  expect(parents.slice(0, -1)).toEqual(nonces.slice(1));
  expect((await images.verify(DATASET)).filter(({ ok }) => !ok)).toEqual([]);
}
