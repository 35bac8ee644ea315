/** Readers of orders, kept warm for as long as the process lives: what one request has taken of the log serves the next. */
import type { Cache, Images, Objects, Packing } from "../../ports.ts";
import { type DeskPositions, deskReader } from "./desks.ts";
import type { OrderReads } from "./reads.ts";

type World = Readonly<{
  images: Images;
  objects: Objects;
  packing: Packing;
  cache: Pick<Cache, "get">;
  streamStates: DeskPositions;
}>;

const warm = new WeakMap<World, OrderReads>();

export function orderReads(world: World): OrderReads {
  const known = warm.get(world);
  if (known) return known;
  const { images, cache, objects, packing, streamStates: states } = world;
  const made = { images, cache, desks: deskReader({ objects, packing, states }) };
  warm.set(world, made);
  return made;
}
