/** The new process of cold-start.bench.ts. It imports next to nothing, so that the bundle finds Node as Lambda's does. */
import { pathToFileURL } from "node:url";
import { ask, event, type Handler } from "./calls.ts";

export type Measured = Readonly<{
  bootMs: number;
  importMs: number;
  firstMs: number;
  secondMs: number;
  members: number;
}>;

async function measure(bundle: string, date: string): Promise<Measured> {
  // The clock of a process begins with the process.
  const began = performance.now();
  const { handler } = (await import(pathToFileURL(bundle).href)) as { handler: Handler };
  const imported = performance.now();
  const path = "/index-composition";
  const first = await ask(handler, event(path, `date=${date}`));
  const answered = performance.now();
  await ask(handler, event(path, `date=${date}`, `GET ${path} again`));
  const again = performance.now();
  const { constituents } = JSON.parse(first.body) as { constituents: unknown[] };
  return {
    bootMs: began,
    importMs: imported - began,
    firstMs: answered - imported,
    secondMs: again - answered,
    members: constituents.length,
  };
}

if (import.meta.main) {
  const [bundle = "", date = ""] = process.argv.slice(2);
  console.log(JSON.stringify(await measure(bundle, date)));
  process.exit(0);
}
