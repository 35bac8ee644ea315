/** Objects of one Map, with the conditions of S3, that count what they are asked. */
import { AppError } from "../../../lib/errors.ts";
import type { Objects, PutOptions, PutOutcome } from "../../../lib/ports.ts";

export type MapObjects = Pick<Objects, "get" | "getIfChanged" | "put" | "list" | "remove"> & {
  asked: { get: number; getIfChanged: number; put: number };
  /** A store that cannot be reached throws. */
  down: boolean;
  /** Runs before each put: somebody else may write. */
  beforePut: (key: string) => void;
  write: (key: string, text: string) => void;
  text: (key: string) => string | undefined;
};

export function mapObjects(): MapObjects {
  const entries = new Map<string, { body: Buffer; etag: string }>();
  let writes = 0;
  const write = (key: string, body: Buffer): PutOutcome => {
    const etag = `"${++writes}"`;
    entries.set(key, { body, etag });
    return { outcome: "stored", etag };
  };
  const put = (key: string, body: Buffer, { ifMatch, ifNoneMatch }: PutOptions): PutOutcome => {
    const present = entries.get(key);
    if (ifNoneMatch && present) return { outcome: "precondition_failed" };
    if (ifMatch !== undefined && !present) return { outcome: "missing" };
    if (ifMatch !== undefined && present?.etag !== ifMatch)
      return { outcome: "precondition_failed" };
    return write(key, body);
  };
  const reached = () => {
    if (objects.down) throw new AppError("DEPENDENCY_DOWN", "down", { dependency: "s3" });
  };
  const objects: MapObjects = {
    asked: { get: 0, getIfChanged: 0, put: 0 },
    down: false,
    beforePut: () => {},
    async get(key) {
      objects.asked.get++;
      reached();
      const entry = entries.get(key);
      return entry && { ...entry, modifiedMs: 0 };
    },
    async getIfChanged(key, etag) {
      objects.asked.getIfChanged++;
      reached();
      const entry = entries.get(key);
      return entry?.etag === etag ? "unchanged" : entry && { ...entry, modifiedMs: 0 };
    },
    async put(key, body, options = {}) {
      objects.asked.put++;
      reached();
      objects.beforePut(key);
      return put(key, Buffer.from(body), options);
    },
    async list(prefix) {
      const found = [...entries].filter(([key]) => key.startsWith(prefix));
      return found
        .sort()
        .map(([key, { body, etag }]) => ({ key, bytes: body.length, etag, modifiedMs: 0 }));
    },
    async remove(key) {
      entries.delete(key);
    },
    write: (key, text) => void write(key, Buffer.from(text)),
    text: (key) => entries.get(key)?.body.toString(),
  };
  return objects;
}
