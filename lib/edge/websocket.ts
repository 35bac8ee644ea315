/**
 * The management API of API Gateway's WebSocket APIs: text to a connection, and the end of one. Plain HTTP over kept
 * connections, signed on AWS; the local gateway takes it as it is. By node:http, since `fetch` takes two to three times
 * the processor time for such a request, and a stream makes thousands a second.
 */
import http from "node:http";
import https from "node:https";
import { AppError } from "../errors.ts";
import { instruments } from "./metrics/meter.ts";
import { type Credentials, signatureHeaders } from "./sigv4.ts";

export type Posts = Readonly<{
  /**
   * Sends one text frame.
   * @returns "gone" when the connection is over
   * @throws AppError DEPENDENCY_DOWN when the gateway does not take it; the frame may have been sent when it was silent
   */
  post: (connectionId: string, text: string) => Promise<"done" | "gone">;
  /** Ends a connection. @returns and throws as `post` */
  close: (connectionId: string) => Promise<"done" | "gone">;
}>;

export type PostsOptions = Readonly<{
  /** "https://<api>.execute-api.<region>.amazonaws.com/<stage>", or the local gateway. */
  endpoint: string;
  /** How requests are signed; without it they are not. */
  signing?: Readonly<{ region: string; credentials: () => Credentials }> | undefined;
  nowMs: () => number;
  /** Longest time a request may take, 3,000 by default. */
  timeoutMs?: number;
}>;

const TIMEOUT_MS = 3_000;
/** Connections to the gateway at once; more requests wait for one of them. */
const SOCKETS_MAX = 64;
/** Locally its error has another name than on AWS; the status is the same. */
const GONE = 410;

export function connectionPosts({
  endpoint,
  signing,
  nowMs,
  timeoutMs = TIMEOUT_MS,
}: PostsOptions): Posts {
  const base = endpoint.replace(/\/$/, "");
  const { request, Agent } = base.startsWith("https:") ? https : http;
  const agent = new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });

  const headersOf = (method: string, { host, pathname }: URL, body: string) =>
    signing
      ? signatureHeaders(
          { method, host, path: pathname, body },
          { region: signing.region, service: "execute-api", credentials: signing.credentials() },
          nowMs(),
        )
      : {};

  const ask = async (method: "POST" | "DELETE", connectionId: string, body = "") => {
    const url = new URL(`${base}/@connections/${encodeURIComponent(connectionId)}`);
    const headers = {
      ...headersOf(method, url, body),
      ...(method === "POST" && { "content-length": Buffer.byteLength(body) }),
    };
    const sent = () => statusOf(request(url, { method, agent, headers }), body, timeoutMs);
    try {
      return await sent().catch((error) => {
        if (error instanceof ClosedBefore) return sent();
        throw error;
      });
    } catch (cause) {
      throw down(method, "did not answer", undefined, cause);
    }
  };

  const asked = async (method: "POST" | "DELETE", connectionId: string, body?: string) => {
    const status = await ask(method, connectionId, body);
    if (status === GONE) return "gone" as const;
    if (status < 200 || status > 299) throw down(method, `answered ${status}`, status);
    return "done" as const;
  };

  const down = (operation: string, what: string, status?: number, cause?: unknown) => {
    instruments.add("qf_dependency_failures_total", { part: "websocket" });
    return new AppError(
      "DEPENDENCY_DOWN",
      `${operation} of a connection: the WebSocket API at ${new URL(base).host} ${what}`,
      { dependency: "websocket", operation, ...(status !== undefined && { status }) },
      { cause },
    );
  };

  return {
    post: (connectionId, text) => asked("POST", connectionId, text),
    close: (connectionId) => asked("DELETE", connectionId),
  };
}

/** A kept connection was closed by the other end while it lay idle: the request never reached anybody. */
class ClosedBefore extends Error {}

/** Sends a request and reads its answer to the end, or the connection is not kept. */
function statusOf(request: http.ClientRequest, body: string, timeoutMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const late = () => request.destroy(new Error(`no answer within ${timeoutMs} ms`));
    const timer = setTimeout(late, timeoutMs);
    request.on("response", (response) => {
      response.resume();
      response.on("error", reject);
      response.on("end", () => resolve(response.statusCode ?? 0));
    });
    request.on("error", (cause: NodeJS.ErrnoException) => {
      const isClosed = request.reusedSocket && ["ECONNRESET", "EPIPE"].includes(cause.code ?? "");
      reject(isClosed ? new ClosedBefore("closed", { cause }) : cause);
    });
    request.on("close", () => {
      clearTimeout(timer);
      // Cut off in the middle of an answer: after an answer or an error this changes nothing.
      reject(new Error("the connection was closed"));
    });
    request.end(body);
  });
}
