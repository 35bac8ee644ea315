/** Functions read their settings from the environment: this gives those of one test file an S3 of their own. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll } from "vitest";
import { type S3Server, startS3 } from "../../localstack/embedded/s3/server.ts";

/** Call before the first import of a function; no Redis answers, as when it is down. */
export function embeddedWorld(settings: Readonly<Record<string, string>> = {}): void {
  let server: S3Server;
  let root: string;
  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "equipoise-functions-"));
    server = await startS3({ port: 0, root, buckets: ["equipoise"] });
    Object.assign(process.env, {
      AWS_ENDPOINT_URL_S3: server.url,
      UPSTASH_REDIS_REST_URL: "http://127.0.0.1:9",
      LOG_LEVEL: "silent",
      ...settings,
    });
  });
  afterAll(async () => {
    await server.close();
    await rm(root, { recursive: true, force: true });
  });
}
