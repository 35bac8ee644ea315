/** What comes from others: the lock names it by hash from the public registry, and only named packages run code at installation. */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";

type Locked = Readonly<{
  /** Of a package that is installed under another one. */
  name?: string;
  version?: string;
  resolved?: string;
  integrity?: string;
  optional?: boolean;
  os?: readonly string[];
  cpu?: readonly string[];
  hasInstallScript?: boolean;
  dependencies?: Readonly<Record<string, string>>;
  devDependencies?: Readonly<Record<string, string>>;
  optionalDependencies?: Readonly<Record<string, string>>;
}>;
type Lock = Readonly<{ lockfileVersion: number; packages: Readonly<Record<string, Locked>> }>;
type Manifest = Readonly<{
  allowScripts: Readonly<Record<string, boolean>>;
  scripts: Readonly<Record<string, string>>;
}>;

const json = (file: string): unknown => JSON.parse(readFileSync(file, "utf8"));
const lock = json("package-lock.json") as Lock;
const manifest = json("package.json") as Manifest;

const REGISTRY = "https://registry.npmjs.org/";
/** A version, a range, a tag, or another name for a package of the registry; no address, path or repository. */
const RANGE = /^(npm:(@[\w.-]+\/)?[\w.-]+@)?[\w\s.*^~<>=|+-]*$/;

/** What is wrong with a lock, one line each. */
function faultsOf({ lockfileVersion, packages }: Lock): string[] {
  const faults = lockfileVersion === 3 ? [] : [`lockfileVersion ${lockfileVersion}`];
  for (const [path, found] of Object.entries(packages)) {
    const { resolved, dependencies, devDependencies, optionalDependencies } = found;
    const wanted = { ...dependencies, ...devDependencies, ...optionalDependencies };
    for (const [name, range] of Object.entries(wanted))
      if (!RANGE.test(range)) faults.push(`${path} wants ${name} from ${range}`);
    if (path === "") continue;
    if (resolved !== undefined && !resolved.startsWith(REGISTRY))
      faults.push(`${path} comes from ${resolved}`);
    if (!/^\d+\.\d+\.\d+/.test(found.version ?? "")) faults.push(`${path} has no version`);
    if (!isHashed(found)) faults.push(`${path} has no sha512`);
  }
  return faults;
}

/**
 * A binary of another platform may lack its hash: it is never installed where the lock was written, and without its
 * entry npm would install nothing at all there.
 */
const isHashed = ({ integrity, optional = false, os = [], cpu = [] }: Locked): boolean =>
  integrity === undefined
    ? optional && os.length + cpu.length > 0
    : /^sha512-[\w+/]{86}==$/.test(integrity);

describe("package-lock.json", () => {
  it("names every package by version and hash, from the public registry", () => {
    expect(faultsOf(lock)).toEqual([]);
  });

  it.each<readonly [string, Locked, string]>([
    ["another host", { resolved: "https://example.com/a.tgz" }, "comes from https://example.com"],
    ["plain http", { resolved: "http://registry.npmjs.org/a.tgz" }, "comes from http:"],
    ["no hash", { integrity: "" }, "has no sha512"],
    ["an old hash", { integrity: "sha1-2jmj7l5rSw0yVb/vlWAYkK/YBwk=" }, "has no sha512"],
    ["no version", { version: "git+ssh://git@example.com/a.git" }, "has no version"],
    ["a repository", { dependencies: { b: "github:someone/b" } }, "wants b from github:"],
    ["an address", { dependencies: { b: "https://example.com/b.tgz" } }, "wants b from https:"],
    ["a path", { optionalDependencies: { b: "file:../b" } }, "wants b from file:"],
  ])("would not pass with %s", (_, part, fault) => {
    const good: Locked = { version: "1.0.0", integrity: `sha512-${"a".repeat(86)}==` };
    const tried = (one: Locked) => faultsOf({ lockfileVersion: 3, packages: { "": {}, a: one } });
    expect(tried(good)).toEqual([]);
    expect(tried({ ...good, ...part }).join()).toContain(fault);
  });

  it("has no other package with a script at installation than package.json decides on", () => {
    const withScripts = Object.entries(lock.packages)
      .filter(([, { hasInstallScript }]) => hasInstallScript)
      .map(([path]) => path.split("node_modules/").at(-1)!);
    expect([...new Set(withScripts)].sort()).toEqual(Object.keys(manifest.allowScripts).sort());
  });
});

describe("each package we depend on", () => {
  const told = readFileSync("docs/decisions.md", "utf8");
  const { dependencies = {}, devDependencies = {} } = lock.packages[""]!;

  it.each(Object.keys({ ...dependencies, ...devDependencies }))("%s: what for is told", (name) => {
    const row = told
      .split("\n")
      .find((line) => line.startsWith("| ") && line.includes(`\`${name}\``));
    // Package, who keeps it, licence, what it does.
    expect(
      row
        ?.split("|")
        .map((cell) => cell.trim())
        .filter(Boolean),
    ).toHaveLength(4);
  });
});

describe("npm run sbom", () => {
  it("lists every package of the lock without a network", async () => {
    const [program = "", ...args] = manifest.scripts.sbom!.split(" ");
    const { stdout } = await promisify(execFile)(program, args, { maxBuffer: 16 * 1024 * 1024 });
    const bom = JSON.parse(stdout) as {
      bomFormat: string;
      components: { purl: string }[];
    };
    expect(bom.bomFormat).toBe("CycloneDX");
    expect(args).toContain("--offline");
    const told = new Set(bom.components.map(({ purl }) => decodeURIComponent(purl)));
    const locked = Object.entries(lock.packages)
      .filter(([path]) => path !== "")
      .map(([path, { name, version }]) => {
        return `pkg:npm/${name ?? path.split("node_modules/").at(-1)}@${version}`;
      });
    expect([...told].sort()).toEqual([...new Set(locked)].sort());
  }, 60_000);
});
