/**
 * Multipart uploads. Parts are files of their own; nothing is visible under the key until the upload is completed,
 * and a completion that fails leaves the upload as it was. Checksums of whole multipart objects are not kept.
 */
import { createHash, hash, randomUUID } from "node:crypto";
import { isoInstant, keyWriter, pageSize } from "./buckets.ts";
import { S3Failure } from "./failure.ts";
import type { Files } from "./files.ts";
import { answer, type S3Call, type S3Response, xmlAnswer } from "./message.ts";
import { quoted, storedHeaders, writeCondition } from "./objects.ts";
import { compareUtf8 } from "./order.ts";
import { type ObjectRecord, readRecord, recordLine, type Store } from "./store.ts";
import { branch, elements, elementText, leaf, xmlDocument } from "./xml.ts";

type Upload = Readonly<{
  key: string;
  startedMs: number;
  headers: Readonly<Record<string, string>>;
}>;
type Part = Readonly<{
  number: number;
  etag: string;
  bytes: number;
  modifiedMs: number;
  checksums: Readonly<Record<string, string>>;
}>;

const PART_NUMBER_MAX = 10_000;
/** Every part but the last must have this many. */
const PART_BYTES_MIN = 5 * 1024 * 1024;

const directory = (bucket: string, uploadId: string): string => `${bucket}/uploads/${uploadId}`;
const partFile = (bucket: string, uploadId: string, number: number): string =>
  `${directory(bucket, uploadId)}/part-${String(number).padStart(5, "0")}`;

async function save(files: Files, name: string, chunks: readonly Uint8Array[]): Promise<void> {
  await (await files.stage(chunks)).publish(name);
}

/** The upload a call names. @throws S3Failure NoSuchUpload, also when it is for another key */
async function upload(store: Store, call: S3Call): Promise<Upload & { uploadId: string }> {
  const uploadId = call.query.get("uploadId") ?? "";
  store.bucket(call.bucket);
  const found = /^[0-9a-f-]{36}$/.test(uploadId)
    ? await readRecord<Upload>(store.files, `${directory(call.bucket, uploadId)}/upload`)
    : undefined;
  if (found === undefined || found.record.key !== call.key)
    throw new S3Failure(
      "NoSuchUpload",
      "The specified upload does not exist. The upload ID may be invalid, or the upload may have been aborted or completed.",
      { UploadId: uploadId },
    );
  return { ...found.record, uploadId };
}

async function storedParts(store: Store, bucket: string, uploadId: string): Promise<Part[]> {
  const parts: Part[] = [];
  for (const name of await store.files.names(directory(bucket, uploadId))) {
    if (!name.startsWith("part-")) continue;
    const found = await readRecord<Part>(store.files, `${directory(bucket, uploadId)}/${name}`);
    if (found !== undefined) parts.push(found.record);
  }
  return parts;
}

export async function createUpload(store: Store, call: S3Call): Promise<S3Response> {
  const { bucket, key } = call;
  store.bucket(bucket);
  const uploadId = randomUUID();
  const started: Upload = { key, startedMs: store.nowMs(), headers: storedHeaders(call.headers) };
  await save(store.files, `${directory(bucket, uploadId)}/upload`, [recordLine(started)]);
  return xmlAnswer(
    200,
    xmlDocument(
      "InitiateMultipartUploadResult",
      leaf("Bucket", bucket),
      leaf("Key", key),
      leaf("UploadId", uploadId),
    ),
  );
}

export async function uploadPart(store: Store, call: S3Call): Promise<S3Response> {
  const { uploadId } = await upload(store, call);
  const text = call.query.get("partNumber") ?? "";
  const number = Number(text);
  if (!/^\d+$/.test(text) || number < 1 || number > PART_NUMBER_MAX)
    throw new S3Failure(
      "InvalidArgument",
      `Part number must be an integer between 1 and ${PART_NUMBER_MAX}, inclusive, was "${text}"`,
      { ArgumentName: "partNumber", ArgumentValue: text },
    );
  const part: Part = {
    number,
    etag: hash("md5", call.body),
    bytes: call.body.length,
    modifiedMs: store.modifiedNowMs(),
    checksums: call.checksums,
  };
  await save(store.files, partFile(call.bucket, uploadId, number), [recordLine(part), call.body]);
  const checksums = Object.entries(part.checksums).map(([name, value]) => [
    `x-amz-checksum-${name}`,
    value,
  ]);
  return answer(200, { etag: quoted(part.etag), ...Object.fromEntries(checksums) });
}

export async function listParts(store: Store, call: S3Call): Promise<S3Response> {
  const { uploadId } = await upload(store, call);
  const maxParts = pageSize(call.query, "max-parts");
  const after = Number(call.query.get("part-number-marker") ?? 0);
  const all = (await storedParts(store, call.bucket, uploadId)).filter(
    ({ number }) => number > after,
  );
  const shown = all.slice(0, maxParts);
  return xmlAnswer(
    200,
    xmlDocument(
      "ListPartsResult",
      leaf("Bucket", call.bucket),
      leaf("Key", call.key),
      leaf("UploadId", uploadId),
      leaf("PartNumberMarker", after),
      leaf("NextPartNumberMarker", shown.at(-1)?.number ?? 0),
      leaf("MaxParts", maxParts),
      leaf("IsTruncated", all.length > shown.length),
      ...shown.map((part) =>
        branch(
          "Part",
          leaf("PartNumber", part.number),
          leaf("LastModified", isoInstant(part.modifiedMs)),
          leaf("ETag", quoted(part.etag)),
          leaf("Size", part.bytes),
        ),
      ),
    ),
  );
}

