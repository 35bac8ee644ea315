/**
 * Upstash's REST protocol for Redis without a socket: one request in, one answer out.
 *
 *   POST /            ["SET", "k", "v"]           {"result": "OK"} or 400 {"error": "ERR ..."}
 *   POST /pipeline    [["INCR", "n"], ...]        [{"result": 1}, {"error": "..."}, ...]
 *   POST /multi-exec  the same as one transaction, 400 {"error": "EXECABORT ..."} when one cannot be queued
 *   GET  /set/k/v?EX=10, POST /set/k?EX=10        path style; a body is the value, byte for byte
 *   GET  /health                                  without a token
 *
 * Texts travel as UTF-8; with `Upstash-Encoding: base64` every text but "OK" is base64 of its bytes.
 */
import { createHash, timingSafeEqual } from "node:crypto";
import type { Backend } from "./backend.ts";
import { base64OfBytes, bytesOfText, textOfBytes } from "./bytes.ts";
import { RedisError, type Reply } from "./reply.ts";

export type RestRequest = Readonly<{
  method: string;
  /** With the query string. */
  path: string;
  /** Names in lower case. */
  headers: Readonly<Record<string, string | undefined>>;
  body: Buffer;
}>;
export type RestResponse = Readonly<{
  status: number;
  headers: Readonly<Record<string, string>>;
  body: string;
}>;
export type RestHandler = (request: RestRequest) => Promise<RestResponse>;

/** How the probe of the local stack knows this server. */
export const HEALTH = '{"status":"ok","edition":"equipoise-embedded"}';

const json = (status: number, body: string): RestResponse => ({
  status,
  headers: { "content-type": "application/json" },
  body,
});
const refused = (status: number, message: string) =>
  json(status, JSON.stringify({ error: message }));

/** @param token what `Authorization: Bearer` must carry */
export function restHandler({
  backend,
  token,
}: Readonly<{ backend: Backend; token: string }>): RestHandler {
  const isAuthorised = tokenCheck(token);
  return async ({ method, path, headers, body }) => {
    const url = new URL(path, "http://redis");
    if (url.pathname === "/health") return json(200, HEALTH);
    const presented = headers.authorization?.replace(/^Bearer\s+/i, "");
    if (!isAuthorised(presented ?? url.searchParams.get("_token"))) {
      return refused(401, "Unauthorized");
    }
    url.searchParams.delete("_token");
    if (!["GET", "POST", "PUT"].includes(method)) {
      return refused(405, `ERR method ${method} is not allowed: use GET, POST or PUT`);
    }
    const encode = headers["upstash-encoding"] === "base64" ? base64OfBytes : plain;
    try {
      return await answer(backend, url, body, encode);
    } catch (error) {
      if (error instanceof RedisError) return refused(400, textOfBytes(error.message));
      throw error;
    }
  };
}

function tokenCheck(token: string): (presented: string | null) => boolean {
  const hashed = (text: string) => createHash("sha256").update(text).digest();
  const wanted = hashed(token);
  return (presented) => presented !== null && timingSafeEqual(hashed(presented), wanted);
}

type Encode = (bytes: string) => string;
const plain: Encode = textOfBytes;

async function answer(
  backend: Backend,
  url: URL,
  body: Buffer,
  encode: Encode,
): Promise<RestResponse> {
  if (url.pathname === "/pipeline") {
    const replies: Reply[] = [];
    for (const command of commandsIn(body, "pipeline")) {
      replies.push(await backend.execute(command));
    }
    return json(200, many(replies, encode));
  }
  if (url.pathname === "/multi-exec") {
    const replies = await backend.transaction(commandsIn(body, "multi-exec"));
    if (replies instanceof RedisError) throw replies;
    return json(200, many(replies, encode));
  }
  const command = url.pathname === "/" ? commandIn(parsed(body)) : pathCommand(url, body);
  const reply = await backend.execute(command);
  if (reply instanceof RedisError) throw reply;
  return json(200, `{"result":${resultJson(reply, encode)}}`);
}

const many = (replies: readonly Reply[], encode: Encode) =>
  `[${replies
    .map((reply) =>
      reply instanceof RedisError
        ? JSON.stringify({ error: textOfBytes(reply.message) })
        : `{"result":${resultJson(reply, encode)}}`,
    )
    .join(",")}]`;

function resultJson(reply: Reply, encode: Encode): string {
  if (reply === null) return "null";
  if (typeof reply === "string") return JSON.stringify(reply === "OK" ? reply : encode(reply));
  if (reply instanceof RedisError) return JSON.stringify(textOfBytes(reply.message));
  if (typeof reply === "object") {
    return `[${reply.map((item) => resultJson(item, encode)).join(",")}]`;
  }
  return String(reply);
}

function parsed(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString());
  } catch (error) {
    throw new RedisError(`ERR failed to parse command: ${(error as Error).message.slice(0, 100)}`);
  }
}

/** @throws RedisError unless the JSON is a command: a list of texts and numbers, not empty */
function commandIn(value: unknown): string[] {
  if (!Array.isArray(value) || value.length === 0) {
    throw new RedisError(
      'ERR failed to parse command: expected a JSON array such as ["GET", "key"]',
    );
  }
  return value.map((arg) => {
    if (typeof arg === "string") return bytesOfText(arg);
    if (arg === null) throw new RedisError("ERR null args are not supported");
    return bytesOfText(typeof arg === "object" ? JSON.stringify(arg) : String(arg));
  });
}

function commandsIn(body: Buffer, name: string): string[][] {
  const value = parsed(body);
  if (!Array.isArray(value) || value.length === 0) {
    throw new RedisError(
      `ERR failed to parse ${name} request: expected a JSON array of commands, not empty`,
    );
  }
  return value.map(commandIn);
}

/** /SET/k/v?EX=10 -> SET k v EX 10; a body comes between the path and the options. */
function pathCommand(url: URL, body: Buffer): string[] {
  let names: string[];
  try {
    names = url.pathname.slice(1).split("/").map(decodeURIComponent);
  } catch {
    throw new RedisError("ERR failed to parse command: the path is not valid percent-encoding");
  }
  const options = [...url.searchParams].flatMap(([name, value]) =>
    value ? [name, value] : [name],
  );
  return [
    ...names.map(bytesOfText),
    ...(body.length > 0 ? [body.toString("latin1")] : []),
    ...options.map(bytesOfText),
  ];
}
