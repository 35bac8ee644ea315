import {
  CopyObjectCommand,
  CreateBucketCommand,
  DeleteBucketCommand,
  DeleteObjectCommand,
  DeleteObjectsCommand,
  GetBucketLocationCommand,
  GetObjectCommand,
  type GetObjectCommandInput,
  GetObjectTaggingCommand,
  HeadBucketCommand,
  HeadObjectCommand,
  ListBucketsCommand,
  PutObjectCommand,
  PutObjectTaggingCommand,
} from "@aws-sdk/client-s3";
import { getSignedUrl } from "@aws-sdk/s3-request-presigner";
import { describe, expect, it } from "vitest";
import { memoryFiles } from "../../localstack/embedded/s3/files.ts";
import { openStore } from "../../localstack/embedded/s3/store.ts";
import { BUCKET, code, direct, linked } from "./s3-direct.ts";

const Bucket = BUCKET;
const NOW_MS = Date.UTC(2024, 0, 31, 12, 0, 0, 250);

/** A world with one object "a" of ten digits. */
async function stored() {
  const world = await direct();
  const { ETag } = await world.client.send(
    new PutObjectCommand({ Bucket, Key: "a", Body: "0123456789" }),
  );
  const get = (options: Partial<GetObjectCommandInput> = {}) =>
    world.client.send(new GetObjectCommand({ Bucket, Key: "a", ...options }));
  return { ...world, etag: ETag!, get };
}

describe("object", () => {
  it("keeps its headers and metadata and has its MD5 as ETag", async () => {
    const { client } = await direct();
    const headers = {
      CacheControl: "max-age=60",
      ContentDisposition: 'attachment; filename="a.csv"',
      ContentEncoding: "gzip",
      ContentLanguage: "en",
      ContentType: "text/csv",
      Metadata: { rows: "12", note: "a  b" },
    };
    const put = await client.send(
      new PutObjectCommand({ Bucket, Key: "a", Body: "hello", ...headers }),
    );
    expect(put.ETag).toBe('"5d41402abc4b2a76b9719d911017c592"');
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    expect(head).toMatchObject({ ...headers, ETag: put.ETag, ContentLength: 5 });
  });

  it("is dated in whole seconds by the clock it was given", async () => {
    const world = await direct({ nowMs: () => NOW_MS });
    world.client.config.systemClockOffset = NOW_MS - Date.now();
    await world.client.send(new PutObjectCommand({ Bucket, Key: "a", Body: "x" }));
    const { LastModified } = await world.client.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    expect(LastModified?.toISOString()).toBe("2024-01-31T12:00:00.000Z");
  });

  it("that is not there answers NoSuchKey, its bucket NoSuchBucket", async () => {
    const { client } = await direct();
    const get = (where: { Bucket: string }) =>
      client.send(new GetObjectCommand({ Key: "absent", ...where }));
    await expect(get({ Bucket })).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(get({ Bucket: "absent" })).rejects.toMatchObject({ name: "NoSuchBucket" });
  });

  it("takes keys of 1,024 bytes and no more", async () => {
    const { client } = await direct();
    const put = (Key: string) => client.send(new PutObjectCommand({ Bucket, Key, Body: "x" }));
    await expect(put("é".repeat(512))).resolves.toBeDefined();
    await expect(put(`${"é".repeat(512)}x`)).rejects.toMatchObject({ name: "KeyTooLongError" });
  });
});

