import { mkdtemp, rm } from "node:fs/promises";
import {
  createServer,
  type IncomingHttpHeaders,
  type RequestListener,
  type Server,
} from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ListMultipartUploadsCommand, S3Client } from "@aws-sdk/client-s3";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { attachment, type S3Objects, type S3Options, s3Objects } from "../../lib/edge/s3.ts";
import { type S3Server, startS3 } from "../../localstack/embedded/s3/server.ts";
import { objectsContract } from "./objects.contract.ts";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };

let root: string;
let server: S3Server;
let objects: S3Objects;
let aheadMs = 0;

const openObjects = (options: Partial<S3Options> = {}): S3Objects =>
  s3Objects({ bucket: "contract", endpoint: server.url, credentials: CREDENTIALS, ...options });

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "equipoise-s3-"));
  server = await startS3({ port: 0, root, nowMs: () => Date.now() + aheadMs });
  objects = openObjects();
  await objects.ensureBucket();
});

afterEach(() => {
  aheadMs = 0;
});

afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

objectsContract("embedded S3", () => ({
  objects,
  sleep: async (ms) => {
    aheadMs += ms;
  },
}));

describe("s3Objects", () => {
  it("creates its bucket once and then finds it", async () => {
    const fresh = openObjects({ bucket: "fresh-bucket" });
    await expect(fresh.ping()).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    await fresh.ensureBucket();
    await fresh.ensureBucket();
    expect(await fresh.ping()).toBeGreaterThan(0);
  });

  it("does not take a missing bucket for a missing object", async () => {
    const lost = openObjects({ bucket: "no-such-bucket" });
    const failure = { code: "DEPENDENCY_DOWN", details: { dependency: "s3", status: 404 } };
    await expect(lost.get("a")).rejects.toMatchObject(failure);
    await expect(lost.list("")).rejects.toMatchObject(failure);
    const put = lost.put("a", Buffer.from("x"), { ifMatch: '"0"' });
    await expect(put).rejects.toMatchObject(failure);
    await expect(put).rejects.toThrow(/"no-such-bucket"/);
  });

  it("says that its keys were refused", async () => {
    const stranger = openObjects({ credentials: { ...CREDENTIALS, secretAccessKey: "wrong" } });
    await expect(stranger.get("a")).rejects.toThrow(/403 SignatureDoesNotMatch/);
  });

  it("signs links for the public address", async () => {
    const port = new URL(server.url).port;
    const reachable = openObjects({ publicUrl: `http://localhost:${port}` });
    await reachable.put("public", Buffer.from("seen"));
    const link = await reachable.presignedGet("public", "a.txt", 60);
    expect(link.startsWith(`http://localhost:${port}/contract/public?`)).toBe(true);
    const local = await fetch(link.replace("localhost", "127.0.0.1"));
    expect(local.status, "the address is part of the signature").toBe(403);
    // The embedded server listens on 127.0.0.1 only, which is what localhost may mean.
    const response = await fetch(link);
    expect(await response.text()).toBe("seen");
  });

  it("leaves no upload behind when a stream fails", async () => {
    async function* failing() {
      for (let i = 0; i < 20; i++) yield Buffer.alloc(1_000_000);
      throw new Error("source failed");
    }
    await expect(objects.putStream("left/behind", failing())).rejects.toThrow("source failed");
    const client = new S3Client({
      endpoint: server.url,
      region: "us-east-1",
      forcePathStyle: true,
      credentials: CREDENTIALS,
    });
    const uploads = await client.send(new ListMultipartUploadsCommand({ Bucket: "contract" }));
    expect(uploads.Uploads ?? []).toEqual([]);
  });
});

