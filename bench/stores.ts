/** Image stores to measure on: over the embedded S3 server of this process, and over objects in plain memory. */
import { createHash, randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { type ImageStore, imageStore } from "../lib/edge/images.ts";
import { s3Objects } from "../lib/edge/s3.ts";
import type { Objects, PutOutcome } from "../lib/ports.ts";
import { startS3 } from "../localstack/embedded/s3/server.ts";

const BUCKET = "equipoise";
const LOCAL_CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

export const storeOver = (objects: Objects): ImageStore =>
  imageStore({
    objects,
    writer: "bench",
    nowMs: Date.now,
    random: Math.random,
    uuid: randomUUID,
    sleep: (ms) => sleep(ms),
  });

export type EmbeddedStore = Readonly<{
  images: ImageStore;
  /** Address of the S3 server; it shares this process, which in `npm start` it does not. */
  url: string;
  close: () => Promise<void>;
}>;

/** @param root folder of the server's files; what an earlier server left there is served again */
export async function embeddedStore(root: string): Promise<EmbeddedStore> {
  const server = await startS3({ port: 0, root, buckets: [BUCKET] });
  const images = storeOver(
    s3Objects({ bucket: BUCKET, endpoint: server.url, credentials: LOCAL_CREDENTIALS }),
  );
  return {
    images,
    url: server.url,
    close: async () => {
      images.close();
      await server.close();
    },
  };
}

/** Objects without a network or a disk: what is left of a commit is our own work. */
export function memoryObjects(): Objects {
  type Kept = Readonly<{ body: Buffer; etag: string; modifiedMs: number }>;
  const kept = new Map<string, Kept>();
  const info = (key: string, { body, etag, modifiedMs }: Kept) => ({
    key,
    bytes: body.length,
    etag,
    modifiedMs,
  });

  const put: Objects["put"] = async (key, body, { ifMatch, ifNoneMatch } = {}) => {
    const present = kept.get(key);
    if (ifNoneMatch === "*" && present) return { outcome: "precondition_failed" };
    if (ifMatch !== undefined && !present) return { outcome: "missing" };
    if (ifMatch !== undefined && present?.etag !== ifMatch)
      return { outcome: "precondition_failed" };
    // S3's own ETag; the hash is part of what any store has to do with a body.
    const etag = `"${createHash("md5").update(body).digest("hex")}"`;
    kept.set(key, { body: Buffer.from(body), etag, modifiedMs: Date.now() });
    return { outcome: "stored", etag } satisfies PutOutcome;
  };

  return {
    get: async (key, range) => {
      const present = kept.get(key);
      if (!present || !range) return present;
      const { offset, bytes } = range;
      return { ...present, body: present.body.subarray(offset, offset + bytes) };
    },
    getIfChanged: async (key, etag) => {
      const present = kept.get(key);
      return present?.etag === etag ? "unchanged" : present;
    },
    head: async (key) => {
      const present = kept.get(key);
      return present && info(key, present);
    },
    put,
    putStream: async (key, chunks) => {
      const all: Uint8Array[] = [];
      for await (const chunk of chunks) all.push(chunk);
      const body = Buffer.concat(all);
      await put(key, body);
      return { bytes: body.length };
    },
    list: async (prefix, { after = "", limit } = {}) =>
      [...kept]
        .filter(([key]) => key.startsWith(prefix) && key > after)
        .map(([key, object]) => info(key, object))
        .sort((a, b) => (a.key < b.key ? -1 : 1))
        .slice(0, limit),
    remove: async (key) => {
      kept.delete(key);
    },
    presignedGet: async (key) => `memory:${key}`,
  };
}
