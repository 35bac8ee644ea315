/** Node's own WebSocket client, with frames to wait for; and a handshake by hand, whose status that client does not tell. */
import { randomBytes } from "node:crypto";
import { once } from "node:events";
import { request } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";

type Frame = Readonly<Record<string, unknown>>;
type Headers = Readonly<Record<string, string>>;

export type Socket = Readonly<{
  send: (data: string | Uint8Array<ArrayBuffer>) => void;
  /** The next frame that nobody has taken yet. @throws Error when none comes within ten seconds */
  next: () => Promise<Frame>;
  /** Ends when the connection is over. */
  closed: Promise<void>;
  close: () => Promise<void>;
}>;

const PATIENCE_MS = 10_000;

/** @throws Error when the handshake is refused */
export async function socket(address: string, headers: Headers = {}): Promise<Socket> {
  const client = new WebSocket(address, { headers } as never);
  const frames: Frame[] = [];
  client.addEventListener("message", ({ data }) => frames.push(JSON.parse(String(data))));
  const closed = new Promise<void>((resolve) => {
    client.addEventListener("close", () => resolve(), { once: true });
  });
  await new Promise<void>((resolve, reject) => {
    client.addEventListener("open", () => resolve(), { once: true });
    client.addEventListener("error", () => reject(new Error(`${address} refused`)), { once: true });
  });
  return {
    send: (data) => client.send(data),
    async next() {
      for (const sinceMs = Date.now(); Date.now() - sinceMs < PATIENCE_MS; await sleep(5)) {
        const frame = frames.shift();
        if (frame) return frame;
      }
      throw new Error("no frame came");
    },
    closed,
    async close() {
      client.close();
      await closed;
    },
  };
}

/** The status of a handshake: 101 when the connection was opened (it is ended at once). */
export async function handshake(address: string, headers: Headers = {}): Promise<number> {
  const opening = request(address.replace(/^ws/, "http"), {
    headers: {
      connection: "Upgrade",
      upgrade: "websocket",
      "sec-websocket-version": "13",
      "sec-websocket-key": randomBytes(16).toString("base64"),
      ...headers,
    },
  });
  opening.end();
  const status = await Promise.race([
    once(opening, "upgrade").then(([{ statusCode }, stream]) => {
      stream.destroy();
      return statusCode as number;
    }),
    once(opening, "response").then(([answer]) => {
      answer.resume();
      return answer.statusCode as number;
    }),
  ]);
  return status;
}
