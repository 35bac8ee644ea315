/** The house rules of docs/architecture.md as tests: who may import whom, and what the pure cores may not touch. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { filesUnder } from "./files.ts";

const OUTER = ["edge", "jobs", "schemas", "sources"];
const CORES = readdirSync("lib", { withFileTypes: true })
  .filter((entry) => entry.isDirectory() && !OUTER.includes(entry.name))
  .map((entry) => entry.name);
/** Cores that may read another core. */
const READS: Readonly<Record<string, readonly string[]>> = {
  bars: ["stream"],
  forecast: ["stream"],
  index: ["market"],
  live: ["access", "stream"],
  risk: ["market", "options"],
  stream: ["market"],
};
/** The small files every layer shares. */
const SHARED = [
  "errors",
  "feed",
  "metrics",
  "ports",
  "source",
  "stats",
  "text",
  "time",
  "workbook",
].map((name) => `lib/${name}.ts`);

const CODE = ["functions", "lib", "cli", "localstack", "test", "bench", "web"];
const code = CODE.flatMap((root) => [
  ...filesUnder(root, ".ts"),
  ...filesUnder(root, ".tsx"),
  ...filesUnder(root, ".mjs"),
]);
const ours = code.filter((file) => !file.startsWith("test/"));

const read = (file: string) => readFileSync(file, "utf8");
const withoutComments = (text: string) =>
  text.replace(/\/\*[\s\S]*?\*\//g, "").replace(/(^|\s)\/\/.*$/gm, "$1");

const IMPORT =
  /^import\s(?:[^;"]*?\bfrom\s)?"([^"]+)"|^export\s(?:type\s)?(?:\*[^;"]*?|\{[^}]*\})\sfrom\s"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)/gm;

/** Imported modules: files as paths from the root, packages by name. */
const importsOf = (file: string) =>
  [...withoutComments(read(file)).matchAll(IMPORT)]
    .map(([, plain, again, later]) => plain ?? again ?? later ?? "")
    .map((from) => (from.startsWith(".") ? join(dirname(file), from) : from))
    .map((from) => from.replaceAll("\\", "/"));

const isFile = (from: string) => /^(lib|functions|cli|sql|localstack|test|bench|web)\//.test(from);

/** What a file may import, by the layer it lies in; `undefined` = anything. */
function allows(file: string): ((from: string) => boolean) | undefined {
  const [root, layer = ""] = file.split("/");
  const within =
    (...places: string[]) =>
    (from: string) =>
      places.some((place) =>
        place.endsWith(".ts") ? from === place : from.startsWith(`${place}/`),
      );
  const outside = (from: string) => !isFile(from);
  if (root === "functions")
    return (from) => within("lib")(from) || /^web\/(\w+\.html|dist\/app\.json)$/.test(from);
  // What the browser runs has nothing of the service in it but what the API document says.
  if (file.startsWith("web/app/"))
    return (from) =>
      within("web/app", "web/api")(from) ||
      /^(react|react\/jsx-runtime|react-dom|react-dom\/client|lightweight-charts)$/.test(from);
  if (file.startsWith("web/api/")) return within("web/api");
  // A command brings S3 and Redis along when none are running.
  if (root === "cli") return (from) => within("cli", "lib", "localstack")(from) || outside(from);
  if (root !== "lib") return undefined;
  if (/^lib\/world(-\w+)?\.ts$/.test(file))
    return (from) =>
      from.startsWith("node:") ||
      within("lib/edge", "lib/sources", "lib/config.ts", "lib/world-stream.ts", ...SHARED)(from);
  // Who may call is asked where requests come in; the rules are those of a core.
  if (file.startsWith("lib/edge/access/") || file === "lib/edge/http.ts")
    return (from) =>
      within("lib/edge", "lib/access", "lib/config.ts", ...SHARED)(from) || outside(from);
  if (layer === "edge")
    return (from) => within("lib/edge", "lib/config.ts", ...SHARED)(from) || outside(from);
  if (layer === "sources") return (from) => within("lib/sources", ...SHARED)(from) || outside(from);
  if (layer === "jobs")
    return (from) =>
      from === "node:crypto" ||
      within("lib/jobs", "lib/schemas", ...CORES.map((core) => `lib/${core}`), ...SHARED)(from);
  if (layer === "schemas")
    return (from) =>
      from === "zod" || within("lib/schemas", ...CORES.map((c) => `lib/${c}`), ...SHARED)(from);
  if (CORES.includes(layer)) {
    const cores = [layer, ...(READS[layer] ?? [])].map((core) => `lib/${core}`);
    const inside = within(...cores, `sql/${layer}`, `sql/schema/${layer}`, ...SHARED);
    // Hashing is arithmetic; the chance that the same module offers is banned below.
    return (from) => from === "node:crypto" || inside(from);
  }
  return undefined;
}

describe("imports", () => {
  it.each(ours.filter((file) => allows(file)))("%s imports only what its layer may", (file) => {
    expect(importsOf(file).filter((from) => !allows(file)?.(from))).toEqual([]);
  });

  it("lets a statement in through one file of its domain, and uses every statement", () => {
    const importers = ours.flatMap((file) =>
      importsOf(file)
        .filter((from) => from.endsWith(".sql"))
        .map((sql) => ({ sql, file })),
    );
    const strangers = importers.filter(({ sql, file }) =>
      sql.startsWith("sql/schema/")
        ? file !== `lib/${sql.split("/")[2]}/schema.ts`
        : ![`lib/${sql.split("/")[1]}/queries.ts`, `lib/${sql.split("/")[1]}/reading.ts`].includes(
            file,
          ),
    );
    expect(strangers).toEqual([]);
    expect(importers.map(({ sql }) => sql).sort()).toEqual(filesUnder("sql", ".sql"));
  });
});

describe("pure cores", () => {
  const BANNED: readonly (readonly [RegExp, string])[] = [
    [/\bDate\.now\b|\bnew Date\(\s*\)|\bperformance\./, "time enters as an argument"],
    [/\bMath\.random\b|\brandom(UUID|Bytes|Int|FillSync)\b/, "a seed enters as an argument"],
    [/\bprocess\b/, "settings are read in lib/config.ts"],
    [/\basync\b|\bawait\b|\bPromise\b/, "waiting belongs to lib/jobs"],
    [/\bconsole\b/, "cores say nothing"],
  ];
  const files = CORES.flatMap((core) => filesUnder(`lib/${core}`, ".ts"));

  it.each(files)("%s knows no clock, chance, environment or waiting", (file) => {
    const text = withoutComments(read(file));
    expect(BANNED.filter(([pattern]) => pattern.test(text)).map(([, advice]) => advice)).toEqual(
      [],
    );
  });
});

describe("every file", () => {
  it("leaves reading the environment to lib/config.ts", () => {
    const readers = ours.filter((file) => /\bprocess\.env\b/.test(withoutComments(read(file))));
    const allowed =
      /^(lib\/config\.ts|cli\/equipoise\.ts|localstack\/.*|bench\/.*|web\/(build|vite\.config)\.ts)$/;
    expect(readers.filter((file) => !allowed.test(file))).toEqual([]);
  });

  it("has no unfinished work, no focused test and no path of somebody's machine", () => {
    const marks = ["TO" + "DO", "FIX" + "ME", "X" + "XX"].join("|");
    const faults = new RegExp(
      `\\b(${marks})\\b|\\b(describe|it|test)\\.(only|todo)\\(|["'\`\\s](/work|/root|/home)/`,
    );
    const text = [...code, ...filesUnder("sql", ".sql"), ...filesUnder("docs", ".md")];
    const found = [...text, "serverless.yml", "README.md"]
      .filter((file) => existsSync(file) && file !== "test/tidy.test.ts")
      .flatMap((file) =>
        faults.exec(read(file)) ? [`${file}: ${faults.exec(read(file))?.[0]}`] : [],
      );
    expect(found).toEqual([]);
  });

  it("has names for its exports, except where a tool wants a default", () => {
    const tools = /^(localstack\/plugin\.ts|web\/.*\.config\.ts)$/;
    const unnamed = code.filter((file) => /^export default\b/m.test(withoutComments(read(file))));
    expect(unnamed.filter((file) => !tools.test(file))).toEqual([]);
  });

  it.skipIf(!existsSync(".git"))("holds nothing that .gitignore keeps out", () => {
    const list = [
      "-c",
      "safe.directory=*",
      "ls-files",
      "--cached",
      "--ignored",
      "--exclude-standard",
    ];
    expect(execFileSync("git", list, { encoding: "utf8" }).split("\n").filter(Boolean)).toEqual([]);
  });

  it("has at most 350 lines, a list of test cases at most 500", () => {
    // Written by `npm run generate`: nobody reads it from top to bottom.
    const written = code.filter((file) => file !== "web/api/schema.ts");
    const long = written.filter(
      (file) => read(file).trimEnd().split("\n").length > (file.startsWith("test/") ? 500 : 350),
    );
    expect(long).toEqual([]);
  });
});

describe("functions", () => {
  it.each(filesUnder("functions", ".ts"))(
    "%s says what it answers and has no more to say",
    (file) => {
      const lines = read(file).trimEnd().split("\n");
      expect(lines[0]).toMatch(
        /^\/\*\* ((GET|POST|PUT|DELETE) \/|\$default|schedule|log |websocket \$)/,
      );
      expect(lines.length).toBeLessThanOrEqual(30);
      expect(withoutComments(read(file))).not.toMatch(/\btry\b|\bcatch\b/);
    },
  );
});
