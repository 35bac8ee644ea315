// What a browser must fetch before the first view can show: small enough for a phone on a bad line.
import { readFileSync } from "node:fs";
import { brotliDecompressSync, gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { APP_FILE, type BuiltApp } from "../../web/built.ts";

const { files } = JSON.parse(readFileSync(APP_FILE, "utf8")) as BuiltApp;
const text = (name: string) =>
  brotliDecompressSync(Buffer.from(files[name]!.br, "base64")).toString();

/** What a script imports at once; `import()` is left out. */
const importsOf = (script: string): string[] =>
  [...script.matchAll(/(?:\bfrom|\bimport)\s*"\.\/([^"]+\.js)"/g)].map(([, name]) => name!);

/** The scripts that the page names and all that those import, each once. */
function firstScripts(): Set<string> {
  const page = text("index.html");
  const found = new Set([...page.matchAll(/"\/app\/([^"]+\.js)"/g)].map(([, name]) => name!));
  for (const name of found) for (const imported of importsOf(text(name))) found.add(imported);
  return found;
}

it("starts the app with at most 200 kB of scripts, as gzip", () => {
  const scripts = [...firstScripts()];
  expect(scripts.length).toBeGreaterThan(0);
  const sizes = scripts.map((name) => gzipSync(text(name), { level: 9 }).length);
  const sum = sizes.reduce((total, size) => total + size, 0);
  expect(sum, scripts.join(", ")).toBeLessThanOrEqual(200_000);
});

it("finds what a script imports at once", () => {
  const script = 'import{a}from"./a-1.js";import"./b-2.js";const c=()=>import("./c-3.js");';
  expect(importsOf(script)).toEqual(["a-1.js", "b-2.js"]);
});
