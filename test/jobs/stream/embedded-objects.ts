/** The embedded S3 for one test file; files share a process here, so none of them may touch `world`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type S3Objects, s3Objects } from "../../../lib/edge/s3.ts";
import { type S3Server, startS3 } from "../../../localstack/embedded/s3/server.ts";

/** @returns the objects, from the first test on */
export function embeddedObjects(): () => S3Objects {
  let server: S3Server;
  let root: string;
  let objects: S3Objects;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "equipoise-objects-"));
    server = await startS3({ port: 0, root, buckets: ["equipoise"] });
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    objects = s3Objects({ endpoint: server.url, bucket: "equipoise", credentials });
  });
  afterAll(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });
  return () => objects;
}