describe("range", () => {
  it.each([
    ["bytes=0-0", 206, "0", "bytes 0-0/10"],
    ["bytes=2-4", 206, "234", "bytes 2-4/10"],
    ["bytes=7-", 206, "789", "bytes 7-9/10"],
    ["bytes=-3", 206, "789", "bytes 7-9/10"],
    ["bytes=-30", 206, "0123456789", "bytes 0-9/10"],
    ["bytes=8-99", 206, "89", "bytes 8-9/10"],
    ["bytes=4-2", 200, "0123456789", undefined],
    ["bytes=0-1,3-4", 200, "0123456789", undefined],
    ["lines=1-2", 200, "0123456789", undefined],
  ])("%s answers %i", async (Range, status, text, ContentRange) => {
    const { get } = await stored();
    const got = await get({ Range });
    expect(await got.Body?.transformToString()).toBe(text);
    expect(got.$metadata.httpStatusCode).toBe(status);
    expect(got.ContentRange).toBe(ContentRange);
    expect(got.ContentLength).toBe(text.length);
  });

  it.each(["bytes=10-", "bytes=10-12", "bytes=-0"])("%s has no byte of ten", async (Range) => {
    const { get } = await stored();
    await expect(get({ Range })).rejects.toMatchObject({
      name: "InvalidRange",
      $metadata: { httpStatusCode: 416 },
    });
  });

  it("of an empty object has no byte", async () => {
    const { client } = await direct();
    await client.send(new PutObjectCommand({ Bucket, Key: "empty", Body: "" }));
    const get = new GetObjectCommand({ Bucket, Key: "empty", Range: "bytes=0-0" });
    await expect(client.send(get)).rejects.toMatchObject({ name: "InvalidRange" });
  });
});

describe("conditional read", () => {
  const past = new Date(Date.now() - 3_600_000);
  const future = new Date(Date.now() + 3_600_000);
  const other = '"00000000000000000000000000000000"';

  it.each<[string, (etag: string) => Partial<GetObjectCommandInput>, number]>([
    ["If-Match the ETag", (IfMatch) => ({ IfMatch }), 200],
    ["If-Match another", () => ({ IfMatch: other }), 412],
    ["If-Match a list", (etag) => ({ IfMatch: `${other}, ${etag}` }), 200],
    ["If-None-Match the ETag", (IfNoneMatch) => ({ IfNoneMatch }), 304],
    ["If-None-Match weak", (etag) => ({ IfNoneMatch: `W/${etag}` }), 304],
    ["If-None-Match unquoted", (etag) => ({ IfNoneMatch: etag.replaceAll('"', "") }), 304],
    ["If-None-Match another", () => ({ IfNoneMatch: other }), 200],
    ["If-Modified-Since the past", () => ({ IfModifiedSince: past }), 200],
    ["If-Modified-Since the future", () => ({ IfModifiedSince: future }), 304],
    ["If-Unmodified-Since the past", () => ({ IfUnmodifiedSince: past }), 412],
    ["If-Unmodified-Since the future", () => ({ IfUnmodifiedSince: future }), 200],
    [
      "If-Match the ETag, If-Unmodified-Since the past",
      (IfMatch) => ({ IfMatch, IfUnmodifiedSince: past }),
      200,
    ],
    [
      "If-None-Match another, If-Modified-Since the future",
      () => ({ IfNoneMatch: other, IfModifiedSince: future }),
      200,
    ],
  ])("%s answers %3$i", async (_, condition, status) => {
    const { get, etag } = await stored();
    const answered = await get(condition(etag)).then(
      ({ $metadata }) => $metadata.httpStatusCode,
      (error) => error.$metadata.httpStatusCode,
    );
    expect(answered).toBe(status);
  });

  it("that answers 304 names the ETag and has no body", async () => {
    const { client, etag, handle } = await stored();
    const link = await getSignedUrl(client, new GetObjectCommand({ Bucket, Key: "a" }));
    const request = linked(link);
    const answer = await handle({
      ...request,
      headers: { ...request.headers, "if-none-match": etag },
    });
    expect(answer).toMatchObject({ status: 304, headers: { etag } });
    expect(answer.body.length).toBe(0);
  });
});

