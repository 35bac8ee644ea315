/**
 * The service without faults, without others and without a cache, over every state that a market and an index may have
 * reached: what each answer must be.
 */
import { randomUUID } from "node:crypto";
import { memoryObjects } from "../../../bench/stores.ts";
import { hashOf, ID_BYTES, keyOf, SECRET_BYTES } from "../../../lib/access/key.ts";
import { keyObject, recordText } from "../../../lib/access/record.ts";
import { SCOPES } from "../../../lib/access/scope.ts";
import { AppError } from "../../../lib/errors.ts";
import { ingest } from "../../../lib/jobs/ingest.ts";
import type { Cache, Images, Manifest, Objects } from "../../../lib/ports.ts";
import type { Product } from "../builds.ts";
import type { Functions } from "./functions.ts";
import { INDEX, STORED, simulatedUpTo } from "./market.ts";
import { type Asked, buildOf, essence, eventOf, type Reply } from "./requests.ts";
import { functionsIn } from "./world.ts";

const key = keyOf(new Uint8Array(ID_BYTES).fill(7), new Uint8Array(SECRET_BYTES).fill(9));

/** The API key of everybody in a run: no secret, since it opens nothing else. */
export const KEY = key.text;

/** What a dataset has come to, told by its last day. */
export type State = Readonly<{
  market: number;
  index: number;
  /** How many looks at the market failed before the first that did not: the store may give the index alone. */
  failures: number;
}>;

/** More looks than any answer needs. */
export const NEVER_READ = 99;

export type Model = Readonly<{
  /** Objects that are there before a run, in the order in which they must be written. */
  stock: readonly Readonly<{ key: string; body: Buffer }>[];
  /** The essence of the answer: see `essence`. */
  answer: (asked: Asked, state: State) => Promise<string>;
  /** The answer to a build on the stored index when the market has come to this day. */
  built: (asked: Asked, market: number) => Promise<Reply>;
  /** Parts by name, as a single writer makes them. */
  parts: (dataset: "market" | "index", last: number) => Promise<Manifest["parts"]>;
}>;

const NO_CACHE: Cache = {
  get: async () => undefined,
  set: async () => {},
  lease: async () => undefined,
  ping: async () => {
    throw new AppError("DEPENDENCY_DOWN", "the model has no cache");
  },
};

const remembered = <K, V>(make: (key: K) => Promise<V>): ((key: K) => Promise<V>) => {
  const known = new Map<K, Promise<V>>();
  return (key) => {
    const value = known.get(key) ?? make(key);
    known.set(key, value);
    return value;
  };
};

async function copyOf(...from: readonly (readonly [objects: Objects, prefix: string])[]) {
  const copy = memoryObjects();
  for (const [objects, prefix] of from) {
    for (const { key: name } of await objects.list(prefix)) {
      await copy.put(name, (await objects.get(name))!.body);
    }
  }
  return copy;
}

export async function modelOf(product: Product): Promise<Model> {
  const record = {
    id: key.id,
    name: "simulated",
    scopes: SCOPES,
    createdMs: 0,
    expiresMs: null,
    revokedMs: null,
    hash: hashOf(key.text),
    limit: { ratePerSecond: 1_000, burst: 1_000, quotaPerDay: null },
  };
  const base = memoryObjects();
  await base.put(keyObject(key.id), Buffer.from(recordText(record)));

  const storeOver = (objects: Objects) =>
    product.imageStore({
      objects,
      writer: "model",
      nowMs: Date.now,
      random: Math.random,
      uuid: randomUUID,
      sleep: async () => {},
    });
  const functionsOver = (objects: Objects, images: Images): Functions =>
    functionsIn({
      product,
      images,
      objects,
      nowMs: Date.now,
      uuid: randomUUID,
      memory: product.lru({ maxBytes: 1 }),
      cache: NO_CACHE,
      connection: undefined,
    });

  const ask = async (functions: Functions, asked: Asked): Promise<Reply> => {
    const event = eventOf(asked, { "x-api-key": KEY });
    return (await functions[asked.name](event, { awsRequestId: randomUUID() })) as Reply;
  };
  const load = async (images: Images, last: number) => {
    await ingest(
      { images, nowMs: Date.now },
      {
        source: simulatedUpTo(last),
        from: undefined,
        to: last,
        minDays: 1,
        isStrict: false,
        isGated: true,
        jobId: `model ${last}`,
      },
    );
  };
  const demand = ({ statusCode, body }: Reply): void => {
    if (statusCode !== 200) throw new Error(`the model was answered ${statusCode} ${body}`);
  };

  {
    const images = storeOver(base);
    await load(images, STORED);
    demand(await ask(functionsOver(base, images), buildOf(INDEX, STORED)));
    images.close();
  }

  const marketAt = remembered(async (last: number): Promise<Objects> => {
    const objects = await copyOf([base, ""]);
    const images = storeOver(objects);
    if (last !== STORED) await load(images, last);
    images.close();
    return objects;
  });
  const indexAt = remembered(async (last: number): Promise<Objects> => {
    const objects = await copyOf([await marketAt(last), ""]);
    const images = storeOver(objects);
    demand(await ask(functionsOver(objects, images), buildOf(INDEX, last)));
    images.close();
    return objects;
  });
  const storeAt = remembered(async (name: string) => {
    const [market, index] = name.split(" ").map(Number) as [number, number];
    const objects = await copyOf(
      [await marketAt(market), "images/market/"],
      [await indexAt(index), "images/index/"],
      [base, keyObject(key.id)],
    );
    return { objects, images: storeOver(objects) };
  });
  const answerOf = remembered(async (name: string): Promise<string> => {
    const [state = "", text = ""] = name.split("|");
    const [market, index, failures] = state.split(" ").map(Number) as [number, number, number];
    const { objects, images } = await storeAt(`${market} ${index}`);
    let left = failures;
    const failing: Images = {
      ...images,
      snapshot: async (dataset, freshness) => {
        if (dataset !== "market" || left-- <= 0) return images.snapshot(dataset, freshness);
        throw new AppError("DEPENDENCY_DOWN", "the market cannot be read");
      },
    };
    return essence(await ask(functionsOver(objects, failing), JSON.parse(text) as Asked));
  });
  const stocked = await base.list("");
  // The pointer after the parts it names.
  const order = stocked.map(({ key: name }) => name).sort((a, b) => rank(a) - rank(b));

  return {
    stock: await Promise.all(
      order.map(async (name) => ({ key: name, body: (await base.get(name))!.body })),
    ),
    answer: (asked, { market, index, failures }) =>
      answerOf(`${market} ${index} ${failures}|${JSON.stringify(asked)}`),
    built: async (asked, market) => {
      const objects = await copyOf([await marketAt(market), ""]);
      const images = storeOver(objects);
      const reply = await ask(functionsOver(objects, images), asked);
      images.close();
      return reply;
    },
    parts: async (dataset, last) => {
      const objects = await (dataset === "market" ? marketAt(last) : indexAt(last));
      const manifest = await objects.get(`images/${dataset}/manifest.json`);
      return (JSON.parse(manifest!.body.toString()) as Manifest).parts;
    },
  };
}

const rank = (name: string): number => (name.endsWith("manifest.json") ? 1 : 0);
