/**
 * Objects of any bucket as files to be read: listed, then fetched a range at a time, each range with its own deadline
 * and retries, so that a slow reader holds no connection and no more than one range in memory. A bucket that may not be
 * read is the user's to mend and is said so; only a store that fails is DEPENDENCY_DOWN.
 */
import type { GetObjectCommandOutput } from "@aws-sdk/client-s3";
import { AppError } from "../errors.ts";
import type { ObjectFiles, ObjectInfo, Objects } from "../ports.ts";
import { s3Objects } from "./s3.ts";
import { type S3Connection, type S3Options, s3Connection } from "./s3-connection.ts";

export type S3FilesOptions = Omit<S3Options, "bucket" | "publicUrl">;

/** The first range is short, because often it only tells what a file is. */
const FIRST_RANGE_BYTES = 256 * 1024;
const RANGE_BYTES_MAX = 8 * 1024 * 1024;

type Bucket = Readonly<{ objects: Objects; connection: S3Connection }>;

/** Nothing is contacted before the first call. */
export function s3Files(options: S3FilesOptions): ObjectFiles {
  const known = new Map<string, Bucket>();
  const opened = (bucket: string): Bucket => {
    const there = known.get(bucket);
    if (there) return there;
    const of = { ...options, bucket };
    const made = { objects: s3Objects(of), connection: s3Connection(of) };
    known.set(bucket, made);
    return made;
  };
  return {
    list: (bucket, prefix) =>
      opened(bucket)
        .objects.list(prefix)
        .catch((error) => {
          throw refusal(error, `s3://${bucket}/${prefix}`, bucket);
        }),

    async *chunks(bucket, object) {
      const { connection } = opened(bucket);
      const name = `s3://${bucket}/${object.key}`;
      let length = FIRST_RANGE_BYTES;
      for (let from = 0; from < object.bytes; ) {
        const to = Math.min(from + length, object.bytes);
        yield await range(connection, object, name, from, to).catch((error) => {
          throw refusal(error, name, bucket);
        });
        from = to;
        length = Math.min(length * 2, RANGE_BYTES_MAX);
      }
    },
  };
}

/** Bytes `from` up to and without `to`. @throws AppError BAD_FILE when the object is not the one that was listed */
async function range(
  { bucket: Bucket, ask }: S3Connection,
  { key, etag }: ObjectInfo,
  name: string,
  from: number,
  to: number,
): Promise<Buffer> {
  const outcome = await ask(
    { name: "GET", key, isRetried: true },
    [404, 412],
    (sdk, client, abortSignal) =>
      client
        .send(
          new sdk.GetObjectCommand({
            Bucket,
            Key: key,
            IfMatch: etag,
            Range: `bytes=${from}-${to - 1}`,
          }),
          { abortSignal },
        )
        .then((output) => received(output, to - from)),
  );
  if ("value" in outcome) return outcome.value;
  const wrong = outcome.fact === 404 ? "was removed" : "was written again";
  throw badObject(
    name,
    `${wrong} while it was being read`,
    "an object that stays as it is; load it again",
  );
}

async function received({ Body }: GetObjectCommandOutput, bytes: number): Promise<Buffer> {
  const body = Buffer.allocUnsafeSlow(bytes);
  let at = 0;
  for await (const chunk of Body as AsyncIterable<Buffer>) at += chunk.copy(body, at);
  // What was not filled is memory of something else.
  if (at !== bytes) throw new Error(`the range ended after ${at} of ${bytes} bytes`);
  return body;
}

/** What the store refused, as a fault of the name or of the rights; every other failure as it is. */
function refusal(error: unknown, name: string, bucket: string): unknown {
  if (!(error instanceof AppError) || error.code !== "DEPENDENCY_DOWN") return error;
  const { status } = error.details;
  const reason = (error.cause as Error | undefined)?.name ?? "";
  if (status === 403) {
    return badObject(
      name,
      `may not be read (403 ${reason})`,
      `credentials with s3:ListBucket on "${bucket}" and s3:GetObject on its objects`,
      { cause: error },
    );
  }
  if (status === 404) {
    return badObject(
      name,
      `names the bucket "${bucket}", which does not exist`,
      "a bucket of this store",
      {
        cause: error,
      },
    );
  }
  if (status === 301 || reason === "AuthorizationHeaderMalformed") {
    return badObject(
      name,
      `lies in another region (${status} ${reason})`,
      "AWS_REGION to be the region of the bucket",
      { cause: error },
    );
  }
  return error;
}

/** As the readers of files on disk say it. */
const badObject = (
  name: string,
  wrong: string,
  expected: string,
  options?: ErrorOptions,
): AppError =>
  new AppError(
    "BAD_FILE",
    `"${name}" ${wrong}; expected ${expected}`,
    { file: name, expected },
    options,
  );
