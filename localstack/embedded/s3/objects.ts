/** The calls on one object: read, write, copy, remove. */
import { hash } from "node:crypto";
import { byteRange, isNotModified } from "./conditions.ts";
import { S3Failure } from "./failure.ts";
import { answer, type S3Call, type S3Response, xmlAnswer } from "./message.ts";
import { splitUrl } from "./paths.ts";
import type { ObjectRecord, Store, WriteCondition } from "./store.ts";
import { leaf, xmlDocument } from "./xml.ts";

type Headers = Readonly<Record<string, string>>;

/** Headers that are stored with an object and come back with it. */
const STORED = [
  "cache-control",
  "content-disposition",
  "content-encoding",
  "content-language",
  "content-type",
  "expires",
];

export const quoted = (etag: string): string => `"${etag}"`;

/** What of a PUT's headers belongs to the object. */
export function storedHeaders(headers: Headers): Record<string, string> {
  const stored: Record<string, string> = { "content-type": "binary/octet-stream" };
  for (const [name, value] of Object.entries(headers))
    if (STORED.includes(name) || name.startsWith("x-amz-meta-")) stored[name] = value;
  // The coding of the transfer, not of the object.
  const encoding = stored["content-encoding"]
    ?.split(",")
    .map((coding) => coding.trim())
    .filter((coding) => coding !== "aws-chunked" && coding !== "")
    .join(",");
  if (encoding) stored["content-encoding"] = encoding;
  else delete stored["content-encoding"];
  return stored;
}

/** The conditions a write may carry. */
export const writeCondition = (headers: Headers): WriteCondition => ({
  ...(headers["if-match"] !== undefined && { ifMatch: headers["if-match"] }),
  ...(headers["if-none-match"] !== undefined && { ifNoneMatch: headers["if-none-match"] }),
});

const checksumHeaders = (record: ObjectRecord): Record<string, string> =>
  Object.fromEntries(
    Object.entries(record.checksums).map(([name, value]) => [`x-amz-checksum-${name}`, value]),
  );

export async function putObject(store: Store, call: S3Call): Promise<S3Response> {
  const { bucket, key, body, headers, checksums } = call;
  const record: ObjectRecord = {
    key,
    etag: hash("md5", body),
    bytes: body.length,
    modifiedMs: store.modifiedNowMs(),
    headers: storedHeaders(headers),
    checksums,
  };
  await store.write(bucket, record, [body], writeCondition(headers));
  return answer(200, { etag: quoted(record.etag), ...checksumHeaders(record) });
}

/** `response-content-type=...` and its kin replace stored headers for one answer. */
function overrides(query: ReadonlyMap<string, string>): Record<string, string> {
  const replaced: Record<string, string> = {};
  for (const name of STORED) {
    const value = query.get(`response-${name}`);
    if (value !== undefined) replaced[name] = value;
  }
  return replaced;
}

/** GET and HEAD: the same answer, without the bytes for HEAD. */
export async function getObject(store: Store, call: S3Call): Promise<S3Response> {
  const { bucket, key, headers, query } = call;
  for (;;) {
    const record = store.record(bucket, key);
    const common = {
      etag: quoted(record.etag),
      "last-modified": new Date(record.modifiedMs).toUTCString(),
    };
    if (isNotModified(record, headers)) return answer(304, common);
    const range = byteRange(headers.range, record.bytes);
    const { from, to } = range ?? { from: 0, to: record.bytes };
    const body =
      call.method === "HEAD" ? Buffer.alloc(0) : await store.read(bucket, record, from, to);
    // Another write came between the look at the record and the file: look again.
    if (body === undefined) continue;
    const mode = headers["x-amz-checksum-mode"] ?? query.get("x-amz-checksum-mode");
    return answer(
      range === undefined ? 200 : 206,
      {
        ...record.headers,
        ...overrides(query),
        ...common,
        "accept-ranges": "bytes",
        "content-length": String(to - from),
        ...(range && { "content-range": `bytes ${from}-${to - 1}/${record.bytes}` }),
        ...(mode === "ENABLED" && range === undefined && checksumHeaders(record)),
      },
      body,
    );
  }
}

export async function deleteObject(store: Store, call: S3Call): Promise<S3Response> {
  await store.remove(call.bucket, call.key, call.headers["if-match"]);
  return answer(204);
}

const SOURCE_CONDITION = "x-amz-copy-source-";

/** Copies within the server, with the source's headers unless `x-amz-metadata-directive: REPLACE`. */
export async function copyObject(store: Store, call: S3Call): Promise<S3Response> {
  const { bucket, key, headers } = call;
  const source = splitUrl(`/${headers["x-amz-copy-source"]!.replace(/^\//, "")}`);
  const isReplacing = headers["x-amz-metadata-directive"] === "REPLACE";
  if (source.bucket === bucket && source.key === key && !isReplacing)
    throw new S3Failure(
      "InvalidRequest",
      "This copy request is illegal because it is trying to copy an object to itself without changing its metadata.",
    );
  const conditions = Object.fromEntries(
    Object.entries(headers)
      .filter(([name]) => name.startsWith(SOURCE_CONDITION))
      .map(([name, value]) => [name.slice(SOURCE_CONDITION.length), value]),
  );
  for (;;) {
    const from = store.record(source.bucket, source.key);
    if (isNotModified(from, conditions))
      throw new S3Failure(
        "PreconditionFailed",
        "At least one of the pre-conditions you specified did not hold",
      );
    const body = await store.read(source.bucket, from, 0, from.bytes);
    if (body === undefined) continue;
    const record: ObjectRecord = {
      ...from,
      key,
      etag: hash("md5", body),
      modifiedMs: store.modifiedNowMs(),
      headers: isReplacing ? storedHeaders(headers) : from.headers,
    };
    await store.write(bucket, record, [body], writeCondition(headers));
    return xmlAnswer(
      200,
      xmlDocument(
        "CopyObjectResult",
        leaf("ETag", quoted(record.etag)),
        leaf("LastModified", new Date(record.modifiedMs).toISOString()),
      ),
    );
  }
}
