// Batches told to connections behind a gateway: what each is sent, and what becomes of slow ones and of those that are over.
import { setTimeout as sleep } from "node:timers/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { USUAL } from "../../../lib/access/limit.ts";
import type { KeyRecord } from "../../../lib/access/record.ts";
import type { Scope } from "../../../lib/access/scope.ts";
import type { Subscription } from "../../../lib/access/subscription.ts";
import { instruments } from "../../../lib/edge/metrics/meter.ts";
import { connectionPosts } from "../../../lib/edge/websocket.ts";
import { AppError } from "../../../lib/errors.ts";
import { type LivePushOptions, livePush } from "../../../lib/jobs/live/push.ts";
import { type Gateway, gateway } from "../../edge/gateway.ts";
import { anomaly, bar, forming, trade, updates } from "../../live/updates.ts";

let server: Gateway;
let subscriptions: Subscription[];
let removed: string[];
beforeEach(async () => {
  server = await gateway();
  subscriptions = [];
  removed = [];
});
afterEach(() => server.close());

const nowMs = () => Date.now();

function subscribed(id: string, topics: readonly string[], keyId: string | null = null): void {
  subscriptions = [...subscriptions, { id, keyId, connectedMs: 0, topics }];
  server.open.add(id);
}

const pushed = (options: Partial<LivePushOptions> = {}) =>
  livePush({
    subscriptions: {
      all: async () => subscriptions,
      remove: async (id) => {
        removed.push(id);
        subscriptions = subscriptions.filter((one) => one.id !== id);
      },
    },
    posts: connectionPosts({ endpoint: server.url, nowMs, timeoutMs: 1_000 }),
    keys: undefined,
    instruments,
    nowMs,
    ...options,
  });

/** Posts of which those to one connection wait until they are released. */
function heldPosts(id: string) {
  const { promise, resolve } = Promise.withResolvers<void>();
  const posts = connectionPosts({ endpoint: server.url, nowMs });
  const post = async (to: string, text: string) => {
    if (to === id) await promise;
    return posts.post(to, text);
  };
  return { posts: { ...posts, post }, release: resolve };
}

type Item = Readonly<Record<string, unknown>>;
const told = (id: string): Item[] =>
  server.posted(id).flatMap(({ items = [] }) => items as readonly Item[]);
const counted = (outcome: string) =>
  instruments.sum("qf_live_pushes_total", ([value]) => value === outcome);
/** Times that were measured. */
const pushes = () =>
  [...instruments.series()]
    .filter(({ name }) => name === "qf_live_push_seconds")
    .reduce((sum, { slots }) => sum + slots.slice(0, -1).reduce((a, b) => a + b), 0);

const record = (scopes: readonly Scope[], more: Partial<KeyRecord> = {}): KeyRecord => ({
  id: "abcdefgh",
  name: "n",
  scopes,
  createdMs: 0,
  expiresMs: null,
  revokedMs: null,
  hash: "0".repeat(64),
  limit: USUAL,
  ...more,
});

describe("a batch", () => {
  it("is told in one frame to each connection, with what it subscribed to", async () => {
    subscribed("a=", ["trades A", "bars A"]);
    subscribed("b", ["trades B"]);
    subscribed("c", ["trades C"]);
    const [before, pushesBefore] = [counted("sent"), pushes()];
    const live = pushed();
    const report = await live.push(
      updates({ trades: [trade("A", 1, 4), trade("B", 1)], bars: [bar("A", 1)] }),
    );
    expect(report).toEqual({
      connections: 2,
      frames: 2,
      items: 3,
      conflated: 0,
      pruned: 0,
      failed: 0,
      slow: 0,
    });
    expect(server.posted("a=")).toMatchObject([
      {
        type: "data",
        sent_at: expect.any(String),
        items: [
          { channel: "trades", symbol: "A", seq: 4 },
          { channel: "bars", symbol: "A", seq: 1 },
        ],
      },
    ]);
    expect(told("b")).toMatchObject([{ symbol: "B" }]);
    expect(server.asked.length).toBe(2);
    expect(counted("sent")).toBe(before + 2);
    expect(pushes()).toBe(pushesBefore + 1);
    await live.push(updates({ trades: [trade("X", 1)] }));
    expect(server.asked.length, "and nothing where nothing is to be said").toBe(2);
  });

  it("tells how open windows stand, of what has changed and is watched", async () => {
    subscribed("a", ["bars A", "bars C", "trades B"]);
    const live = pushed();
    const asked: (readonly string[])[] = [];
    const standing = (symbols: readonly string[]) => {
      asked.push(symbols);
      return symbols.map((symbol) => forming(symbol, 7, 1, 1));
    };
    await live.push(updates({ trades: [trade("A", 1), trade("B", 1)] }), undefined, standing);
    expect(asked).toEqual([["A"]]);
    expect(told("a")).toMatchObject([
      { channel: "trades", symbol: "B" },
      { channel: "bars", symbol: "A", partial: true },
    ]);
  });

  it("reaches who came, and no more who left, from the next one on", async () => {
    subscribed("a", ["trades A"]);
    const live = pushed();
    await live.push(updates({ trades: [trade("A", 1)] }));
    subscribed("b", ["trades A"]);
    await live.push(updates({ trades: [trade("A", 2)] }));
    subscriptions = subscriptions.filter(({ id }) => id === "b");
    await live.push(updates({ trades: [trade("A", 3)] }));
    expect(told("a").map(({ seq }) => seq)).toEqual([1, 2]);
    expect(told("b").map(({ seq }) => seq)).toEqual([2, 3]);
  });

  it("hands on the version of the subscriptions that somebody else has read", async () => {
    const asked: unknown[] = [];
    const live = pushed({
      subscriptions: {
        all: async (version) => {
          asked.push(version);
          return subscriptions;
        },
        remove: async () => {},
      },
    });
    await live.push(updates({}), "17");
    await live.push(updates({}));
    expect(asked).toEqual(["17", undefined]);
  });

  it("too large for one frame comes in several, in order", async () => {
    const symbols = Array.from({ length: 600 }, (_, at) => `S${at}`);
    subscribed(
      "a",
      symbols.map((symbol) => `trades ${symbol}`),
    );
    const live = pushed();
    const { frames, items } = await live.push(
      updates({ trades: symbols.map((symbol) => trade(symbol, 1)) }),
    );
    expect([frames, items]).toEqual([server.posted("a").length, 600]);
    expect(frames).toBeGreaterThan(1);
    expect(told("a").map(({ symbol }) => symbol)).toEqual(symbols);
    for (const { body } of server.asked)
      expect(Buffer.byteLength(body)).toBeLessThanOrEqual(32 * 1024);
  });
});

