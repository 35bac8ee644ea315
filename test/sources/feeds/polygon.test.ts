import { describe, expect, it } from "vitest";
import { polygonFeed } from "../../../lib/sources/feeds/polygon.ts";
import type { SocketTimes } from "../../../lib/sources/feeds/socket.ts";
import { KEY, type PolygonFaults, polygonStandIn, trade } from "./polygon-stand-in.ts";
import { feedWorld, listen } from "./world.ts";

const SYMBOLS = ["AAPL", "MSFT"];

async function scene(
  faults: PolygonFaults = {},
  { key = KEY, times = {} }: Readonly<{ key?: string; times?: SocketTimes }> = {},
) {
  const vendor = await polygonStandIn(faults);
  const world = feedWorld();
  const feed = polygonFeed({ key, symbols: SYMBOLS, url: vendor.url, times }, world);
  return { vendor, world, feed };
}

const confirmed = ["auth", "subscribe"];
const actionsOf = (heard: readonly unknown[]) =>
  heard.map((message) => (message as { action: string }).action);

describe("a session with Polygon", () => {
  it("asks for trades only when its key was taken", async () => {
    const { vendor, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    await vendor.until(() => visitor.heard.length === 2);
    expect(visitor.heard).toEqual([
      { action: "auth", params: KEY },
      { action: "subscribe", params: "T.AAPL,T.MSFT" },
    ]);
    visitor.send([trade({ p: 1.5, s: 7, t: 1_700_000_000_000 })]);
    await listening.until(1);
    expect(listening.ticks).toEqual([
      { symbol: "AAPL", timeMs: 1_700_000_000_000, price: 1.5, size: 7, id: expect.any(Number) },
    ]);
    expect(feed).toMatchObject({ name: "polygon", isLive: true, isPausable: false });
  });

  it("listens to all stocks when none are named", async () => {
    const vendor = await polygonStandIn();
    listen(polygonFeed({ key: KEY, symbols: [], url: vendor.url }, feedWorld()));
    const visitor = await vendor.visitor(1);
    await vendor.until(() => visitor.heard.length === 2);
    expect(visitor.heard[1]).toEqual({ action: "subscribe", params: "T.*" });
  });

  it("numbers trades upwards by symbol and tells each once", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    const same = trade();
    visitor.send([same, trade(), trade({ sym: "MSFT" }), same]);
    // The same id at another exchange, or on another day, is another trade.
    visitor.send([
      { ...same, x: 11 },
      { ...same, t: same.t + 86_400_000 },
    ]);
    await listening.until(5);
    const ids = listening.ticks.map(
      ({ symbol, id }) => `${symbol} ${id! - listening.ticks[0]!.id!}`,
    );
    expect(ids).toEqual(["AAPL 0", "AAPL 1", "MSFT 0", "AAPL 2", "AAPL 3"]);
    expect(world.counted).toMatchObject({ "feed_ticks_total polygon repeated": 1 });
  });

  it("takes fractions of a share, and what sale conditions say", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    visitor.send([
      trade({ s: 0, ds: "0.25" }),
      trade({ c: [14, 41] }),
      trade({ c: [37] }),
      // In the session Form T sets no price; before it, it does. An official close is no trade.
      trade({ c: [12] }),
      trade({ c: [12], t: Date.UTC(2024, 0, 5, 13, 0) }),
      trade({ c: [15] }),
      trade({ c: [10, 37] }),
    ]);
    await listening.until(6);
    const told = listening.ticks.map(({ size, irregular = false }) => [size, irregular]);
    expect(told).toEqual([
      [0.25, false],
      [100, false],
      [100, true],
      [100, true],
      [100, false],
      [100, true],
    ]);
    expect(world.counted).toMatchObject({ "feed_ticks_total polygon ignored": 1 });
  });

  it("counts messages that are none of its forms, and goes on", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    for (const text of ["{[", '{"ev":"T"}', "[null]", '[{"ev":"Z"}]']) visitor.sendText(text);
    visitor.send([trade({ p: "1" }), trade({ sym: 5 }), trade({ t: null }), trade()]);
    await listening.until(1);
    expect(world.counted).toMatchObject({ "feed_ticks_total polygon malformed": 7 });
    expect(world.events()).toContain("feed.message_unreadable");
    expect(vendor.visitors).toHaveLength(1);
  });
});