describe("presigned read", () => {
  it("answers with the headers it was signed with instead of the stored ones", async () => {
    const { client, handle } = await stored();
    const command = new GetObjectCommand({
      Bucket,
      Key: "a",
      ResponseContentDisposition: "attachment; filename=\"b.txt\"; filename*=UTF-8''%C3%A9.txt",
      ResponseContentType: "text/plain; charset=utf-8",
      ResponseCacheControl: "no-store",
    });
    const answer = await handle(linked(await getSignedUrl(client, command)));
    expect(answer.body.toString()).toBe("0123456789");
    expect(answer.headers).toMatchObject({
      "content-disposition": "attachment; filename=\"b.txt\"; filename*=UTF-8''%C3%A9.txt",
      "content-type": "text/plain; charset=utf-8",
      "cache-control": "no-store",
      "access-control-allow-origin": "*",
    });
  });
});

describe("conditional write", () => {
  const put = (conditions: { IfMatch?: string; IfNoneMatch?: string }, Key = "a") =>
    new PutObjectCommand({ Bucket, Key, Body: "new", ...conditions });

  it.each([
    [{ IfNoneMatch: "*" }, "a", 412, "PreconditionFailed"],
    [{ IfMatch: '"00"' }, "a", 412, "PreconditionFailed"],
    [{ IfMatch: "*" }, "a", 412, "PreconditionFailed"],
    [{ IfMatch: '"00"' }, "absent", 404, "NoSuchKey"],
    [{ IfNoneMatch: '"00"' }, "a", 501, "NotImplemented"],
    [{ IfMatch: '"00"', IfNoneMatch: "*" }, "a", 501, "NotImplemented"],
  ])("%o of %s answers %i %s and changes nothing", async (conditions, key, status, name) => {
    const { client, get } = await stored();
    await expect(client.send(put(conditions, key))).rejects.toMatchObject({
      name,
      $metadata: { httpStatusCode: status },
    });
    expect(await (await get()).Body?.transformToString()).toBe("0123456789");
  });

  it("takes an ETag with and without quotes", async () => {
    const { client, etag } = await stored();
    const replaced = await client.send(put({ IfMatch: etag.replaceAll('"', "") }));
    await expect(client.send(put({ IfMatch: replaced.ETag! }))).resolves.toBeDefined();
  });
});

describe("copy", () => {
  const copy = (options: Partial<CopyObjectCommand["input"]> = {}) =>
    new CopyObjectCommand({ Bucket, Key: "b", CopySource: `${Bucket}/a`, ...options });

  it("has the bytes and the headers of its source", async () => {
    const { client, etag } = await stored();
    const copied = await client.send(copy());
    expect(copied.CopyObjectResult?.ETag).toBe(etag);
    const got = await client.send(new GetObjectCommand({ Bucket, Key: "b" }));
    expect(await got.Body?.transformToString()).toBe("0123456789");
  });

  it("takes new headers when told to replace them", async () => {
    const { client } = await stored();
    await client.send(copy({ MetadataDirective: "REPLACE", ContentType: "text/plain", Key: "a" }));
    const head = await client.send(new HeadObjectCommand({ Bucket, Key: "a" }));
    expect(head.ContentType).toBe("text/plain");
  });

  it("is refused onto itself, from nothing and under a wrong condition", async () => {
    const { client } = await stored();
    await expect(client.send(copy({ Key: "a" }))).rejects.toMatchObject({ name: "InvalidRequest" });
    await expect(client.send(copy({ CopySource: `${Bucket}/absent` }))).rejects.toMatchObject({
      name: "NoSuchKey",
    });
    await expect(client.send(copy({ CopySourceIfMatch: '"00"' }))).rejects.toMatchObject({
      name: "PreconditionFailed",
    });
    await expect(client.send(new HeadObjectCommand({ Bucket, Key: "b" }))).rejects.toThrow();
  });
});

