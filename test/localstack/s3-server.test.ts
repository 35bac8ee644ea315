import { mkdir, mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type S3Server, startS3 } from "../../localstack/embedded/s3/server.ts";

const Bucket = "kept";
let parent: string;
let root: string;
let server: S3Server;
let client: S3Client;

async function start(): Promise<void> {
  server = await startS3({ port: 0, root, buckets: [Bucket] });
  client = new S3Client({
    endpoint: server.url,
    region: "us-east-1",
    forcePathStyle: true,
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
}

async function restart(): Promise<void> {
  client.destroy();
  await server.close();
  await start();
}

beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), "equipoise-s3-"));
  root = join(parent, "store");
  await start();
});

afterEach(async () => {
  client.destroy();
  await server.close();
  await rm(parent, { recursive: true });
});

const put = (Key: string, Body: string | Buffer, options = {}) =>
  client.send(new PutObjectCommand({ Bucket, Key, Body, ...options }));
const text = async (Key: string) => {
  const { Body } = await client.send(new GetObjectCommand({ Bucket, Key }));
  return Body?.transformToString();
};

describe("restart", () => {
  it("keeps objects, their headers and their order", async () => {
    await put("b/../ü", "two", { ContentType: "text/plain", Metadata: { rows: "2" } });
    await put("a", "one");
    await put("a", "one again");
    const before = await client.send(new ListObjectsV2Command({ Bucket }));
    await restart();
    const after = await client.send(new ListObjectsV2Command({ Bucket }));
    expect(after.Contents).toEqual(before.Contents);
    expect(await text("a")).toBe("one again");
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "b/../ü" }));
    expect(head).toMatchObject({ ContentType: "text/plain", Metadata: { rows: "2" } });
  });

  it("keeps a record longer than the first look into its file", async () => {
    const Metadata = { note: "x".repeat(6000) };
    await put("long", "body", { Metadata });
    await restart();
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "long" }));
    expect(head.Metadata).toEqual(Metadata);
    expect(await text("long")).toBe("body");
  });

  it("keeps conditions working", async () => {
    const { ETag } = await put("pointer", "one");
    await restart();
    await expect(put("pointer", "x", { IfNoneMatch: "*" })).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await expect(put("pointer", "two", { IfMatch: ETag })).resolves.toBeDefined();
  });

  it("keeps an unfinished upload", async () => {
    const where = { Bucket, Key: "big" };
    const { UploadId } = await client.send(new CreateMultipartUploadCommand(where));
    const part = { ...where, UploadId, PartNumber: 1 };
    const { ETag } = await client.send(new UploadPartCommand({ ...part, Body: "part" }));
    await restart();
    const MultipartUpload = { Parts: [{ PartNumber: 1, ETag }] };
    await client.send(new CompleteMultipartUploadCommand({ ...where, UploadId, MultipartUpload }));
    expect(await text("big")).toBe("part");
  });

  it("clears what was half written", async () => {
    await mkdir(join(root, ".staging"), { recursive: true });
    await writeFile(join(root, ".staging", "left-over"), "half");
    await restart();
    expect(await readdir(join(root, ".staging"))).toEqual([]);
    expect((await client.send(new ListObjectsV2Command({ Bucket }))).KeyCount).toBe(0);
  });
});

describe("disk", () => {
  it("holds nothing outside the root, whatever the key", async () => {
    for (const key of ["../../../escaped", "..", "/etc/passwd", "a\0b", ".", "..\\..\\escaped"]) {
      await put(key, `body of ${key}`);
      expect(await text(key)).toBe(`body of ${key}`);
    }
    expect(await readdir(parent)).toEqual(["store"]);
    expect((await readdir(root)).sort()).toEqual([".staging", Bucket]);
  });

  it("holds nothing of a refused write", async () => {
    await put("a", "present");
    await expect(put("a", "refused", { IfNoneMatch: "*" })).rejects.toThrow();
    expect(await readdir(join(root, ".staging"))).toEqual([]);
  });

  it("keeps the old object when the client goes away in the middle", async () => {
    await put("a", "present");
    const link = new URL(await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "a" })));
    await new Promise<void>((resolve) => {
      const sending = request(link, { method: "PUT", headers: { "content-length": 1000 } });
      sending.on("error", () => resolve());
      sending.write("half of it", () => setTimeout(() => sending.destroy(new Error("gone")), 50));
    });
    // The server learns of it a moment later.
    await new Promise((resolve) => setTimeout(resolve, 150));
    expect(await text("a")).toBe("present");
  });
});

describe("listener", () => {
  it("refuses a port that is taken", async () => {
    const second = startS3({ port: server.port, root: join(parent, "second") });
    await expect(second).rejects.toMatchObject({
      code: "PORT_TAKEN",
      details: { port: server.port },
    });
  });

  it("answers a health probe without a signature", async () => {
    const response = await fetch(`${server.url}/_localstack/health`);
    expect(await response.json()).toEqual({
      services: { s3: "running" },
      edition: "equipoise-embedded",
    });
  });

  it("lets a page of another origin read a link", async () => {
    await put("a", "shared");
    const link = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "a" }));
    const preflight = await fetch(link, {
      method: "OPTIONS",
      headers: { origin: "http://localhost:3000", "access-control-request-headers": "range" },
    });
    expect(preflight.status).toBe(200);
    expect(preflight.headers.get("access-control-allow-origin")).toBe("*");
    expect(preflight.headers.get("access-control-allow-headers")).toBe("range");
    const response = await fetch(link, { headers: { origin: "http://localhost:3000" } });
    expect(response.headers.get("access-control-allow-origin")).toBe("*");
    expect(await response.text()).toBe("shared");
  });

  it("says the length of a HEAD and sends no body", async () => {
    await put("a", "0123456789");
    const link = await getSignedUrl(client, new HeadObjectCommand({ Bucket, Key: "a" }));
    const response = await fetch(link, { method: "HEAD" });
    expect(response.headers.get("content-length")).toBe("10");
    expect(await response.text()).toBe("");
    const missing = new HeadObjectCommand({ Bucket, Key: "absent" });
    await expect(client.send(missing)).rejects.toMatchObject({ name: "NotFound" });
    const lost = new HeadBucketCommand({ Bucket: "absent" });
    await expect(client.send(lost)).rejects.toMatchObject({ name: "NotFound" });
  });

  it("takes a body of undeclared length", async () => {
    const link = await getSignedUrl(client, new PutObjectCommand({ Bucket, Key: "streamed" }));
    const body = new Blob(["first ", "second"]).stream();
    const init: RequestInit & { duplex: "half" } = { method: "PUT", body, duplex: "half" };
    expect((await fetch(link, init)).status).toBe(200);
    expect(await text("streamed")).toBe("first second");
  });

  it("serves 64 requests at a time", async () => {
    const bodies = Array.from({ length: 64 }, (_, i) => Buffer.alloc(100_000, i));
    await Promise.all(bodies.map((body, i) => put(`many/${i}`, body)));
    const got = await Promise.all(
      bodies.map(async (_, i) => {
        const { Body } = await client.send(new GetObjectCommand({ Bucket, Key: `many/${i}` }));
        return Buffer.from(await Body!.transformToByteArray());
      }),
    );
    expect(got.every((body, i) => body.equals(bodies[i]!))).toBe(true);
  });
});
