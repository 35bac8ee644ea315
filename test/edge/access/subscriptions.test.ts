// What live connections asked for, in the embedded Redis, whose clock these tests turn.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, describe, expect, it } from "vitest";
import { CONNECTION_LIFE_MS } from "../../../lib/access/connection.ts";
import {
  redisSubscriptions,
  SUBSCRIPTIONS_VERSION,
} from "../../../lib/edge/access/subscriptions.ts";
import { liveRedis } from "./live-redis.ts";

const opened: { close: () => Promise<unknown> }[] = [];
afterEach(async () => {
  await Promise.all(opened.splice(0).map((one) => one.close()));
});

const always = () => true;

async function live() {
  const redis = await liveRedis();
  opened.push(redis);
  const { connection, nowMs, state } = redis;
  /** What another process sees. */
  const process = () => redisSubscriptions({ connection: () => connection, nowMs });
  const of = (id: string, keyId: string | null = "abcdefgh") => ({
    id,
    keyId,
    connectedMs: state.nowMs,
  });
  const reads = async () => (await redis.command("GET", SUBSCRIPTIONS_VERSION)) as string | null;
  return { ...redis, process, of, version: reads };
}

describe("a subscription", () => {
  it("is told to every process, with all its changes", async () => {
    const { process, of } = await live();
    const [one, other] = [process(), process()];
    const connection = of("a=");
    expect(await one.change(connection, { add: ["trades B", "trades A"] }, always)).toEqual([
      "trades A",
      "trades B",
    ]);
    expect(await other.all()).toEqual([{ ...connection, topics: ["trades A", "trades B"] }]);
    await other.change(connection, { remove: ["trades A", "bars A"] }, always);
    expect(await one.all()).toEqual([{ ...connection, topics: ["trades B"] }]);
    expect(await process().all()).toEqual(await one.all());
    await one.change(connection, { remove: ["trades B"] }, always);
    expect(await other.all()).toEqual([]);
  });

  it("is not read again before something has changed", async () => {
    const { process, of, version, command } = await live();
    const [one, other] = [process(), process()];
    await one.change(of("a"), { add: ["trades A"] }, always);
    const first = await other.all();
    await command("HSET", "live:subscriptions", "a", "damaged");
    expect(await other.all(), "the same list").toBe(first);
    expect(await other.all(await version())).toBe(first);
    await one.change(of("b"), { add: ["trades A"] }, always);
    expect((await other.all(await version())).map(({ id }) => id)).toEqual(["b"]);
    expect(
      await command("HKEYS", "live:subscriptions"),
      "and what is not whole is removed",
    ).toEqual(["b"]);
  });

  it("is asked for with a version that somebody else read, without a look at Redis", async () => {
    const { process, of, version, close } = await live();
    const [one, other] = [process(), process()];
    await one.change(of("a"), { add: ["trades A"] }, always);
    const now = await version();
    const known = await other.all(now);
    expect(known).toHaveLength(1);
    await close();
    expect(await other.all(now)).toBe(known);
    expect(await other.all(), "nor is it lost while Redis is away").toBe(known);
    await other.remove("a");
    await expect(one.change(of("a"), { add: ["trades B"] }, always)).rejects.toMatchObject({
      code: "DEPENDENCY_DOWN",
    });
  });

  it("that asks for too much changes nothing", async () => {
    const { process, of, version } = await live();
    const one = process();
    await one.change(of("a"), { add: ["trades A"] }, always);
    const before = await version();
    const most = (topics: readonly string[]) => topics.length <= 2;
    const outcome = await one.change(of("a"), { add: ["trades A", "trades B", "bars B"] }, most);
    expect(outcome).toBe("too many");
    expect(await version()).toBe(before);
    expect(await one.change(of("a"), { add: ["bars B"] }, most)).toEqual(["bars B", "trades A"]);
  });

  it("leaves nothing but the version when its connection is over", async () => {
    const { process, of, command } = await live();
    const one = process();
    await one.change(of("a"), { add: ["trades A"] }, always);
    await one.change(of("b"), { add: ["trades A"] }, always);
    await one.remove("a");
    expect((await process().all()).map(({ id }) => id)).toEqual(["b"]);
    await one.remove("b");
    expect(await command("KEYS", "*")).toEqual([SUBSCRIPTIONS_VERSION]);
  });

  it("of a connection whose end nobody told is pruned after two hours", async () => {
    const { process, of, state, command } = await live();
    const one = process();
    await one.change(of("lost"), { add: ["trades A"] }, always);
    state.nowMs += CONNECTION_LIFE_MS - 1;
    await one.change(of("next"), { add: ["trades A"] }, always);
    expect((await process().all()).map(({ id }) => id).sort()).toEqual(["lost", "next"]);
    state.nowMs += 1;
    expect((await process().all()).map(({ id }) => id)).toEqual(["next"]);
    expect(await command("HKEYS", "live:subscriptions")).toEqual(["next"]);
    state.nowMs += CONNECTION_LIFE_MS;
    expect(await command("KEYS", "*")).toEqual([SUBSCRIPTIONS_VERSION]);
  });

  it("takes all of many changes that come at once, in whatever order they reach Redis", async () => {
    const { connection, nowMs, of, process } = await live();
    /** Waits before its n-th question, so that the others come between. */
    const late = (nth: number, waitMs: number) => {
      let questions = 0;
      const ask: typeof connection.ask = async (call) => {
        if (++questions === nth) await sleep(waitMs);
        return connection.ask(call);
      };
      return redisSubscriptions({ connection: () => ({ ...connection, ask }), nowMs });
    };
    await Promise.all([
      late(2, 100).change(of("a"), { add: ["trades A"] }, always),
      late(2, 50).change(of("a"), { add: ["trades B"] }, always),
      late(3, 100).change(of("a"), { add: ["trades C"] }, always),
      late(1, 20).change(of("a"), { add: ["trades D"] }, always),
    ]);
    await late(1, 0).change(of("b"), { add: ["trades A", "trades B"] }, always);
    await Promise.all([
      late(2, 60).change(of("b"), { add: ["trades E"] }, always),
      late(1, 20).change(of("b"), { remove: ["trades A"] }, always),
    ]);
    expect((await process().all()).map(({ topics }) => topics.join())).toEqual([
      "trades A,trades B,trades C,trades D",
      "trades B,trades E",
    ]);
  });
});
