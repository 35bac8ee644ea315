// What a live connection is answered: that it is told of symbols, how they stand, and what it has missed.
import { beforeEach, describe, expect, it } from "vitest";
import { redisSubscriptions } from "../../../lib/edge/access/subscriptions.ts";
import { AppError } from "../../../lib/errors.ts";
import {
  type Asker,
  RESUMED_MAX,
  resume,
  subscribe,
  unsubscribe,
} from "../../../lib/jobs/live/messages.ts";
import type { StreamReads } from "../../../lib/jobs/live/reads.ts";
import { SYMBOLS_MAX } from "../../../lib/live/topic.ts";
import { barItem, type Item, tradeItem } from "../../../lib/stream/items.ts";
import { liveRedis } from "../../edge/access/live-redis.ts";
import { bar, trade } from "../../live/updates.ts";

type Frame = Readonly<Record<string, unknown>>;
const CONNECTED = { keyId: "abcdefgh", connectedMs: 1_800_000_000_000 };

let posted: Frame[];
let asker: Asker;
beforeEach(() => {
  posted = [];
  asker = {
    connectionId: "a=",
    connection: CONNECTED,
    post: async (frame) => {
      posted.push(frame);
    },
  };
});

const reads = (items: readonly Item[], more: Partial<StreamReads> = {}): StreamReads => ({
  snapshot: async () => items,
  since: async () => ({ items, gaps: [] }),
  ...more,
});

async function withStore(
  work: (world: {
    subscriptions: ReturnType<typeof redisSubscriptions>;
    nowMs: () => number;
  }) => Promise<void>,
): Promise<void> {
  const { connection, nowMs, close } = await liveRedis();
  try {
    await work({
      subscriptions: redisSubscriptions({ connection: () => connection, nowMs }),
      nowMs,
    });
  } finally {
    await close();
  }
}

const symbols = (count: number) => Array.from({ length: count }, (_, at) => `S${at}`);
const bytes = (frame: unknown) => Buffer.byteLength(JSON.stringify(frame));

