// The market view on a real stream: log, functions, WebSocket and Chromium, from the tick to the chart and back.
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, it } from "vitest";
import { overflows, serious } from "./examine.ts";
import { describeApp, LOOKS } from "./harness.ts";
import { EXPECTS, type MarketService, marketService } from "./market-service.ts";

const SYMBOLS = ["AAA", "BBB", "CCC", "DDD"];
const figure = (page: Page, name: string) => page.locator(`.market-chart [data-figure="${name}"]`);
const badge = (page: Page) => page.locator(".live-badge");
/** Until something of the page is as it should be. */
const soon = <T>(read: () => Promise<T>) => expect.poll(read, { timeout: 30_000, interval: 50 });

const trade = (symbol: string, price: number) => ({
  symbol,
  timeMs: Date.now(),
  price,
  size: 100,
});

describeApp("the market view", ({ open }) => {
  let market: MarketService;
  beforeAll(async () => {
    market = await marketService({ symbols: SYMBOLS, minutes: 600, trades: 4 });
  });
  afterAll(() => market?.close());

  const opened = async (place = "/#/market", look: object = {}) => {
    const visit = await open(place, { url: market.own.url, expects: EXPECTS, ...look });
    await soon(() => badge(visit.page).textContent()).toBe("live");
    await soon(() => figure(visit.page, "close").textContent()).not.toBe("–");
    return visit;
  };

  it.each(LOOKS)("$width px wide, $scheme, can be read by everybody", async (look) => {
    const { page, screenshot } = await opened("/#/market?show=sma20,bollinger,rsi,macd", look);
    await market.live.send(SYMBOLS.map((symbol, at) => trade(symbol, 101 + at)));
    await soon(() => figure(page, "close").textContent()).toBe("101.00");
    await page.waitForTimeout(300);
    await screenshot("market");
    expect(await overflows(page)).toBe(false);
    if (look.width < 2560) expect(await serious(page)).toEqual([]);
  });

  it("has a tick on the chart within 200 ms of its publication", async () => {
    const { page } = await opened();
    await page.evaluate(() => {
      const shown: Record<string, number> = {};
      Object.assign(window, { shown });
      const close = document.querySelector('.market-chart [data-figure="close"]')!;
      new MutationObserver(() => {
        const text = close.textContent ?? "";
        // The candle is painted in the next frame.
        requestAnimationFrame(() => {
          shown[text] ??= Date.now();
        });
      }).observe(close, { childList: true, characterData: true, subtree: true });
    });
    const shownAt = (text: string) =>
      page.evaluate(
        (one) => (window as unknown as { shown: Record<string, number> }).shown[one],
        text,
      );
    const takenMs: number[] = [];
    for (let turn = 0; turn < 60; turn++) {
      const price = 110 + turn / 100;
      const sentMs = Date.now();
      await market.live.send([trade("AAA", price)]);
      await soon(() => shownAt(price.toFixed(2))).toBeGreaterThan(0);
      takenMs.push((await shownAt(price.toFixed(2)))! - sentMs);
    }
    takenMs.sort((a, b) => a - b);
    const [medianMs, p95Ms] = [takenMs[30]!, takenMs[56]!];
    console.log({ tickToChart: { medianMs, p95Ms, mostMs: takenMs.at(-1) } });
    expect(medianMs).toBeLessThanOrEqual(200);
    // The page says so itself: the middle of its own last fifty.
    const told = Number(await page.locator('[data-figure="delay"]').textContent());
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThanOrEqual(200);
  });

  it("shows prices of what is watched, and keeps what was added and removed", async () => {
    const { page } = await opened();
    const row = (symbol: string) => page.locator(".quote", { hasText: symbol });
    await market.live.send([trade("BBB", 222.25), trade("CCC", 33.5)]);
    await soon(() => row("BBB").locator(".quote-price").textContent()).toBe("222.25");
    await soon(() => row("CCC").locator(".quote-price").textContent()).toBe("33.50");
    await page.getByRole("button", { name: "Stop watching BBB" }).click();
    await soon(() => row("BBB").count()).toBe(0);
    await page.reload();
    await row("CCC").waitFor();
    expect(await row("BBB").count()).toBe(0);
    await page.getByLabel("Add a symbol").fill("bb");
    await page.getByRole("button", { name: "BBB" }).click();
    await soon(() => row("BBB").locator(".quote-price").textContent()).toBe("222.25");
    await row("BBB").click();
    await soon(() => figure(page, "close").textContent()).toBe("222.25");
    expect(new URL(page.url()).hash).toContain("symbol=BBB");
  });

  it("shows another window, other lines, and says what no model foretells", async () => {
    const { page } = await opened("/#/market?symbol=DDD&window=15min");
    await page.getByText("No prediction:").waitFor();
    await page.getByRole("button", { name: "5 min", exact: true }).click();
    await soon(() => page.locator(".market-frame").getAttribute("aria-label")).toContain(
      "Candles of DDD, 5min",
    );
    await page.getByRole("button", { name: "MACD" }).click();
    await soon(() => figure(page, "macd_signal").textContent()).toMatch(/\d/);
    await page.getByRole("button", { name: "SMA 50" }).click();
    await soon(() => figure(page, "sma50").textContent()).toMatch(/\d/);
    await page.goBack();
  });
});

describeApp("the market view without a stream", ({ open }) => {
  it("says what to do, and what the page needs not is not asked for", async () => {
    const { page, screenshot } = await open("/#/market");
    await page.getByText("npx equipoise feed --source simulate").waitFor();
    expect(await serious(page)).toEqual([]);
    await screenshot("market-empty");
  });
});
