/**
 * The first request of a new process of GET /index-composition: the bundle that is deployed (esbuild with the options
 * of bundle.js) is imported, SQLite compiled, manifest and part fetched from the embedded S3 server, the answer
 * given. Timed inside the new process from just before the import; the start of Node is a figure of its own, and what
 * Lambda adds (fetching and unpacking the zip) cannot be seen here. Redis is away. Each sample is a new process.
 */
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { build } from "esbuild";
import { esbuild } from "../bundle.js";
import { isoDay } from "../lib/time.ts";
import type { Measured } from "./cold-start.child.ts";
import { demandSame, type Figure, inChild, type Options } from "./harness.ts";
import { inFolder, storedMarket } from "./markets.ts";
import { closedPort } from "./reads.bench.ts";
import { embeddedStore } from "./stores.ts";

const CHILD = join(import.meta.dirname, "cold-start.child.ts");
const ROOT = join(import.meta.dirname, "..");
const MS_MAX = 250;
const ROUNDS = 15;

export async function run(options: Options): Promise<Figure[]> {
  return inFolder(options, async (complete) => {
    const market = await storedMarket(complete);
    const folder = mkdtempSync(join(complete.folder, "bundle-"));
    const bundle = join(folder, "composition.mjs");
    await build({
      ...esbuild,
      absWorkingDir: ROOT,
      entryPoints: ["functions/index/composition.ts"],
      outfile: bundle,
      logLevel: "error",
    });
    const store = await embeddedStore(market.root);
    const env = {
      STAGE: "local",
      AWS_ENDPOINT_URL_S3: store.url,
      UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${await closedPort()}`,
    };
    const all: Measured[] = [];
    try {
      for (let round = 0; round < (complete.small ? 1 : ROUNDS); round++) {
        all.push(await inChild<Measured>(CHILD, [bundle, isoDay(market.end)], { env }));
      }
    } finally {
      await store.close();
      rmSync(folder, { recursive: true, force: true });
    }
    for (const { members } of all) demandSame("members answered", members, market.size);
    const figure = (name: string, msOf: (one: Measured) => number): Figure => ({
      name: `cold start: ${name}`,
      unit: "ms",
      samples: all.map(msOf),
    });
    return [
      {
        ...figure("import to first answer", ({ importMs, firstMs }) => importMs + firstMs),
        ...(!complete.small && { target: { atMost: MS_MAX } }),
        checked: `${market.size} members in each answer`,
      },
      figure("of it the import of the bundle", ({ importMs }) => importMs),
      figure("of it wasm, manifest, part and answer", ({ firstMs }) => firstMs),
      figure("the second request", ({ secondMs }) => secondMs),
      figure("the start of Node, not included", ({ bootMs }) => bootMs),
    ];
  });
}
