/** Readers of the stream, kept warm for as long as the process lives: what one request has read serves the next. */
import type { Images, Objects, Packing } from "../../../ports.ts";
import { FileCache } from "./file-cache.ts";
import { StreamReads, type StreamReadWorld } from "./view.ts";

/** The log that trades come in by. */
export const TICKS_LOG = "ticks";

type World = Readonly<{ images: Images; objects: Objects; packing: Packing; nowMs: () => number }>;

/** Of segments and blocks of ticks, decoded. */
const CACHE_BYTES = 64 * 1024 * 1024;

const warm = new WeakMap<World, StreamReads>();

/**
 * @param liveState the state of each of some shards; without it answers show what is stored, and no forming bars
 */
export function streamReads(
  world: World,
  liveState: StreamReadWorld["liveState"] = async () => [],
): StreamReads {
  const known = warm.get(world);
  if (known) return known;
  const { images, objects, packing, nowMs } = world;
  const files = new FileCache(CACHE_BYTES);
  const made = new StreamReads({
    ...{ images, objects, packing, nowMs, files },
    log: TICKS_LOG,
    liveState,
  });
  warm.set(world, made);
  return made;
}
