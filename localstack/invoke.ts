/**
 * Runs one function by hand, in this process, on the sample event of the same path: `market/ingest` runs
 * functions/market/ingest.ts on events/market/ingest.json. A scheduled event gets a new id and the present time,
 * because the same id again means the same delivery again and changes nothing.
 */
import { randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import { loadEnvironmentFile } from "../lib/config.ts";
import { startLocal } from "./start.ts";

const ROOT = new URL("../", import.meta.url);

export type Invocation = Readonly<{
  /** "market/ingest" */
  name: string;
  /** Another event than the sample, taken as it stands. */
  eventFile?: string | undefined;
}>;

export async function invoke({ name, eventFile }: Invocation): Promise<unknown> {
  const text = readFileSync(eventFile ?? new URL(`events/${name}.json`, ROOT), "utf8");
  const sample = JSON.parse(text) as Record<string, unknown>;
  const isFresh = eventFile === undefined && "detail-type" in sample;
  const event = isFresh ? { ...sample, id: randomUUID(), time: new Date().toISOString() } : sample;
  const { handler } = (await import(new URL(`functions/${name}.ts`, ROOT).href)) as {
    handler: (event: unknown, context: unknown) => Promise<unknown>;
  };
  return handler(event, { awsRequestId: randomUUID(), functionName: name });
}

if (import.meta.main) {
  const [name = "", eventFile] = process.argv.slice(2);
  loadEnvironmentFile();
  // The answer is printed below; of the log only what went wrong.
  process.env.LOG_LEVEL ??= "warn";
  const stack = await startLocal(process.env, (line) => process.stderr.write(`${line}\n`));
  try {
    console.log(JSON.stringify(await invoke({ name, eventFile }), null, 2));
  } finally {
    await stack?.close();
  }
}
