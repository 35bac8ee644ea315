import { describe, expect, it } from "vitest";
import type { Feed, FeedTick } from "../../../lib/feed.ts";
import { alphaVantageFeed } from "../../../lib/sources/feeds/alpha-vantage.ts";
import { fmpFeed } from "../../../lib/sources/feeds/fmp.ts";
import { KEY, sentences } from "../stubs/alpha-vantage.ts";
import { type StubAnswer, type StubRequest, vendorStub } from "../stubs/vendor-stub.ts";
import { feedWorld } from "./world.ts";

/** A world whose time passes only by waiting, which nobody really does. */
function virtualWorld(startMs: number) {
  let now = startMs;
  const waits: number[] = [];
  const world = feedWorld({
    nowMs: () => now,
    sleep: async (ms) => {
      if (ms > 0) waits.push(ms);
      now += ms;
      await new Promise((resolve) => setImmediate(resolve));
    },
  });
  return { ...world, waits };
}

/** Reads until so many requests were answered. */
async function read(feed: Feed, isDone: () => boolean): Promise<FeedTick[]> {
  const stop = new AbortController();
  const ticks: FeedTick[] = [];
  for await (const batch of feed.read(stop.signal)) {
    ticks.push(...batch.ticks);
    if (isDone()) stop.abort();
  }
  return ticks;
}

const NOON = Date.UTC(2024, 0, 5, 17);

