/**
 * `npm run build:web`: the app becomes one file, web/dist/app.json, which `functions/system/web.ts` carries and serves.
 * One file is there or not, whole or not at all, however many processes build at once.
 */
import { mkdirSync, renameSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { promisify } from "node:util";
import { brotliCompress } from "node:zlib";
import { build, type Rolldown } from "vite";
import { APP_FILE, type BuiltApp, type BuiltFile, sourcesHash } from "./built.ts";

const TYPES: Readonly<Record<string, string>> = {
  ".css": "text/css; charset=utf-8",
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".md": "text/markdown; charset=utf-8",
  ".svg": "image/svg+xml",
};

type Output = Rolldown.OutputChunk | Rolldown.OutputAsset;

const compress = promisify(brotliCompress);

/** @throws Error for a kind of file that the service does not serve: it carries texts */
async function builtFile(output: Output): Promise<BuiltFile> {
  const type = TYPES[extname(output.fileName)];
  if (!type) throw new Error(`web/build.ts knows no media type for ${output.fileName}`);
  const text = output.type === "chunk" ? output.code : output.source;
  return { type, br: (await compress(text)).toString("base64") };
}

async function builtApp(): Promise<BuiltApp> {
  const made_of = sourcesHash();
  const configFile = join(import.meta.dirname, "vite.config.ts");
  const built = await build({ configFile, logLevel: "warn", build: { write: false } });
  if (!("output" in built)) throw new Error("Vite made more than one build, or none");
  const files = await Promise.all(
    built.output.map(async (output) => [output.fileName, await builtFile(output)] as const),
  );
  return { made_of, files: Object.fromEntries(files) };
}

process.env.NODE_ENV = "production";
const app = await builtApp();
const draft = `${APP_FILE}.${process.pid}`;
mkdirSync(dirname(APP_FILE), { recursive: true });
writeFileSync(draft, JSON.stringify(app));
renameSync(draft, APP_FILE);
const packedBytes = Object.values(app.files).reduce((sum, { br }) => sum + br.length * 0.75, 0);
console.log(
  `web app: ${Object.keys(app.files).length} files, ${Math.round(packedBytes / 1000)} kB as sent`,
);
