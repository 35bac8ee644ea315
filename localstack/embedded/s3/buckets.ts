/** The calls on a bucket: create, remove, list, and the removal of many objects at once. */
import { S3Failure } from "./failure.ts";
import { page } from "./listing.ts";
import { answer, type S3Call, type S3Response, xmlAnswer } from "./message.ts";
import { quoted } from "./objects.ts";
import { encodeKey } from "./paths.ts";
import type { Store } from "./store.ts";
import { branch, elements, elementText, leaf, xmlDocument } from "./xml.ts";

const PAGE_KEYS_MAX = 1000;

export const isoInstant = (ms: number): string => new Date(ms).toISOString();

export function listBuckets(store: Store): S3Response {
  const entries = store
    .bucketNames()
    .map((name) =>
      branch(
        "Bucket",
        leaf("Name", name),
        leaf("CreationDate", isoInstant(store.bucket(name).createdMs)),
      ),
    );
  return xmlAnswer(200, xmlDocument("ListAllMyBucketsResult", branch("Buckets", ...entries)));
}

/** Creating a bucket one already owns succeeds, as it does in us-east-1. */
export async function createBucket(store: Store, call: S3Call): Promise<S3Response> {
  await store.createBucket(call.bucket);
  return answer(200, { location: `/${call.bucket}` });
}

export async function deleteBucket(store: Store, call: S3Call): Promise<S3Response> {
  await store.deleteBucket(call.bucket);
  return answer(204);
}

export function headBucket(store: Store, call: S3Call): S3Response {
  store.bucket(call.bucket);
  return answer(200, { "x-amz-bucket-region": "us-east-1" });
}

export function bucketLocation(store: Store, call: S3Call): S3Response {
  store.bucket(call.bucket);
  return xmlAnswer(200, xmlDocument("LocationConstraint"));
}

/** How many entries a page may have: at most 1,000 whatever was asked. */
export function pageSize(query: ReadonlyMap<string, string>, name: string): number {
  const text = query.get(name);
  if (text === undefined) return PAGE_KEYS_MAX;
  if (!/^\d+$/.test(text))
    throw new S3Failure("InvalidArgument", `${name} must be a whole number, was "${text}"`, {
      ArgumentName: name,
      ArgumentValue: text,
    });
  return Math.min(PAGE_KEYS_MAX, Number(text));
}

/** How keys are written into a listing: as they are, or percent-encoded on request. */
export function keyWriter(query: ReadonlyMap<string, string>): (key: string) => string {
  const encoding = query.get("encoding-type");
  if (encoding === undefined) return (key) => key;
  if (encoding !== "url")
    throw new S3Failure("InvalidArgument", `encoding-type must be "url", was "${encoding}"`);
  return encodeKey;
}

/** ListObjects, version 2 (continuation tokens) when `list-type=2`, else version 1 (markers). */
export function listObjects(store: Store, call: S3Call): S3Response {
  const { bucket, query } = call;
  const isVersion2 = query.get("list-type") === "2";
  const { records, sortedKeys } = store.bucket(bucket);
  const write = keyWriter(query);
  const prefix = query.get("prefix") ?? "";
  const delimiter = query.get("delimiter") ?? "";
  const token = query.get("continuation-token");
  const marker = query.get(isVersion2 ? "start-after" : "marker") ?? "";
  const after = isVersion2 && token ? Buffer.from(token, "base64url").toString() : marker;
  const maxKeys = pageSize(query, "max-keys");
  const { keys, commonPrefixes, next } = page(sortedKeys, { prefix, delimiter, after, maxKeys });

  const contents = keys.map((key) => {
    const record = records.get(key)!;
    return branch(
      "Contents",
      leaf("Key", write(key)),
      leaf("LastModified", isoInstant(record.modifiedMs)),
      leaf("ETag", quoted(record.etag)),
      leaf("Size", record.bytes),
      leaf("StorageClass", "STANDARD"),
    );
  });
  const position = isVersion2
    ? [
        leaf("KeyCount", keys.length + commonPrefixes.length),
        leaf("ContinuationToken", token),
        leaf("StartAfter", marker === "" ? undefined : write(marker)),
        leaf("NextContinuationToken", next && Buffer.from(next).toString("base64url")),
      ]
    : [
        leaf("Marker", write(marker)),
        leaf("NextMarker", delimiter !== "" && next !== undefined ? write(next) : undefined),
      ];
  return xmlAnswer(
    200,
    xmlDocument(
      "ListBucketResult",
      leaf("Name", bucket),
      leaf("Prefix", write(prefix)),
      leaf("Delimiter", delimiter === "" ? undefined : write(delimiter)),
      leaf("MaxKeys", maxKeys),
      leaf("EncodingType", query.get("encoding-type")),
      leaf("IsTruncated", next !== undefined),
      ...position,
      ...contents,
      ...commonPrefixes.map((entry) => branch("CommonPrefixes", leaf("Prefix", write(entry)))),
    ),
  );
}

/** DeleteObjects: each object is answered for itself, the call as a whole succeeds. */
export async function deleteObjects(store: Store, call: S3Call): Promise<S3Response> {
  store.bucket(call.bucket);
  const xml = call.body.toString();
  const entries = elements(xml, "Object");
  if (entries.length === 0 || entries.length > PAGE_KEYS_MAX)
    throw new S3Failure(
      "MalformedXML",
      `The document must name 1 to ${PAGE_KEYS_MAX} objects, named ${entries.length}.`,
    );
  const isQuiet = elementText(xml, "Quiet") === "true";
  const results: string[] = [];
  for (const entry of entries) {
    const key = elementText(entry, "Key") ?? "";
    try {
      await store.remove(call.bucket, key, elementText(entry, "ETag"));
      if (!isQuiet) results.push(branch("Deleted", leaf("Key", key)));
    } catch (error) {
      if (!(error instanceof S3Failure)) throw error;
      const { code, message } = error;
      results.push(branch("Error", leaf("Key", key), leaf("Code", code), leaf("Message", message)));
    }
  }
  return xmlAnswer(200, xmlDocument("DeleteResult", ...results));
}
