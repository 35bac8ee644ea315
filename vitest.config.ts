import { readFileSync } from "node:fs";
import { availableParallelism } from "node:os";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";
import { BaseSequencer, type TestSpecification } from "vitest/node";
import { appBuilt } from "./web/built.ts";

// A function carries it; every test finds it as it stands.
appBuilt();

/** Loads .sql as text and .wasm as bytes, the way esbuild does for the bundle. */
const assets = {
  name: "assets",
  enforce: "pre" as const,
  // A script that is imported as text. Vite would take a style sheet for one, so both get another name.
  resolveId: (id: string) =>
    id.startsWith("swagger-ui-dist/") ? `\0${resolve("node_modules", id)}.text` : undefined,
  load(id: string) {
    if (id.endsWith(".text"))
      return `export default ${JSON.stringify(readFileSync(id.slice(1, -".text".length), "utf8"))}`;
    if (/\.(html|sql)$/.test(id))
      return `export default ${JSON.stringify(readFileSync(id, "utf8"))}`;
    if (id.endsWith(".wasm"))
      return `import { readFileSync } from "node:fs"; export default readFileSync(${JSON.stringify(id)})`;
    return undefined;
  },
};

/** The longest files start first, so that none of them is left alone at the end. */
const LONGEST = [
  ...["test/bench.test.ts", "test/faults.test.ts", "test/cli/equipoise.test.ts"],
  ...["test/real/openapi-fuzz.test.ts", "test/gated.years.shared.test.ts"],
];

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId }: TestSpecification) => {
      const found = LONGEST.findIndex((name) => moduleId.endsWith(name));
      return found < 0 ? LONGEST.length : found;
    };
    return (await super.sort(files)).sort((a, b) => place(a) - place(b));
  }
}

/** What all tests share, those against real servers too. */
export const common = {
  plugins: [assets],
  test: {
    restoreMocks: true,
    sequence: { shuffle: { tests: true }, sequencer: LongestFirst },
    // Half as many again as there are cores: much of a test's time is waiting for a server or a process beside it.
    maxWorkers: Math.ceil(1.5 * availableParallelism()),
    // Threads of one process share V8's list of code pages, and it is lost now and then while many load and drop wasm.
    pool: "forks" as const,
    testTimeout: 20_000,
    env: { TZ: "UTC", LOG_LEVEL: "silent" },
    server: { deps: { inline: [/\.wasm$/] } },
  },
};

/** Tests that take long, as those over the captured years do. */
export const long = "test/**/*.{years,long}.{shared.,}test.ts";

/** `npm run test:real`'s: what wants real servers, and what takes long. */
export const apart = ["test/real/**/*.test.ts", long];

/**
 * What keeps nothing between two files shares a loaded module graph: a third of the time of the whole run. Left out of it
 * is what looks at the first call of a process, at its counters or at settings that are read once.
 */
const together = [
  "test/{access,bench,forecast,index,jobs,live,market,options,orders,risk,sources,stream,web}/**/*.test.ts",
  "test/edge/!(kafka|tracer|websocket).test.ts",
  "test/edge/!(metrics)/**/*.test.ts",
  "test/localstack/!(plugin).test.ts",
  "test/localstack/*/**/*.test.ts",
  "test/{aws,aws-alarms,aws-roles,docs,monitoring,secrets,sql,supply-chain,tidy}.test.ts",
];

/** What replaces a function of another module, or loads a module twice: in Node's own modules neither can be done. */
const replacing = [
  "test/edge/{http,live,log,not-modified,routes,streaming}.test.ts",
  "test/edge/access/{access,door}.test.ts",
  "test/edge/metrics/invocation.test.ts",
  "test/functions/event-sources.test.ts",
];

/** Modules as Node loads them for `npm start`, which takes a fifth less time than Vite's own way. */
export const native = {
  execArgv: ["--import", resolve("localstack/assets.mjs")],
  experimental: { viteModuleRunner: false },
};

export default defineConfig({
  ...common,
  test: {
    ...common.test,
    projects: [
      {
        extends: true,
        test: {
          ...native,
          name: "together",
          include: together,
          exclude: [...replacing, ...apart],
          isolate: false,
        },
      },
      {
        extends: true,
        test: {
          ...native,
          name: "alone",
          include: ["test/**/*.test.ts"],
          exclude: [...together, ...replacing, ...apart],
        },
      },
      { extends: true, test: { name: "replacing", include: replacing } },
    ],
  },
});
