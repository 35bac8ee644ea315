/** What stands behind the ports of the functions: of a simulated process, or of the model that nothing befalls. */
import type { Cache, Images, Objects } from "../../../lib/ports.ts";
import type { Product } from "../builds.ts";
import { objectsOf } from "../sandbox.ts";
import { type Functions, functionsOf } from "./functions.ts";
import { simulatedUpTo } from "./market.ts";

type Memory = ReturnType<Product["lru"]>;
type Connection = ReturnType<Product["redisConnection"]>;

export type WorldOptions = Readonly<{
  product: Product;
  images: Images;
  nowMs: () => number;
  uuid: () => string;
  objects?: Objects;
  memory: Memory;
  cache: Cache;
  /** Where requests are counted; each process for itself without it. */
  connection: Connection | undefined;
}>;

/** The functions of a process over what it has. */
export function functionsIn(options: WorldOptions): Functions {
  const { product, images, nowMs, uuid, memory, cache, connection } = options;
  const objects = options.objects ?? objectsOf(product);
  const world = {
    objects,
    images,
    cache,
    memory,
    keys: product.keyReader({ objects: () => objects, nowMs }),
    limiter: product.limiter({
      shared: () => connection && product.redisCounters(connection),
      own: product.memoryCounters({ nowMs }),
      nowMs,
    }),
    instruments: product.instruments,
    nowMs,
    newId: uuid,
  };
  const scheduledSource = async ({ sessions }: { sessions: readonly number[] }) =>
    simulatedUpTo(sessions.at(-1)!);
  return functionsOf(product.modules, { world, scheduledSource });
}
