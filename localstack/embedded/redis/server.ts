/** The embedded Redis behind a loopback port, speaking Upstash's REST protocol. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { type Listener, listen } from "../listener.ts";
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

export type RedisServer = Listener;

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
  const listener = await listen({
    name: "embedded Redis",
    port: options.port,
    respond: (request, response) => respond(handle, request, response),
    failureBody: '{"error":"ERR internal error"}',
  });
  return {
    ...listener,
    async close() {
      await listener.close();
      backend.close();
    },
  };
}
