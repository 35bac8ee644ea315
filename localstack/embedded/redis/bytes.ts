/** Texts of JSON to byte strings (UTF-8, one character per byte) and back. */

/** Plain ASCII, by far the commonest, is its own byte string. */
const isAscii = (bytes: string) => !/[\x80-\xff]/.test(bytes);

export function bytesOfText(text: string): string {
  return Buffer.byteLength(text) === text.length ? text : Buffer.from(text).toString("latin1");
}

/** Bytes that are not UTF-8 come out as U+FFFD; ask for base64 to see them. */
export function textOfBytes(bytes: string): string {
  return isAscii(bytes) ? bytes : Buffer.from(bytes, "latin1").toString();
}

export const base64OfBytes = (bytes: string): string =>
  Buffer.from(bytes, "latin1").toString("base64");
