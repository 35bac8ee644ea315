/**
 * Values as they lie in Redis: one letter for the form, then the text, or base64 of it under zstd. JSON shrinks to
 * a fifth to a seventh: a 1 MB answer is written in 11 ms instead of 22 and read in 7 instead of 23 (loopback);
 * below 8 kB packing gains nothing.
 */
import { constants, zstdCompressSync, zstdDecompressSync } from "node:zlib";

const PLAIN = "=";
const ZSTD = "z";
const WORTH_CHARACTERS = 8 * 1024;
/** No answer of ours is near this; a damaged or foreign value must not take all memory. */
const UNPACKED_BYTES_MAX = 128 * 1024 * 1024;
const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

export function packed(value: string): string {
  if (value.length < WORTH_CHARACTERS) return PLAIN + value;
  return ZSTD + zstdCompressSync(value, OPTIONS).toString("base64");
}

/** `undefined` for anything {@link packed} did not write. */
export function unpacked(stored: string): string | undefined {
  if (stored.startsWith(PLAIN)) return stored.slice(PLAIN.length);
  if (!stored.startsWith(ZSTD)) return undefined;
  try {
    const bytes = Buffer.from(stored.slice(ZSTD.length), "base64");
    return zstdDecompressSync(bytes, { maxOutputLength: UNPACKED_BYTES_MAX }).toString();
  } catch {
    return undefined;
  }
}
