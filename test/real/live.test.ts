/** Live connections through serverless-offline with keys asked for, by Node's own WebSocket client. */
import { setTimeout as sleep } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { equipoise } from "../cli/command.ts";
import { npmStart, type Running } from "./npm-start.ts";
import { handshake, socket } from "./socket.ts";

const MOST = 4;
let service: Running;
beforeAll(async () => {
  service = await npmStart({
    ACCESS: "keys",
    FIRST_MARKET: "none",
    LIVE_CONNECTIONS_MAX: String(MOST),
    LOG_LEVEL: "info",
  });
});
afterAll(() => service?.stop());

async function makeKey(scopes = "read", ...more: string[]): Promise<string> {
  const words = ["keys", "create", "--name", "n", "--scopes", scopes, ...more];
  const { code, stdout, stderr } = await equipoise(words, service.parts);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

async function ticketBy(key: string): Promise<string> {
  const answer = await fetch(`${service.address}/api/v1/live/tickets`, {
    method: "POST",
    headers: { "x-api-key": key },
  });
  const { ticket } = (await answer.json()) as { ticket: string };
  return `${service.websocket}?ticket=${ticket}`;
}

async function active(key: string): Promise<number> {
  const answer = await fetch(`${service.address}/metrics`, { headers: { "x-api-key": key } });
  return Number(/^active_websocket_connections (\d+)$/m.exec(await answer.text())?.[1]);
}

describe("a WebSocket where keys are asked for", () => {
  it("is refused without a key, with none that is good, and without the scope", async () => {
    const other = await makeKey("build,admin");
    const statuses = [
      await handshake(service.websocket),
      await handshake(service.websocket, { "x-api-key": "letmein" }),
      await handshake(`${service.websocket}?ticket=eqt_${"a".repeat(43)}`),
      await handshake(`${service.websocket}?ticket=letmein`),
      await handshake(service.websocket, { "x-api-key": other }),
    ];
    expect(statuses).toEqual([401, 401, 401, 401, 403]);
    await expect(socket(service.websocket)).rejects.toThrow("refused");
  });

  it("is opened by a ticket once, and refused the second time", async () => {
    const address = await ticketBy(await makeKey());
    const live = await socket(address);
    live.send('{"action":"ping","id":"1"}');
    expect(await live.next()).toEqual({ type: "pong", id: "1", time: expect.any(String) });
    await expect(socket(address)).rejects.toThrow("refused");
    expect(await handshake(address)).toBe(401);
    await live.close();
  });

  it("is opened by a key in a header, by no more than the key may have, and counted", async () => {
    const key = await makeKey();
    const before = await active(key);
    const all = [];
    for (let i = 0; i < MOST; i++) all.push(await socket(service.websocket, { "x-api-key": key }));
    expect(await handshake(service.websocket, { "x-api-key": key })).toBe(429);
    expect(await active(key)).toBe(before + MOST);
    for (const live of all) await live.close();
    await expect.poll(() => active(key), { timeout: 10_000 }).toBe(before);
    const next = await socket(service.websocket, { authorization: `Bearer ${key}` });
    await next.close();
  });

  it("answers whatever it is sent with an error frame, and stays open", async () => {
    const live = await socket(service.websocket, { "x-api-key": await makeKey() });
    const hostile: (string | Uint8Array<ArrayBuffer>)[] = [
      "nonsense",
      "null",
      "5",
      '"text"',
      "[]",
      "[".repeat(20_000),
      '{"action":"subscribe"}',
      '{"action":{"a":1}}',
      '{"action":"constructor"}',
      `{"action":"${"x".repeat(40_000)}"}`,
      new Uint8Array([1, 2, 3]),
    ];
    for (const data of hostile) {
      live.send(data);
      const told = String(data).slice(0, 40);
      expect(await live.next(), told).toMatchObject({ type: "error", code: expect.any(String) });
    }
    await sleep(2_000);
    live.send('{"action":"ping","id":"still here"}');
    expect(await live.next()).toMatchObject({ type: "pong", id: "still here" });
    await live.close();
  });

  it("goes on when a message names the routes of the gateway", async () => {
    const key = await makeKey();
    const before = await active(key);
    const live = await socket(service.websocket, { "x-api-key": key });
    live.send('{"action":"$disconnect"}');
    live.send('{"action":"$connect"}');
    live.send('{"action":"ping"}');
    expect(await live.next()).toMatchObject({ type: "pong" });
    expect(await active(key)).toBe(before + 1);
    await live.close();
  });

  it("is ended with a last frame once its key has expired", async () => {
    const expires = new Date(Date.now() + 8_000).toISOString();
    const key = await makeKey("read", "--expires", expires);
    const live = await socket(service.websocket, { "x-api-key": key });
    live.send('{"action":"ping"}');
    expect(await live.next()).toMatchObject({ type: "pong" });
    await sleep(Date.parse(expires) - Date.now() + 100);
    live.send('{"action":"ping"}');
    expect(await live.next()).toMatchObject({
      type: "error",
      code: "UNAUTHORIZED",
      reason: "expired",
      closing: true,
    });
    await live.closed;
  });

  it("writes no ticket and no key into the log", async () => {
    const key = await makeKey();
    const address = await ticketBy(key);
    await (await socket(address)).close();
    await handshake(address);
    await expect.poll(() => service.printed(), { timeout: 10_000 }).toContain('"event":"connect"');
    expect(service.printed()).not.toMatch(/eqt_[\w-]{20}/);
    expect(service.printed()).not.toContain(key.slice(12));
  });
});
