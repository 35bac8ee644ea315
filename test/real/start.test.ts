/** What a newcomer does: `npm start` in an empty home, then the requests of the README. The page in a browser: test/real/web. */
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const STARTED_WITHIN_MS = 90_000;

const home = mkdtempSync(join(tmpdir(), "equipoise-start-"));
let service: ChildProcess;
let address = "";
let printed = "";

async function freePort(): Promise<number> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  server.close();
  await once(server, "close");
  return port;
}

beforeAll(async () => {
  const [http, ws, lambda, s3, redis] = await Promise.all(Array.from({ length: 5 }, freePort));
  address = `http://localhost:${http}`;
  service = spawn("npm", ["start"], {
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
    },
  });
  service.stdout?.on("data", (bytes) => {
    printed += bytes;
  });
  service.stderr?.on("data", (bytes) => {
    printed += bytes;
  });
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (Date.now() < deadline && service.exitCode === null) {
    const health = await fetch(`${address}/api/v1/health`).catch(() => undefined);
    if (health?.ok) return;
    await sleep(250);
  }
  throw new Error(`npm start did not come up:\n${printed}`);
});

afterAll(async () => {
  if (service.pid && service.exitCode === null) {
    const gone = once(service, "exit");
    process.kill(-service.pid, "SIGINT");
    await Promise.race([gone, sleep(10_000)]);
  }
  rmSync(home, { recursive: true, force: true });
});

type Body = Readonly<{
  days: readonly unknown[];
  constituents: readonly unknown[];
  reserve: readonly unknown[];
  meta: Readonly<{ warnings: readonly Readonly<{ code: string }>[] }>;
}>;

const read = async (path: string) => {
  const response = await fetch(address + path);
  return { status: response.status, body: (await response.json()) as Body };
};

describe("npm start in an empty folder", () => {
  it("opens on a simulated market with its index", async () => {
    const { body } = await read("/index-performance?start_date=2023-01-03&end_date=2024-12-31");
    expect(body.days).toHaveLength(502);
    expect(body.days[0]).toMatchObject({ date: "2023-01-03", level: 1000, daily_return: null });
    expect(body.meta.warnings.map((w) => w.code)).toContain("SIMULATED_DATA");
  });

  it("answers the composition of the last day, and why a holiday has none", async () => {
    const { body } = await read("/index-composition?date=2024-12-31&reserve=2");
    expect(body.constituents).toHaveLength(100);
    expect(body.reserve).toMatchObject([{ rank: 101 }, { rank: 102 }]);
    expect(await read("/index-composition?date=2024-12-25")).toMatchObject({
      status: 404,
      body: { code: "NO_TRADING_DAY", previous_trading_day: "2024-12-24" },
    });
  });

  it("exports a workbook that a browser can fetch by its link", async () => {
    const response = await fetch(`${address}/export-data`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ start_date: "2024-12-02", end_date: "2024-12-31" }),
    });
    expect(response.status).toBe(201);
    const { url, bytes } = (await response.json()) as { url: string; bytes: number };
    const file = await fetch(url);
    expect(file.headers.get("content-disposition")).toContain(
      "top100-ew_2024-12-02_2024-12-31.xlsx",
    );
    expect((await file.arrayBuffer()).byteLength).toBe(bytes);
  });

  it("builds an index of other rules at request time", async () => {
    const response = await fetch(`${address}/build-index`, {
      method: "POST",
      body: JSON.stringify({
        start_date: "2024-01-02",
        end_date: "2024-06-28",
        index: { size: 20, rebalance: "monthly", return_type: "total" },
      }),
    });
    expect(await response.json()).toMatchObject({ constituents: 20, trading_days: 124 });
  });

  it("serves its web app with all that it names", async () => {
    const page = await (await fetch(`${address}/`)).text();
    const files = [...page.matchAll(/"(\/app\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect((await fetch(address + file)).status, file).toBe(200);
  });
});
