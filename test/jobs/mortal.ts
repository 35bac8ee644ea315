/** Processes that die: one store of objects, and ingestions over it that end at a write, as if they had been killed. */
import { randomUUID } from "node:crypto";
import { afterAll } from "vitest";
import { type ImageStore, imageStore } from "../../lib/edge/images.ts";
import { type IngestSummary, ingest } from "../../lib/jobs/ingest.ts";
import type { MarketSource, Objects } from "../../lib/ports.ts";

const opened: ImageStore[] = [];
afterAll(() => {
  for (const store of opened.splice(0)) store.close();
});

function storeOver(objects: Objects): ImageStore {
  const store = imageStore({
    objects,
    writer: "test",
    nowMs: Date.now,
    random: () => 0,
    uuid: randomUUID,
    sleep: async () => {},
    revalidateMs: 0,
  });
  opened.push(store);
  return store;
}

export class Killed extends Error {}

/**
 * Objects as a process has them that dies at its write number `at`: that one and all after it never happen.
 *
 * @param prefix of the keys whose writes count
 */
export function mortal(objects: Objects, at = Number.POSITIVE_INFINITY, prefix = "") {
  let writes = 0;
  const alive = <T>(effect: () => Promise<T>, written?: string): Promise<T> => {
    if (written?.startsWith(prefix)) writes++;
    return writes < at ? effect() : Promise.reject(new Killed(`killed at write ${at}`));
  };
  const wrapped: Objects = {
    ...objects,
    get: (key, range) => alive(() => objects.get(key, range)),
    getIfChanged: (key, etag) => alive(() => objects.getIfChanged(key, etag)),
    head: (key) => alive(() => objects.head(key)),
    list: (prefix, part) => alive(() => objects.list(prefix, part)),
    put: (key, body, options) => alive(() => objects.put(key, body, options), key),
    remove: (key) => alive(() => objects.remove(key), key),
  };
  return { objects: wrapped, writes: () => writes };
}

let jobs = 0;
/** A process of its own, which knows nothing of others and notes where it stands after every file. */
export const load = (objects: Objects, source: MarketSource): Promise<IngestSummary> =>
  ingest(
    { images: storeOver(objects), objects, nowMs: Date.now },
    {
      source,
      minDays: 1,
      isStrict: false,
      isGated: true,
      jobId: `job ${++jobs}`,
      checkpointRows: 1,
    },
  );

/** The hashes of all parts that readers see. */
export async function hashesIn(objects: Objects): Promise<Record<string, string>> {
  const snapshot = await storeOver(objects).snapshot("market");
  snapshot.release();
  const parts = Object.entries(snapshot.manifest.parts);
  return Object.fromEntries(parts.map(([part, { sha256 }]) => [part, sha256]));
}

/** What a load says of what it found, but for how it came about. */
export const figuresOf = ({ ingest_ms, files_resumed, ...figures }: IngestSummary) => figures;
