/** The body of a request, whole in memory. */
import type { IncomingMessage } from "node:http";

/**
 * Reads into one buffer of the declared length: an image is copied once, not once per chunk list.
 * @returns `undefined` when it has more than `bytesMax`
 */
export async function readBody(
  request: IncomingMessage,
  bytesMax: number,
): Promise<Buffer | undefined> {
  const declared = Number(request.headers["content-length"] ?? Number.NaN);
  if (declared > bytesMax) return undefined;
  if (Number.isNaN(declared)) {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      bytes += chunk.length;
      if (bytes > bytesMax) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
  const body = Buffer.allocUnsafeSlow(declared);
  let at = 0;
  for await (const chunk of request) at += (chunk as Buffer).copy(body, at);
  return body.subarray(0, at);
}
