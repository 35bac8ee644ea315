/** A vendor's WebSocket on this machine: a real server whose conversation the test gives. */
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";
import { type WebSocket, WebSocketServer } from "ws";

export type Visitor = Readonly<{
  /** From 1, in the order of connections. */
  number: number;
  /** What stood in the address: "/?token=K3Y". */
  path: string;
  heard: unknown[];
  send: (message: unknown) => void;
  /** Sent as it is. */
  sendText: (text: string) => void;
  /** Ends the connection without a word. */
  drop: () => void;
  close: (code: number, reason: string) => void;
}>;

export type Conversation = Readonly<{
  greet: (visitor: Visitor) => void;
  answer: (message: Readonly<Record<string, unknown>>, visitor: Visitor) => void;
}>;

export type SocketStandIn = Readonly<{
  url: string;
  visitors: Visitor[];
  /** The visitor of that number, when it has come. */
  visitor: (number: number) => Promise<Visitor>;
  /** When every visitor so far heard is what the test waits for. */
  until: (isSo: () => boolean) => Promise<void>;
}>;

/** Listens until the test that started it is finished. */
export async function socketStandIn({ greet, answer }: Conversation): Promise<SocketStandIn> {
  const visitors: Visitor[] = [];
  const server = new WebSocketServer({ port: 0, host: "127.0.0.1" });
  await new Promise((listening) => server.once("listening", listening));
  server.on("connection", (socket, request) => {
    const visitor = visitorOf(socket, visitors.length + 1, request.url ?? "");
    visitors.push(visitor);
    socket.on("message", (data) => {
      const message = JSON.parse(String(data)) as Readonly<Record<string, unknown>>;
      visitor.heard.push(message);
      answer(message, visitor);
    });
    socket.on("error", () => {});
    greet(visitor);
  });
  onTestFinished(async () => {
    for (const socket of server.clients) socket.terminate();
    await new Promise((closed) => server.close(closed));
  });
  const until = (isSo: () => boolean) =>
    vi.waitFor(
      () => {
        if (!isSo()) throw new Error("it has not happened yet");
      },
      { timeout: 5_000, interval: 2 },
    );
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}`,
    visitors,
    until,
    async visitor(number) {
      await until(() => visitors.length >= number);
      return visitors[number - 1]!;
    },
  };
}

function visitorOf(socket: WebSocket, number: number, path: string): Visitor {
  return {
    number,
    path,
    heard: [],
    send: (message) => socket.send(JSON.stringify(message)),
    sendText: (text) => socket.send(text),
    drop: () => socket.terminate(),
    close: (code, reason) => socket.close(code, reason),
  };
}
