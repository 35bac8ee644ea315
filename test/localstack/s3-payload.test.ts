import { createHash, createHmac } from "node:crypto";
import { Readable } from "node:stream";
import { ChecksumAlgorithm, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { CHECKSUMS } from "../../localstack/embedded/s3/checksums.ts";
import type { S3Request } from "../../localstack/embedded/s3/message.ts";
import { verifyPayload } from "../../localstack/embedded/s3/payload.ts";
import { BUCKET, code, direct } from "./s3-direct.ts";

const put = (options: Partial<PutObjectCommand["input"]> = {}) =>
  new PutObjectCommand({ Bucket: BUCKET, Key: "a", Body: "the body", ...options });

const inBody = (from: string, to: string) => (request: S3Request) => ({
  ...request,
  body: Buffer.from(request.body.toString("latin1").replace(from, to), "latin1"),
});

describe("checksums", () => {
  // The check values of the catalogue of parametrised CRC algorithms, for the text "123456789".
  it.each([
    ["crc32", "cbf43926"],
    ["crc32c", "e3069283"],
    ["crc64nvme", "ae8b14860a799888"],
    ["sha1", "f7c3bc1d808e04732adf679965ccc34ca7ae3441"],
    ["sha256", "15e2b0d3c33891ebb0f1ef609ec419420c20e320ce94c65fbc8c3312448eb225"],
  ])("%s of 123456789 is %s", (algorithm, hex) => {
    expect(CHECKSUMS[algorithm]!(Buffer.from("123456789"))).toBe(
      Buffer.from(hex, "hex").toString("base64"),
    );
  });
});

describe("declared body", () => {
  it.each(Object.values(ChecksumAlgorithm).filter((name) => name.toLowerCase() in CHECKSUMS))(
    "with %s is stored when right, and the checksum comes back",
    async (ChecksumAlgorithm) => {
      const { client, seen } = await direct();
      // The SDK computes CRC64NVME only with an optional native package, so that one is declared.
      const given =
        ChecksumAlgorithm === "CRC64NVME"
          ? { ChecksumCRC64NVME: CHECKSUMS.crc64nvme!(Buffer.from("the body")) }
          : { ChecksumAlgorithm };
      await client.send(put(given));
      const name = `x-amz-checksum-${ChecksumAlgorithm.toLowerCase()}`;
      expect(seen[0]!.headers[name]).toBe(
        CHECKSUMS[ChecksumAlgorithm.toLowerCase()]!(Buffer.from("the body")),
      );
      const got = await client.send(
        new GetObjectCommand({ Bucket: BUCKET, Key: "a", ChecksumMode: "ENABLED" }),
      );
      expect(got[`Checksum${ChecksumAlgorithm}` as keyof typeof got]).toBe(seen[0]!.headers[name]);
    },
  );

  it("is refused when its CRC-32 is another", async () => {
    const { client } = await direct();
    await expect(client.send(put({ ChecksumCRC32: "AAAAAA==" }))).rejects.toMatchObject({
      name: "BadDigest",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("is refused when it changed on the way", async () => {
    const world = await direct();
    world.change = inBody("the body", "not body");
    await expect(world.client.send(put())).rejects.toMatchObject({
      name: "XAmzContentSHA256Mismatch",
      $metadata: { httpStatusCode: 400 },
    });
  });

  it("is refused when its MD5 is another or none at all", async () => {
    const { client } = await direct();
    const md5 = (text: string) => createHash("md5").update(text).digest("base64");
    await expect(client.send(put({ ContentMD5: md5("the body") }))).resolves.toBeDefined();
    await expect(client.send(put({ ContentMD5: md5("another") }))).rejects.toMatchObject({
      name: "BadDigest",
    });
    await expect(client.send(put({ ContentMD5: "short" }))).rejects.toMatchObject({
      name: "InvalidDigest",
    });
  });
});

describe("aws-chunked body", () => {
  /** A stream of known length: the SDK sends it in chunks with the checksum behind it. */
  const stream = (bytes = 200_000) =>
    put({
      Body: Readable.from([Buffer.alloc(bytes / 2, "a"), Buffer.alloc(bytes / 2, "b")]),
      ContentLength: bytes,
      ContentEncoding: "gzip",
    });
  /** Plain http makes the SDK sign the whole body instead; this is what it sends over https. */
  const overHttps = async () => {
    const world = await direct();
    world.client.config.endpoint = async () => ({
      protocol: "https:",
      hostname: "127.0.0.1",
      path: "/",
    });
    return world;
  };

  it("is stored without its framing", async () => {
    const { client, seen } = await overHttps();
    await client.send(stream());
    expect(seen[0]!.headers["x-amz-content-sha256"]).toBe("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
    expect(seen[0]!.body.length).toBeGreaterThan(200_000);
    const got = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key: "a" }));
    expect(got.ContentEncoding, "the coding of the transfer is not stored").toBe("gzip");
    expect(await got.Body?.transformToString()).toBe("a".repeat(100_000) + "b".repeat(100_000));
  });

  it.each([
    ["a changed byte", inBody("aaaa", "aaab"), "BadDigest"],
    ["a changed trailer", inBody("checksum-crc32:", "checksum-crc32:A"), "BadDigest"],
    ["no trailer", inBody("x-amz-checksum-crc32", "x-amz-checksum-other"), "MalformedTrailerError"],
    ["a chunk of no size", inBody("\r\n", ";\r\n"), "IncompleteBody"],
    [
      "a missing end",
      (request: S3Request) => ({ ...request, body: request.body.subarray(0, 150_000) }),
      "IncompleteBody",
    ],
  ])("with %s is refused", async (_, change, name) => {
    const world = await overHttps();
    world.change = change;
    await expect(world.client.send(stream())).rejects.toMatchObject({ name });
  });
});

/** Published example of a signed chunked upload: 65,536 + 1,024 letters "a" (Amazon S3 API Reference, sigv4-streaming). */
describe("signed chunks", () => {
  const hmac = (key: string | Buffer, text: string) =>
    createHmac("sha256", key).update(text).digest();
  const scope = "20130524/us-east-1/s3/aws4_request";
  const signingKey = hmac(
    hmac(hmac(hmac("AWS4wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY", "20130524"), "us-east-1"), "s3"),
    "aws4_request",
  );
  const verified = {
    payload: "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
    signature: "4f232c4386841ef735655705268965c44a0e4690baa4adea153f7db9fa80a0a9",
    signingKey,
    amzDate: "20130524T000000Z",
    scope,
  };
  const chunks = [
    "10000;chunk-signature=ad80c730a21e5b8d04586a2213dd63b9a0e99e0e2307b0ade35a65485a288648\r\n",
    "a".repeat(65_536),
    "\r\n400;chunk-signature=0055627c9e194cb4542bae2aa5492e3c1575bbb81b612b7d234b86a503ef5497\r\n",
    "a".repeat(1024),
    "\r\n0;chunk-signature=b6c6ea8a5354eaf15b3cb7646744f4275b71ea724fed81ceb9323e279d449df9\r\n\r\n",
  ].join("");
  const headers = { "x-amz-decoded-content-length": "66560" };
  const read = (text: string) => verifyPayload(Buffer.from(text), headers, verified, true);

  it("are verified one by one as in the published example", () => {
    expect(read(chunks).body.equals(Buffer.alloc(66_560, "a"))).toBe(true);
  });

  it("are refused when one byte differs", () => {
    expect(() => read(chunks.replace("\r\naa", "\r\nab"))).toThrow(
      expect.objectContaining({ code: "SignatureDoesNotMatch" }),
    );
  });

  it("are refused when their signatures were left out", () => {
    expect(() => read(chunks.replace(/;chunk-signature=\w+/g, ""))).toThrow(
      expect.objectContaining({ code: "SignatureDoesNotMatch" }),
    );
  });
});

it("a request without x-amz-content-sha256 is refused", async () => {
  const { handle } = await direct();
  const authorization =
    "AWS4-HMAC-SHA256 Credential=test/20240101/eu/s3/aws4_request, SignedHeaders=host, Signature=00";
  const answer = await handle({
    method: "GET",
    url: "/",
    headers: { host: "a", authorization },
    body: Buffer.alloc(0),
  });
  expect([answer.status, code(answer)]).toEqual([400, "InvalidRequest"]);
});
