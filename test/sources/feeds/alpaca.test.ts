import { describe, expect, it } from "vitest";
import { alpacaFeed } from "../../../lib/sources/feeds/alpaca.ts";
import {
  type AlpacaFaults,
  alpacaStandIn,
  CREDENTIALS,
  cancel,
  correction,
  trade,
} from "./alpaca-stand-in.ts";
import { feedWorld, listen } from "./world.ts";

async function scene(faults: AlpacaFaults = {}, credentials = CREDENTIALS) {
  const vendor = await alpacaStandIn(faults);
  const world = feedWorld();
  const feed = alpacaFeed({ ...credentials, symbols: ["AAPL", "IBM"], url: vendor.url }, world);
  return { vendor, world, feed };
}

describe("a session with Alpaca", () => {
  it("asks for trades only when its key was taken", async () => {
    const { vendor, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    await vendor.until(() => visitor.heard.length === 2);
    expect(visitor.heard).toEqual([
      { action: "auth", ...CREDENTIALS },
      { action: "subscribe", trades: ["AAPL", "IBM"] },
    ]);
    visitor.send([trade(), trade({ S: "IBM", p: 160.1, s: 7, c: ["@", "I"] })]);
    await listening.until(2);
    const timeMs = Date.UTC(2024, 0, 5, 15, 51, 44, 208);
    const id = expect.any(Number);
    expect(listening.ticks).toEqual([
      { symbol: "AAPL", timeMs, price: 126.55, size: 100, id },
      { symbol: "IBM", timeMs, price: 160.1, size: 7, id, irregular: true },
    ]);
  });

  it("tells corrections and cancels by the number of their trade", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    const [first, second, third] = [trade(), trade(), trade({ x: "D" })];
    const corrected = correction(first, { cp: 126.5, cs: 90, cc: ["@", "4"] });
    visitor.send([first, second, third, first]);
    visitor.send([corrected]);
    // By its new id from now on; the same id at another exchange is another trade.
    visitor.send([cancel(first, corrected.ci), cancel({ ...second, x: "D" }, second.i)]);
    visitor.send([correction(trade(), { cp: 1 }), cancel(second, second.i)]);
    await listening.until(6);
    const [a, b] = listening.ticks.map(({ id }) => id);
    const { timeMs: atMs } = listening.ticks[3]!;
    expect(atMs).toBe(Date.UTC(2024, 0, 5, 15, 52, 6, 542));
    expect(listening.ticks.slice(3)).toEqual([
      {
        symbol: "AAPL",
        timeMs: atMs,
        price: 126.5,
        size: 90,
        id: a,
        irregular: true,
        change: "correct",
      },
      expect.objectContaining({ symbol: "AAPL", id: a, change: "cancel" }),
      expect.objectContaining({ symbol: "AAPL", id: b, change: "cancel" }),
    ]);
    expect(world.counted).toMatchObject({
      "feed_ticks_total alpaca repeated": 1,
      "feed_ticks_total alpaca unmatched": 2,
    });
  });

  it("counts what it cannot read and ignores kinds it did not ask for", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const visitor = await vendor.visitor(1);
    visitor.send([{ T: "q", S: "AAPL" }, { T: "new kind" }, trade({ c: ["M"] })]);
    visitor.send([trade({ t: "soon" }), trade({ p: null }), { S: "AAPL" }, 7, trade()]);
    await listening.until(1);
    expect(world.counted).toMatchObject({
      "feed_ticks_total alpaca ignored": 3,
      "feed_ticks_total alpaca malformed": 4,
    });
  });
});

describe("a connection to Alpaca", () => {
  it("that breaks off is made again, and the time between is a gap", async () => {
    const { vendor, world, feed } = await scene();
    const listening = listen(feed);
    const first = await vendor.visitor(1);
    await vendor.until(() => first.heard.length === 2);
    const before = trade();
    first.send([before]);
    await listening.until(1);
    first.drop();
    const second = await vendor.visitor(2);
    await vendor.until(() => second.heard.length === 2);
    // What is told again after a reconnection is one trade still, and can be cancelled.
    second.send([before, trade(), cancel(before, before.i)]);
    await listening.until(3);
    expect(listening.ticks[2]).toMatchObject({ id: listening.ticks[0]!.id, change: "cancel" });
    expect(world.counted).toMatchObject({
      "feed_reconnects_total alpaca": 1,
      "feed_gaps_total alpaca": 1,
      "feed_ticks_total alpaca repeated": 1,
    });
  });

  it.each([
    [404, "auth timeout"],
    [406, "connection limit exceeded"],
    [407, "slow client"],
    [500, "internal error"],
  ] as const)("that ends with %d %s is made again", async (...told) => {
    const { vendor, world, feed } = await scene({ errors: [told] });
    listen(feed);
    const second = await vendor.visitor(2);
    await vendor.until(() => second.heard.length === 2);
    expect(world.notes[0]!.facts.reason).toBe(`was told ${told[0]} ("${told[1]}")`);
  });
});

describe("a refusal", () => {
  it.each([
    [405, "symbol limit exceeded"],
    [409, "insufficient subscription"],
    [410, "invalid subscribe action for this feed"],
  ] as const)("with %d %s ends the feed", async (code, msg) => {
    const { feed } = await scene({ refusal: [code, msg] });
    const refusal = await listen(feed).ended.catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: "VENDOR_REFUSED", details: { status: code } });
    expect((refusal as Error).message).toContain(msg);
  });

  it("of the key ends it too, without the key in the message", async () => {
    const { feed } = await scene({}, { key: "K3Y", secret: "wr0ng" });
    const refusal = await listen(feed).ended.catch((error: Error) => error);
    expect(refusal).toMatchObject({ code: "VENDOR_REFUSED", details: { status: 402 } });
    expect((refusal as Error).message).not.toMatch(/wr0ng|K3Y/);
  });

  it.each(["key", "secret"])("comes at once without a %s", (name) => {
    const options = { ...CREDENTIALS, symbols: [], [name]: undefined };
    expect(() => alpacaFeed(options, feedWorld())).toThrow(/alpaca needs a key: set ALPACA_API_/);
  });
});
