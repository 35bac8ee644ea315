// The market as a page follows it, over a real gateway: what it asks to be told, and one drawing for all that comes at once.
import { afterEach, describe, expect, it, vi } from "vitest";
import { connectLive } from "../../../web/api/live.ts";
import { type Connection, MarketFeed } from "../../../web/app/data/market/feed.ts";
import { liveMarket } from "../live/market.ts";

const open: (() => unknown)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

async function followed() {
  const market = await liveMarket({ symbols: ["A", "B", "C"] });
  const frames: (() => void)[] = [];
  const feed = new MarketFeed({
    connect: (options) =>
      connectLive({ ...options, address: () => market.gateway.address, pauseMs: 20 }),
    frame: (draw) => frames.push(draw),
  });
  open.push(() => feed.close(), market.close);
  /** What is waiting for a frame is drawn. */
  const draw = () => {
    for (const each of frames.splice(0)) each();
  };
  const told = (topics: readonly string[]) =>
    vi.waitFor(() => expect(market.subscribed().toSorted()).toEqual([...topics].sort()));
  return { market, feed, frames, draw, told };
}

const WHOLE = (symbol: string) =>
  ["trades", "bars", "indicators", "anomalies"].map((channel) => `${channel} ${symbol}`);

describe("a page that follows the market", () => {
  it("is told prices of what it watches, and everything of what it looks at", async () => {
    const { feed, told } = await followed();
    feed.watch(["A", "B"]);
    await told(["trades A", "trades B"]);
    feed.look("B", "1min");
    await told(["trades A", ...WHOLE("B")]);
    feed.look("C", "1min");
    await told(["trades A", "trades B", ...WHOLE("C")]);
    feed.watch(["A", "C"]);
    await told(["trades A", ...WHOLE("C")]);
    feed.watch([]);
    await told(WHOLE("C"));
  });

  it("takes every item at once and draws them together", async () => {
    const { market, feed, frames, draw } = await followed();
    let drawings = 0;
    feed.onDraw = () => drawings++;
    feed.watch(["A"]);
    feed.look("A", "1min");
    await vi.waitFor(() => expect(feed.connection.value.status).toBe("live"));
    await vi.waitFor(() => expect(market.subscribed()).toHaveLength(4));
    await new Promise((resolve) => setTimeout(resolve, 100));
    draw();
    drawings = 0;
    for (let at = 0; at < 5; at++) await market.push();
    await market.settled();
    const close = () => feed.series.value!.candles.all.at(-1)?.close;
    await vi.waitFor(() => expect(feed.series.value!.candles.all.length).toBeGreaterThan(1));
    expect(frames).toHaveLength(1);
    expect(drawings).toBe(0);
    draw();
    expect(drawings).toBe(1);
    expect(close()).toBeGreaterThan(0);
    expect(feed.quotes.of("A").value.price).toBeGreaterThan(0);
  });

  it("knows since when what it shows is old, and that it is not any more", async () => {
    const { market, feed } = await followed();
    feed.watch(["A"]);
    await vi.waitFor(() => expect(feed.connection.value.status).toBe("live"));
    const said: Connection[] = [];
    feed.connection.watch(() => said.push(feed.connection.value));
    const beforeMs = Date.now();
    market.gateway.cut();
    await vi.waitFor(() => expect(said.at(-1)?.status).toBe("live"));
    expect(said.map(({ status }) => status)).toEqual(["connecting", "live"]);
    expect(said[0]!.liveMs).toBeGreaterThanOrEqual(beforeMs);
  });

  it("tells of what nobody can tell any more, but not of single trades", async () => {
    const { market, feed } = await followed();
    feed.look("A", "1min");
    for (let at = 0; at < 3; at++) await market.push();
    await vi.waitFor(() => expect(feed.connection.value.status).toBe("live"));
    await vi.waitFor(() => expect(feed.series.value!.candles.all.length).toBeGreaterThan(0));
    market.gateway.cut();
    for (let at = 0; at < 10; at++) market.step();
    market.forgetUpTo(4);
    await vi.waitFor(() => expect(feed.gaps.value.length).toBeGreaterThan(0));
    expect(feed.gaps.value.map(({ channel }) => channel)).not.toContain("trades");
    expect(feed.gaps.value[0]).toMatchObject({ symbol: "A", to: 4 });
  });
});
