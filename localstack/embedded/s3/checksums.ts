/** The checksums S3 clients may declare in `x-amz-checksum-*`, all answered in base64, big-endian. */
import { hash } from "node:crypto";
import { crc32 } from "node:zlib";

/** Byte-wise table of the reflected 32-bit polynomial. */
function crc32Table(polynomial: number): Uint32Array {
  return Uint32Array.from({ length: 256 }, (_, byte) => {
    let remainder = byte;
    for (let bit = 0; bit < 8; bit++)
      remainder = remainder & 1 ? (remainder >>> 1) ^ polynomial : remainder >>> 1;
    return remainder >>> 0;
  });
}

/** CRC-32C (Castagnoli), reflected polynomial of RFC 3720, section 12.1. */
const CASTAGNOLI = crc32Table(0x82f63b78);

function crc32c(body: Uint8Array): number {
  let remainder = 0xffffffff;
  for (let i = 0; i < body.length; i++)
    remainder = CASTAGNOLI[(remainder ^ body[i]!) & 255]! ^ (remainder >>> 8);
  return (remainder ^ 0xffffffff) >>> 0;
}

/** CRC-64/NVME, reflected polynomial of the NVM Express command set specification, section 5.2.1.3.4. */
const NVME = 0x9a6c9329ac4bc9b5n;

/** High and low halves apart: BigInt arithmetic per byte would take seconds for an image. */
const NVME_HIGH = new Uint32Array(256);
const NVME_LOW = new Uint32Array(256);
for (let byte = 0; byte < 256; byte++) {
  let remainder = BigInt(byte);
  for (let bit = 0; bit < 8; bit++)
    remainder = remainder & 1n ? (remainder >> 1n) ^ NVME : remainder >> 1n;
  NVME_HIGH[byte] = Number(remainder >> 32n);
  NVME_LOW[byte] = Number(remainder & 0xffffffffn);
}

function crc64nvme(body: Uint8Array): Buffer {
  let high = 0xffffffff;
  let low = 0xffffffff;
  for (let i = 0; i < body.length; i++) {
    const slot = (low ^ body[i]!) & 255;
    low = ((low >>> 8) | (high << 24)) ^ NVME_LOW[slot]!;
    high = (high >>> 8) ^ NVME_HIGH[slot]!;
  }
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32BE(~high >>> 0, 0);
  bytes.writeUInt32BE(~low >>> 0, 4);
  return bytes;
}

const wordBase64 = (word: number): string => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(word, 0);
  return bytes.toString("base64");
};

/** Algorithm name as in the header (`x-amz-checksum-<name>`) to the checksum of a body. */
export const CHECKSUMS: Readonly<Record<string, (body: Uint8Array) => string>> = {
  crc32: (body) => wordBase64(crc32(body)),
  crc32c: (body) => wordBase64(crc32c(body)),
  crc64nvme: (body) => crc64nvme(body).toString("base64"),
  sha1: (body) => hash("sha1", body, "base64"),
  sha256: (body) => hash("sha256", body, "base64"),
};
