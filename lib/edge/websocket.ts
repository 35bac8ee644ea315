/**
 * The management API of API Gateway's WebSocket APIs: text to a connection, and the end of one. Plain HTTP over kept
 * connections, signed on AWS; the local gateway takes it as it is.
 */
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
/** Locally its error has another name than on AWS; the status is the same. */
const GONE = 410;

export function connectionPosts({
  endpoint,
  signing,
  nowMs,
  timeoutMs = TIMEOUT_MS,
}: PostsOptions): Posts {
  const base = endpoint.replace(/\/$/, "");

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
    try {
      const response = await fetch(url, {
        method,
        headers: headersOf(method, url, body),
        ...(method === "POST" && { body }),
        redirect: "error",
        signal: AbortSignal.timeout(timeoutMs),
      });
      // Read to its end, or the connection is not kept.
      await response.arrayBuffer();
      return response.status;
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