describe("s3Objects before a store that fails", () => {
  const opened: Server[] = [];

  async function failingStore(listener: RequestListener): Promise<Partial<S3Options>> {
    const failing = createServer(listener);
    await new Promise<void>((resolve) => failing.listen(0, "127.0.0.1", resolve));
    opened.push(failing);
    return { endpoint: `http://127.0.0.1:${(failing.address() as AddressInfo).port}` };
  }

  afterEach(async () => {
    for (const failing of opened.splice(0)) {
      failing.closeAllConnections();
      await new Promise((resolve) => failing.close(resolve));
    }
  });

  it("gives up after its time", async () => {
    const silent = openObjects({ ...(await failingStore(() => {})), timeoutMs: 200 });
    const startedMs = performance.now();
    await expect(silent.get("a")).rejects.toThrow(/no answer within 200 ms/);
    await expect(silent.put("a", Buffer.from("x"))).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
      details: { dependency: "s3", operation: "PUT" },
    });
    expect(performance.now() - startedMs).toBeLessThan(2000);
  });

  it("gives up on a body that stops in the middle", async () => {
    const stalled = await failingStore((_, response) => {
      response.writeHead(200, { "content-length": 100, etag: '"1"' });
      response.write("half");
    });
    await expect(openObjects({ ...stalled, timeoutMs: 200 }).get("a")).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
    });
  });

  it("never takes half a body for the whole", async () => {
    let requests = 0;
    const cut = await failingStore((_, response) => {
      requests += 1;
      response.writeHead(200, { "content-length": 100, etag: '"1"' });
      response.write("half", () => response.destroy());
    });
    await expect(openObjects(cut).get("a")).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(requests).toBe(3);
  });

  it("refuses a body whose checksum is wrong", async () => {
    const damaged = await failingStore((_, response) => {
      response.writeHead(200, {
        "content-length": 4,
        etag: '"1"',
        "x-amz-checksum-crc32": "AAAAAA==",
      });
      response.end("body");
    });
    await expect(openObjects(damaged).get("a")).rejects.toThrow(/checksum/i);
  });

  it("tries a read again that met a failure", async () => {
    let requests = 0;
    const recovering = await failingStore((_, response) => {
      requests += 1;
      if (requests < 3) response.writeHead(503).end();
      else response.writeHead(200, { etag: '"1"' }).end("back");
    });
    const got = await openObjects(recovering).get("a");
    expect(got?.body.toString()).toBe("back");
  });

  it("never repeats a write by itself", async () => {
    let requests = 0;
    const failing = await failingStore((_, response) => {
      requests += 1;
      response.writeHead(503).end();
    });
    for (const options of [{}, { ifMatch: '"1"' }, { ifNoneMatch: "*" as const }])
      await expect(openObjects(failing).put("a", Buffer.from("x"), options)).rejects.toMatchObject({
        code: "DEPENDENCY_DOWN",
        details: { status: 503 },
      });
    expect(requests).toBe(3);
  });

  it("says that nobody listens", async () => {
    const { endpoint } = await failingStore(() => {});
    opened.splice(0).map((failing) => failing.close());
    const failure = openObjects({ endpoint: endpoint! }).put("a", Buffer.from("x"));
    await expect(failure).rejects.toThrow(/ECONNREFUSED/);
    await expect(failure).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
  });

  it("binds a body to its signature by the checksum", async () => {
    const seen: IncomingHttpHeaders[] = [];
    const watched = await failingStore((request, response) => {
      seen.push(request.headers);
      request.resume().on("end", () => response.writeHead(200, { etag: '"1"' }).end());
    });
    await openObjects(watched).put("a", Buffer.from("123456789"));
    expect(seen[0]).toMatchObject({
      "x-amz-content-sha256": "UNSIGNED-PAYLOAD",
      "x-amz-checksum-crc32": "y/Q5Jg==",
      authorization: expect.stringMatching(/SignedHeaders=[^,]*x-amz-checksum-crc32/),
    });
  });

  it("calls 409 a conflict", async () => {
    const racing = await failingStore((request, response) => {
      request.resume();
      response
        .writeHead(409, { "content-type": "application/xml" })
        .end("<Error><Code>ConditionalRequestConflict</Code></Error>");
    });
    const outcome = await openObjects(racing).put("a", Buffer.from("x"), { ifMatch: '"1"' });
    expect(outcome).toEqual({ outcome: "conflict" });
  });
});

describe("attachment", () => {
  it.each([
    ["a.xlsx", `attachment; filename="a.xlsx"; filename*=UTF-8''a.xlsx`],
    ["../../etc/passwd", `attachment; filename="passwd"; filename*=UTF-8''passwd`],
    ["C:\\temp\\a b.csv", `attachment; filename="a b.csv"; filename*=UTF-8''a%20b.csv`],
    [
      'a"\r\nset-cookie: b',
      `attachment; filename="aset-cookie: b"; filename*=UTF-8''aset-cookie%3A%20b`,
    ],
    ["§(1)*.txt", `attachment; filename="_(1)*.txt"; filename*=UTF-8''%C2%A7%281%29%2A.txt`],
    ["folder/", `attachment; filename="download"; filename*=UTF-8''download`],
  ])("saves %j safely", (filename, header) => {
    expect(attachment(filename)).toBe(header);
  });
});
