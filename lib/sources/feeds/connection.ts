/** One WebSocket as messages that are waited for. What came before a loss is handed out before the loss is. */
import { redaction } from "../vendor/secrets.ts";

/** The connection ended, or must be ended; another may do better. */
export class Lost extends Error {
  override readonly name = "Lost";
}

export type Connection = Readonly<{
  /**
   * The texts that came since the last call, waiting up to `waitMs` for the first.
   * @throws Lost when it has ended and nothing is left
   */
  next: (waitMs: number, signal: AbortSignal) => Promise<readonly string[]>;
  /** Is dropped where the connection is not open: the loss is told by `next`. */
  send: (text: string) => void;
  close: () => void;
}>;

/** @param secrets must not stand in what a loss says */
export function connect(url: string, secrets: readonly string[]): Connection {
  const hidden = redaction({}, Object.fromEntries(secrets.map((secret, at) => [at, secret])));
  const socket = new WebSocket(url);
  socket.binaryType = "arraybuffer";
  let texts: string[] = [];
  let end: string | undefined;
  let wake: () => void = () => {};
  socket.addEventListener("message", ({ data }) => {
    texts.push(typeof data === "string" ? data : new TextDecoder().decode(data as ArrayBuffer));
    wake();
  });
  socket.addEventListener("error", (event) => {
    const { message = "" } = event as Event & { message?: string };
    end ??= hidden(`could not connect or broke off${message && ` (${message})`}`);
    wake();
  });
  socket.addEventListener("close", ({ code, reason }) => {
    end ??= hidden(`was closed with code ${code}${reason && ` ("${reason}")`}`);
    wake();
  });
  return {
    async next(waitMs, signal) {
      if (texts.length === 0 && end === undefined && !signal.aborted) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, waitMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
          signal.addEventListener("abort", wake, { once: true });
        });
        signal.removeEventListener("abort", wake);
      }
      if (texts.length === 0 && end !== undefined && !signal.aborted) throw new Lost(end);
      const taken = texts;
      texts = [];
      return taken;
    },
    send(text) {
      if (socket.readyState === WebSocket.OPEN) socket.send(text);
    },
    close: () => socket.close(),
  };
}
