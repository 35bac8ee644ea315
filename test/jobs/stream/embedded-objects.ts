/** The embedded S3 for one test file; where files share a process, none of them may touch `world`. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type S3Objects, s3Objects } from "../../../lib/edge/s3.ts";
import { type S3Server, startS3 } from "../../../localstack/embedded/s3/server.ts";

const BUCKET = "equipoise";

/** @returns the server, from the first test on, and in what is done before it */
export function embeddedS3(): () => S3Server {
  let server: S3Server;
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "equipoise-objects-"));
    server = await startS3({ port: 0, root, buckets: [BUCKET] });
  });
  afterAll(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });
  return () => server;
}

/** @returns the objects, from the first test on */
export function embeddedObjects(): () => S3Objects {
  const server = embeddedS3();
  let objects: S3Objects;
  beforeAll(() => {
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    objects = s3Objects({ endpoint: server().url, bucket: BUCKET, credentials });
  });
  return () => objects;
}
