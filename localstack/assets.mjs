/**
 * Lets Node import .html, .sql and what is imported `with { type: "text" }` as text and .wasm as bytes, as esbuild does
 * for the bundles: node --import ./localstack/assets.mjs
 */
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
  // Node knows no such attribute; the address tells the loader instead.
  resolve(specifier, context, nextResolve) {
    if (context.importAttributes?.type !== "text") return nextResolve(specifier, context);
    const { url } = nextResolve(specifier, { ...context, importAttributes: {} });
    return { url: `${url}?text`, format: "module", importAttributes: {}, shortCircuit: true };
  },
  load(url, context, nextLoad) {
    const extension = url.endsWith("?text") ? ".html" : /\.(html|sql|wasm)(?=$|\?)/.exec(url)?.[0];
    if (!extension) return nextLoad(url, context);
    const path = fileURLToPath(url.replace(/\?.*$/, ""));
    return { format: "module", shortCircuit: true, source: source[extension](path) };
  },
});
