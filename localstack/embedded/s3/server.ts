/** The embedded S3 behind a loopback port, for development and tests without Docker. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { readBody } from "../body.ts";
import { type Listener, listen } from "../listener.ts";
import type { Neighbour } from "../neighbour.ts";
import { diskFiles } from "./files.ts";
import { type S3Handler, s3Handler } from "./handler.ts";

/** Bodies are held in memory, so one request must not take all of it. */
const BODY_BYTES_MAX = 1024 ** 3;

export type S3ServerOptions = Readonly<{
  /** 0 takes a free port. */
  port: number;
  /** Directory that holds everything; created when it is not there. */
  root: string;
  accessKeyId?: string;
  secretAccessKey?: string;
  /** Buckets to create at start. */
  buckets?: readonly string[];
  nowMs?: () => number;
  /** Takes its own requests at the same address, and is closed with the S3. */
  neighbour?: Neighbour;
}>;

export type S3Server = Listener;

const headerTexts = (request: IncomingMessage): Record<string, string> =>
  Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [
      name,
      Array.isArray(value) ? value.join(",") : (value ?? ""),
    ]),
  );

async function respond(
  handle: S3Handler,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const body = await readBody(request, BODY_BYTES_MAX);
  if (body === undefined) {
    response.writeHead(413, { connection: "close" }).end();
    return;
  }
  const { method = "GET", url = "/" } = request;
  const {
    status,
    headers,
    body: content,
  } = await handle({
    method,
    url,
    headers: headerTexts(request),
    body,
  });
  const isBodiless = status === 204 || status === 304;
  response.writeHead(status, {
    ...(!isBodiless && { "content-length": content.length }),
    ...headers,
  });
  response.end(content);
}

/**
 * Listens on 127.0.0.1.
 * @throws AppError PORT_TAKEN when somebody else listens on the port
 */
export async function startS3(options: S3ServerOptions): Promise<S3Server> {
  const { neighbour } = options;
  const handle = await s3Handler({
    files: await diskFiles(options.root),
    accessKeyId: options.accessKeyId ?? "test",
    secretAccessKey: options.secretAccessKey ?? "test",
    buckets: options.buckets ?? [],
    nowMs: options.nowMs ?? Date.now,
    ...(neighbour && { neighbours: [neighbour.name] }),
  });
  const listener = await listen({
    name: "embedded S3",
    port: options.port,
    respond: (request, response) =>
      neighbour?.takes(request)
        ? neighbour.respond(request, response)
        : respond(handle, request, response),
  });
  return {
    ...listener,
    async close() {
      await listener.close();
      await neighbour?.close();
    },
  };
}
