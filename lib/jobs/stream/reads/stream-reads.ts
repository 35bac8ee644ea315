/** Readers of the stream, kept warm for as long as the process lives: what one request has read serves the next. */
import type { Images, Objects, Packing } from "../../../ports.ts";
import type { ProcessorOptions } from "../../../stream/processor.ts";
import { type LookStates, looker } from "../looks.ts";
import { FileCache } from "./file-cache.ts";
import { liveStates } from "./live-states.ts";
import { StreamReads } from "./view.ts";

/** The log that trades come in by. */
export const TICKS_LOG = "ticks";

type World = Readonly<{
  images: Images;
  objects: Objects;
  packing: Packing;
  streamStates: LookStates;
  streamOptions: ProcessorOptions;
  nowMs: () => number;
}>;

/** Of segments and blocks of ticks, decoded. */
const CACHE_BYTES = 64 * 1024 * 1024;

const warm = new WeakMap<World, StreamReads>();

export function streamReads(world: World): StreamReads {
  const known = warm.get(world);
  if (known) return known;
  const { images, objects, packing, nowMs, streamStates: states, streamOptions: options } = world;
  const files = new FileCache(CACHE_BYTES);
  const made = new StreamReads({
    ...{ images, objects, packing, nowMs, files },
    log: TICKS_LOG,
    liveState: liveStates(looker({ objects, packing, states, options }, TICKS_LOG)),
  });
  warm.set(world, made);
  return made;
}
