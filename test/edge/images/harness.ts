/** The image store of the tests: over the embedded S3 server, with a clock that can be moved and faults on demand. */
import { randomUUID } from "node:crypto";
import { afterAll } from "vitest";
import type { ImageStoreOptions } from "../../../lib/edge/images/context.ts";
import { type ImageEvent, type ImageStore, imageStore } from "../../../lib/edge/images.ts";
import { AppError } from "../../../lib/errors.ts";
import type { CommitOutcome, Draft, Images, Objects, PartWriter } from "../../../lib/ports.ts";

export type TestStore = ImageStore & Readonly<{ events: ImageEvent[]; pass: (ms: number) => void }>;

const opened: ImageStore[] = [];
afterAll(() => {
  for (const store of opened.splice(0)) store.close();
});

/** A store of its own, as another process would have it. `pass` moves its clock; its waits are real but short. */
export function newStore(objects: Objects, options: Partial<ImageStoreOptions> = {}): TestStore {
  let offsetMs = 0;
  const events: ImageEvent[] = [];
  const store = imageStore({
    objects,
    writer: "test",
    nowMs: () => Date.now() + offsetMs,
    random: Math.random,
    uuid: randomUUID,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 200))),
    revalidateMs: 0,
    log: (event) => events.push(event),
    ...options,
  });
  opened.push(store);
  return {
    ...store,
    events,
    pass: (ms) => {
      offsetMs += ms;
    },
  };
}

let datasets = 0;
/** A dataset no other test uses. */
export const newDataset = (): string => `dataset-${++datasets}`;

export const SCHEMA = [
  "create table entry(id integer primary key, value text not null, times integer not null) strict;",
];

export const described = (db: PartWriter) => {
  const [row] = db.query<{ rows: number }>("select count(*) as rows from entry");
  return { rows: row!.rows, from: null, to: null };
};

/** Adds a row, or counts that it was added again. */
export const add =
  (id: number, value = `value ${id}`) =>
  (db: PartWriter) =>
    db.run(
      "insert into entry(id, value, times) values (:id, :value, 1) on conflict do update set value = :value, times = times + 1",
      { ":id": id, ":value": value },
    );

export const editing =
  (part: string, ...changes: ((db: PartWriter) => void)[]) =>
  (draft: Draft): Promise<void> =>
    draft.edit(
      part,
      SCHEMA,
      (db) => {
        for (const change of changes) change(db);
      },
      described,
    );

let jobs = 0;
/** Commits one row to one part. */
export const commitRow = (
  images: Images,
  dataset: string,
  part: string,
  id: number,
  value?: string,
): Promise<CommitOutcome<void>> =>
  images.commit(dataset, { id: `job ${++jobs}`, note: "add" }, editing(part, add(id, value)));

/** The ids in a part, as a reader sees them. */
export async function idsIn(images: Images, dataset: string, part: string): Promise<number[]> {
  const snapshot = await images.snapshot(dataset);
  try {
    const image = await snapshot.open(part);
    return image.query<{ id: number }>("select id from entry order by id").map(({ id }) => id);
  } finally {
    snapshot.release();
  }
}

export type Operation = "get" | "getIfChanged" | "put" | "remove" | "list" | "head";
export type Fault =
  | "down_before"
  | "down_after"
  | "precondition_failed"
  | "conflict"
  | "missing"
  | "stale"
  | "truncated"
  | "flipped";

const down = (operation: string, key: string) =>
  new AppError("DEPENDENCY_DOWN", `injected: ${operation} of "${key}" was not answered`);

/**
 * Wraps a store of objects. `fault` is asked before each operation: `stale` answers a read with what the key
 * held one write earlier (through this wrapper), `truncated` and `flipped` damage a body on its way,
 * `down_after` does the work and loses the answer.
 */
export function faulty(
  objects: Objects,
  fault: (operation: Operation, key: string) => Fault | undefined,
): Objects {
  const earlier = new Map<string, Awaited<ReturnType<Objects["get"]>>>();

  /** Asks for a fault once, and passes on to the work those that change its answer. */
  const through = async <T>(
    operation: Operation,
    key: string,
    work: (injected: Fault | undefined) => Promise<T>,
  ): Promise<T> => {
    const injected = fault(operation, key);
    if (injected === "down_before") throw down(operation, key);
    const result = await work(injected);
    if (injected === "down_after") throw down(operation, key);
    return result;
  };

  const damaged = <T extends { body: Buffer }>(object: T, injected: Fault | undefined): T => {
    if (injected === "truncated") {
      return { ...object, body: object.body.subarray(0, object.body.length >> 1) };
    }
    if (injected !== "flipped") return object;
    const body = Buffer.from(object.body);
    body[body.length >> 1]! ^= 1;
    return { ...object, body };
  };

  return {
    ...objects,
    get: (key) =>
      through("get", key, async (injected) => {
        const object = injected === "stale" ? earlier.get(key) : await objects.get(key);
        return object && damaged(object, injected);
      }),
    getIfChanged: (key, etag) =>
      through("getIfChanged", key, async (injected) => {
        if (injected === "stale") return earlier.get(key);
        const object = await objects.getIfChanged(key, etag);
        return object === "unchanged" || object === undefined ? object : damaged(object, injected);
      }),
    put: (key, body, options) =>
      through("put", key, async (injected) => {
        const refusals = ["precondition_failed", "conflict", "missing"] as const;
        const refusal = refusals.find((outcome) => outcome === injected);
        if (refusal !== undefined) return { outcome: refusal };
        if (key.endsWith("manifest.json")) earlier.set(key, await objects.get(key));
        return objects.put(key, body, options);
      }),
    head: (key) => through("head", key, () => objects.head(key)),
    list: (prefix) => through("list", prefix, () => objects.list(prefix)),
    remove: (key) => through("remove", key, () => objects.remove(key)),
  };
}

/** Injects each of the faults once, at the first operations that fit. */
export function once(...plan: [Operation, string, Fault][]) {
  const left = [...plan];
  const fault = (operation: Operation, key: string): Fault | undefined => {
    const at = left.findIndex(([wanted, part]) => wanted === operation && key.includes(part));
    return at < 0 ? undefined : left.splice(at, 1)[0]![2];
  };
  return { fault, left };
}
