/**
 * Zipped size of every function: bundled with the options that packaging uses, compressed as a zip entry is. The
 * frame of a zip with one file (about 150 bytes) is not included, nor are files that a function adds by pattern.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { budgetBytes, esbuild } from "../bundle.js";
import { appBuilt } from "../web/built.ts";
import type { Figure, Options } from "./harness.ts";

const ROOT = join(import.meta.dirname, "..");
const MB = 1e6;

/** Every function, or, small, the leanest and the largest of them. */
function functions(small: boolean): string[] {
  if (small) return ["functions/system/unrouted.ts", "functions/index/export.ts"];
  return readdirSync(join(ROOT, "functions"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(ROOT, join(entry.parentPath, entry.name)).replaceAll("\\", "/"))
    .sort();
}

export async function run({ small }: Options): Promise<Figure[]> {
  const folder = mkdtempSync(join(tmpdir(), "equipoise-package-"));
  const files = functions(small);
  appBuilt();
  try {
    await build({
      ...esbuild,
      absWorkingDir: ROOT,
      entryPoints: files,
      outbase: ".",
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      logLevel: "error",
    });
    return files.map((file): Figure => {
      const bundled = readFileSync(join(folder, file.replace(/\.ts$/, ".mjs")));
      return {
        name: `zip of ${file.slice("functions/".length, -".ts".length)}`,
        unit: "MB",
        samples: [deflateRawSync(bundled).length / MB],
        target: { atMost: budgetBytes(file) / MB },
      };
    });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
