import { afterAll, describe, expect, it } from "vitest";
import { memoryBackend } from "../../localstack/embedded/redis/backend.ts";
import { Keyspace } from "../../localstack/embedded/redis/keyspace.ts";
import { restHandler } from "../../localstack/embedded/redis/rest.ts";
import { startRedis } from "../../localstack/embedded/redis/server.ts";
import { redisRestContract, send } from "./redis-rest.contract.ts";

const token = "secret";
const server = await startRedis({ port: 0, token });
const rest = { url: server.url, token };
afterAll(() => server.close());

redisRestContract("embedded server", async () => rest);

describe("path style", () => {
  it.each([
    ["GET", "/set/path/value"],
    ["POST", "/SET/path/value?EX=100"],
    ["PUT", "/set/path/value?NX&EX=100"],
  ])("%s %s runs the command", async (method, path) => {
    await send(rest, "/del/path");
    expect(await send(rest, path, { method })).toEqual({ status: 200, body: { result: "OK" } });
    expect(await send(rest, "/get/path")).toEqual({ status: 200, body: { result: "value" } });
    const { body } = await send(rest, "/ttl/path");
    expect(body).toEqual({ result: path.includes("EX") ? 100 : -1 });
  });

  it("decodes names and takes the body as the value, byte for byte", async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
    await send(rest, "/set/a%2Fb%20%E2%82%AC?EX=50", { body: bytes });
    expect(await send(rest, "/strlen/a%2Fb%20%E2%82%AC")).toMatchObject({ body: { result: 256 } });
    const headers = { "upstash-encoding": "base64" };
    const { body } = await send(rest, "/get/a%2Fb%20%E2%82%AC", { headers });
    expect(Buffer.from((body as { result: string }).result, "base64").equals(bytes)).toBe(true);
  });

  it("refuses a path that is no percent-encoding", async () => {
    expect(await send(rest, "/get/%zz")).toMatchObject({ status: 400 });
  });
});

describe("access", () => {
  it.each([
    ["no token", "/", {}],
    ["a wrong token", "/", { authorization: "Bearer wrong" }],
    ["a longer token", "/", { authorization: `Bearer ${token}x` }],
    ["a wrong token in the query", "/get/a?_token=wrong", {}],
  ])("is refused with %s", async (_, path, headers) => {
    const response = await fetch(`${server.url}${path}`, { headers });
    expect(response.status).toBe(401);
    expect(await response.json()).toEqual({ error: "Unauthorized" });
  });

  it("is given with the token in the query", async () => {
    const response = await fetch(`${server.url}/echo/hello?_token=${token}`);
    expect(await response.json()).toEqual({ result: "hello" });
  });

  it("is not needed to ask for the health", async () => {
    const response = await fetch(`${server.url}/health`);
    expect({ status: response.status, body: await response.json() }).toEqual({
      status: 200,
      body: { status: "ok", edition: "equipoise-embedded" },
    });
  });
});

describe("bad requests", () => {
  it.each([
    ["no JSON", "/", "hello", 400],
    ["an object", "/", "{}", 400],
    ["an empty command", "/", "[]", 400],
    ["a null argument", "/", '["SET","a",null]', 400],
    ["an empty pipeline", "/pipeline", "[]", 400],
    ["a pipeline of texts", "/pipeline", '["GET","a"]', 400],
    ["no body", "/", "", 400],
    ["a command nobody knows", "/", '["NOSUCH"]', 400],
  ])("with %s are answered with the reason", async (_, path, body, status) => {
    const answer = await send(rest, path, { body });
    expect(answer).toEqual({ status, body: { error: expect.stringMatching(/^ERR /) } });
  });

  it("with another method are answered 405", async () => {
    expect(await send(rest, "/", { method: "DELETE" })).toMatchObject({ status: 405 });
  });
});

describe("handler", () => {
  it("answers in process, without a socket, on the clock it is given", async () => {
    let nowMs = 0;
    const handle = restHandler({ backend: memoryBackend(new Keyspace(() => nowMs)), token });
    const ask = async (...command: string[]) => {
      const headers = { authorization: `Bearer ${token}` };
      const body = Buffer.from(JSON.stringify(command));
      return JSON.parse((await handle({ method: "POST", path: "/", headers, body })).body).result;
    };
    expect(await ask("SET", "a", "1", "PX", "1000")).toBe("OK");
    nowMs = 999;
    expect(await ask("PTTL", "a")).toBe(1);
    nowMs = 1000;
    expect(await ask("GET", "a")).toBeNull();
    nowMs = 1_234_567;
    expect(await ask("TIME")).toEqual(["1234", "567000"]);
  });

  it("writes integers beyond 2^53 in full", async () => {
    await send(rest, "/set/big/9223372036854775806");
    const response = await fetch(`${server.url}/incr/big?_token=${token}`);
    const body = await response.text();
    expect(body).toBe('{"result":9223372036854775807}');
  });
});

describe("listener", () => {
  it("says which port is taken", async () => {
    await expect(startRedis({ port: server.port })).rejects.toMatchObject({
      code: "PORT_TAKEN",
      details: { port: server.port },
    });
  });

  it("refuses to stand in front of a Redis that is not there", async () => {
    const other = await startRedis({ port: 0 });
    await other.close();
    const proxy = { host: "127.0.0.1", port: other.port };
    await expect(startRedis({ port: 0, proxy })).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
    });
  });
});
