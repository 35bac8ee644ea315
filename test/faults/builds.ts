/**
 * Builds of the product that live beside each other in this process: the present one, a newer one, and those with a
 * seeded bug. A build other than the present is the same source with a few texts replaced while it is loaded; a text
 * that is not found exactly once is an error, so that no replacement is quietly lost when the product changes. Of each
 * build only the edited files and those that import them are loaded anew.
 */
import { readFileSync } from "node:fs";
import { registerHooks } from "node:module";
import { fileURLToPath } from "node:url";

export type Product = typeof import("./product.ts");

export type Edit = Readonly<{
  /** "lib/edge/images/commit.ts" */
  file: string;
  find: string;
  replace: string;
}>;

type Build = Readonly<{ edits: readonly Edit[]; applied: Set<Edit>; files: ReadonlySet<string> }>;

export class EditLost extends Error {}

const ROOT = new URL("../../", import.meta.url).href;
/** Of the product, and the file that names what functions are made of. */
const OURS = [`${ROOT}lib/`, `${ROOT}test/faults/service/modules.ts`];
const TAG = /\?build=(.+)$/;

const builds = new Map<string, Build>();
/** Who imports a file, as seen while the present build was loaded. */
const importers = new Map<string, Set<string>>();

/** The path of one of our files, without a tag. */
const fileOf = (url: string): string => url.replace(TAG, "").slice(ROOT.length);

function noteImport(parent: string | undefined, child: string): void {
  if (parent === undefined) return;
  const known = importers.get(fileOf(child)) ?? new Set();
  importers.set(fileOf(child), known.add(fileOf(parent)));
}

/** The files and everything that imports them. */
function dependants(files: readonly string[]): Set<string> {
  const found = new Set(files);
  for (const file of found) for (const importer of importers.get(file) ?? []) found.add(importer);
  return found;
}

function edited({ edits, applied }: Build, file: string): string {
  let text = readFileSync(fileURLToPath(`${ROOT}${file}`), "utf8");
  for (const edit of edits.filter((one) => one.file === file)) {
    const pieces = text.split(edit.find);
    if (pieces.length !== 2) {
      const times = pieces.length - 1;
      throw new EditLost(`${file} must hold this text once, held it ${times} times: ${edit.find}`);
    }
    text = pieces.join(edit.replace);
    applied.add(edit);
  }
  return text;
}

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    if (!OURS.some((ours) => resolved.url.startsWith(ours))) return resolved;
    const build = TAG.exec(context.parentURL ?? "")?.[1];
    if (build === undefined) noteImport(context.parentURL, resolved.url);
    if (!builds.get(build ?? "")?.files.has(fileOf(resolved.url))) return resolved;
    return { ...resolved, url: `${resolved.url}?build=${build}` };
  },
  load(url, context, next) {
    const build = builds.get(TAG.exec(url)?.[1] ?? "");
    if (build === undefined) return next(url, context);
    return {
      format: "module-typescript",
      shortCircuit: true,
      source: edited(build, fileOf(url)),
    };
  },
});

export const presentBuild = (): Promise<Product> => import("./product.ts");

const loaded = new Map<string, Promise<Product>>();

/**
 * @param name tells builds apart; the same name is loaded once
 * @throws EditLost when a replacement does not apply
 */
export function loadBuild(name: string, edits: readonly Edit[]): Promise<Product> {
  const loading = loaded.get(name) ?? loadedWith(name, edits);
  loaded.set(name, loading);
  return loading;
}

async function loadedWith(name: string, edits: readonly Edit[]): Promise<Product> {
  // Tells who imports whom.
  await presentBuild();
  const applied = new Set<Edit>();
  builds.set(name, { edits, applied, files: dependants(edits.map(({ file }) => file)) });
  const product: Product = await import(`./product.ts?build=${name}`);
  const lost = edits.find((edit) => !applied.has(edit));
  if (lost !== undefined) throw new EditLost(`"${name}" does not load ${lost.file}`);
  return product;
}

/** What a later version may do: it writes one more field into the manifest, which earlier ones do not know. */
export const NEWER: readonly Edit[] = [
  {
    file: "lib/edge/images/commit.ts",
    find: "    note: job.note,\n",
    replace: "    note: job.note,\n    ...{ region: 'simulated' },\n",
  },
];
