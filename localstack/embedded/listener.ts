/** One embedded HTTP server on a loopback port: what the S3 and the Redis of a development machine have in common. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { AppError } from "../../lib/errors.ts";

export type Listener = Readonly<{ port: number; url: string; close(): Promise<void> }>;

export type ListenerOptions = Readonly<{
  /** What it is, for people: "embedded S3". */
  name: string;
  /** 0 takes a free port. */
  port: number;
  respond: (request: IncomingMessage, response: ServerResponse) => Promise<void>;
  /** The body of a 500, when `respond` fails before it has answered. */
  failureBody?: string;
}>;

/**
 * Clients keep connections in a pool; a short limit on this side would cut one just as it is used again.
 */
const KEEP_ALIVE_MS = 65_000;

/**
 * Listens on 127.0.0.1.
 * @throws AppError PORT_TAKEN when somebody else listens on the port
 */
export async function listen(options: ListenerOptions): Promise<Listener> {
  const { name, respond, failureBody } = options;
  const server = createServer((request, response) => {
    respond(request, response).catch((error: unknown) => {
      // A client that went away is its own affair; anything else is a fault of this server and must be seen.
      if (request.destroyed && !request.complete) return;
      console.error(`${name}: ${request.method} ${request.url}`, error);
      if (response.headersSent) response.destroy();
      else response.writeHead(500).end(failureBody);
    });
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? portTaken(options, error) : error),
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

const portTaken = ({ name, port }: ListenerOptions, cause: Error): AppError =>
  new AppError(
    "PORT_TAKEN",
    `Port ${port} for the ${name} is taken; stop what listens there or choose another port.`,
    { port },
    { cause },
  );
