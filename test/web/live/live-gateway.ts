/**
 * A WebSocket gateway as API Gateway is one: messages of clients go to a function whose answer goes back, and posts over
 * HTTP go to connections. What goes to clients can be held, dropped, repeated and shuffled on the way.
 */
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { type WebSocket, WebSocketServer } from "ws";

type Message = Readonly<Record<string, unknown>>;

export type LiveGateway = Readonly<{
  /** "ws://127.0.0.1:41235" */
  address: string;
  /** Where posts go. */
  endpoint: string;
  /** Ids of connections that are open, the oldest first. */
  open: () => string[];
  /** Connections made so far. */
  made: () => number;
  /** Messages that came, the oldest first. */
  messages: Message[];
  /** Sends a text to a connection, past everything. */
  send: (id: string, text: string) => void;
  /** Cuts connections, without a word. */
  cut: () => void;
  close: () => Promise<void>;
}>;

export type LiveGatewayOptions = Readonly<{
  /** @returns the frame that answers it; none when `undefined` */
  answer: (message: Message, connectionId: string) => Promise<unknown> | unknown;
  /** What becomes of a frame that is posted: the frames that arrive, now. */
  way?: (text: string) => readonly string[];
  onClose?: (connectionId: string) => void;
  /** The status of a handshake: 101 unless another is told. */
  handshake?: () => number;
}>;

export async function liveGateway(options: LiveGatewayOptions): Promise<LiveGateway> {
  const { answer, way = (text) => [text], onClose = () => {}, handshake = () => 101 } = options;
  const sockets = new Map<string, WebSocket>();
  const messages: Message[] = [];
  let made = 0;

  const server = createServer(async (request, response) => {
    let body = "";
    for await (const chunk of request) body += chunk;
    const id = decodeURIComponent(/\/@connections\/([^/]+)$/.exec(request.url ?? "")?.[1] ?? "");
    const socket = sockets.get(id);
    if (request.method === "DELETE") socket?.close();
    else if (socket) for (const text of way(body)) socket.send(text);
    response.writeHead(socket ? 200 : 410).end();
  });
  const upgrades = new WebSocketServer({ noServer: true });
  server.on("upgrade", (request, socket, head) => {
    const status = handshake();
    if (status !== 101) {
      socket.end(`HTTP/1.1 ${status} Refused\r\ncontent-length: 0\r\n\r\n`);
      return;
    }
    upgrades.handleUpgrade(request, socket, head, (client) => {
      const id = `${randomUUID()}=`;
      made++;
      sockets.set(id, client);
      client.on("message", async (data) => {
        const message = JSON.parse(String(data)) as Message;
        messages.push(message);
        const frame = await answer(message, id);
        if (frame !== undefined) client.send(JSON.stringify(frame));
      });
      client.on("close", () => {
        sockets.delete(id);
        onClose(id);
      });
    });
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return {
    address: `ws://127.0.0.1:${port}`,
    endpoint: `http://127.0.0.1:${port}`,
    open: () => [...sockets.keys()],
    made: () => made,
    messages,
    send: (id, text) => sockets.get(id)?.send(text),
    cut: () => {
      for (const socket of sockets.values()) socket.terminate();
    },
    close: async () => {
      for (const socket of sockets.values()) socket.terminate();
      server.close();
      server.closeAllConnections();
    },
  };
}
