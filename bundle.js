/** How a function becomes one file: read by serverless.yml for packaging and by test/package.test.ts. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { appBuilt } from "./web/built.ts";

/**
 * ES modules have no require() and no __dirname; some CommonJS packages inside the bundle ask for them.
 * The names are long because esbuild does not see them: its own short ones would collide.
 */
const COMMONJS_NAMES = [
  'import{createRequire as commonjsRequire}from"node:module"',
  'import{fileURLToPath as commonjsPath}from"node:url"',
  "const require=commonjsRequire(import.meta.url),__filename=commonjsPath(import.meta.url)",
  'const __dirname=commonjsPath(new URL(".",import.meta.url))',
].join(";");

/** Options of esbuild itself. Nothing is left outside: what runs is what the lock file names. */
export const esbuild = {
  bundle: true,
  minify: true,
  platform: "node",
  format: "esm",
  target: "node24",
  mainFields: ["module", "main"],
  // Kafka's client reads its checksums' wasm from a file; the same module has a form that carries it.
  alias: { "@platformatic/wasm-utils": "@platformatic/wasm-utils/bundled" },
  loader: { ".html": "text", ".sql": "text", ".wasm": "binary" },
  banner: { js: `${COMMONJS_NAMES};` },
};

/**
 * Options of serverless-esbuild: the same bundles, a few at a time. serverless.yml asks for them in every stage, before any
 * function is loaded or bundled: one of them carries the web app.
 */
export function packaging() {
  appBuilt();
  return { ...esbuild, outputFileExtension: ".mjs", exclude: [], concurrency: 2 };
}

/** Zipped bytes a function may have: a cold start reads all of them. */
export const budgetBytes = (file) => (file.endsWith("index/export.ts") ? 3_000_000 : 1_500_000);

/** 12 hex that change with any source: they part the caches and ETags of one build from those of the next. */
export function buildId() {
  const hash = createHash("sha256");
  for (const folder of ["functions", "lib", "sql"]) {
    const root = join(import.meta.dirname, folder);
    const files = readdirSync(root, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name))
      .sort();
    for (const file of files) hash.update(file.slice(root.length)).update(readFileSync(file));
  }
  return hash.digest("hex").slice(0, 12);
}
