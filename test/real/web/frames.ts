/** How steadily a page is drawn. */
import type { Page } from "playwright-core";

/** Times between frames while `act` goes on, ms. */
export async function framesDuring(page: Page, act: () => Promise<void>): Promise<number[]> {
  await page.evaluate(() => {
    const seen: number[] = [];
    Object.assign(window, { frames: seen });
    const next = (atMs: number) => {
      seen.push(atMs);
      requestAnimationFrame(next);
    };
    requestAnimationFrame(next);
  });
  await act();
  const at = await page.evaluate(() => (window as unknown as { frames: number[] }).frames);
  return at.slice(1).map((ms, index) => ms - at[index]!);
}
