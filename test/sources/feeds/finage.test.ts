/** The stand-in speaks as https://finage.co.uk/docs/websocket says. */
import { describe, expect, it } from "vitest";
import { finageFeed } from "../../../lib/sources/feeds/finage.ts";
import { socketStandIn } from "./socket-stand-in.ts";
import { feedWorld, listen } from "./world.ts";

const KEY = "K3Y";

async function scene({ key = KEY, slowMs = 0, refusal = "invalid socket key" } = {}) {
  const vendor = await socketStandIn({
    greet(visitor) {
      const id = "e0fb1b68-1905-48e3-9fd2-d482bf5e1f0a";
      visitor.send({ status_code: 200, message: "authorizing", id });
      if (visitor.path !== `/?token=${KEY}`) {
        visitor.send({ status_code: 401, message: refusal });
        return visitor.close(1000, "");
      }
      const connected = { status_code: 200, message: "connected to the adapter", id };
      setTimeout(() => visitor.send(connected), slowMs);
    },
    answer: () => {},
  });
  const world = feedWorld();
  const feed = finageFeed({ key, symbols: ["AAPL", "TSLA"], url: vendor.url }, world);
  return { vendor, world, feed };
}

const print = (more: Readonly<Record<string, unknown>> = {}) => ({
  s: "AAPL",
  p: "145.85",
  v: "12",
  t: 1_700_000_000_000,
  ...more,
});

describe("a session with Finage", () => {
  it("asks for trades only when the adapter has taken it", async () => {
    const { vendor, feed } = await scene({ slowMs: 30 });
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    await new Promise((resolve) => setTimeout(resolve, 10));
    expect(visitor.heard).toEqual([]);
    await vendor.until(() => visitor.heard.length === 1);
    expect(visitor.heard).toEqual([{ action: "subscribe", symbols: "AAPL,TSLA" }]);
    visitor.send(print());
    visitor.send(print({ s: "TSLA", p: 250.5, v: undefined }));
    await listening.until(2);
    const timeMs = 1_700_000_000_000;
    expect(listening.ticks).toEqual([
      { symbol: "AAPL", timeMs, price: 145.85, size: 12 },
      { symbol: "TSLA", timeMs, price: 250.5, size: 0 },
    ]);
  });

  it("counts what it cannot read", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    await vendor.until(() => visitor.heard.length === 1);
    for (const message of [7, null, print({ p: "x" }), print({ p: "" }), print({ s: 5 }), print()])
      visitor.send(message);
    await listening.until(1);
    expect(world.counted).toMatchObject({ "feed_ticks_total finage malformed": 5 });
  });

  it("connects again when it breaks off, and tells the gap", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const first = await vendor.visitor(1);
    await vendor.until(() => first.heard.length === 1);
    first.send(print());
    await listening.until(1);
    first.drop();
    const second = await vendor.visitor(2);
    await vendor.until(() => second.heard.length === 1);
    second.send(print());
    await listening.until(2);
    expect(world.counted).toMatchObject({
      "feed_reconnects_total finage": 1,
      "feed_gaps_total finage": 1,
    });
    expect(JSON.stringify(world.notes)).not.toContain(KEY);
  });

  it("that is refused ends the feed, without the key in the message", async () => {
    const { feed } = await scene({ key: "wr0ng" });
    const refusal = await listen(feed).ended.catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: "VENDOR_REFUSED", details: { status: 401 } });
    expect((refusal as Error).message).toMatch(/invalid socket key.*FINAGE_API_KEY/);
    expect((refusal as Error).message).not.toContain("wr0ng");
  });
});

describe("a feed from Finage", () => {
  const url = "ws://127.0.0.1:9";

  it.each([
    [{ key: undefined, symbols: ["A"], url }, "VENDOR_REFUSED"],
    [{ key: KEY, symbols: ["A"], url: undefined }, "BAD_REQUEST"],
    [{ key: KEY, symbols: [], url }, "BAD_REQUEST"],
  ])("is not begun with %o", (options, code) => {
    expect(() => finageFeed(options, feedWorld())).toThrow(expect.objectContaining({ code }));
  });

  it("does not tell its address, in which the key stands", async () => {
    const world = feedWorld();
    const { stop } = listen(finageFeed({ key: KEY, symbols: ["A"], url }, world));
    while (world.notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    await stop();
    expect(JSON.stringify(world.notes)).not.toContain(KEY);
  });
});
