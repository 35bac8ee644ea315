/** The body of an answer, read to its end or to a bound. */

/** A body longer than the client takes; reading stopped there. */
export class TooLong extends Error {}

/** A body that ended, or broke, before it was whole. */
export class CutShort extends Error {}

/** @throws TooLong, CutShort, or the reason of an aborted signal */
export async function bodyOf(
  response: Response,
  maxBytes: number,
  signal: AbortSignal,
): Promise<Uint8Array<ArrayBuffer>> {
  const announced = Number(response.headers.get("content-length") ?? 0);
  if (announced > maxBytes) {
    await response.body?.cancel();
    throw new TooLong(`it announces ${announced} bytes, at most ${maxBytes} are read`);
  }
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response.body ?? []) {
      bytes += chunk.byteLength;
      if (bytes > maxBytes) throw new TooLong(`it is longer than ${maxBytes} bytes`);
      chunks.push(chunk);
    }
  } catch (error) {
    if (error instanceof TooLong) throw error;
    signal.throwIfAborted();
    throw new CutShort(
      announced > 0 ? `it ended after ${bytes} of ${announced} bytes` : `it ended early`,
    );
  }
  return joined(chunks, bytes);
}

function joined(chunks: readonly Uint8Array[], bytes: number): Uint8Array<ArrayBuffer> {
  const whole = new Uint8Array(bytes);
  let at = 0;
  for (const chunk of chunks) {
    whole.set(chunk, at);
    at += chunk.byteLength;
  }
  return whole;
}
