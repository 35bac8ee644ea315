/** Lets Node import .html and .sql as text and .wasm as bytes, as esbuild does for the bundles: node --import ./localstack/assets.mjs */
import { readFileSync } from "node:fs";
import { enableCompileCache, registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

// Parsing the framework's packages is a third of the time from `npm start` to the first answer.
enableCompileCache();

const source = {
  ".html": (path) => `export default ${JSON.stringify(readFileSync(path, "utf8"))};`,
  ".sql": (path) => `export default ${JSON.stringify(readFileSync(path, "utf8"))};`,
  ".wasm": (path) =>
    `import { readFileSync } from "node:fs"; export default readFileSync(${JSON.stringify(path)});`,
};

registerHooks({
  load(url, context, nextLoad) {
    const extension = /\.(html|sql|wasm)(?=$|\?)/.exec(url)?.[0];
    if (!extension) return nextLoad(url, context);
    const path = fileURLToPath(url.replace(/\?.*$/, ""));
    return { format: "module", shortCircuit: true, source: source[extension](path) };
  },
});
