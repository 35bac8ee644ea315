/**
 * The `Objects` port over Amazon S3 and everything that speaks its protocol.
 * The role needs s3:ListBucket: without it AWS answers 403 for a missing object, which is reported as DEPENDENCY_DOWN.
 */
import type { GetObjectCommandOutput, PutObjectCommandInput, S3Client } from "@aws-sdk/client-s3";
import type { ByteRange, ObjectInfo, Objects, PutOptions } from "../ports.ts";
import { clientConfig, type Fact, type S3Options, s3Connection } from "./s3-connection.ts";
import { uploadStream } from "./s3-upload.ts";

export type { S3Options } from "./s3-connection.ts";

export type S3Objects = Objects & {
  /** Creates the bucket when it is not there: for local endpoints and tests; on AWS the stack owns the bucket. */
  ensureBucket(): Promise<void>;
  /** Round-trip time in ms. @throws AppError DEPENDENCY_DOWN when the bucket cannot be reached */
  ping(): Promise<number>;
};

type Stored = Readonly<{ body: Buffer; etag: string; modifiedMs: number }>;

/**
 * `Content-Disposition` that saves under this name: a plain one for old clients, the exact one in UTF-8 (RFC 6266).
 * Folders, quotes and control characters are taken out of the name.
 */
export function attachment(filename: string): string {
  const name = filename.replace(/^.*[/\\]/, "").replace(/["\p{Cc}]/gu, "") || "download";
  const plain = name.replace(/[^\x20-\x7e]/g, "_");
  const exact = encodeURIComponent(name).replace(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  );
  return `attachment; filename="${plain}"; filename*=UTF-8''${exact}`;
}

/** A view of the same memory; the SDK writes Buffers to the socket as they are. */
const view = (body: Uint8Array): Buffer =>
  Buffer.from(body.buffer, body.byteOffset, body.byteLength);

const storedOptions = (options: PutOptions): Partial<PutObjectCommandInput> => ({
  ...(options.contentType !== undefined && { ContentType: options.contentType }),
  ...(options.contentDisposition !== undefined && {
    ContentDisposition: options.contentDisposition,
  }),
  ...(options.ifMatch !== undefined && { IfMatch: options.ifMatch }),
  ...(options.ifNoneMatch !== undefined && { IfNoneMatch: options.ifNoneMatch }),
});

/**
 * Reads the body into one buffer of its declared length; without one (a proxy that re-chunks) the pieces are joined.
 * The SDK checks the stored checksum on the way.
 */
async function received(output: GetObjectCommandOutput): Promise<Stored> {
  const { Body, ContentLength: declared, ETag = "", LastModified } = output;
  const stored = (body: Buffer) => ({ body, etag: ETag, modifiedMs: LastModified?.getTime() ?? 0 });
  const chunks = Body as AsyncIterable<Buffer>;
  if (declared === undefined) {
    const pieces: Buffer[] = [];
    for await (const chunk of chunks) pieces.push(chunk);
    return stored(Buffer.concat(pieces));
  }
  const body = Buffer.allocUnsafeSlow(declared);
  let bytes = 0;
  for await (const chunk of chunks) bytes += chunk.copy(body, bytes);
  // What was not filled is memory of something else and must not be served.
  if (bytes !== declared) throw new Error(`the body ended after ${bytes} of ${declared} bytes`);
  return stored(body);
}

/** Listings are asked for percent-encoded, since XML cannot carry every character a key may hold. */
const decodedKey = (key: string): string => decodeURIComponent(key.replaceAll("+", " "));

/** More are not told in one answer. */
const PAGE_KEYS = 1000;

/** Nothing is contacted before the first call. */
export function s3Objects(options: S3Options): S3Objects {
  const connection = s3Connection(options);
  const { bucket: Bucket, ask, call, open } = connection;
  let publicClient: S3Client | undefined;

  const read = (key: string, facts: readonly Fact[], etag?: string, range?: ByteRange) =>
    ask({ name: "GET", key, isRetried: true }, facts, async (sdk, client, abortSignal) =>
      received(
        await client.send(
          new sdk.GetObjectCommand({
            Bucket,
            Key: key,
            ...(etag !== undefined && { IfNoneMatch: etag }),
            ...(range && { Range: `bytes=${range.offset}-${range.offset + range.bytes - 1}` }),
          }),
          { abortSignal },
        ),
      ),
    );

  return {
    async get(key, range) {
      const outcome = await read(key, [404], undefined, range);
      return "fact" in outcome ? undefined : outcome.value;
    },

    async getIfChanged(key, etag) {
      const outcome = await read(key, [304, 404], etag);
      if ("value" in outcome) return outcome.value;
      return outcome.fact === 304 ? "unchanged" : undefined;
    },

    async head(key) {
      const operation = { name: "HEAD", key, isRetried: true };
      const outcome = await ask(operation, [404], (sdk, client, abortSignal) =>
        client.send(new sdk.HeadObjectCommand({ Bucket, Key: key }), { abortSignal }),
      );
      if ("fact" in outcome) return undefined;
      const { ContentLength = 0, ETag = "", LastModified } = outcome.value;
      return { key, bytes: ContentLength, etag: ETag, modifiedMs: LastModified?.getTime() ?? 0 };
    },

    async put(key, body, putOptions = {}) {
      const isReplacing = putOptions.ifMatch !== undefined;
      const facts: readonly Fact[] = isReplacing ? [404, 409, 412] : [409, 412];
      const outcome = await ask({ name: "PUT", key }, facts, (sdk, client, abortSignal) =>
        client.send(
          new sdk.PutObjectCommand({
            Bucket,
            Key: key,
            Body: view(body),
            ...storedOptions(putOptions),
          }),
          { abortSignal },
        ),
      );
      if ("value" in outcome) return { outcome: "stored", etag: outcome.value.ETag ?? "" };
      if (outcome.fact === 404) return { outcome: "missing" };
      return { outcome: outcome.fact === 412 ? "precondition_failed" : "conflict" };
    },

    putStream: (key, chunks, streamOptions = {}) =>
      uploadStream(connection, key, chunks, storedOptions(streamOptions)),

    async list(prefix, { after, limit = Number.POSITIVE_INFINITY } = {}) {
      const found: ObjectInfo[] = [];
      let token: string | undefined;
      do {
        const ContinuationToken = token;
        const MaxKeys = Math.min(limit - found.length, PAGE_KEYS);
        const operation = { name: "LIST", key: prefix, isRetried: true };
        const { Contents = [], NextContinuationToken } = await call(
          operation,
          (sdk, client, abortSignal) =>
            client.send(
              new sdk.ListObjectsV2Command({
                Bucket,
                Prefix: prefix,
                EncodingType: "url",
                MaxKeys,
                ...(after !== undefined && { StartAfter: after }),
                ...(ContinuationToken !== undefined && { ContinuationToken }),
              }),
              { abortSignal },
            ),
        );
        for (const { Key = "", Size = 0, ETag = "", LastModified } of Contents)
          found.push({
            key: decodedKey(Key),
            bytes: Size,
            etag: ETag,
            modifiedMs: LastModified?.getTime() ?? 0,
          });
        token = NextContinuationToken;
      } while (token !== undefined && found.length < limit);
      return found;
    },

    async remove(key) {
      // S3 itself answers 204 for an object that is not there; some stand-ins answer 404.
      await ask({ name: "DELETE", key }, [404], (sdk, client, abortSignal) =>
        client.send(new sdk.DeleteObjectCommand({ Bucket, Key: key }), { abortSignal }),
      );
    },

    /** Under a role the link ends with the role's session, even when `expiresInSeconds` is longer (7 days at most). */
    async presignedGet(key, filename, expiresInSeconds) {
      const [{ sdk, client }, { getSignedUrl }] = await Promise.all([
        open(),
        import("@aws-sdk/s3-request-presigner"),
      ]);
      if (options.publicUrl !== undefined)
        publicClient ??= new sdk.S3Client(clientConfig(options, options.publicUrl));
      const command = new sdk.GetObjectCommand({
        Bucket,
        Key: key,
        ResponseContentDisposition: attachment(filename),
      });
      return getSignedUrl(publicClient ?? client, command, { expiresIn: expiresInSeconds });
    },

    async ensureBucket() {
      // 409: it is there already.
      await ask({ name: "CREATE BUCKET" }, [409], (sdk, client, abortSignal) =>
        client.send(new sdk.CreateBucketCommand({ Bucket }), { abortSignal }),
      );
    },

    async ping() {
      const startedMs = performance.now();
      await call({ name: "HEAD BUCKET" }, (sdk, client, abortSignal) =>
        client.send(new sdk.HeadBucketCommand({ Bucket }), { abortSignal }),
      );
      return performance.now() - startedMs;
    },
  };
}
