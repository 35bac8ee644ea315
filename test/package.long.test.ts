/** Every function bundles within its budget and runs from its bundle alone, with no node_modules in reach. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { deflateRawSync } from "node:zlib";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { budgetBytes, buildId, esbuild } from "../bundle.js";
import { filesUnder } from "./files.ts";

const functions = filesUnder("functions", ".ts");
const folder = mkdtempSync(join(tmpdir(), "bundles-"));
const bundleOf = (file: string) => join(folder, file.replace(/\.ts$/, ".mjs"));

beforeAll(async () => {
  await build({
    ...esbuild,
    entryPoints: functions,
    outbase: ".",
    outdir: folder,
    outExtension: { ".js": ".mjs" },
    logLevel: "error",
  });
}, 60_000);

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe.skipIf(functions.length === 0)("bundles", () => {
  it.each(functions)("%s is small enough to start cold", (file) => {
    const zipped = deflateRawSync(readFileSync(bundleOf(file))).length;
    expect(zipped).toBeLessThanOrEqual(budgetBytes(file));
  });

  it("carry the schemas of answers only where the API document is served", () => {
    const carriers = functions.filter((file) =>
      readFileSync(bundleOf(file), "utf8").includes("PerformanceAnswer"),
    );
    expect(carriers).toEqual(["functions/system/openapi.ts"]);
  });

  it("import without any package and without settings, and export a handler", () => {
    const script = `
      const missing = [];
      for (const path of process.argv.slice(1)) {
        if (typeof (await import(path)).handler !== "function") missing.push(path);
      }
      console.log("checked " + JSON.stringify(missing));`;
    const output = execFileSync(
      process.execPath,
      ["--input-type=module", "--eval", script, "--", ...functions.map(bundleOf)],
      { cwd: folder, env: { STAGE: "test" }, encoding: "utf8" },
    );
    expect(relative(process.cwd(), folder)).toMatch(/^\.\./);
    expect(output.trim().split("\n").at(-1)).toBe("checked []");
  }, 60_000);
});

it("names a build by its sources", () => {
  expect(buildId()).toMatch(/^[0-9a-f]{12}$/);
  expect(buildId()).toBe(buildId());
});
