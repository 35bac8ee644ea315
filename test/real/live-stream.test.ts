/** The market told over serverless-offline's gateway, to the client that the web app uses. */
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { redisSubscriptions } from "../../lib/edge/access/subscriptions.ts";
import { instruments } from "../../lib/edge/metrics/meter.ts";
import { redisConnection } from "../../lib/edge/redis-connection.ts";
import { connectionPosts } from "../../lib/edge/websocket.ts";
import { livePush } from "../../lib/jobs/live/push.ts";
import { clientAt } from "../../web/api/client.ts";
import { connectLive, type Gap, type Item, liveAddress } from "../../web/api/live.ts";
import { equipoise } from "../cli/command.ts";
import { bar, trade, updates } from "../live/updates.ts";
import { npmStart, type Running } from "./npm-start.ts";

let service: Running;
beforeAll(async () => {
  service = await npmStart({ ACCESS: "keys", FIRST_MARKET: "none" });
});
afterAll(() => service?.stop());

async function keyOf(scopes: string): Promise<string> {
  const words = ["keys", "create", "--name", "n", "--scopes", scopes];
  const { code, stdout, stderr } = await equipoise(words, service.parts);
  expect(code, stderr).toBe(0);
  return stdout.trim();
}

const soon = (done: () => unknown) => vi.waitFor(done, { timeout: 15_000, interval: 20 });

describe("the stream over a real gateway", () => {
  it("comes to those who subscribed, and again after the connection was lost", async () => {
    const client = clientAt(service.address);
    client.setKey(await keyOf("read"));
    const items: Item[] = [];
    const gaps: Gap[] = [];
    const errors: unknown[] = [];
    const live = connectLive({
      address: liveAddress(client),
      onItem: (item) => items.push(item),
      onGap: (gap) => gaps.push(gap),
      onError: (error) => errors.push(error),
      pauseMs: 50,
    });
    const url = service.parts.UPSTASH_REDIS_REST_URL!;
    const redis = redisConnection({ url, token: "local", deadlineMs: 5_000 });
    const subscriptions = redisSubscriptions({ connection: () => redis, nowMs: Date.now });
    const endpoint = service.websocket.replace("ws:", "http:");
    const posts = connectionPosts({ endpoint, nowMs: Date.now });
    const push = livePush({ subscriptions, posts, keys: undefined, instruments, nowMs: Date.now });
    const subscribed = async () => {
      const [one, ...more] = await subscriptions.all();
      expect([one?.topics, more]).toEqual([["bars A", "trades A"], []]);
      return one!.id;
    };

    live.subscribe(["trades", "bars"], ["A"]);
    const id = await soon(subscribed);
    await soon(() => expect(live.status()).toBe("live"));
    const first = updates({ trades: [trade("A", 1, 5), trade("B", 1)], bars: [bar("A", 1)] });
    expect(await push.push(first)).toMatchObject({ connections: 1, frames: 1, failed: 0 });
    await soon(() =>
      expect(items.map(({ channel, seq }) => [channel, seq])).toEqual([
        ["trades", 5],
        ["bars", 1],
      ]),
    );

    expect(await posts.close(String(id))).toBe("done");
    await soon(async () => expect(await subscribed()).not.toBe(id));
    await push.push(updates({ trades: [trade("A", 6, 7)], bars: [bar("A", 2, { minute: 1 })] }));
    await soon(() => expect(items.map(({ seq }) => seq)).toEqual([5, 1, 7, 2]));
    expect([gaps, errors]).toEqual([[], []]);

    live.close();
    await soon(async () => expect(await subscriptions.all()).toEqual([]));
    for (const gone of [String(id), "undefined", "L0SM9/cO+vHcCIhw="])
      expect(await posts.post(gone, "{}"), gone).toBe("gone");
    expect(await push.push(updates({ trades: [trade("A", 8)] }))).toMatchObject({ connections: 0 });
  });

  it("is not opened by a key that may not read", async () => {
    const client = clientAt(service.address);
    client.setKey(await keyOf("build"));
    const errors: unknown[] = [];
    const live = connectLive({
      address: liveAddress(client),
      onItem: () => {},
      onError: (error) => errors.push(error),
    });
    await soon(() => expect(live.status()).toBe("closed"));
    expect(errors).toMatchObject([{ status: 403, code: "FORBIDDEN" }]);
  });
});
