/** The REST protocol of Upstash as its own client and curl speak it, over any server of it. */
import { randomUUID } from "node:crypto";
import { Redis } from "@upstash/redis";
import fc from "fast-check";
import { describe, expect, it } from "vitest";

export type RestServer = Readonly<{ url: string; token: string }>;

type Sent = Readonly<{ method?: string; headers?: Record<string, string>; body?: unknown }>;

/** One request with the right token, unless `headers` says otherwise. */
export async function send({ url, token }: RestServer, path: string, sent: Sent = {}) {
  const { method = "POST", headers = {}, body } = sent;
  const isPlain = body === undefined || typeof body === "string" || body instanceof Uint8Array;
  const response = await fetch(`${url}${path}`, {
    method,
    headers: { authorization: `Bearer ${token}`, ...headers },
    ...(body !== undefined && { body: (isPlain ? body : JSON.stringify(body)) as string }),
  });
  return { status: response.status, body: (await response.json()) as unknown };
}

export function redisRestContract(name: string, open: () => Promise<RestServer>): void {
  describe(`Redis over REST: ${name}`, () => {
    it("runs one command", async () => {
      const server = await open();
      const key = randomUUID();
      expect(await send(server, "/", { body: ["SET", key, "v"] })).toEqual({
        status: 200,
        body: { result: "OK" },
      });
      expect(await send(server, "/", { body: ["GET", key] })).toEqual({
        status: 200,
        body: { result: "v" },
      });
    });

    it("takes numbers as arguments", async () => {
      const server = await open();
      const key = randomUUID();
      await send(server, "/", { body: ["SET", key, 1.5, "EX", 100] });
      expect(await send(server, "/", { body: ["GET", key] })).toMatchObject({
        body: { result: "1.5" },
      });
    });

    it("answers 400 with the refusal of a command", async () => {
      const server = await open();
      expect(await send(server, "/", { body: ["GET"] })).toEqual({
        status: 400,
        body: { error: "ERR wrong number of arguments for 'get' command" },
      });
    });

    it("answers a pipeline command by command", async () => {
      const server = await open();
      const key = randomUUID();
      const body = [
        ["SET", key, "x"],
        ["INCR", key],
        ["STRLEN", key],
      ];
      expect(await send(server, "/pipeline", { body })).toEqual({
        status: 200,
        body: [
          { result: "OK" },
          { error: "ERR value is not an integer or out of range" },
          { result: 1 },
        ],
      });
    });

    it("runs a transaction, with the refusals of single commands in it", async () => {
      const server = await open();
      const key = randomUUID();
      const body = [
        ["SET", key, "1"],
        ["HGET", key, "f"],
        ["INCR", key],
      ];
      expect(await send(server, "/multi-exec", { body })).toEqual({
        status: 200,
        body: [
          { result: "OK" },
          { error: "WRONGTYPE Operation against a key holding the wrong kind of value" },
          { result: 2 },
        ],
      });
    });

    it("runs nothing of a transaction that cannot be queued", async () => {
      const server = await open();
      const key = randomUUID();
      const answer = await send(server, "/multi-exec", { body: [["SET", key, "1"], ["GET"]] });
      expect(answer).toEqual({
        status: 400,
        body: { error: "EXECABORT Transaction discarded because of previous errors." },
      });
      expect(await send(server, "/", { body: ["GET", key] })).toMatchObject({
        body: { result: null },
      });
    });

    it("returns any text as it was, raw and as base64", async () => {
      const server = await open();
      const texts = fc
        .string({ unit: "binary", maxLength: 200 })
        .filter((text) => text.isWellFormed());
      await fc.assert(
        fc.asyncProperty(fc.uuid(), texts, async (key, text) => {
          await send(server, "/", { body: ["SET", key, text] });
          expect(await send(server, "/", { body: ["GET", key] })).toMatchObject({
            body: { result: text },
          });
          const { body } = await send(server, "/", {
            headers: { "upstash-encoding": "base64" },
            body: ["GET", key],
          });
          const encoded = (body as { result: string }).result;
          expect(encoded === "OK" ? "OK" : Buffer.from(encoded, "base64").toString()).toBe(text);
        }),
        { numRuns: 40 },
      );
    });

    it("speaks with Upstash's client as it comes: base64, pipelines made by itself, objects as JSON", async () => {
      const { url, token } = await open();
      const redis = new Redis({ url, token, enableTelemetry: false });
      const key = randomUUID();
      await redis.set(key, { price: 1.5, name: "naïve 😀" }, { ex: 100, nx: true });
      const [value, ttl, type, missing] = await Promise.all([
        redis.get(key),
        redis.ttl(key),
        redis.type(key),
        redis.get(randomUUID()),
      ]);
      expect({ value, ttl, type, missing }).toEqual({
        value: { price: 1.5, name: "naïve 😀" },
        ttl: 100,
        type: "string",
        missing: null,
      });
      await redis.hset(`${key}:h`, { a: 1, b: "two" });
      expect(await redis.hgetall(`${key}:h`)).toEqual({ a: 1, b: "two" });
      await redis.zadd(`${key}:z`, { score: 2, member: "b" }, { score: 1, member: "a" });
      expect(await redis.zrange(`${key}:z`, 0, -1, { withScores: true })).toEqual(["a", 1, "b", 2]);
      const run = redis
        .multi()
        .incrby(`${key}:n`, 5)
        .lpush(`${key}:l`, "x", "y")
        .lrange(`${key}:l`, 0, -1);
      expect(await run.exec()).toEqual([5, 2, ["y", "x"]]);
      await expect(redis.lpush(key, "x")).rejects.toThrow(/WRONGTYPE/);
      expect(await redis.del(key, `${key}:h`, `${key}:z`, `${key}:n`, `${key}:l`)).toBe(5);
    });
  });
}
