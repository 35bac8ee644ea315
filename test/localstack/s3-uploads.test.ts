import { createHash } from "node:crypto";
import {
  AbortMultipartUploadCommand,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  GetObjectCommand,
  HeadObjectCommand,
  ListMultipartUploadsCommand,
  ListPartsCommand,
  PutObjectCommand,
  UploadPartCommand,
} from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { BUCKET, direct } from "./s3-direct.ts";

const where = { Bucket: BUCKET, Key: "big" };
const FIVE_MIB = 5 * 1024 * 1024;
const LARGE = Buffer.alloc(FIVE_MIB, "a");
const SMALL = Buffer.from("the end");

async function started() {
  const { client } = await direct();
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({ ...where, ContentType: "text/plain" }),
  );
  const upload = { ...where, UploadId };
  const part = async (PartNumber: number, Body: Buffer) => {
    const { ETag } = await client.send(new UploadPartCommand({ ...upload, PartNumber, Body }));
    return { PartNumber, ETag: ETag! };
  };
  const complete = (
    Parts: { PartNumber: number; ETag: string }[],
    conditions: { IfMatch?: string; IfNoneMatch?: string } = {},
  ) =>
    client.send(
      new CompleteMultipartUploadCommand({
        ...upload,
        MultipartUpload: { Parts },
        ...conditions,
      }),
    );
  return { client, upload, part, complete };
}

describe("multipart upload", () => {
  it("joins its parts by number and has the MD5 of their MD5s as ETag", async () => {
    const { client, part, complete } = await started();
    const parts = [await part(7, SMALL), await part(2, LARGE)].reverse();
    const head = client.send(new HeadObjectCommand(where));
    await expect(head, "nothing is visible yet").rejects.toMatchObject({ name: "NotFound" });
    const md5 = (body: Buffer) => createHash("md5").update(body).digest();
    const etag = `"${md5(Buffer.concat([md5(LARGE), md5(SMALL)])).toString("hex")}-2"`;
    expect((await complete(parts)).ETag).toBe(etag);
    const got = await client.send(new GetObjectCommand(where));
    const body = Buffer.from(await got.Body!.transformToByteArray());
    expect(body.equals(Buffer.concat([LARGE, SMALL]))).toBe(true);
    expect(got).toMatchObject({ ContentType: "text/plain", ETag: etag });
  });

  it("keeps the latest body of a part that is sent twice", async () => {
    const { client, part, complete } = await started();
    const first = await part(1, Buffer.from("first"));
    const second = await part(1, Buffer.from("second"));
    await expect(complete([first])).rejects.toMatchObject({ name: "InvalidPart" });
    await complete([second]);
    const { Body } = await client.send(new GetObjectCommand(where));
    expect(await Body?.transformToString()).toBe("second");
  });

  it("lists its parts page by page, and itself until it is done", async () => {
    const { client, upload, part, complete } = await started();
    const parts = [await part(1, LARGE), await part(2, LARGE), await part(3, SMALL)];
    const first = await client.send(new ListPartsCommand({ ...upload, MaxParts: 2 }));
    expect(first).toMatchObject({ IsTruncated: true, NextPartNumberMarker: "2" });
    expect(first.Parts).toMatchObject([
      { ...parts[0], Size: FIVE_MIB },
      { ...parts[1], Size: FIVE_MIB },
    ]);
    const rest = await client.send(new ListPartsCommand({ ...upload, PartNumberMarker: "2" }));
    expect(rest).toMatchObject({ IsTruncated: false, Parts: [{ ...parts[2], Size: 7 }] });
    const uploads = () =>
      client.send(new ListMultipartUploadsCommand({ Bucket: BUCKET, Prefix: "b" }));
    expect((await uploads()).Uploads).toMatchObject([{ Key: "big", UploadId: upload.UploadId }]);
    await complete(parts);
    expect((await uploads()).Uploads).toBeUndefined();
  });

  it("is refused with parts that are out of order, unknown or too small", async () => {
    const { part, complete } = await started();
    const [one, two, three] = [await part(1, LARGE), await part(2, SMALL), await part(3, SMALL)];
    const refused = (parts: Parameters<typeof complete>[0], name: string) =>
      expect(complete(parts)).rejects.toMatchObject({ name });
    await refused([two, one], "InvalidPartOrder");
    await refused([one, one], "InvalidPartOrder");
    await refused([one, { PartNumber: 9, ETag: two.ETag }], "InvalidPart");
    await refused([one, { PartNumber: 2, ETag: one.ETag }], "InvalidPart");
    await refused([one, two, three], "EntityTooSmall");
    await refused([], "MalformedXML");
    await complete([one, three]);
  });

  it("is gone once it is aborted or completed", async () => {
    const { client, upload, part, complete } = await started();
    const one = await part(1, SMALL);
    await client.send(new AbortMultipartUploadCommand(upload));
    await expect(part(1, SMALL)).rejects.toMatchObject({ name: "NoSuchUpload" });
    await expect(complete([one])).rejects.toMatchObject({ name: "NoSuchUpload" });
    const stranger = { ...upload, UploadId: "../../../etc" };
    await expect(client.send(new ListPartsCommand(stranger))).rejects.toMatchObject({
      name: "NoSuchUpload",
    });
  });

  it("belongs to its key alone", async () => {
    const { client, upload } = await started();
    const other = new UploadPartCommand({ ...upload, Key: "other", PartNumber: 1, Body: SMALL });
    await expect(client.send(other)).rejects.toMatchObject({ name: "NoSuchUpload" });
  });

  it.each([0, 10_001])("has no part %i", async (PartNumber) => {
    const { part } = await started();
    await expect(part(PartNumber, SMALL)).rejects.toMatchObject({ name: "InvalidArgument" });
  });

  it("completes under a condition as a plain write does", async () => {
    const { client, part, complete } = await started();
    const parts = [await part(1, SMALL)];
    await expect(complete(parts, { IfMatch: '"00"' })).rejects.toMatchObject({ name: "NoSuchKey" });
    const { ETag } = await client.send(new PutObjectCommand({ ...where, Body: "before" }));
    for (const condition of [{ IfNoneMatch: "*" }, { IfMatch: '"00"' }])
      await expect(complete(parts, condition)).rejects.toMatchObject({
        name: "PreconditionFailed",
        $metadata: { httpStatusCode: 412 },
      });
    await expect(complete(parts, { IfMatch: ETag! })).resolves.toBeDefined();
  });
});
