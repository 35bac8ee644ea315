// Where the shards of a stream stand, over the embedded Redis; and without any.
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { redisConnection } from "../../lib/edge/redis-connection.ts";
import { redisStreamStates } from "../../lib/edge/stream-states.ts";
import { startRedis } from "../../localstack/embedded/redis/server.ts";

let server: Awaited<ReturnType<typeof startRedis>>;
beforeAll(async () => {
  server = await startRedis({ port: 0, token: "x" });
});
afterAll(() => server.close());

const LONG = "49590338271490256608559692538361571095921575989136588898";

describe("states of shards", () => {
  it("are read as they were written, each shard by itself", async () => {
    const states = redisStreamStates(() => redisConnection({ url: server.url, token: "x" }));
    expect(await states.positions("a")).toEqual({});
    expect(await states.at("a", "0")).toBeUndefined();
    expect(await states.state("a", "0")).toBeUndefined();
    const bytes = Uint8Array.from({ length: 1000 }, (_, at) => at % 256);
    await states.write("a", "0", "12", bytes);
    await states.write("a", "shard-1", LONG);
    await states.write("b", "0", "7");
    await states.write("a", "0", "13");
    expect(await states.at("a", "0")).toBe("13");
    expect(await states.positions("a")).toEqual({ 0: "13", "shard-1": LONG });
    expect(Buffer.compare((await states.state("a", "0"))!, bytes)).toBe(0);
    expect(await states.state("a", "shard-1")).toBeUndefined();
  });

  it("are known to nobody without a Redis, or while it is away", async () => {
    const away = redisConnection({ url: "http://127.0.0.1:9", token: "x" });
    for (const connection of [undefined, away]) {
      const states = redisStreamStates(() => connection);
      await states.write("a", "0", "1", new Uint8Array(3));
      expect(await states.at("a", "0")).toBeUndefined();
      expect(await states.positions("a")).toBeUndefined();
      expect(await states.state("a", "0")).toBeUndefined();
    }
  });
});
