import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { defineConfig } from "vitest/config";

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

/** What all tests share, those against real servers too. */
export const common = {
  plugins: [assets],
  test: {
    restoreMocks: true,
    sequence: { shuffle: true },
    // Both cores of a small machine: much of a test's time is waiting for a server beside it.
    maxWorkers: "100%",
    pool: "threads" as const,
    testTimeout: 20_000,
    env: { TZ: "UTC", LOG_LEVEL: "silent" },
    server: { deps: { inline: [/\.wasm$/] } },
  },
};

/** Tests over the captured years take minutes; like those that want real servers, they are `npm run test:real`'s. */
export const apart = ["test/real/**/*.test.ts", "test/**/*.years.shared.test.ts"];

/** Pure code keeps nothing between two files, so they share a loaded module graph: a third of the time of the whole run. */
const pure = ["test/{index,market,sources}/**/*.test.ts"];

export default defineConfig({
  ...common,
  test: {
    ...common.test,
    projects: [
      { extends: true, test: { name: "pure", include: pure, exclude: apart, isolate: false } },
      {
        extends: true,
        test: { name: "whole", include: ["test/**/*.test.ts"], exclude: [...pure, ...apart] },
      },
    ],
  },
});
