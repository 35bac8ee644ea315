/** Files of ticks beside the images: blocks, each packed by itself, so that the ticks of a symbol are read by their range. */

import type { FoldedShard } from "../../bars/folding.ts";
import type { TickBlockPlace } from "../../bars/reading.ts";
import type { StoredTickFile } from "../../bars/write.ts";
import { AppError } from "../../errors.ts";
import { tickFileKey } from "../../stream/segment-names.ts";
import { decodeTickBlock, type TickBlock } from "../../stream/tick-block.ts";
import { inTurns, type SegmentStore } from "./segments.ts";

const PUTS_AT_ONCE = 4;

/** Stores what a fold has of ticks, a file for each shard and day. Again with the same content it changes nothing. */
export async function putTickFiles(
  store: SegmentStore,
  shards: readonly FoldedShard[],
): Promise<StoredTickFile[]> {
  const runs = shards.flatMap((shard) =>
    [...shard.ticks].map(([day, run]) => ({ shard, day, run })),
  );
  return inTurns(
    runs,
    PUTS_AT_ONCE,
    async ({ shard: { log, shard, after, through }, day, run }) => {
      const packed: Uint8Array[] = [];
      const blocks: StoredTickFile["blocks"][number][] = [];
      let offset = 0;
      for (const { bytes, shares } of run.blocks()) {
        const block = await store.packing.pack(bytes);
        packed.push(block);
        blocks.push({ offset, bytes: block.length, shares });
        offset += block.length;
      }
      const name = { log, shard, day, after, through };
      await store.objects.put(tickFileKey(name), Buffer.concat(packed), {
        contentType: "application/zstd",
      });
      return { ...name, bytes: offset, ticks: run.rows, blocks };
    },
  );
}

/**
 * Reads the block that holds a symbol's ticks: of the file nothing else.
 *
 * @throws AppError BAD_FILE when it is damaged, IMAGE_REFUSED when the image names what is not there
 */
export async function readTickBlock(
  { objects, packing }: SegmentStore,
  place: TickBlockPlace,
): Promise<TickBlock> {
  const key = tickFileKey({ ...place, after: place.after_seq, through: place.through_seq });
  const { offset, bytes } = place;
  const stored = await objects.get(key, { offset, bytes });
  if (!stored) {
    throw new AppError("IMAGE_REFUSED", `the file of ticks "${key}" is not there`, { key });
  }
  return decodeTickBlock(await packing.unpack(stored.body));
}
