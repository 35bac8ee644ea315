/** A vendor on this machine: a real HTTP server that answers, fails and hangs as it is told, and counts requests. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";
import type { VendorWorld } from "../../../lib/sources/vendor-client.ts";

export type StubRequest = Readonly<{
  method: string;
  path: string;
  query: Readonly<Record<string, string>>;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  /** From 1, of all requests and of those for the same path. */
  count: number;
  pathCount: number;
}>;

export type StubAnswer =
  | Readonly<{
      status?: number;
      headers?: Readonly<Record<string, string>>;
      /** Sent as JSON; `text` is sent as it is. */
      json?: unknown;
      text?: string;
    }>
  | Readonly<{
      /**
       * hang: no byte comes. stall: the head and half the body come, then nothing. cut: the connection closes in mid
       * body, which `content-length` gives away. reset: the connection is reset in mid body. refuse: it is closed
       * before a byte comes.
       */
      fault: "hang" | "stall" | "cut" | "reset" | "refuse";
    }>;

export type VendorStub = Readonly<{ url: string; requests: readonly StubRequest[] }>;

/** Listens until the test that started it is finished. */
export async function vendorStub(
  answer: (request: StubRequest) => StubAnswer,
): Promise<VendorStub> {
  const requests: StubRequest[] = [];
  const server = createServer((incoming, response) => {
    const request = requestOf(incoming, requests);
    requests.push(request);
    write(response, answer(request));
  });
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((closed) => server.close(closed));
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, requests };
}

/**
 * A world whose time passes only by waiting: `waits` holds each wait in ms, and nobody really waits. Requests are
 * real. `random` is 1/2 unless given.
 */
export function virtualWorld(random = 0.5): VendorWorld & Readonly<{ waits: number[] }> {
  let now = Date.parse("2024-03-01T00:00:00Z");
  const waits: number[] = [];
  return {
    fetch: (input, init) => fetch(input, init),
    nowMs: () => now,
    sleep: async (ms) => {
      waits.push(ms);
      const wakeMs = now + ms;
      await Promise.resolve();
      now = Math.max(now, wakeMs);
    },
    random: () => random,
    waits,
  };
}

function requestOf(incoming: IncomingMessage, before: readonly StubRequest[]): StubRequest {
  const url = new URL(incoming.url ?? "/", "http://stub");
  return {
    method: incoming.method ?? "",
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: incoming.headers,
    count: before.length + 1,
    pathCount: before.filter(({ path }) => path === url.pathname).length + 1,
  };
}

function write(response: ServerResponse, answer: StubAnswer): void {
  if ("fault" in answer) {
    fail(response, answer.fault);
    return;
  }
  const { status = 200, headers = {}, json, text } = answer;
  response.writeHead(status, { "content-type": "application/json", ...headers });
  response.end(text ?? JSON.stringify(json));
}

function fail(response: ServerResponse, fault: string): void {
  if (fault === "hang") return;
  if (fault === "refuse") {
    response.destroy();
    return;
  }
  response.writeHead(200, { "content-type": "application/json", "content-length": "100" });
  response.write('{"results":[', () => {
    if (fault === "cut") response.socket?.end();
    if (fault === "reset") response.socket?.resetAndDestroy();
  });
}