describe("subscribe", () => {
  it("keeps what is wanted before it looks how that stands", () =>
    withStore(async (world) => {
      const seen: unknown[] = [];
      const snapshot: StreamReads["snapshot"] = async (channels, names) => {
        seen.push(channels, names, (await world.subscriptions.all())[0]?.topics);
        return [tradeItem(trade("A", 7))];
      };
      const wanted = { channels: ["trades", "bars"] as const, symbols: ["B", "A", "B"] };
      expect(await subscribe(world, reads([], { snapshot }), wanted, asker)).toEqual({
        type: "subscription",
        channels: ["trades", "bars"],
        symbols: ["B", "A"],
        subscribed: { trades: ["A", "B"], bars: ["A", "B"] },
        snapshot: [expect.objectContaining({ channel: "trades", symbol: "A", seq: 7 })],
        parts: 0,
      });
      expect(seen).toEqual([
        ["trades", "bars"],
        ["B", "A"],
        ["bars A", "bars B", "trades A", "trades B"],
      ]);
      expect(await world.subscriptions.all()).toMatchObject([{ id: "a=", ...CONNECTED }]);
    }));

  it("adds to what was subscribed, and unsubscribe takes away what it names alone", () =>
    withStore(async (world) => {
      const quiet = reads([]);
      await subscribe(world, quiet, { channels: ["trades"], symbols: ["A", "B"] }, asker);
      const answer = await subscribe(world, quiet, { channels: ["bars"], symbols: ["B"] }, asker);
      expect(answer.subscribed).toEqual({ trades: ["A", "B"], bars: ["B"] });
      const wanted = { channels: ["trades", "anomalies"] as const, symbols: ["B", "C"] };
      expect(await unsubscribe(world, wanted, asker)).toEqual({
        type: "subscription",
        channels: ["trades", "anomalies"],
        symbols: ["B", "C"],
        subscribed: { trades: ["A"], bars: ["B"] },
      });
    }));

  it("takes so many symbols over all channels, and says so", () =>
    withStore(async (world) => {
      const all = symbols(SYMBOLS_MAX);
      const channels = ["trades", "bars", "indicators", "anomalies"] as const;
      await subscribe(world, reads([]), { channels, symbols: all }, asker);
      const more = subscribe(world, reads([]), { channels: ["trades"], symbols: ["X"] }, asker);
      await expect(more).rejects.toMatchObject({
        code: "BAD_REQUEST",
        details: { symbols_max: SYMBOLS_MAX, errors: [{ path: "symbols" }] },
      });
      await unsubscribe(world, { channels, symbols: ["S0"] }, asker);
      await subscribe(world, reads([]), { channels: ["trades"], symbols: ["X"] }, asker);
    }));

  it("sends a large snapshot in frames of at most 32 kB, in order, the last as the answer", () =>
    withStore(async (world) => {
      const items = Array.from({ length: 500 }, (_, at) => barItem(bar("A", at + 1)));
      const wanted = { channels: ["bars"] as const, symbols: symbols(SYMBOLS_MAX) };
      const answer = await subscribe(world, reads(items), wanted, asker);
      expect(posted.length).toBeGreaterThan(2);
      for (const frame of posted) expect(frame).toMatchObject({ type: "snapshot", more: true });
      expect(answer.parts).toBe(posted.length);
      for (const frame of [...posted, answer]) expect(bytes(frame)).toBeLessThan(32 * 1024);
      expect([...posted.map((frame) => frame.items), answer.snapshot].flat()).toEqual(items);
    }));

  it("is refused while nothing can be kept, and when it cannot be told how things stand", () =>
    withStore(async (world) => {
      const away = redisSubscriptions({ connection: () => undefined, nowMs: () => 0 });
      const wanted = { channels: ["trades"] as const, symbols: ["A"] };
      await expect(
        subscribe({ ...world, subscriptions: away }, reads([]), wanted, asker),
      ).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
      const snapshot = async () => {
        throw new AppError("DEPENDENCY_DOWN", "away");
      };
      await expect(subscribe(world, reads([], { snapshot }), wanted, asker)).rejects.toMatchObject({
        code: "DEPENDENCY_DOWN",
      });
    }));

  it("holds where nothing is known of the connection and nobody asks for keys", () =>
    withStore(async (world) => {
      const nobody = { ...asker, connection: undefined };
      await subscribe(world, reads([]), { channels: ["trades"], symbols: ["A"] }, nobody);
      const [kept] = await world.subscriptions.all();
      expect(kept).toMatchObject({ keyId: null, connectedMs: world.nowMs() });
    }));
});

describe("resume", () => {
  it("tells what came after each position, and what can no more be told", async () => {
    const asked: unknown[] = [];
    const gaps = [{ channel: "trades" as const, symbol: "A", from: 3, to: 9 }];
    const since: StreamReads["since"] = async (positions) => {
      asked.push(positions);
      return { items: [tradeItem(trade("A", 10, 12))], gaps };
    };
    const positions = [{ channel: "trades" as const, symbol: "A", seq: 2 }];
    expect(await resume(reads([], { since }), positions, asker)).toEqual({
      type: "resumed",
      gaps,
      complete: true,
      parts: 0,
      items: [expect.objectContaining({ first_seq: 10, seq: 12 })],
    });
    expect(asked).toEqual([positions]);
  });

  it("sends much in several frames, and of too much the first, which it says", async () => {
    const items = Array.from({ length: RESUMED_MAX + 5 }, (_, at) => barItem(bar("A", at + 1)));
    const answer = await resume(reads(items), [{ channel: "bars", symbol: "A", seq: 0 }], asker);
    expect(answer).toMatchObject({
      type: "resumed",
      complete: false,
      parts: posted.length,
    });
    for (const frame of posted) expect(frame).toMatchObject({ type: "resumed", more: true });
    for (const frame of [...posted, answer]) expect(bytes(frame)).toBeLessThan(32 * 1024);
    const told = [...posted, answer].flatMap((frame) => frame.items as Item[]);
    expect(told).toEqual(items.slice(0, RESUMED_MAX));
  });
});
