/** A real redis-server on a free loopback port, where the program is installed. */
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { setTimeout as sleep } from "node:timers/promises";
import { freePort } from "../../bench/load/ports.ts";
import type { Backend } from "../../localstack/embedded/redis/backend.ts";
import { respBackend } from "../../localstack/embedded/redis/resp.ts";

const PROGRAM = ["redis-server", "valkey-server"].find(
  (name) => spawnSync(name, ["--version"]).status === 0,
);

export const NO_REDIS_SERVER =
  PROGRAM === undefined ? "neither redis-server nor valkey-server is installed" : undefined;

export type RealRedis = Readonly<{
  host: string;
  port: number;
  version: string;
  backend: Backend;
  stop: () => Promise<void>;
}>;

export async function startRealRedis(): Promise<RealRedis> {
  const host = "127.0.0.1";
  const port = await freePort();
  const child = spawn(
    PROGRAM!,
    ["--port", String(port), "--bind", host, "--save", "", "--appendonly", "no"],
    { stdio: "ignore" },
  );
  const backend = await untilUp({ host, port });
  const version = /(?:redis|valkey)_version:(\S+)/.exec(String(await backend.execute(["INFO"])));
  return {
    host,
    port,
    version: version?.[1] ?? "unknown",
    backend,
    stop: () => stop(child, backend),
  };
}

async function untilUp(address: Readonly<{ host: string; port: number }>): Promise<Backend> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await respBackend(address);
    } catch (error) {
      if (attempt === 100) throw error;
      await sleep(50);
    }
  }
}

async function stop(child: ChildProcess, backend: Backend): Promise<void> {
  backend.close();
  const ended = new Promise((resolve) => child.once("exit", resolve));
  child.kill();
  await ended;
}
