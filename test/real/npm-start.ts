/** `npm start` in an empty home, on ports that are free. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { freePorts } from "../../bench/load/ports.ts";

const STARTED_WITHIN_MS = 90_000;

export type Running = Readonly<{
  /** "http://localhost:41234" */
  address: string;
  /** "ws://localhost:41235" */
  websocket: string;
  /** What other programs of ours need to find its S3 and Redis. */
  parts: Readonly<Record<string, string>>;
  home: string;
  /** What it has printed so far. */
  printed: () => string;
  stop: () => Promise<void>;
}>;

/** @throws Error with what was printed, unless it answers in time */
export async function npmStart(settings: Readonly<Record<string, string>> = {}): Promise<Running> {
  const home = mkdtempSync(join(tmpdir(), "equipoise-start-"));
  const [http, ws, lambda, s3, redis] = await freePorts(5);
  const service = spawn("npm", ["start"], {
    detached: true,
    env: {
      ...process.env,
      PORT: String(http),
      WS_PORT: String(ws),
      LAMBDA_PORT: String(lambda),
      S3_PORT: String(s3),
      REDIS_PORT: String(redis),
      EQUIPOISE_HOME: home,
      LOG_LEVEL: "error",
      ...settings,
    },
  });
  let printed = "";
  for (const stream of [service.stdout, service.stderr])
    stream.on("data", (bytes) => {
      printed += bytes;
    });

  const stop = async () => {
    if (service.pid && service.exitCode === null) {
      const gone = once(service, "exit");
      process.kill(-service.pid, "SIGINT");
      await Promise.race([gone, sleep(10_000)]);
    }
    rmSync(home, { recursive: true, force: true });
  };

  const address = `http://localhost:${http}`;
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (Date.now() < deadline && service.exitCode === null) {
    const health = await fetch(`${address}/api/v1/health`).catch(() => undefined);
    await health?.arrayBuffer();
    if (health?.ok) {
      const parts = {
        AWS_ENDPOINT_URL_S3: `http://127.0.0.1:${s3}`,
        UPSTASH_REDIS_REST_URL: `http://127.0.0.1:${redis}`,
      };
      const websocket = `ws://localhost:${ws}`;
      return { address, websocket, parts, home, printed: () => printed, stop };
    }
    await sleep(250);
  }
  await stop();
  throw new Error(`npm start did not come up:\n${printed}`);
}
