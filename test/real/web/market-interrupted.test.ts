// The market view when what is behind it goes away: it says so, and misses nothing once it is there again.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeApp } from "./harness.ts";
import { EXPECTS, type MarketService, marketService, thisMinute } from "./market-service.ts";

const MINUTE_MS = 60_000;
const AGO_MINUTES = 90;

const figure = (page: Page, name: string) => page.locator(`.market-chart [data-figure="${name}"]`);
const badge = (page: Page) => page.locator(".live-badge");
/** Until something of the page is as it should be. */
const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 30_000, interval: 50 });

/** What the legend says of each candle that the pointer passes: time, open, high, low, close, volume. */
async function candlesSeen(page: Page): Promise<Map<string, string>> {
  const box = (await page.locator(".market-frame").boundingBox())!;
  const seen = new Map<string, string>();
  for (let x = box.x + 2; x < box.x + box.width - 70; x += 3) {
    await page.mouse.move(x, box.y + box.height / 3);
    const [time = "", ...figures] = await page
      .locator(".market-chart figcaption [data-figure]")
      .allTextContents();
    if (figures[0] !== "–") seen.set(time, figures.slice(0, 5).join(" "));
  }
  return seen;
}

const DIGITS = new Intl.NumberFormat("en-US", {
  minimumFractionDigits: 2,
  maximumFractionDigits: 2,
});
const CLOCK = new Intl.DateTimeFormat("en-CA", {
  timeZone: "America/New_York",
  dateStyle: "short",
  timeStyle: "short",
  hourCycle: "h23",
});

describeApp("the market view, interrupted,", ({ open }) => {
  let market: MarketService;
  beforeAll(async () => {
    const [symbols, agoMinutes] = [["CCC"], AGO_MINUTES];
    market = await marketService({ symbols, minutes: 300, trades: 4, agoMinutes });
  });
  afterAll(() => market?.close());

  it("says that it is stale, and goes on without a hole, when the service was away", async () => {
    const expects = [...EXPECTS, /WebSocket/, /ERR_/, /status of 50\d/];
    const { page } = await open("/#/market?symbol=CCC", { url: market.own.url, expects });
    await soon(() => badge(page).textContent()).toBe("live");
    await soon(() => figure(page, "close").textContent()).toMatch(/\d/);
    // A minute of the stream's time each, so that bars close while nobody is told.
    let minute = thisMinute() / MINUTE_MS - AGO_MINUTES + 2;
    const next = async (price: number) => {
      const timeMs = minute++ * MINUTE_MS;
      const trades = [
        { symbol: "CCC", timeMs, price, size: 10 },
        { symbol: "CCC", timeMs: timeMs + 20_000, price: price + 1, size: 20 },
      ];
      await market.past.send(trades, timeMs + 30_000);
    };
    for (let at = 0; at < 5; at++) await next(50 + at);
    await soon(() => figure(page, "close").textContent()).toBe("55.00");
    await market.own.service.stop();
    await soon(() => badge(page).textContent()).toMatch(/^stale since \d\d:\d\d:\d\d$/);
    for (let at = 5; at < 15; at++) await next(50 + at);
    await market.own.service.start();
    await soon(() => badge(page).textContent()).toBe("live");
    await soon(() => figure(page, "close").textContent()).toBe("65.00");
    for (let at = 15; at < 20; at++) await next(50 + at);
    await soon(() => figure(page, "close").textContent()).toBe("70.00");

    const seen = await candlesSeen(page);
    const first = minute - 20;
    for (let at = 0; at < 20; at++) {
      const time = CLOCK.format((first + at) * MINUTE_MS).replace(",", "");
      const price = (more: number) => DIGITS.format(50 + at + more);
      expect(seen.get(time), time).toBe([price(0), price(1), price(0), price(1), "30"].join(" "));
    }
  });
});