describe("removal", () => {
  it("succeeds for an object that is not there", async () => {
    const { client } = await direct();
    const removed = await client.send(new DeleteObjectCommand({ Bucket, Key: "absent" }));
    expect(removed.$metadata.httpStatusCode).toBe(204);
  });

  it("with If-Match removes only that object", async () => {
    const { client, etag } = await stored();
    const remove = (IfMatch: string, Key = "a") =>
      client.send(new DeleteObjectCommand({ Bucket, Key, IfMatch }));
    await expect(remove('"00"')).rejects.toMatchObject({ name: "PreconditionFailed" });
    await expect(remove(etag, "absent")).rejects.toMatchObject({ name: "NoSuchKey" });
    await expect(remove(etag)).resolves.toBeDefined();
    await expect(remove("*")).rejects.toMatchObject({ name: "NoSuchKey" });
  });

  it("of many answers for each", async () => {
    const { client, etag } = await stored();
    await client.send(new PutObjectCommand({ Bucket, Key: "<b>&amp;", Body: "x" }));
    const answer = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: {
          Objects: [{ Key: "<b>&amp;" }, { Key: "absent" }, { Key: "a", ETag: '"00"' }],
        },
      }),
    );
    expect(answer.Deleted).toEqual([{ Key: "<b>&amp;" }, { Key: "absent" }]);
    expect(answer.Errors).toMatchObject([{ Key: "a", Code: "PreconditionFailed" }]);
    const quiet = await client.send(
      new DeleteObjectsCommand({
        Bucket,
        Delete: { Quiet: true, Objects: [{ Key: "a", ETag: etag }] },
      }),
    );
    expect([quiet.Deleted, quiet.Errors]).toEqual([undefined, undefined]);
  });
});

describe("bucket", () => {
  it("is created, listed and removed once it is empty", async () => {
    const { client } = await direct();
    await client.send(new CreateBucketCommand({ Bucket: "second" }));
    await client.send(new CreateBucketCommand({ Bucket: "second" }));
    const { Buckets = [] } = await client.send(new ListBucketsCommand({}));
    expect(Buckets.map(({ Name }) => Name)).toEqual([Bucket, "second"]);
    await client.send(new PutObjectCommand({ Bucket: "second", Key: "a", Body: "x" }));
    const remove = () => client.send(new DeleteBucketCommand({ Bucket: "second" }));
    await expect(remove()).rejects.toMatchObject({ name: "BucketNotEmpty" });
    await client.send(new DeleteObjectCommand({ Bucket: "second", Key: "a" }));
    await remove();
    const head = client.send(new HeadBucketCommand({ Bucket: "second" }));
    await expect(head).rejects.toMatchObject({ $metadata: { httpStatusCode: 404 } });
  });

  it.each(["Ab", "a", "a_b", "-ab", `a${"b".repeat(63)}`, "../x", "a/b", ""])(
    "cannot be called %j",
    async (name) => {
      const store = await openStore(memoryFiles(), Date.now);
      await expect(store.createBucket(name)).rejects.toMatchObject({ code: "InvalidBucketName" });
    },
  );

  it("answers where it is", async () => {
    const { client } = await direct();
    const answer = await client.send(new GetBucketLocationCommand({ Bucket }));
    expect(answer.$metadata.httpStatusCode).toBe(200);
  });
});

describe("what is not here", () => {
  it("is said to be missing and never taken for a plain object", async () => {
    const { client, get } = await stored();
    const missing = { name: "NotImplemented", $metadata: { httpStatusCode: 501 } };
    const Tagging = { TagSet: [{ Key: "k", Value: "v" }] };
    const tag = client.send(new PutObjectTaggingCommand({ Bucket, Key: "a", Tagging }));
    await expect(tag).rejects.toMatchObject(missing);
    const tags = client.send(new GetObjectTaggingCommand({ Bucket, Key: "a" }));
    await expect(tags).rejects.toMatchObject(missing);
    await expect(get({ VersionId: "1" })).rejects.toMatchObject(missing);
    expect(await (await get()).Body?.transformToString()).toBe("0123456789");
  });

  it("is a broken address", async () => {
    const { handle } = await direct();
    const request = { method: "GET", headers: { host: "a" }, body: Buffer.alloc(0) };
    for (const url of [`/${Bucket}/%zz`, `/${Bucket}/%ff`, `/${Bucket}?prefix=%c3`])
      expect(code(await handle({ ...request, url }))).toBe("InvalidURI");
  });
});
