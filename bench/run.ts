/**
 * Runs the benches: `npm run bench [-- name filter] [--small] [--write] [--date YYYY-MM-DD]`.
 * Each bench has a process of its own, so that the heap of one is no burden to the next. Prints the table;
 * with --write also puts it into bench/README.md.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { parseArgs } from "node:util";
import { type Figure, inChild, type Options, type Run } from "./harness.ts";
import { machine } from "./machine.ts";
import { markdownTable, textTable, verdict, withFigures } from "./report.ts";

const HERE = import.meta.dirname;

/** Names of all benches, in the order they run. */
export const benches = (): string[] =>
  readdirSync(HERE)
    .filter((file) => file.endsWith(".bench.ts"))
    .map((file) => file.slice(0, -".bench.ts".length))
    .sort();

async function bench(name: string): Promise<Run> {
  const { run } = (await import(pathToFileURL(join(HERE, `${name}.bench.ts`)).href)) as {
    run: Run;
  };
  return run;
}

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      small: { type: "boolean", default: false },
      write: { type: "boolean", default: false },
      date: { type: "string", default: new Date().toISOString().slice(0, 10) },
    },
  });
  const chosen = benches().filter(
    (name) => positionals.length === 0 || positionals.some((filter) => name.includes(filter)),
  );
  if (chosen.length === 0) {
    throw new Error(
      `no bench is called "${positionals.join(" ")}"; there are ${benches().join(", ")}`,
    );
  }
  if (values.write && (values.small || positionals.length > 0)) {
    throw new Error("--write replaces the whole table, so it takes neither a filter nor --small");
  }
  const at = machine(values.date);
  console.log(at);
  const folder = mkdtempSync(join(tmpdir(), "equipoise-bench-"));
  const figures: Figure[] = [];
  const failures: string[] = [];
  try {
    for (const name of chosen) {
      const found = await measured(name, { small: values.small, folder });
      if ("failure" in found) failures.push(`${name}: ${found.failure}`);
      else figures.push(...found.figures);
      console.log(`\n${name}\n${"failure" in found ? found.failure : textTable(found.figures)}`);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
  const count = (wanted: string) => figures.filter((figure) => verdict(figure) === wanted).length;
  console.log(
    `\n${count("met")} met, ${count("behind")} behind, ${failures.length} benches failed`,
  );
  if (failures.length > 0) process.exitCode = 1;
  if (!values.write) return;
  const readme = join(HERE, "README.md");
  const failed = failures.map((failure) => `\n\nFailed: ${failure}`).join("");
  const section = `${at}\n\n${markdownTable(figures)}${failed}`;
  writeFileSync(readme, withFigures(readFileSync(readme, "utf8"), section));
}

/** A bench that fails takes nothing from the others. */
async function measured(
  name: string,
  options: Options,
): Promise<Readonly<{ figures: Figure[] } | { failure: string }>> {
  try {
    const args = ["--bench", name, JSON.stringify(options)];
    return { figures: await inChild<Figure[]>(import.meta.filename, args) };
  } catch (error) {
    return { failure: (error as Error).message };
  }
}

export type Found = Readonly<Record<string, readonly Figure[]>>;

/** All benches in small sizes, one after the other in one process beside this one. */
export const smallBenches = (folder: string): Promise<Found> =>
  inChild<Found>(import.meta.filename, ["--all", JSON.stringify({ small: true, folder })], {
    env: { BENCH_LEAVES_GARBAGE: "yes" },
  });

async function single(name: string, options: Options): Promise<readonly Figure[]> {
  const run = await bench(name);
  return run(options);
}

async function all(options: Options): Promise<Found> {
  const found: Record<string, readonly Figure[]> = {};
  for (const name of benches()) {
    found[name] = await single(name, options).catch((cause) => {
      throw new Error(`${name}: ${cause}`, { cause });
    });
  }
  return found;
}

if (import.meta.main) {
  const [flag, ...args] = process.argv.slice(2);
  if (flag === "--bench") {
    console.log(JSON.stringify(await single(args[0]!, JSON.parse(args[1]!))));
  } else if (flag === "--all") {
    console.log(JSON.stringify(await all(JSON.parse(args[0]!))));
  } else await main();
}