describe("a slow connection", () => {
  it("holds a batch up to the deadline once, and gets what came meanwhile in one", async () => {
    subscribed("a", ["trades A", "bars A", "anomalies A"]);
    const { posts, release } = heldPosts("a");
    const live = pushed({ deadlineMs: 60, posts });
    const since = performance.now();
    const first = await live.push(updates({ trades: [trade("A", 1)] }));
    expect(performance.now() - since).toBeGreaterThanOrEqual(55);
    expect(first).toMatchObject({ connections: 1, frames: 0, slow: 1 });
    const again = performance.now();
    let conflated = 0;
    for (let n = 2; n <= 20; n++) {
      const report = await live.push(
        updates({
          trades: [trade("A", n)],
          bars: n % 10 === 0 ? [bar("A", n / 10, { minute: n / 10 })] : [forming("A", 0, 0, n)],
          anomalies: n % 10 === 5 ? [anomaly("A", n)] : [],
        }),
      );
      conflated += report.conflated;
    }
    expect(performance.now() - again, "and no other batch at all").toBeLessThan(19 * 60);
    expect(conflated).toBe(18 + 16);
    release();
    await live.settled();
    expect(server.posted("a")).toHaveLength(2);
    const items = told("a").slice(1);
    const trades = items.filter(({ channel }) => channel === "trades");
    expect(trades).toMatchObject([{ first_seq: 2, seq: 20, volume: 19 }]);
    const [finals, partials] = [false, true].map((partial) =>
      items.filter((item) => item.partial === partial),
    );
    expect(finals!.map(({ seq }) => seq)).toEqual([1, 2]);
    expect(partials!.map(({ at_trade }) => at_trade)).toEqual([19]);
    expect(items.filter(({ channel }) => channel === "anomalies").map(({ seq }) => seq)).toEqual([
      5, 15,
    ]);
  });

  it("does not hold up another", async () => {
    subscribed("slow", ["trades A"]);
    subscribed("quick", ["trades A"]);
    const { posts, release } = heldPosts("slow");
    const live = pushed({ deadlineMs: 300, posts });
    for (let n = 1; n <= 4; n++) await live.push(updates({ trades: [trade("A", n)] }));
    release();
    await live.settled();
    expect(told("quick").map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
    expect(told("slow").map(({ first_seq, seq }) => [first_seq, seq])).toEqual([
      [1, 1],
      [2, 4],
    ]);
  });

  it("is ended when more waits for it than there is room for", async () => {
    subscribed("a", ["anomalies A"]);
    const { posts, release } = heldPosts("a");
    const live = pushed({ deadlineMs: 20, cardsMax: 3, posts });
    for (let n = 1; n <= 6; n++) await live.push(updates({ anomalies: [anomaly("A", n)] }));
    release();
    await live.settled();
    expect(server.asked.map(({ method }) => method)).toEqual(["POST", "DELETE"]);
    expect(removed).toEqual(["a"]);
  });

  it("is one of at most so many that are posted to at once", async () => {
    for (let n = 0; n < 10; n++) subscribed(`c${n}`, ["trades A"]);
    let [now, most] = [0, 0];
    const posts = connectionPosts({ endpoint: server.url, nowMs });
    const post = async (id: string, text: string) => {
      most = Math.max(most, ++now);
      await sleep(5);
      now--;
      return posts.post(id, text);
    };
    const live = pushed({ postsMax: 3, posts: { ...posts, post } });
    expect((await live.push(updates({ trades: [trade("A", 1)] }))).frames).toBe(10);
    expect(most).toBe(3);
  });
});

describe("a connection", () => {
  it("that is gone is forgotten, and told nothing more", async () => {
    subscribed("a", ["trades A"]);
    server.open.clear();
    const before = counted("gone");
    const live = pushed();
    expect(await live.push(updates({ trades: [trade("A", 1)] }))).toMatchObject({
      pruned: 1,
      failed: 0,
      slow: 0,
    });
    expect(removed).toEqual(["a"]);
    expect(counted("gone")).toBe(before + 1);
    await live.push(updates({ trades: [trade("A", 2)] }));
    expect(server.asked).toHaveLength(1);
  });

  it("gets what failed with the next batch, and is ended after several failures", async () => {
    subscribed("a", ["trades A", "anomalies A"]);
    const before = counted("failed");
    const live = pushed({ failuresMax: 3 });
    server.answers(503);
    const batch = (n: number) => updates({ trades: [trade("A", n)], anomalies: [anomaly("A", n)] });
    expect(await live.push(batch(1))).toMatchObject({ frames: 0, failed: 1, slow: 1 });
    expect(await live.push(batch(2))).toMatchObject({ failed: 1, conflated: 1 });
    server.answers(undefined);
    expect(await live.push(batch(3))).toMatchObject({ frames: 1, items: 4, failed: 0, slow: 0 });
    expect(server.posted("a").at(-1)!.items).toMatchObject([
      { channel: "trades", first_seq: 1, seq: 3, volume: 3 },
      { channel: "anomalies", seq: 1 },
      { channel: "anomalies", seq: 2 },
      { channel: "anomalies", seq: 3 },
    ]);
    server.answers(503);
    for (let n = 4; n <= 6; n++) await live.push(batch(n));
    expect(counted("failed")).toBe(before + 5);
    expect(server.asked.at(-1)!.method).toBe("DELETE");
    expect(removed).toEqual(["a"]);
  });

  it("is tried again with an empty batch too", async () => {
    subscribed("a", ["trades A"]);
    const live = pushed();
    server.answers(500);
    await live.push(updates({ trades: [trade("A", 1)] }));
    server.answers(undefined);
    expect(await live.push(updates({}))).toMatchObject({ connections: 0, frames: 1, slow: 0 });
  });
});

describe("a key", () => {
  it.each([
    [
      "was revoked",
      record(["read"], { revokedMs: 1 }),
      { code: "UNAUTHORIZED", reason: "revoked" },
    ],
    [
      "has expired",
      record(["read"], { expiresMs: 1 }),
      { code: "UNAUTHORIZED", reason: "expired" },
    ],
    ["lost its scope", record(["build"]), { code: "FORBIDDEN", scope: "read", scopes: ["build"] }],
    ["is nobody's", undefined, { code: "UNAUTHORIZED", reason: "unknown" }],
  ])(
    "that %s ends its connections with a last frame and tells them nothing",
    async (_, now, frame) => {
      subscribed("a", ["trades A"], "abcdefgh");
      subscribed("b", ["trades A"], "stranger");
      let held: KeyRecord | undefined = record(["read"]);
      const find = async (id: string) => (id === "abcdefgh" ? held : record(["read"]));
      const before = counted("ended");
      const live = pushed({ keys: { find } });
      await live.push(updates({ trades: [trade("A", 1)] }));
      held = now;
      await live.push(updates({ trades: [trade("A", 2)] }));
      await live.push(updates({ trades: [trade("A", 3)] }));
      expect(told("b").map(({ seq }) => seq)).toEqual([1, 2, 3]);
      const frames = server.posted("a");
      expect(frames.at(-1)).toEqual({
        type: "error",
        detail: expect.any(String),
        closing: true,
        ...frame,
      });
      expect(frames.filter(({ type }) => type === "data").length).toBeLessThanOrEqual(2);
      expect(server.open.has("a")).toBe(false);
      expect(removed).toEqual(["a"]);
      expect(counted("ended")).toBe(before + 1);
    },
  );

  it("that cannot be looked up gets nothing until it can, and then all of it", async () => {
    subscribed("a", ["trades A"], "abcdefgh");
    let isAway = true;
    const find = async () => {
      if (isAway) throw new AppError("DEPENDENCY_DOWN", "away");
      return record(["read"]);
    };
    const live = pushed({ keys: { find } });
    await live.push(updates({ trades: [trade("A", 1)] }));
    expect(server.asked).toEqual([]);
    isAway = false;
    await live.push(updates({ trades: [trade("A", 2)] }));
    await live.push(updates({}));
    expect(told("a")).toMatchObject([{ first_seq: 1, seq: 2 }]);
  });

  it("that nobody has shown opens nothing where keys are asked for", async () => {
    subscribed("a", ["trades A"], null);
    const live = pushed({ keys: { find: async () => record(["read"]) } });
    await live.push(updates({ trades: [trade("A", 1)] }));
    expect(server.posted("a")).toMatchObject([{ code: "UNAUTHORIZED", reason: "unknown" }]);
  });
});
