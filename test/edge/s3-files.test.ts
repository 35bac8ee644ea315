// Reading files out of buckets: what is asked of the store, and what its refusals are called.
import { randomBytes } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { type S3Objects, s3Objects } from "../../lib/edge/s3.ts";
import { s3Files } from "../../lib/edge/s3-files.ts";
import type { ObjectFiles } from "../../lib/ports.ts";
import { type S3Server, startS3 } from "../../localstack/embedded/s3/server.ts";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const MB = 1024 * 1024;

let root: string;
let server: S3Server;
let objects: S3Objects;
let files: ObjectFiles;

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "equipoise-s3-files-"));
  server = await startS3({ port: 0, root, buckets: ["incoming"] });
  objects = s3Objects({ bucket: "incoming", endpoint: server.url, credentials: CREDENTIALS });
  files = s3Files({ endpoint: server.url, credentials: CREDENTIALS });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

async function stored(key: string, body: Uint8Array) {
  await objects.put(key, body);
  return (await objects.head(key))!;
}

/** A store that answers everything like this. */
async function answering(listener: RequestListener): Promise<ObjectFiles> {
  const stand = createServer(listener);
  await new Promise<void>((resolve) => stand.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    stand.closeAllConnections();
    stand.close();
  });
  const { port } = stand.address() as AddressInfo;
  return s3Files({ endpoint: `http://127.0.0.1:${port}`, credentials: CREDENTIALS });
}

const refusing = (status: number, code: string) =>
  answering((request, response) => {
    request.resume();
    response
      .writeHead(status, { "content-type": "application/xml" })
      .end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>no</Message></Error>`);
  });

const LISTED = { key: "a.csv", bytes: 10, etag: '"1"', modifiedMs: 0 };

async function read(from: ObjectFiles, object = LISTED): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of from.chunks("incoming", object)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

describe("s3Files", () => {
  it("reads an object whole, in ranges that begin small and stay bounded", async () => {
    const body = randomBytes(33 * MB + 7);
    const object = await stored("large.bin", body);
    const sizes: number[] = [];
    const whole: Buffer[] = [];
    for await (const chunk of files.chunks("incoming", object)) {
      sizes.push(chunk.length);
      whole.push(chunk);
    }
    expect(Buffer.concat(whole).equals(body)).toBe(true);
    expect(sizes[0]).toBe(MB / 4);
    expect(Math.max(...sizes)).toBe(8 * MB);
  });

  it("reads no byte of an empty object", async () => {
    expect(await read(files, await stored("empty.csv", Buffer.alloc(0)))).toHaveLength(0);
  });

  it("lists below a prefix in key order", async () => {
    for (const key of ["list/b.csv", "list/a.csv", "listed.csv"])
      await stored(key, Buffer.from(key));
    const keys = async (prefix: string) =>
      (await files.list("incoming", prefix)).map(({ key }) => key);
    expect(await keys("list/")).toEqual(["list/a.csv", "list/b.csv"]);
    expect(await keys("list/c")).toEqual([]);
  });

  it("never joins two contents of one object", async () => {
    const object = await stored("changing.csv", randomBytes(MB));
    const reader = files.chunks("incoming", object)[Symbol.asyncIterator]();
    await reader.next();
    await stored("changing.csv", randomBytes(MB));
    await expect(reader.next()).rejects.toMatchObject({
      code: "BAD_FILE",
      message: expect.stringMatching(
        /^"s3:\/\/incoming\/changing\.csv" was written again while it was being read; expected /,
      ),
    });
  });

  it("says that an object was removed after it was listed", async () => {
    const object = await stored("leaving.csv", randomBytes(10));
    await objects.remove("leaving.csv");
    await expect(read(files, object)).rejects.toMatchObject({
      code: "BAD_FILE",
      message: expect.stringContaining("was removed while it was being read"),
    });
  });

  it("names the rights that are missing", async () => {
    const refused = await refusing(403, "AccessDenied");
    const failure = {
      code: "BAD_FILE",
      message: expect.stringContaining(
        'may not be read (403 AccessDenied); expected credentials with s3:ListBucket on "incoming" and s3:GetObject',
      ),
    };
    await expect(refused.list("incoming", "daily/")).rejects.toMatchObject(failure);
    await expect(read(refused)).rejects.toMatchObject(failure);
  });

  it("names a bucket that does not exist", async () => {
    await expect(files.list("no-such-bucket", "daily/")).rejects.toMatchObject({
      code: "BAD_FILE",
      message:
        '"s3://no-such-bucket/daily/" names the bucket "no-such-bucket", which does not exist; expected a bucket of this store',
    });
  });

  it("says that a bucket lies in another region", async () => {
    for (const refused of [
      await refusing(301, "PermanentRedirect"),
      await refusing(400, "AuthorizationHeaderMalformed"),
    ]) {
      await expect(refused.list("incoming", "")).rejects.toMatchObject({
        code: "BAD_FILE",
        message: expect.stringMatching(/lies in another region .*expected AWS_REGION/),
      });
    }
  });

  it("leaves a store that fails to be down, after it tried again", async () => {
    let requests = 0;
    const failing = await answering((request, response) => {
      requests++;
      request.resume();
      response.writeHead(503).end();
    });
    await expect(failing.list("incoming", "")).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(requests).toBe(3);
  });

  it("never takes part of a range for the whole", async () => {
    const cut = await answering((_, response) => {
      response.writeHead(206, { "content-range": "bytes 0-9/10" });
      response.end("half");
    });
    await expect(read(cut)).rejects.toThrow(/ended after 4 of 10 bytes/);
  });
});
