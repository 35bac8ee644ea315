/** Sees to it that web/dist/app.json is there and was made of the app as it stands. */
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** The built app: what `functions/system/web.ts` carries. */
export type BuiltApp = Readonly<{
  /** {@link sourcesHash} of what it was made of. */
  made_of: string;
  /** By name, "index.html" among them. */
  files: Readonly<Record<string, BuiltFile>>;
}>;

export type BuiltFile = Readonly<{
  /** Media type. */
  type: string;
  /** Its text, brotli-compressed as well as it can be, as base64. */
  br: string;
}>;

const WEB = import.meta.dirname;
export const APP_FILE = join(WEB, "dist", "app.json");

/** What the result depends on; the lock stands for the packages. */
const SOURCES = ["app", "api", "build.ts", "vite.config.ts", "../package-lock.json"];

/** 64 hex that change with anything the app is made of. Contents decide: a checkout or a copy sets new times. */
export function sourcesHash(): string {
  const hash = createHash("sha256");
  for (const source of SOURCES.map((name) => join(WEB, name)))
    for (const file of filesOf(source))
      hash.update(file.slice(WEB.length)).update(readFileSync(file));
  return hash.digest("hex");
}

function filesOf(path: string): string[] {
  if (!existsSync(path)) return [];
  if (/\.\w+$/.test(path)) return [path];
  return readdirSync(path, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const isFresh = (): boolean =>
  existsSync(APP_FILE) &&
  (JSON.parse(readFileSync(APP_FILE, "utf8")) as BuiltApp).made_of === sourcesHash();

/**
 * Builds the app unless it stands. In a process of its own: NODE_ENV decides which React goes in, and Vite sets it for all
 * who share the process.
 * @throws Error when the app does not build; what is wrong was printed
 */
export function appBuilt(): void {
  if (isFresh()) return;
  execFileSync(process.execPath, [join(WEB, "build.ts")], {
    stdio: ["ignore", "inherit", "inherit"],
  });
}
