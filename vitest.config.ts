import { readFileSync } from "node:fs";
import { defineConfig } from "vitest/config";

/** Loads .sql as text and .wasm as bytes, the way esbuild does for the bundle. */
const assets = {
  name: "assets",
  enforce: "pre" as const,
  load(id: string) {
    if (/\.(html|sql)$/.test(id))
      return `export default ${JSON.stringify(readFileSync(id, "utf8"))}`;
    if (id.endsWith(".wasm"))
      return `import { readFileSync } from "node:fs"; export default readFileSync(${JSON.stringify(id)})`;
    return undefined;
  },
};

export default defineConfig({
  plugins: [assets],
  test: {
    include: ["test/**/*.test.ts"],
    exclude: ["test/real/**"],
    restoreMocks: true,
    sequence: { shuffle: true },
    // Both cores of a small machine: much of a test's time is waiting for a server beside it.
    maxWorkers: "100%",
    testTimeout: 20_000,
    env: { TZ: "UTC", LOG_LEVEL: "silent" },
    server: { deps: { inline: [/\.wasm$/] } },
  },
});
