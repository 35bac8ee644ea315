// The market view under load: twenty thousand candles that scroll, and a stream that goes on and on.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { framesDuring } from "./frames.ts";
import { describeApp } from "./harness.ts";
import { EXPECTS, type MarketService, marketService, thisMinute } from "./market-service.ts";

const CANDLES = 20_000;
/** A minute unless told; half an hour is 1800. */
const SOAK_SECONDS = Number(process.env.EQUIPOISE_SOAK_SECONDS ?? 60);
const WARM_SECONDS = 20;
const BATCH_MS = 50;
const BATCH_TICKS = 200;
const GROWTH_MB = 4;
const MB = 1e6;
const MINUTE_MS = 60_000;

/** The newest of them, or those before `end`, in place of what the service has stored of its few hours. */
async function withCandles(page: Page): Promise<void> {
  const lastMs = thisMinute() - MINUTE_MS;
  const startsFor = (url: string): number[] => {
    const query = new URL(url).searchParams;
    const [limit, end] = [Number(query.get("limit")), query.get("end")];
    const count = end === null ? CANDLES : CANDLES - (lastMs - Date.parse(end)) / MINUTE_MS - 1;
    const firstMs = lastMs - (CANDLES - 1) * MINUTE_MS;
    const all = Array.from({ length: Math.max(0, count) }, (_, at) => firstMs + at * MINUTE_MS);
    return all.slice(-limit);
  };
  const price = (ms: number) => 100 + 10 * Math.sin(ms / 9e6) + Math.sin(ms / 4e5);
  await page.route(/\/aggregated\//, async (route, request) => {
    const bars = startsFor(request.url()).map((ms) => {
      const [open, close] = [price(ms), price(ms + MINUTE_MS)];
      const [high, low] = [Math.max(open, close) + 0.1, Math.min(open, close) - 0.1];
      const figures = { open, high, low, close, volume: 100 + (ms % 977), revision: 0 };
      return { start: new Date(ms).toISOString(), ...figures, partial: false };
    });
    await route.fulfill({ json: { bars } });
  });
  await page.route(/\/indicators\//, async (route, request) => {
    const starts = startsFor(request.url());
    const line = (add: number) => starts.map((ms) => price(ms) + add);
    const indicators = {
      sma20: { values: { value: line(0.3) } },
      sma50: { values: { value: line(0.6) } },
      bollinger: { values: { upper: line(1), middle: line(0), lower: line(-1) } },
      rsi14: { values: { value: line(-50) } },
      macd: { values: { macd: line(-100), signal: line(-101), histogram: line(-100) } },
    };
    const times = starts.map((ms) => new Date(ms + MINUTE_MS).toISOString());
    await route.fulfill({ json: { times, indicators } });
  });
}

const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 120_000, interval: 100 });

/** What scripts hold once all that nobody holds is gone, MB. */
async function heapMb(page: Page): Promise<number> {
  const session = await page.context().newCDPSession(page);
  await session.send("HeapProfiler.collectGarbage");
  const { usedSize } = await session.send("Runtime.getHeapUsage");
  await session.detach();
  return usedSize / MB;
}

describeApp("the market view under load", ({ open }) => {
  let market: MarketService;
  beforeAll(async () => {
    market = await marketService({ symbols: ["AAA"], minutes: 300, trades: 1 });
  });
  afterAll(() => market?.close());

  const opened = async (place: string) => {
    const { page } = await open(place, { url: market.own.url, expects: EXPECTS });
    await soon(() => page.locator(".live-badge").textContent()).toBe("live");
    await soon(() => page.locator('.market-chart [data-figure="close"]').textContent()).toMatch(
      /\d/,
    );
    return page;
  };

  it(`scrolls ${CANDLES} candles at fifty frames a second`, { timeout: 240_000 }, async () => {
    const { page } = await open("/docs", { url: market.own.url, expects: EXPECTS });
    await withCandles(page);
    await page.goto("/#/market?symbol=AAA&show=sma20,sma50,bollinger,rsi,macd");
    await soon(() => page.locator(".live-badge").textContent()).toBe("live");
    const box = (await page.locator(".market-frame").boundingBox())!;
    const [middle, height] = [box.x + box.width / 2, box.y + box.height / 3];
    const count = () =>
      page.locator(".market-frame").evaluate((frame) => Number(frame.dataset.candles));
    const drag = async (from: number, to: number) => {
      await page.mouse.move(from, height);
      await page.mouse.down();
      await page.mouse.move(to, height, { steps: 4 });
      await page.mouse.up();
    };
    // Out as far as it goes, and into the past: older candles come as they are scrolled to.
    await page.mouse.move(middle, height);
    for (let notch = 0; notch < 60; notch++) await page.mouse.wheel(0, 400);
    await soon(async () => {
      await drag(middle - 200, middle + 200);
      await drag(middle - 200, middle + 200);
      return count();
    }).toBe(CANDLES);
    const pan = async () => {
      const rates: number[] = [];
      await page.mouse.move(middle, height);
      await page.mouse.down();
      // Whatever else the machine does takes frames away and adds none: the best of three counts.
      for (let turn = 0; turn < 3; turn++) {
        const gaps = await framesDuring(page, async () => {
          for (let step = 0; step < 120; step++)
            await page.mouse.move(middle + 200 * Math.sin(step / 10), height);
        });
        expect(gaps.length).toBeGreaterThan(30);
        rates.push((1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0));
      }
      await page.mouse.up();
      return Math.max(...rates);
    };
    const whole = await pan();
    for (let notch = 0; notch < 40; notch++) await page.mouse.wheel(0, -400);
    const near = await pan();
    console.log({ framesPerSecond: { whole, near } });
    expect(whole).toBeGreaterThanOrEqual(50);
    expect(near).toBeGreaterThanOrEqual(50);
  });

  it(
    "holds no more memory after a stream of a while",
    async () => {
      const symbols = Array.from({ length: 20 }, (_, at) => `S${at}`);
      const batch = () => {
        const timeMs = Date.now();
        return Array.from({ length: BATCH_TICKS }, (_, at) => ({
          symbol: at % 4 === 0 ? "AAA" : symbols[at % symbols.length]!,
          timeMs,
          price: 100 + Math.sin(timeMs / 5_000 + at),
          size: 1 + (at % 7),
        }));
      };
      const stream = async (seconds: number) => {
        const endMs = Date.now() + 1000 * seconds;
        let sent = 0;
        while (Date.now() < endMs) {
          const beginMs = Date.now();
          await market.live.send(batch(), beginMs);
          sent += BATCH_TICKS;
          const restMs = BATCH_MS - (Date.now() - beginMs);
          if (restMs > 0) await new Promise((resolve) => setTimeout(resolve, restMs));
        }
        return sent / seconds;
      };
      await market.live.send(batch());
      const page = await opened("/#/market?symbol=AAA");
      await stream(WARM_SECONDS);
      const before = await heapMb(page);
      const ticksPerSecond = await stream(SOAK_SECONDS);
      const after = await heapMb(page);
      console.log({ heapMb: { before, after }, seconds: SOAK_SECONDS, ticksPerSecond });
      expect(after - before).toBeLessThan(GROWTH_MB);
    },
    (SOAK_SECONDS + WARM_SECONDS) * 1000 + 120_000,
  );
});
