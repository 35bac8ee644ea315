/** What the store has taken of one dataset: the chain of its manifests, its parts, and what was wrong with either at that moment. */
import type { Manifest } from "../../lib/ports.ts";
import type { S3Response } from "../../localstack/embedded/s3/message.ts";
import type { S3Call } from "./s3-transport.ts";

export type Violate = (rule: string, detail: string) => void;

export type Chain = Readonly<{
  /** Every manifest the store has taken, in order. */
  manifests: readonly Manifest[];
  /** Every part ever stored, by hash. */
  parts: ReadonlyMap<string, Buffer>;
  /** Hashes of the parts that are there now. */
  present: ReadonlySet<string>;
  /** Told of each object that was stored, and of each part that was removed. */
  put: (call: S3Call, response: S3Response) => void;
  removed: (key: string) => void;
  /** The manifest before the present one, as it was answered. */
  earlier: () => S3Response | undefined;
}>;

const shaOf = (key: string): string => key.slice(key.lastIndexOf("/") + 1).split(".")[0]!;
const named = ({ parts }: Manifest): string[] => Object.values(parts).map(({ sha256 }) => sha256);

export function chainOf(dataset: string, keepManifests: number, violate: Violate): Chain {
  const manifests: Manifest[] = [];
  const bodies = new Map<number, Buffer>();
  const parts = new Map<string, Buffer>();
  const present = new Set<string>();
  let last: S3Response | undefined;
  let beforeLast: S3Response | undefined;

  const publish = (body: Buffer, response: S3Response): void => {
    const manifest = JSON.parse(body.toString()) as Manifest;
    const before = manifests.at(-1);
    const { seq, parent_nonce: parent } = manifest;
    if (seq !== (before?.seq ?? 0) + 1 || parent !== (before?.nonce ?? null)) {
      violate(
        "fork",
        `${dataset} ${seq} (parent ${parent}) was put on ${before?.seq} (${before?.nonce})`,
      );
    }
    for (const sha256 of named(manifest)) {
      if (!present.has(sha256)) {
        violate("pointer before part", `${dataset} ${seq} names ${sha256}`);
      }
    }
    manifests.push(manifest);
    bodies.set(seq, body);
    beforeLast = last;
    const { etag = "" } = response.headers;
    const headers = { etag, "content-length": String(body.length) };
    last = { status: 200, headers, body };
  };

  return {
    manifests,
    parts,
    present,
    earlier: () => beforeLast,
    put({ key, kind, request }, response) {
      // One that is put in the place of itself publishes nothing: a collector asks so whether it has the newest.
      const isItself = last !== undefined && Buffer.compare(last.body, request.body) === 0;
      if (kind === "manifest" && !isItself) publish(request.body, response);
      if (kind === "history") {
        const published = bodies
          .get(Number(shaOf(key)))
          ?.toString()
          .trim();
        if (published !== request.body.toString().trim())
          violate("history", `${key} is not the version that was published`);
      }
      if (kind !== "part") return;
      parts.set(shaOf(key), request.body);
      present.add(shaOf(key));
    },
    removed(key) {
      const sha256 = shaOf(key);
      present.delete(sha256);
      const kept = manifests.slice(-keepManifests).find((one) => named(one).includes(sha256));
      if (kept === undefined) return;
      violate(
        "collected a named part",
        `${sha256} of ${dataset} ${kept.seq} of ${manifests.length}`,
      );
    },
  };
}
