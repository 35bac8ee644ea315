/** Multipart upload of a stream of unknown length: one part on the wire while the next one fills. */
import type { CompletedPart, PutObjectCommandInput } from "@aws-sdk/client-s3";
import type { S3Connection } from "./s3-connection.ts";

/** S3 takes at most 10,000 parts of at least 5 MiB: this size reaches 80 GB. */
const PART_BYTES = 8 * 1024 * 1024;

/** The stream cut into buffers of exactly `PART_BYTES`, the last one shorter (and empty for an empty stream). */
async function* parts(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  let part = Buffer.allocUnsafeSlow(PART_BYTES);
  let filled = 0;
  for await (const chunk of chunks) {
    for (let at = 0; at < chunk.length; ) {
      if (filled === PART_BYTES) {
        yield part;
        // The full buffer is still being sent, so the next part needs memory of its own.
        part = Buffer.allocUnsafeSlow(PART_BYTES);
        filled = 0;
      }
      const piece = chunk.subarray(at, at + PART_BYTES - filled);
      part.set(piece, filled);
      filled += piece.length;
      at += piece.length;
    }
  }
  yield part.subarray(0, filled);
}

/**
 * Stores the stream under the key; small ones with a single PUT. When the stream or the store fails, the upload is
 * aborted and the first failure thrown (a failure of the stream as it was).
 */
export async function uploadStream(
  connection: S3Connection,
  key: string,
  chunks: AsyncIterable<Uint8Array>,
  options: Pick<PutObjectCommandInput, "ContentType" | "ContentDisposition">,
): Promise<Readonly<{ bytes: number }>> {
  const { bucket: Bucket, call } = connection;
  const target = { Bucket, Key: key };
  const pieces = parts(chunks);
  const first = await pieces.next();
  const firstPart: Buffer = first.value;
  if (firstPart.length < PART_BYTES) {
    await call({ name: "PUT", key }, (sdk, client, abortSignal) =>
      client.send(new sdk.PutObjectCommand({ ...target, Body: firstPart, ...options }), {
        abortSignal,
      }),
    );
    return { bytes: firstPart.length };
  }

  const { UploadId } = await call({ name: "CREATE UPLOAD", key }, (sdk, client, abortSignal) =>
    client.send(new sdk.CreateMultipartUploadCommand({ ...target, ...options }), { abortSignal }),
  );

  const sendPart = async (Body: Buffer, PartNumber: number): Promise<CompletedPart> => {
    // Sending a part twice leaves one part, so it may be retried.
    const operation = { name: "UPLOAD PART", key, isRetried: true };
    const { ETag, ChecksumCRC32 } = await call(operation, (sdk, client, abortSignal) =>
      client.send(new sdk.UploadPartCommand({ ...target, UploadId, PartNumber, Body }), {
        abortSignal,
      }),
    );
    return { PartNumber, ETag, ...(ChecksumCRC32 !== undefined && { ChecksumCRC32 }) };
  };

  const sent: CompletedPart[] = [];
  let sending: Promise<CompletedPart> = sendPart(firstPart, 1);
  let bytes = firstPart.length;
  try {
    for (let number = 2; ; number++) {
      // A failure of the part on the wire must not go unhandled while the stream is awaited.
      sending.catch(() => {});
      const next = await pieces.next();
      sent.push(await sending);
      if (next.done === true || next.value.length === 0) break;
      bytes += next.value.length;
      sending = sendPart(next.value, number);
    }
    await call({ name: "COMPLETE UPLOAD", key }, (sdk, client, abortSignal) =>
      client.send(
        new sdk.CompleteMultipartUploadCommand({
          ...target,
          UploadId,
          MultipartUpload: { Parts: sent },
        }),
        { abortSignal },
      ),
    );
    return { bytes };
  } catch (error) {
    await sending.catch(() => {});
    await pieces.return(undefined);
    // The first failure is the one to report; an upload that cannot be aborted is left to the bucket's lifecycle rule.
    await call({ name: "ABORT UPLOAD", key }, (sdk, client, abortSignal) =>
      client.send(new sdk.AbortMultipartUploadCommand({ ...target, UploadId }), { abortSignal }),
    ).catch(() => {});
    throw error;
  }
}
