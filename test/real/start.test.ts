/** What a newcomer does: `npm start` in an empty home, then the requests of the README. The page in a browser: test/real/web. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { npmStart, type Running } from "./npm-start.ts";
import { socket } from "./socket.ts";

let service: Running;
let address = "";
beforeAll(async () => {
  service = await npmStart();
  ({ address } = service);
});
afterAll(() => service?.stop());

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

  it("prints where its WebSocket is, lets everybody in there and answers pings", async () => {
    expect(service.printed()).toContain(`listening on ${service.websocket}`);
    const live = await socket(service.websocket);
    live.send('{"action":"ping","id":"1"}');
    expect(await live.next()).toEqual({ type: "pong", id: "1", time: expect.any(String) });
    await live.close();
  });

  it("opens one by a ticket too, by the lines of the documentation", async () => {
    const asked = await fetch(`${address}/api/v1/live/tickets`, { method: "POST" });
    expect([asked.status, await asked.json()]).toMatchObject([
      201,
      { websocket_url: service.websocket },
    ]);
    const api = readFileSync("docs/api.md", "utf8");
    const [, lines = ""] = /^## Live connections$[\s\S]*?^```js\n([\s\S]*?)^```$/m.exec(api) ?? [];
    expect(lines).toContain("http://localhost:3000");
    const program = lines.replace("http://localhost:3000", address);
    const child = spawn(process.execPath, ["--input-type=module", "--eval", program]);
    const [first] = await once(child.stdout, "data");
    child.kill();
    expect(JSON.parse(String(first))).toMatchObject({ type: "subscription", id: "1" });
  });

  it("serves its web app with all that it names", async () => {
    const page = await (await fetch(`${address}/`)).text();
    const files = [...page.matchAll(/"(\/app\/[^"]+)"/g)].map(([, path]) => path!);
    expect(files.length).toBeGreaterThan(0);
    for (const file of files) expect((await fetch(address + file)).status, file).toBe(200);
  });
});
