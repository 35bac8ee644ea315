/** A simulated process of the service: its functions, and which versions each request has looked at. */
import { AsyncLocalStorage } from "node:async_hooks";
import type { Images } from "../../../lib/ports.ts";
import type { Actor } from "../fleet.ts";
import { invoke, newProcess } from "../process.ts";
import { objectsOf, type SandboxOptions } from "../sandbox.ts";
import { KEY } from "./model.ts";
import { type Asked, eventOf, type Reply } from "./requests.ts";
import { functionsIn } from "./world.ts";

/** Sequence numbers of the versions a request was given, in order. */
export type Seen = { market: number[]; index: number[] };

export type ServiceProcess = Actor &
  Readonly<{
    images: Images;
    /** "index 7": versions it has served in place of newer ones that are damaged. */
    servedInstead: ReadonlySet<string>;
    /** @throws Killed */
    ask: (
      asked: Asked,
      requestId: string,
      headers?: Readonly<Record<string, string>>,
    ) => Promise<Readonly<{ reply: Reply; seen: Seen }>>;
    /** Delivers the event of an evening. @throws Killed, and what the function throws */
    evening: (id: string) => Promise<unknown>;
  }>;

/** Room for a few of the parts, so that images are closed and opened again. */
const OPEN_BYTES_MAX = 600_000;
const MEMORY_BYTES_MAX = 200_000;

export function startService(options: SandboxOptions): ServiceProcess {
  const { product, clock, random, uuid } = options;
  const process = newProcess(options.name, options.skewMs);
  const connection = product.redisConnection({
    url: "http://redis.simulated",
    token: "local",
    nowMs: clock.nowMs,
  });
  const cache = product.cacheOver(connection);
  const servedInstead = new Set<string>();
  const nowMs = () => clock.nowMs() + process.skewMs;
  const store = product.imageStore({
    objects: objectsOf(product),
    writer: options.name,
    nowMs,
    random: random.next,
    uuid,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    graceMs: options.graceMs,
    keepManifests: options.keepManifests,
    maxOpenBytes: OPEN_BYTES_MAX,
    lease: cache.lease,
    log: (event) => {
      options.log(`${options.name} ${JSON.stringify(event)}`);
      if (event.event === "previous_served")
        servedInstead.add(`${event.dataset} ${event.servedSeq}`);
    },
  });
  process.onDeath.push(() => clock.after(0, store.close));

  const seeing = new AsyncLocalStorage<Seen>();
  const images: typeof store = {
    ...store,
    async snapshot(dataset, freshness) {
      const snapshot = await store.snapshot(dataset, freshness);
      seeing.getStore()?.[dataset as keyof Seen].push(snapshot.manifest.seq);
      return snapshot;
    },
  };
  const memory = product.lru({ maxBytes: MEMORY_BYTES_MAX });
  const functions = functionsIn({ product, images, nowMs, uuid, memory, cache, connection });
  const contextOf = (requestId: string) => ({ awsRequestId: requestId, functionName: "simulated" });

  return {
    process,
    images,
    servedInstead,
    async ask(asked, requestId, headers = {}) {
      const seen: Seen = { market: [], index: [] };
      const event = eventOf(asked, { "x-api-key": KEY, ...headers });
      const reply = await invoke({ process }, () =>
        seeing.run(seen, () => functions[asked.name](event, contextOf(requestId))),
      );
      return { reply: reply as Reply, seen };
    },
    evening: (id) => invoke({ process }, () => functions.ingest({ id }, contextOf(id))),
  };
}
