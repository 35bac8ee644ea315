/** The page of the API document, imported as text. */
declare module "swagger-ui-dist/*" {
  const text: string;
  export default text;
}
/** The built web app (web/build.ts), for checks of a tree where it is not built yet. */
declare module "*/dist/app.json" {
  const app: import("./web/built.ts").BuiltApp;
  export default app;
}
/** The parser of the files in monitoring/, for their tests; it carries no types. */
declare module "js-yaml" {
  export function load(text: string): unknown;
}
/** SQL text and wasm bytes arrive as imports: esbuild loads them for Lambda, localstack/assets.mjs for Node, vitest.config.ts for tests. */
declare module "*.html" {
  const text: string;
  export default text;
}
declare module "*.sql" {
  const text: string;
  export default text;
}
declare module "*.wasm" {
  const bytes: ArrayBuffer;
  export default bytes;
}
