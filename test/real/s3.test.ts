/**
 * The Objects contract against a real endpoint: LocalStack, moto, a bucket of one's own.
 * S3_TEST_ENDPOINT=http://127.0.0.1:4566 [S3_TEST_ACCESS_KEY_ID=... S3_TEST_SECRET_ACCESS_KEY=...]
 * [S3_TEST_STORE=moto], which leaves out the cases a stand-in is known to fail.
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
const SKIPPED: Readonly<Record<string, SkippedCases>> = {
  moto: {
    "shows a reader whole bodies only while they are replaced":
      "moto answers 500 when an object is read while it is replaced",
    "refuses a link that was tampered with": "moto verifies no signatures",
    "refuses a link whose time has passed": "moto lets links live for ever",
    'keeps an object whose key is "tab\\tand\\nnewline"': "moto routes no key with a line break",
  },
};

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
