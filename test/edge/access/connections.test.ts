// Live connections in the embedded Redis, whose clock these tests turn.
import { afterEach, describe, expect, it } from "vitest";
import { CONNECTION_LIFE_MS, type Connection } from "../../../lib/access/connection.ts";
import { CONNECTION_BELIEVED_MS, redisConnections } from "../../../lib/edge/access/connections.ts";
import { liveRedis } from "./live-redis.ts";

const opened: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

async function live() {
  const redis = await liveRedis();
  opened.push(redis);
  const { connection, nowMs, state } = redis;
  /** What another process sees. */
  const process = () => redisConnections({ connection: () => connection, nowMs });
  const of = (id: string, keyId: string | null = "abcdefgh"): Connection => ({
    id,
    keyId,
    scopes: ["read"],
    connectedMs: state.nowMs,
  });
  return { ...redis, process, of };
}

describe("a live connection", () => {
  it("is known to every process until its end is told", async () => {
    const { process, of } = await live();
    const [one, other] = [process(), process()];
    const connection = of("a=");
    expect(await one.add(connection, 5)).toBe("added");
    expect(await other.find("a=")).toEqual(connection);
    expect(await other.count()).toBe(1);
    await one.remove("a=");
    expect(await one.find("a=")).toBeUndefined();
    expect(await process().find("a=")).toBeUndefined();
    expect(await other.count()).toBe(0);
  });

  it("is asked for once in half a minute, and then again", async () => {
    const { process, of, state } = await live();
    const [one, other] = [process(), process()];
    await one.add(of("a"), 5);
    expect(await other.find("a")).toBeDefined();
    await one.remove("a");
    state.nowMs += CONNECTION_BELIEVED_MS - 1;
    expect(await other.find("a")).toBeDefined();
    state.nowMs += 1;
    expect(await other.find("a")).toBeUndefined();
  });

  it("leaves nothing in Redis when it is over", async () => {
    const { process, of, command } = await live();
    const connections = process();
    for (const keyId of ["abcdefgh", null]) {
      await connections.add(of("a", keyId), 5);
      expect(((await command("KEYS", "*")) as string[]).length).toBeGreaterThan(0);
      await connections.remove("a");
      expect(await command("KEYS", "*")).toEqual([]);
    }
  });

  it("is forgotten after two hours when nobody tells its end", async () => {
    const { process, of, state, command } = await live();
    const connections = process();
    await connections.add(of("lost"), 1);
    state.nowMs += CONNECTION_LIFE_MS - 1;
    expect(await connections.count()).toBe(1);
    expect(await connections.add(of("next"), 1)).toBe("too many");
    state.nowMs += 1;
    expect(await connections.count()).toBe(0);
    expect(await connections.find("lost")).toBeUndefined();
    expect(await connections.add(of("next"), 1)).toBe("added");
    expect(await command("ZRANGE", "live:connections:abcdefgh", "0", "-1")).toEqual(["next"]);
    expect(await command("ZRANGE", "live:connections", "0", "-1")).toEqual(["next"]);
    state.nowMs += CONNECTION_LIFE_MS;
    expect(await command("KEYS", "*")).toEqual([]);
  });

  it("that is damaged in Redis is none", async () => {
    const { process, of, command } = await live();
    await process().add(of("a"), 5);
    await command("SET", "live:connection:a", "{}");
    expect(await process().find("a")).toBeUndefined();
  });
});

describe("connections of one key", () => {
  it("are at most as many as it may have, and a refused one leaves nothing behind", async () => {
    const { process, of } = await live();
    const connections = process();
    for (const id of ["a", "b", "c"]) expect(await connections.add(of(id), 3)).toBe("added");
    expect(await connections.add(of("d"), 3)).toBe("too many");
    expect(await connections.find("d")).toBeUndefined();
    expect(await connections.count()).toBe(3);
    await connections.remove("b");
    expect(await connections.add(of("d"), 3)).toBe("added");
  });

  it("are counted apart from those of others, and nobody's are not counted by key", async () => {
    const { process, of } = await live();
    const connections = process();
    expect(await connections.add(of("a", "abcdefgh"), 1)).toBe("added");
    expect(await connections.add(of("b", "bcdefgha"), 1)).toBe("added");
    for (const id of ["c", "d", "e"]) expect(await connections.add(of(id, null), 1)).toBe("added");
    expect(await connections.count()).toBe(5);
  });

  it("stay within the limit however many come at once over several processes", async () => {
    const { process, of } = await live();
    const processes = [process(), process(), process()];
    const outcomes = await Promise.all(
      Array.from({ length: 60 }, (_, i) => processes[i % 3]!.add(of(`c${i}`), 7)),
    );
    const added = outcomes.filter((outcome) => outcome === "added").length;
    expect(added).toBe(7);
    expect(await processes[0]!.count()).toBe(added);
  });
});

describe("while Redis is away", () => {
  it("nothing is known, and nothing throws", async () => {
    const { process, of, server } = await live();
    const connections = process();
    await server.close();
    expect(await connections.add(of("a"), 1)).toBe("away");
    expect(await connections.find("a")).toBe("away");
    expect(await connections.count()).toBeUndefined();
    await connections.remove("a");
  });

  it("or where there is none", async () => {
    const { of, nowMs } = await live();
    const connections = redisConnections({ connection: () => undefined, nowMs });
    expect(await connections.add(of("a"), 1)).toBe("away");
    expect(await connections.find("a")).toBe("away");
    expect(await connections.count()).toBeUndefined();
    await connections.remove("a");
  });
});