describe("a connection to Polygon", () => {
  it("that breaks off is made again, nothing is lost that was sent, and the time between is a gap", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const first = await vendor.visitor(1);
    await vendor.until(() => first.heard.length === 2);
    for (let n = 0; n < 50; n++) first.send([trade(), trade()]);
    await listening.until(100);
    first.drop();
    const second = await vendor.visitor(2);
    await vendor.until(() => second.heard.length === 2);
    expect(actionsOf(second.heard)).toEqual(confirmed);
    second.send([trade()]);
    await listening.until(101);
    const ids = listening.ticks.map(({ id }) => id!);
    expect(ids).toEqual(ids.map((_, n) => ids[0]! + n));
    expect(world.counted).toMatchObject({
      "feed_reconnects_total polygon": 1,
      "feed_gaps_total polygon": 1,
      "qf_dependency_failures_total vendor": 1,
    });
    const gap = world.notes.find(({ event }) => event === "feed.gap")!.facts as Record<
      string,
      string
    >;
    expect(Date.parse(gap.to!)).toBeGreaterThanOrEqual(Date.parse(gap.from!));
  });

  it("hands out what came before it broke off", async () => {
    const { vendor, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    await vendor.until(() => visitor.heard.length === 2);
    for (let n = 0; n < 500; n++) visitor.send([trade()]);
    visitor.close(1011, "slow consumer");
    await listening.until(500);
  });

  it("that falls silent is asked, and given up without an answer", async () => {
    const times = { idleMs: 60, answerMs: 400 };
    const { vendor, world, feed } = await scene({}, { times });
    listen(feed);
    // It answers: the connection stays.
    const first = await vendor.visitor(1);
    await vendor.until(() => first.heard.length >= 5);
    expect(vendor.visitors).toHaveLength(1);
    expect(world.counted["feed_gaps_total polygon"]).toBeUndefined();

    let isSilent = false;
    const other = await scene({ isSilent: () => isSilent }, { times });
    const listening = listen(other.feed);
    const visitor = await other.vendor.visitor(1);
    await other.vendor.until(() => visitor.heard.length === 2);
    visitor.send([trade()]);
    await listening.until(1);
    isSilent = true;
    await other.vendor.visitor(2);
    const lost = other.world.notes.find(({ event }) => event === "feed.connection_lost")!;
    expect(lost.facts.reason).toMatch(/^was silent for \d+ ms$/);
  });

  it("that is slow to take the key is given up in time", async () => {
    const { vendor, world, feed } = await scene({ deafTo: 2 }, { times: { readyMs: 400 } });
    const listening = listen(feed);
    const third = await vendor.visitor(3);
    await vendor.until(() => third.heard.length === 2);
    third.send([trade()]);
    await listening.until(1);
    const [first, second] = vendor.visitors;
    expect([actionsOf(first!.heard), actionsOf(second!.heard)]).toEqual([["auth"], ["auth"]]);
    // Nothing was ready before, so nothing was missed.
    expect(world.counted["feed_gaps_total polygon"]).toBeUndefined();
    expect(world.notes[0]!.facts.reason).toBe("was not ready within 400 ms");
  });

  it("that is one too many is tried again later", async () => {
    const { vendor, world, feed } = await scene({ crowdedFor: 2 });
    listen(feed);
    const third = await vendor.visitor(3);
    await vendor.until(() => third.heard.length === 2);
    expect(world.notes[0]!.facts.reason).toMatch(/^was told max_connections/);
  });

  it("is tried again further and further apart while nobody listens", async () => {
    const world = feedWorld();
    const url = "ws://127.0.0.1:9";
    const { stop } = listen(polygonFeed({ key: KEY, symbols: [], url }, world));
    const waits = () => world.notes.map(({ facts }) => facts.wait_ms as number);
    while (waits().length < 8) await new Promise((resolve) => setTimeout(resolve, 5));
    await stop();
    // Half of a limit that doubles up to 30 s, as the stand-in for chance is 1/2.
    expect(waits().slice(0, 8)).toEqual([250, 500, 1000, 2000, 4000, 8000, 15000, 15000]);
  });

  it("hands out what had come when the feed is stopped", async () => {
    const { vendor, feed } = await scene();
    const stop = new AbortController();
    let count = 0;
    for await (const { ticks } of feed.read(stop.signal)) {
      count += ticks.length;
      const visitor = vendor.visitors[0];
      if (stop.signal.aborted || visitor?.heard.length !== 2) continue;
      for (let n = 0; n < 50; n++) visitor.send([trade()]);
      // They arrive while nobody reads.
      await new Promise((resolve) => setTimeout(resolve, 50));
      stop.abort();
    }
    expect(count).toBe(50);
  });

  it("ends when the feed is stopped", async () => {
    const { vendor, feed } = await scene();
    const listening = listen(feed);
    await vendor.visitor(1);
    await listening.stop();
    await expect(listening.ended).resolves.toBeUndefined();
  });
});

describe("the clock of a feed from Polygon", () => {
  it("is told while the connection stands, some seconds behind", async () => {
    const { vendor, feed } = await scene({}, { times: { reportMs: 5_000 } });
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    visitor.send([trade()]);
    await listening.until(1);
    await vendor.until(() => listening.clocks.length > 0);
    expect(Date.now() - listening.clocks.at(-1)!).toBeGreaterThanOrEqual(5_000);
    expect(Date.now() - listening.clocks.at(-1)!).toBeLessThan(9_000);
  });
});

describe("a key", () => {
  it("that is refused ends the feed, and does not stand in the message", async () => {
    const { feed } = await scene({}, { key: "wr0ng" });
    const refusal = await listen(feed).ended.catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: "VENDOR_REFUSED" });
    expect((refusal as Error).message).toMatch(/auth_failed .*POLYGON_API_KEY/);
    expect((refusal as Error).message).not.toContain("wr0ng");
  });

  it("is asked for before anything else", () => {
    const none = () => polygonFeed({ key: undefined, symbols: [] }, feedWorld());
    expect(none).toThrow(expect.objectContaining({ code: "VENDOR_REFUSED" }));
  });
});
