/** The embedded Redis behind a loopback port, speaking Upstash's REST protocol. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../../../lib/errors.ts";
import { memoryBackend } from "./backend.ts";
import { DEFAULT_MAX_BYTES, Keyspace } from "./keyspace.ts";
import { respBackend } from "./resp.ts";
import { type RestHandler, restHandler } from "./rest.ts";

/** Bodies are held in memory, so one request must not take all of it. */
const BODY_BYTES_MAX = 64 * 1024 * 1024;

export const LOCAL_TOKEN = "local";

export type RedisServerOptions = Readonly<{
  /** 0 takes a free port. */
  port: number;
  /** What clients must present; "local" by default. */
  token?: string;
  nowMs?: () => number;
  maxBytes?: number;
  /** Stand in front of a real Redis instead of the keyspace in memory. */
  proxy?: Readonly<{ host: string; port: number }>;
}>;

export type RedisServer = Readonly<{ port: number; url: string; close(): Promise<void> }>;

async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += chunk.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    chunks.push(chunk);
  }
  return chunks.length === 1 ? chunks[0] : Buffer.concat(chunks);
}

async function respond(
  handle: RestHandler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end('{"error":"ERR request too large"}');
    return;
  }
  const { method = "GET", url: path = "/" } = request;
  const headers = request.headers as Record<string, string | undefined>;
  const answer = await handle({ method, path, headers, body });
  const bytes = Buffer.from(answer.body);
  response.writeHead(answer.status, { ...answer.headers, "content-length": bytes.length });
  response.end(bytes);
}

/**
 * Listens on 127.0.0.1.
 * @throws AppError PORT_TAKEN when somebody else listens on the port
 */
export async function startRedis(options: RedisServerOptions): Promise<RedisServer> {
  const backend = options.proxy
    ? await respBackend(options.proxy)
    : memoryBackend(new Keyspace(options.nowMs ?? Date.now, options.maxBytes ?? DEFAULT_MAX_BYTES));
  const handle = restHandler({ backend, token: options.token ?? LOCAL_TOKEN });
  const server = createServer((request, response) => {
    respond(handle, request, response).catch((error: unknown) => {
      // A client that went away is its own affair; anything else is a fault of this server and must be seen.
      if (request.destroyed && !request.complete) return;
      console.error(`embedded Redis: ${request.method} ${request.url}`, error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end('{"error":"ERR internal error"}');
    });
  });
  // Clients keep connections in a pool; a short server-side limit would cut one just as it is used again.
  server.keepAliveTimeout = 65_000;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        error.code === "EADDRINUSE"
          ? new AppError(
              "PORT_TAKEN",
              `Port ${options.port} for the embedded Redis is taken; stop what listens there or choose another port.`,
              { port: options.port },
              { cause: error },
            )
          : error,
      ),
    );
    server.listen(options.port, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
        backend.close();
      }),
  };
}
