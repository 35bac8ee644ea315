/** A long list of items as several frames: each JSON text is made once, and no frame is larger than it may be. */
import type { Item } from "../stream/items.ts";
import { FRAME_BYTES_MAX } from "./pending.ts";

/** Room for what stands beside the items: type, id, and what was subscribed. */
const ROOM_BYTES = 2 * 1024;

/**
 * Lists that each fit into a frame, in order; one at least, which may be empty.
 * @param restBytes what stands beside the items of the last one
 */
export function inParts(items: readonly Item[], restBytes = 0): Item[][] {
  const parts: Item[][] = [[]];
  const bytesMax = FRAME_BYTES_MAX - ROOM_BYTES;
  let bytes = 0;
  for (const item of items) {
    const more = Buffer.byteLength(JSON.stringify(item)) + 1;
    if (bytes > 0 && bytes + more > bytesMax) {
      parts.push([]);
      bytes = 0;
    }
    parts.at(-1)!.push(item);
    bytes += more;
  }
  if (bytes > 0 && bytes + restBytes > bytesMax) parts.push([]);
  return parts;
}
