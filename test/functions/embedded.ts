/** Functions read their settings from the environment: this gives those of one test file an S3 and logs of their own. */
import { afterAll, beforeAll } from "vitest";
import { startServers } from "./servers.ts";

/** Call before the first import of a function; no Redis answers, as when it is down. */
export function embeddedWorld(settings: Readonly<Record<string, string>> = {}): void {
  let servers: Awaited<ReturnType<typeof startServers>>;
  beforeAll(async () => {
    servers = await startServers(false);
    Object.assign(process.env, { LOG_LEVEL: "silent", ...servers.settings, ...settings });
  });
  afterAll(() => servers.close());
}
