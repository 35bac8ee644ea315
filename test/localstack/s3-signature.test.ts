import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { BUCKET, code, direct, KEYS, linked } from "./s3-direct.ts";

const put = (Key = "a", Body = "body") => new PutObjectCommand({ Bucket: BUCKET, Key, Body });
const get = (Key = "a") => new GetObjectCommand({ Bucket: BUCKET, Key });
const MINUTE_MS = 60_000;

describe("signature of a request", () => {
  it("accepts what the SDK signs, in any region", async () => {
    const { client } = await direct();
    await client.send(put("folder/ü +~!*'()&=.txt"));
    const { Body } = await client.send(get("folder/ü +~!*'()&=.txt"));
    expect(await Body?.transformToString()).toBe("body");
  });

  it("refuses an anonymous request", async () => {
    const { handle } = await direct();
    const headers = { host: "127.0.0.1" };
    const body = Buffer.alloc(0);
    for (const url of ["/", `/${BUCKET}`, `/${BUCKET}/a`, "/absent/a"]) {
      const answer = await handle({ method: "GET", url, headers, body });
      expect([answer.status, code(answer)]).toEqual([403, "AccessDenied"]);
    }
  });

  it("refuses a wrong secret and an unknown key by their own codes", async () => {
    const wrong = await direct({ credentials: { ...KEYS, secretAccessKey: "wrong" } });
    await expect(wrong.client.send(put())).rejects.toMatchObject({
      name: "SignatureDoesNotMatch",
      $metadata: { httpStatusCode: 403 },
    });
    const unknown = await direct({ credentials: { ...KEYS, accessKeyId: "unknown" } });
    await expect(unknown.client.send(put())).rejects.toMatchObject({ name: "InvalidAccessKeyId" });
  });

  it.each([
    ["method", { method: "DELETE" }],
    ["path", { url: `/${BUCKET}/b?x-id=PutObject` }],
    ["query", { url: `/${BUCKET}/a?x-id=PutObject&uploads=` }],
  ])("refuses another %s than was signed", async (_, changed) => {
    const world = await direct();
    world.change = (request) => ({ ...request, ...changed });
    await expect(world.client.send(put())).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
  });

  it("refuses a changed signed header and an added unsigned one", async () => {
    const world = await direct();
    const withHeader = (name: string, value: string) => {
      world.change = (request) => ({ ...request, headers: { ...request.headers, [name]: value } });
    };
    withHeader("host", "elsewhere");
    await expect(world.client.send(put())).rejects.toMatchObject({ name: "SignatureDoesNotMatch" });
    withHeader("x-amz-meta-added", "on the way");
    await expect(world.client.send(put())).rejects.toMatchObject({ name: "AccessDenied" });
    withHeader("user-agent", "not signed and harmless");
    await expect(world.client.send(put())).resolves.toBeDefined();
  });

  it("refuses a clock that is off by more than fifteen minutes", async () => {
    let offMs = 0;
    const { client } = await direct({ nowMs: () => Date.now() + offMs });
    for (const minutes of [-14, 14]) {
      offMs = minutes * MINUTE_MS;
      await expect(client.send(put())).resolves.toBeDefined();
    }
    offMs = -16 * MINUTE_MS;
    await expect(client.send(put())).rejects.toMatchObject({
      name: "RequestTimeTooSkewed",
      $metadata: { httpStatusCode: 403 },
    });
  });

  it("refuses a request that is played again a day later", async () => {
    let laterMs = 0;
    const world = await direct({ nowMs: () => Date.now() + laterMs });
    await world.client.send(put());
    laterMs = 24 * 60 * MINUTE_MS;
    expect(code(await world.handle(world.seen[0]!))).toBe("RequestTimeTooSkewed");
  });

  it.each([
    ["no scheme", "Basic dGVzdDp0ZXN0"],
    [
      "no signature",
      "AWS4-HMAC-SHA256 Credential=test/20240101/eu/s3/aws4_request, SignedHeaders=host",
    ],
    [
      "another service",
      "AWS4-HMAC-SHA256 Credential=test/20240101/eu/sqs/aws4_request, SignedHeaders=host, Signature=00",
    ],
  ])("calls an Authorization header with %s malformed", async (_, authorization) => {
    const { handle } = await direct();
    const headers = { host: "a", authorization, "x-amz-content-sha256": "UNSIGNED-PAYLOAD" };
    const answer = await handle({ method: "GET", url: "/", headers, body: Buffer.alloc(0) });
    expect([answer.status, code(answer)]).toEqual([400, "AuthorizationHeaderMalformed"]);
  });
});

describe("presigned link", () => {
  it("serves until it expires and then no more", async () => {
    let laterMs = 0;
    const { client, handle } = await direct({ nowMs: () => Date.now() + laterMs });
    await client.send(put());
    const link = linked(await getSignedUrl(client, get(), { expiresIn: 60 }));
    laterMs = 59_000;
    expect((await handle(link)).body.toString()).toBe("body");
    laterMs = 61_001;
    const expired = await handle(link);
    expect([expired.status, code(expired)]).toEqual([403, "AccessDenied"]);
    expect(expired.body.toString()).toContain("Request has expired");
  });

  it("does not serve before its time", async () => {
    const { client, handle } = await direct({ nowMs: () => Date.now() - 20 * MINUTE_MS });
    const answer = await handle(linked(await getSignedUrl(client, get(), { expiresIn: 60 })));
    expect([answer.status, code(answer)]).toEqual([403, "AccessDenied"]);
  });

  it("is good for its own method, key and parameters only", async () => {
    const { client, handle } = await direct();
    await client.send(put());
    const link = await getSignedUrl(client, get(), { expiresIn: 60 });
    for (const forged of [
      linked(link, "DELETE"),
      linked(link.replace(`${BUCKET}/a`, `${BUCKET}/b`)),
      linked(link.replace("Expires=60", "Expires=61")),
      linked(`${link}&response-content-type=text%2Fhtml`),
      linked(link.replace("127.0.0.1", "127.0.0.2")),
    ]) {
      const answer = await handle(forged);
      expect([answer.status, code(answer)]).toEqual([403, "SignatureDoesNotMatch"]);
    }
  });

  it("stores a body when it was signed for PUT", async () => {
    const { client, handle } = await direct();
    const link = await getSignedUrl(
      client,
      new PutObjectCommand({ Bucket: BUCKET, Key: "uploaded" }),
    );
    const stored = await handle({ ...linked(link, "PUT"), body: Buffer.from("from a browser") });
    expect(stored.status).toBe(200);
    const { Body } = await client.send(get("uploaded"));
    expect(await Body?.transformToString()).toBe("from a browser");
  });

  it("refuses parameters that are missing or out of range", async () => {
    const { client, handle } = await direct();
    const link = await getSignedUrl(client, get(), { expiresIn: 60 });
    for (const forged of [
      link.replace("Expires=60", "Expires=604801"),
      link.replace("Expires=60", "Expires=-1"),
      link.replace("Expires=60", "Expires=soon"),
      link.replace("X-Amz-Expires=60&", ""),
      link.replace(/X-Amz-Date=[^&]*/, "X-Amz-Date=yesterday"),
    ]) {
      const answer = await handle(linked(forged));
      expect([answer.status, code(answer)]).toEqual([400, "AuthorizationQueryParametersError"]);
    }
  });
});
