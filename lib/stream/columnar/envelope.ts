/** What stands around the content of a file of ours: which kind it is, how long, and a check of every byte of it. */
import { createHash } from "node:crypto";
import { ByteWriter, damaged } from "./bytes.ts";

/** Four letters, a version (four bytes), the length, half of a sha256. */
const HEAD = 32;
const HASH_BYTES = 16;

const hashOf = (bytes: Uint8Array) =>
  createHash("sha256").update(bytes).digest().subarray(0, HASH_BYTES);

export type Kind = Readonly<{ letters: string; version: number }>;

export function sealed({ letters, version }: Kind, content: Uint8Array): Uint8Array {
  const writer = new ByteWriter();
  writer.raw(new TextEncoder().encode(letters));
  writer.raw(new Uint8Array(Uint32Array.of(version).buffer));
  writer.double(content.length);
  writer.raw(hashOf(content));
  writer.raw(content);
  return writer.written;
}

/** The content. @throws AppError BAD_FILE when the bytes are of another kind or version, cut short or changed */
export function opened({ letters, version }: Kind, bytes: Uint8Array): Uint8Array {
  const named = new TextDecoder("latin1").decode(bytes.subarray(0, 4));
  if (bytes.length < HEAD || named !== letters) {
    throw damaged(`the bytes must begin with "${letters}", they begin with "${named}"`);
  }
  const head = new DataView(bytes.buffer, bytes.byteOffset, HEAD);
  if (head.getUint32(4, true) !== version) {
    throw damaged(`"${letters}" must be of version ${version}, was ${head.getUint32(4, true)}`);
  }
  const content = bytes.subarray(HEAD);
  const length = head.getFloat64(8, true);
  if (length !== content.length) {
    throw damaged(`"${letters}" must hold ${length} bytes, holds ${content.length}`);
  }
  if (hashOf(content).some((byte, at) => byte !== bytes[HEAD - HASH_BYTES + at])) {
    throw damaged(`the content of "${letters}" is not what was written`);
  }
  return content;
}
