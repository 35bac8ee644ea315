/**
 * The management side of a WebSocket gateway: takes posts to connections that are open and ends them, as API Gateway and
 * serverless-offline do, over HTTP.
 */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

export type Asked = Readonly<{
  method: string;
  /** As it stood in the request line. */
  path: string;
  headers: Readonly<Record<string, string | string[] | undefined>>;
  body: string;
}>;

export type Gateway = Readonly<{
  url: string;
  /** Ids of connections that are open. */
  open: Set<string>;
  /** Every request, the oldest first. */
  asked: Asked[];
  /** Frames that were posted to a connection. */
  posted: (id: string) => Record<string, unknown>[];
  /** Answers everything with this status, or 0 for never, until it is `undefined` again. */
  answers: (status: number | undefined) => void;
  /** Ends the connection of the next request before it is read, as for one that lay idle for too long. */
  hangUpNext: () => void;
  /** Connections made so far. */
  sockets: () => number;
  close: () => Promise<void>;
}>;

export async function gateway(): Promise<Gateway> {
  const open = new Set<string>();
  const asked: Asked[] = [];
  let forced: number | undefined;
  let hangsUp = false;
  let sockets = 0;

  const statusOf = ({ method, path }: Asked): number => {
    const id = decodeURIComponent(/\/@connections\/([^/]+)$/.exec(path)?.[1] ?? "");
    if (!open.has(id)) return 410;
    if (method !== "DELETE") return 200;
    open.delete(id);
    return 204;
  };

  const server = createServer(async (request, response) => {
    if (hangsUp) {
      hangsUp = false;
      request.socket.destroy();
      return;
    }
    let body = "";
    for await (const chunk of request) body += chunk;
    const { method = "", url: path = "", headers } = request;
    const one = { method, path, headers, body };
    asked.push(one);
    if (forced === 0) return;
    response.writeHead(forced ?? statusOf(one)).end();
  }).listen(0, "127.0.0.1");
  server.on("connection", () => {
    sockets++;
  });
  await once(server, "listening");

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open,
    asked,
    posted: (id) =>
      asked
        .filter(({ method, path }) => method === "POST" && path.endsWith(encodeURIComponent(id)))
        .map(({ body }) => JSON.parse(body)),
    answers: (status) => {
      forced = status;
    },
    hangUpNext: () => {
      hangsUp = true;
    },
    sockets: () => sockets,
    close: async () => {
      server.close();
      server.closeAllConnections();
    },
  };
}