/** The parts a completion names, in ascending order and each as it was stored. */
function chosenParts(xml: string, stored: readonly Part[]): Part[] {
  const entries = elements(xml, "Part");
  if (entries.length === 0)
    throw new S3Failure("MalformedXML", "The document must name at least one part.");
  const byNumber = new Map(stored.map((part) => [part.number, part]));
  const chosen = entries.map((entry) => {
    const number = Number(elementText(entry, "PartNumber"));
    const etag = elementText(entry, "ETag")?.replace(/^"|"$/g, "");
    const part = byNumber.get(number);
    const crc32 = elementText(entry, "ChecksumCRC32");
    const isSame = crc32 === undefined || crc32 === (part?.checksums.crc32 ?? crc32);
    if (part === undefined || part.etag !== etag || !isSame)
      throw new S3Failure(
        "InvalidPart",
        "One or more of the specified parts could not be found. The part may not have been uploaded, or the specified entity tag may not match the part's entity tag.",
        { PartNumber: String(number), ETag: etag ?? "" },
      );
    return part;
  });
  for (let i = 1; i < chosen.length; i++) {
    const [before, part] = [chosen[i - 1]!, chosen[i]!];
    if (part.number <= before.number)
      throw new S3Failure(
        "InvalidPartOrder",
        "The list of parts was not in ascending order. Parts must be ordered by part number.",
      );
    if (before.bytes < PART_BYTES_MIN)
      throw new S3Failure(
        "EntityTooSmall",
        "Your proposed upload is smaller than the minimum allowed size",
        {
          PartNumber: String(before.number),
          ProposedSize: String(before.bytes),
          MinSizeAllowed: String(PART_BYTES_MIN),
        },
      );
  }
  return chosen;
}

/** One part's bytes after the other, so that memory holds a single part. */
async function* joined(
  store: Store,
  bucket: string,
  uploadId: string,
  parts: readonly Part[],
): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    const file = await store.files.open(partFile(bucket, uploadId, part.number));
    if (file === undefined) throw new S3Failure("NoSuchUpload", "The upload was aborted.");
    try {
      const bodyAt = recordLine(part).length;
      yield await file.read(bodyAt, bodyAt + part.bytes);
    } finally {
      await file.close();
    }
  }
}

export async function completeUpload(store: Store, call: S3Call): Promise<S3Response> {
  const { uploadId, headers } = await upload(store, call);
  const { bucket, key } = call;
  const parts = chosenParts(call.body.toString(), await storedParts(store, bucket, uploadId));
  const digests = createHash("md5");
  for (const part of parts) digests.update(part.etag, "hex");
  const record: ObjectRecord = {
    key,
    etag: `${digests.digest("hex")}-${parts.length}`,
    bytes: parts.reduce((sum, part) => sum + part.bytes, 0),
    modifiedMs: store.modifiedNowMs(),
    headers,
    checksums: {},
  };
  await store.write(
    bucket,
    record,
    joined(store, bucket, uploadId, parts),
    writeCondition(call.headers),
  );
  await store.files.remove(directory(bucket, uploadId));
  return xmlAnswer(
    200,
    xmlDocument(
      "CompleteMultipartUploadResult",
      leaf("Location", `/${bucket}/${key}`),
      leaf("Bucket", bucket),
      leaf("Key", key),
      leaf("ETag", quoted(record.etag)),
    ),
  );
}

export async function abortUpload(store: Store, call: S3Call): Promise<S3Response> {
  const { uploadId } = await upload(store, call);
  await store.files.remove(directory(call.bucket, uploadId));
  return answer(204);
}

/** Every unfinished upload below a prefix, by key and then age; one page, since a development store has few. */
export async function listUploads(store: Store, call: S3Call): Promise<S3Response> {
  const { bucket, query } = call;
  store.bucket(bucket);
  const write = keyWriter(query);
  const prefix = query.get("prefix") ?? "";
  const found: (Upload & { uploadId: string })[] = [];
  for (const uploadId of await store.files.names(`${bucket}/uploads`)) {
    const started = await readRecord<Upload>(store.files, `${directory(bucket, uploadId)}/upload`);
    if (started?.record.key.startsWith(prefix)) found.push({ ...started.record, uploadId });
  }
  found.sort((a, b) => compareUtf8(a.key, b.key) || a.startedMs - b.startedMs);
  return xmlAnswer(
    200,
    xmlDocument(
      "ListMultipartUploadsResult",
      leaf("Bucket", bucket),
      leaf("Prefix", write(prefix)),
      leaf("IsTruncated", false),
      ...found.map(({ key, uploadId, startedMs }) =>
        branch(
          "Upload",
          leaf("Key", write(key)),
          leaf("UploadId", uploadId),
          leaf("Initiated", isoInstant(startedMs)),
        ),
      ),
    ),
  );
}
