/** The embedded S3 behind a loopback port, for development and tests without Docker. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../../../lib/errors.ts";
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
}>;

export type S3Server = Readonly<{ port: number; url: string; close(): Promise<void> }>;

/** Reads into one buffer of the declared length: an image is copied once, not once per chunk list. */
async function readBody(request: IncomingMessage): Promise<Buffer | undefined> {
  const declared = Number(request.headers["content-length"] ?? Number.NaN);
  if (declared > BODY_BYTES_MAX) return undefined;
  if (Number.isNaN(declared)) {
    const chunks: Buffer[] = [];
    let bytes = 0;
    for await (const chunk of request) {
      bytes += chunk.length;
      if (bytes > BODY_BYTES_MAX) return undefined;
      chunks.push(chunk);
    }
    return Buffer.concat(chunks);
  }
  const body = Buffer.allocUnsafeSlow(declared);
  let at = 0;
  for await (const chunk of request) at += (chunk as Buffer).copy(body, at);
  return body.subarray(0, at);
}

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
  const body = await readBody(request);
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
  const handle = await s3Handler({
    files: await diskFiles(options.root),
    accessKeyId: options.accessKeyId ?? "test",
    secretAccessKey: options.secretAccessKey ?? "test",
    buckets: options.buckets ?? [],
    nowMs: options.nowMs ?? Date.now,
  });
  const server = createServer((request, response) => {
    respond(handle, request, response).catch((error: unknown) => {
      // A client that went away is its own affair; anything else is a fault of this server and must be seen.
      if (request.destroyed && !request.complete) return;
      console.error(`embedded S3: ${request.method} ${request.url}`, error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end();
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
              `Port ${options.port} for the embedded S3 is taken; stop what listens there or choose another port.`,
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
      }),
  };
}
