/** The `Packing` port over the zstd of Node. Level 3 packs the files of the stream at some 300 MB/s. */
import { promisify } from "node:util";
import { constants, zstdCompress, zstdDecompress } from "node:zlib";
import { AppError } from "../errors.ts";
import type { Packing } from "../ports.ts";

const compress = promisify(zstdCompress);
const decompress = promisify(zstdDecompress);

const OPTIONS = { params: { [constants.ZSTD_c_compressionLevel]: 3 } };

/** A file of ours is a small part of that; more would be bytes that were made to fill the memory. */
const UNPACKED_BYTES_MAX = 1024 ** 3;

export const zstd: Packing = {
  pack: (bytes) => compress(bytes, OPTIONS),
  async unpack(bytes) {
    try {
      return await decompress(bytes, { maxOutputLength: UNPACKED_BYTES_MAX });
    } catch (cause) {
      const message = `the ${bytes.length} bytes are not what zstd has packed: ${(cause as Error).message}`;
      throw new AppError("BAD_FILE", message, { bytes: bytes.length }, { cause });
    }
  },
};
