/** CRC-32 of zip and Ethernet (polynomial 0x04C11DB7, reflected): ISO 3309; Williams, A Painless Guide to CRC Error Detection Algorithms. */

const TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let rest = byte;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest;
});

/** @param text ASCII; @returns a whole number from 0 to 2^32 - 1 */
export function crc32(text: string): number {
  let rest = 0xffffffff;
  for (let at = 0; at < text.length; at++) {
    rest = TABLE[(rest ^ text.charCodeAt(at)) & 0xff]! ^ (rest >>> 8);
  }
  return (rest ^ 0xffffffff) >>> 0;
}
