/**
 * The Objects contract against a real endpoint: LocalStack, moto, a bucket of one's own.
 * S3_TEST_ENDPOINT=http://127.0.0.1:4566 [S3_TEST_ACCESS_KEY_ID=... S3_TEST_SECRET_ACCESS_KEY=...]
 * [S3_TEST_STORE=moto] npx vitest run --config test/real/vitest.config.ts test/real/s3.test.ts
 */
import { randomUUID } from "node:crypto";
import { beforeAll, describe, it } from "vitest";
import { type S3Objects, s3Objects } from "../../lib/edge/s3.ts";
import { objectsContract, type SkippedCases } from "../edge/objects.contract.ts";

const {
  S3_TEST_ENDPOINT: endpoint,
  S3_TEST_ACCESS_KEY_ID: accessKeyId = "test",
  S3_TEST_SECRET_ACCESS_KEY: secretAccessKey = "test",
  S3_TEST_STORE: store = "",
} = process.env;

/** What known stand-ins do otherwise than S3. */
const SKIPPED: Readonly<Record<string, SkippedCases>> = {};

if (endpoint === undefined) {
  describe("Objects: real endpoint", () => {
    it.skip("skipped: S3_TEST_ENDPOINT is not set", () => {});
  });
} else {
  let objects: S3Objects;

  beforeAll(async () => {
    objects = s3Objects({
      bucket: `equipoise-${randomUUID()}`,
      endpoint,
      credentials: { accessKeyId, secretAccessKey },
    });
    await objects.ensureBucket();
  });

  objectsContract(
    endpoint,
    () => ({ objects, sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)) }),
    SKIPPED[store],
  );
}
