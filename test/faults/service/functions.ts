/**
 * The functions of the service, made anew for every simulated process: a function's file is its composition at the time
 * it loads, and two processes share neither that nor what its chain remembers. Node never forgets a module, so the files
 * are run as plain code, once for each process, over the modules of a build and a world of that process.
 */
import { readFileSync } from "node:fs";
import { stripTypeScriptTypes } from "node:module";
import type { Product } from "../builds.ts";

const ROOT = new URL("../../../", import.meta.url);

const FILES = {
  ingest: "functions/market/ingest.ts",
  build: "functions/index/build.ts",
  composition: "functions/index/composition.ts",
  performance: "functions/index/performance.ts",
  changes: "functions/index/changes.ts",
  datasets: "functions/system/datasets.ts",
} as const;

export type FunctionName = keyof typeof FILES;
export type Handler = (event: unknown, context: unknown) => Promise<unknown>;
export type Functions = Readonly<Record<FunctionName, Handler>>;

type Modules = Product["modules"];
type Make = (from: (path: string) => Readonly<Record<string, unknown>>) => Handler;

const compiled = new Map<FunctionName, Make>();

/** A function's file as code that is given its imports and returns its handler. */
function makerOf(name: FunctionName): Make {
  const known = compiled.get(name);
  if (known !== undefined) return known;
  const file = FILES[name];
  const text = stripTypeScriptTypes(readFileSync(new URL(file, ROOT), "utf8"))
    .replace(
      /^import \{([^}]*)\} from "(?:\.\.\/)+([^"]+)";$/gm,
      (_, names: string, path: string) =>
        `const {${names.replaceAll(" as ", ": ")}} = from("${path}");`,
    )
    .replace("export const handler =", "return");
  if (/^(?:import|export)\b/m.test(text)) {
    throw new Error(`${file} has an import or export that is not understood here:\n${text}`);
  }
  const make = new Function("from", text) as Make;
  compiled.set(name, make);
  return make;
}

/** @param root what `lib/world.ts` exports to the functions of this process */
export function functionsOf(modules: Modules, root: Readonly<Record<string, unknown>>): Functions {
  const from = (path: string) => {
    const found = path === "lib/world.ts" ? root : modules[path];
    if (found === undefined) throw new Error(`a function imports ${path}: name it in modules.ts`);
    return found;
  };
  const made = Object.keys(FILES).map((name) => [name, makerOf(name as FunctionName)(from)]);
  return Object.fromEntries(made) as Functions;
}
