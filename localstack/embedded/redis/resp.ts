/**
 * A small client of a real Redis over its own protocol (RESP2) on one connection, for the proxy mode only.
 * Commands are answered in the order they were written, so replies need no numbers.
 */
import { connect, type Socket } from "node:net";
import { AppError } from "../../../lib/errors.ts";
import { integerReply } from "./arguments.ts";
import type { Backend } from "./backend.ts";
import { RedisError, type Reply } from "./reply.ts";

/** One reply and where the next begins; `undefined` while its bytes are not all there. */
export type Decoded = Readonly<{ reply: Reply; end: number }> | undefined;

export function decodeReply(buffer: Buffer, start = 0): Decoded {
  const lineEnd = buffer.indexOf("\r\n", start);
  if (lineEnd < 0) return undefined;
  const line = buffer.toString("latin1", start + 1, lineEnd);
  const after = lineEnd + 2;
  switch (buffer[start]) {
    case 0x2b: // "+" status
      return { reply: line, end: after };
    case 0x2d: // "-" error
      return { reply: new RedisError(line), end: after };
    case 0x3a: // ":" integer
      return { reply: integerReply(BigInt(line)), end: after };
    case 0x24: // "$" bulk text
      return decodeBulk(buffer, after, Number(line));
    case 0x2a: // "*" array
      return decodeArray(buffer, after, Number(line));
    default:
      throw new Error(`not a RESP2 reply: "${line.slice(0, 40)}"`);
  }
}

function decodeBulk(buffer: Buffer, start: number, bytes: number): Decoded {
  if (bytes < 0) return { reply: null, end: start };
  const end = start + bytes;
  if (buffer.length < end + 2) return undefined;
  return { reply: buffer.toString("latin1", start, end), end: end + 2 };
}

function decodeArray(buffer: Buffer, start: number, count: number): Decoded {
  if (count < 0) return { reply: null, end: start };
  const items: Reply[] = [];
  let end = start;
  for (let at = 0; at < count; at++) {
    const item = decodeReply(buffer, end);
    if (!item) return undefined;
    items.push(item.reply);
    end = item.end;
  }
  return { reply: items, end };
}

export const encodeCommand = (command: readonly string[]): Buffer =>
  Buffer.from(
    `*${command.length}\r\n${command.map((arg) => `$${arg.length}\r\n${arg}\r\n`).join("")}`,
    "latin1",
  );

type Waiting = Readonly<{ resolve: (reply: Reply) => void; reject: (error: Error) => void }>;

/** @throws AppError DEPENDENCY_DOWN when nothing listens there */
export async function respBackend(
  address: Readonly<{ host: string; port: number }>,
): Promise<Backend> {
  const down = (cause?: Error) =>
    new AppError(
      "DEPENDENCY_DOWN",
      `Redis at ${address.host}:${address.port} cannot be reached.`,
      address,
      { cause },
    );
  const socket = await opened(address).catch((error: Error) => {
    throw down(error);
  });
  const waiting: Waiting[] = [];
  let received: Buffer = Buffer.alloc(0);
  let isClosed = false;

  const receive = (chunk: Buffer) => {
    received = Buffer.concat([received, chunk]);
    let start = 0;
    for (let next = decodeReply(received); next; next = decodeReply(received, start)) {
      waiting.shift()?.resolve(next.reply);
      start = next.end;
    }
    received = received.subarray(start);
  };
  socket.on("data", (chunk: Buffer) => {
    try {
      receive(chunk);
    } catch (error) {
      socket.destroy(error as Error);
    }
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => {
    isClosed = true;
    for (const { reject } of waiting.splice(0)) reject(down());
  });

  /** Written in one piece, so that nothing of another caller comes between the commands. */
  const send = (commands: readonly (readonly string[])[]): Promise<Reply[]> => {
    if (isClosed) return Promise.reject(down());
    socket.write(Buffer.concat(commands.map(encodeCommand)));
    return Promise.all(
      commands.map(
        () => new Promise<Reply>((resolve, reject) => waiting.push({ resolve, reject })),
      ),
    );
  };

  return {
    execute: async (command) => (await send([command]))[0] ?? null,
    transaction: async (commands) => {
      const replies = await send([["MULTI"], ...commands, ["EXEC"]]);
      const executed = replies.at(-1);
      if (executed instanceof RedisError) return executed;
      return executed as readonly Reply[];
    },
    close: () => socket.destroy(),
  };
}

function opened({ host, port }: Readonly<{ host: string; port: number }>): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.once("connect", () => {
      socket.off("error", reject);
      resolve(socket);
    });
    socket.once("error", reject);
  });
}
