/**
 * An S3 server without a socket: one request in, one answer out. The clock and the files are arguments,
 * so a simulated run over `memoryFiles` repeats exactly. Path-style addresses only ("/bucket/key").
 */
import {
  bucketLocation,
  createBucket,
  deleteBucket,
  deleteObjects,
  headBucket,
  listBuckets,
  listObjects,
} from "./buckets.ts";
import { S3Failure } from "./failure.ts";
import type { Files } from "./files.ts";
import { answer, type S3Call, type S3Request, type S3Response } from "./message.ts";
import { copyObject, deleteObject, getObject, putObject } from "./objects.ts";
import { splitUrl } from "./paths.ts";
import { verifyPayload } from "./payload.ts";
import { type SigningKeys, verifySignature } from "./signature.ts";
import { openStore, type Store } from "./store.ts";
import {
  abortUpload,
  completeUpload,
  createUpload,
  listParts,
  listUploads,
  uploadPart,
} from "./uploads.ts";
import { errorDocument, leaf } from "./xml.ts";

export type S3Handler = (request: S3Request) => Promise<S3Response>;

export type S3HandlerOptions = SigningKeys &
  Readonly<{
    files: Files;
    /** Created when they are not there yet. */
    buckets: readonly string[];
    nowMs: () => number;
    /** Other services at the same address, for its health. */
    neighbours?: readonly string[];
  }>;

const KEY_BYTES_MAX = 1024;

/** Sub-resources of S3 that are not here: answering them as if they were plain objects would destroy data. */
const ABSENT = (
  "accelerate acl analytics annotation attributes cors encryption intelligent-tiering inventory legal-hold " +
  "lifecycle logging metrics notification object-lock ownershipControls partNumber policy policyStatus " +
  "publicAccessBlock renameObject replication requestPayment restore retention select session tagging torrent " +
  "uploadId versionId versioning versions website"
).split(" ");

type Route = (store: Store, call: S3Call) => S3Response | Promise<S3Response>;

function bucketRoute({ method, query }: S3Call): Route | undefined {
  if (method === "GET" && query.has("location")) return bucketLocation;
  if (method === "GET" && query.has("uploads")) return listUploads;
  if (method === "POST" && query.has("delete")) return deleteObjects;
  if (ABSENT.some((name) => query.has(name))) return undefined;
  if (method === "GET") return listObjects;
  if (method === "HEAD") return headBucket;
  if (method === "PUT") return createBucket;
  if (method === "DELETE") return deleteBucket;
  return undefined;
}

function objectRoute({ method, query, headers }: S3Call): Route | undefined {
  const isCopy = headers["x-amz-copy-source"] !== undefined;
  if (query.has("uploads")) return method === "POST" ? createUpload : undefined;
  if (query.has("uploadId")) {
    if (method === "PUT") return isCopy ? undefined : uploadPart;
    if (method === "POST") return completeUpload;
    if (method === "GET") return listParts;
    return method === "DELETE" ? abortUpload : undefined;
  }
  if (ABSENT.some((name) => query.has(name))) return undefined;
  if (method === "GET" || method === "HEAD") return getObject;
  if (method === "PUT") return isCopy ? copyObject : putObject;
  if (method === "DELETE") return deleteObject;
  return undefined;
}

function health(neighbours: readonly string[] = []): S3Response {
  const services = Object.fromEntries(["s3", ...neighbours].map((name) => [name, "running"]));
  const body = JSON.stringify({ services, edition: "equipoise-embedded" });
  return answer(200, { "content-type": "application/json" }, Buffer.from(body));
}

/** Any page may read what it holds a link to; the links themselves are signed. */
const CORS = {
  "access-control-allow-origin": "*",
  "access-control-expose-headers":
    "ETag, Content-Length, Content-Disposition, Content-Range, Last-Modified",
};

const preflight = (headers: Readonly<Record<string, string>>): S3Response =>
  answer(200, {
    "access-control-allow-methods": "GET, HEAD, PUT, POST, DELETE",
    "access-control-allow-headers": headers["access-control-request-headers"] ?? "*",
    "access-control-max-age": "3000",
  });

async function serve(
  request: S3Request,
  store: Store,
  options: S3HandlerOptions,
): Promise<S3Response> {
  const { method, headers } = request;
  if (method === "OPTIONS") return preflight(headers);
  const { path, bucket, key, pairs } = splitUrl(request.url);
  if (path === "/_localstack/health" && (method === "GET" || method === "HEAD"))
    return health(options.neighbours);

  const verified = verifySignature({ method, path, pairs, headers }, options, options.nowMs());
  const query = new Map(pairs);
  const isCompletion = method === "POST" && query.has("uploadId");
  const { body, checksums } = verifyPayload(request.body, headers, verified, !isCompletion);
  if (Buffer.byteLength(key) > KEY_BYTES_MAX)
    throw new S3Failure("KeyTooLongError", "Your key is too long", {
      Size: String(Buffer.byteLength(key)),
      MaxSizeAllowed: String(KEY_BYTES_MAX),
    });

  const call: S3Call = { method, bucket, key, query, headers, body, checksums };
  if (bucket === "") {
    if (method === "GET") return listBuckets(store);
    throw new S3Failure("MethodNotAllowed", "The specified method is not allowed here.");
  }
  const route = key === "" ? bucketRoute(call) : objectRoute(call);
  if (route === undefined)
    throw new S3Failure(
      "NotImplemented",
      `"${method} ${request.url.split("?")[0]}" with the parameters "${[...query.keys()].join(", ")}" is not implemented.`,
    );
  return route(store, call);
}

/** Opens the store and answers requests. Failures of the server itself are thrown, not answered. */
export async function s3Handler(options: S3HandlerOptions): Promise<S3Handler> {
  const store = await openStore(options.files, options.nowMs);
  for (const bucket of options.buckets) await store.createBucket(bucket);
  let requests = 0;

  return async (request) => {
    requests += 1;
    const requestId = requests.toString(16).toUpperCase().padStart(16, "0");
    const finish = ({ status, headers, body }: S3Response): S3Response => ({
      status,
      headers: { ...CORS, "x-amz-request-id": requestId, ...headers },
      body,
    });
    try {
      return finish(await serve(request, store, options));
    } catch (error) {
      if (!(error instanceof S3Failure)) throw error;
      const xml = errorDocument(
        leaf("Code", error.code),
        leaf("Message", error.message),
        leaf("Resource", request.url.split("?")[0]),
        leaf("RequestId", requestId),
        ...Object.entries(error.facts).map(([name, value]) => leaf(name, value)),
      );
      const body = Buffer.from(request.method === "HEAD" ? "" : xml);
      return finish(answer(error.status, { "content-type": "application/xml" }, body));
    }
  };
}