describe("FMP", () => {
  const quote = (symbol: string, price: number, volume: number, timestamp: number) => ({
    json: [{ symbol, name: "x", price, volume, timestamp, exchange: "NASDAQ" }],
  });

  async function scene(answers: readonly StubAnswer[], symbols = ["AAPL"]) {
    const stub = await vendorStub(({ count }) => answers[Math.min(count, answers.length) - 1]!);
    const world = virtualWorld(NOON);
    const feed = fmpFeed({ key: KEY, symbols, url: stub.url, requestsPerMinute: 60 }, world);
    const ended = () => read(feed, () => stub.requests.length >= answers.length);
    return { stub, world, ended };
  }

  it("tells each change once, with the volume the day has grown by", async () => {
    const at = NOON / 1000;
    const { stub, ended, world } = await scene([
      quote("AAPL", 190, 1_000, at),
      quote("AAPL", 190, 1_000, at),
      quote("AAPL", 190.5, 1_300, at + 9),
      // Older than what was told, from a server behind.
      quote("AAPL", 190, 1_000, at),
      quote("AAPL", 190.4, 1_290, at + 12),
      quote("AAPL", 188, 400, at + 86_400),
    ]);
    const told = (await ended()).map(({ timeMs, price, size }) => [timeMs - NOON, price, size]);
    expect(told).toEqual([
      [0, 190, 0],
      [9_000, 190.5, 300],
      [12_000, 190.4, 0],
      [86_400_000, 188, 400],
    ]);
    expect(stub.requests[0]).toMatchObject({
      path: "/stable/quote",
      query: { symbol: "AAPL", apikey: KEY },
    });
    // One request a second is what it was told to be allowed.
    expect(world.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(5_000);
  });

  it("leaves a busy vendor alone, longer each time, and tells the gap", async () => {
    const busy = { status: 429, json: { "Error Message": "Limit Reach" } };
    const good = quote("AAPL", 190, 1, NOON / 1000);
    const { world, ended } = await scene([good, ...Array<StubAnswer>(10).fill(busy), good]);
    await ended();
    const away = world.notes.filter(({ event }) => event === "feed.vendor_away");
    expect(away.map(({ facts }) => facts.wait_ms)).toEqual([22_500, 45_000]);
    expect(world.counted).toMatchObject({ "feed_gaps_total fmp": 1 });
  });

  it("leaves out symbols it does not know", async () => {
    const stub = await vendorStub(({ query }) =>
      query.symbol === "AAPL" ? quote("AAPL", 190, 1, NOON / 1000) : { json: [] },
    );
    const world = virtualWorld(NOON);
    const feed = fmpFeed({ key: KEY, symbols: ["NONE", "AAPL"], url: stub.url }, world);
    expect(await read(feed, () => stub.requests.length === 5)).toHaveLength(1);
    expect(stub.requests.filter(({ query }) => query.symbol === "NONE")).toHaveLength(1);
    const none = fmpFeed({ key: KEY, symbols: ["NONE"], url: stub.url }, virtualWorld(NOON));
    await expect(read(none, () => false)).rejects.toThrow(/fmp knows none of the symbols NONE/);
  });

  it("goes on after an answer it cannot read", async () => {
    const good = quote("AAPL", 190, 1, NOON / 1000);
    const { world, ended } = await scene([{ json: [{ symbol: "AAPL", price: "?" }] }, good]);
    expect(await ended()).toHaveLength(1);
    expect(world.counted).toMatchObject({ "feed_ticks_total fmp malformed": 1 });
  });

  it.each([401, 402, 403])(
    "ends with status %d, without the key in the message",
    async (status) => {
      const { ended } = await scene([{ status, json: { "Error Message": `no ${KEY}` } }]);
      const refusal = await ended().catch((error: Error) => error);
      expect(refusal).toMatchObject({ details: { status } });
      expect((refusal as Error).message).not.toContain(KEY);
    },
  );

  it("ends while it waits", async () => {
    const stub = await vendorStub(() => ({ fault: "refuse" }));
    const world = feedWorld({
      sleep: (ms, signal) =>
        ms < 10_000
          ? Promise.resolve()
          : new Promise((resolve) => signal?.addEventListener("abort", () => resolve())),
    });
    const stop = new AbortController();
    const reading = fmpFeed({ key: KEY, symbols: ["A"], url: stub.url }, world).read(stop.signal);
    const first = reading[Symbol.asyncIterator]().next();
    while (world.notes.length === 0) await new Promise((resolve) => setTimeout(resolve, 2));
    stop.abort();
    expect(await first).toMatchObject({ value: { ticks: [] } });
  });
});

describe("Alpha Vantage", () => {
  const minutes = (bars: Readonly<Record<string, readonly [string, string]>>): StubAnswer => ({
    json: {
      "Meta Data": { "6. Time Zone": "US/Eastern" },
      "Time Series (1min)": Object.fromEntries(
        Object.entries(bars).map(([time, [close, volume]]) => [
          `2024-01-05 ${time}`,
          { "1. open": "1", "2. high": "2", "3. low": "1", "4. close": close, "5. volume": volume },
        ]),
      ),
    },
  });
  const lastQuote = (price: string, volume: string, day: string): StubAnswer => ({
    json: {
      "Global Quote": {
        "01. symbol": "IBM",
        "05. price": price,
        "06. volume": volume,
        "07. latest trading day": day,
      },
    },
  });

  async function scene(answer: (request: StubRequest) => StubAnswer, startMs = NOON) {
    const stub = await vendorStub(answer);
    const world = virtualWorld(startMs);
    const feed = alphaVantageFeed({ key: KEY, symbols: ["IBM"], url: stub.url }, world);
    return { stub, world, feed };
  }

  it("tells minutes that are over, each once, the latest alone at first", async () => {
    const answers = [
      minutes({
        "11:58:00": ["160.1", "900"],
        "11:57:00": ["160.0", "800"],
        "12:00:00": ["160.4", "5"],
      }),
      minutes({
        "11:58:00": ["160.1", "900"],
        "11:59:00": ["160.2", "700"],
        "12:00:00": ["160.5", "9"],
      }),
      minutes({}),
    ];
    const { stub, feed, world } = await scene(({ count }) => answers[count - 1]!);
    const ticks = await read(feed, () => stub.requests.length === 3);
    const at = (hours: number, minute: number) => Date.UTC(2024, 0, 5, hours + 5, minute, 59, 999);
    expect(ticks).toEqual([
      { symbol: "IBM", timeMs: at(11, 58), price: 160.1, size: 900 },
      { symbol: "IBM", timeMs: at(11, 59), price: 160.2, size: 700 },
    ]);
    expect(stub.requests[0]!.query).toMatchObject({
      function: "TIME_SERIES_INTRADAY",
      interval: "1min",
      apikey: KEY,
    });
    // Five requests a minute.
    expect(world.waits.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(24_000);
  });

  it("asks for quotes where minutes are not part of the plan", async () => {
    const quotes = [
      lastQuote("160.0", "1000", "2024-01-04"),
      lastQuote("160.0", "1000", "2024-01-04"),
      lastQuote("161.5", "5000", "2024-01-05"),
      lastQuote("161.7", "5600", "2024-01-05"),
    ];
    let asked = 0;
    const premium = { json: { Information: "This is a premium endpoint. You may subscribe." } };
    const { feed, world } = await scene(({ query }) =>
      query.function === "GLOBAL_QUOTE" ? quotes[Math.min(asked++, 3)]! : premium,
    );
    const ticks = await read(feed, () => asked === 5);
    expect(ticks.map(({ price, size }) => [price, size])).toEqual([
      [161.5, 5000],
      [161.7, 600],
    ]);
    expect(ticks.every(({ timeMs }) => timeMs >= NOON && timeMs <= world.nowMs())).toBe(true);
    expect(world.events()).toContain("feed.only_quotes");
  });

  it("takes a quote of a day that is over for its close", async () => {
    const late = Date.UTC(2024, 0, 6, 3);
    let asked = 0;
    const { feed } = await scene(() => {
      asked++;
      return asked === 1
        ? { json: { Information: "This is a premium endpoint." } }
        : lastQuote(asked === 2 ? "160" : "161", "1000", "2024-01-05");
    }, late);
    const [tick] = await read(feed, () => asked === 4);
    expect(new Date(tick!.timeMs).toISOString()).toBe("2024-01-05T21:00:00.000Z");
  });

  it("waits when the requests of its day are used up", async () => {
    const { stub, world, feed } = await scene(({ count }) =>
      count < 3 ? { json: sentences.aDay } : minutes({}),
    );
    await read(feed, () => stub.requests.length === 3);
    expect(world.events()).toEqual(["feed.vendor_away", "feed.vendor_away"]);
  });

  it("ends for a key it does not take, and for symbols it does not know", async () => {
    const bad = await scene(() => ({ json: sentences.badKey }));
    await expect(read(bad.feed, () => false)).rejects.toMatchObject({ code: "VENDOR_REFUSED" });
    const unknown = await scene(() => ({ json: sentences.unknown }));
    await expect(read(unknown.feed, () => false)).rejects.toThrow(/knows none of the symbols IBM/);
  });
});
