/** What a page is like for its users: who can use it, how soon, how steadily. */
import axe from "axe-core";
import type { Page } from "playwright-core";

/** Findings of axe-core that keep people from using the page, one line each: rule, weight, place and what is wrong. */
export async function serious(page: Page): Promise<string[]> {
  // By the debugging protocol: the page's policy lets no script in by an element.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run();
    return violations
      .filter(({ impact }) => impact === "serious" || impact === "critical")
      .flatMap(({ id, impact, nodes }) =>
        nodes.map(
          ({ target, failureSummary }) =>
            `${id} (${impact}) ${target.join(" ")}: ${failureSummary?.replaceAll(/\s+/g, " ")}`,
        ),
      );
  });
}

export type Opening = Readonly<{
  /** From the navigation to the first text or picture, ms. */
  firstPaintMs: number;
  /** Sum of layout shifts that no input caused (CLS). */
  layoutShift: number;
  /** The longest time the page was deaf, ms. */
  longestTaskMs: number;
}>;

/** How the page came up, so far. */
export const opening = (page: Page): Promise<Opening> =>
  page.evaluate(async () => {
    const entries = async (
      type: "paint" | "layout-shift" | "longtask",
    ): Promise<(PerformanceEntry & Record<string, unknown>)[]> => {
      const seen: PerformanceEntry[] = [];
      const observer = new PerformanceObserver((list) => seen.push(...list.getEntries()));
      observer.observe({ type, buffered: true });
      await new Promise((resolve) => setTimeout(resolve, 100));
      observer.disconnect();
      return seen as (PerformanceEntry & Record<string, unknown>)[];
    };
    const paints = await entries("paint");
    const shifts = await entries("layout-shift");
    const tasks = await entries("longtask");
    return {
      firstPaintMs: paints.find(({ name }) => name === "first-contentful-paint")?.startTime ?? -1,
      layoutShift: shifts
        .filter(({ hadRecentInput }) => hadRecentInput === false)
        .reduce((sum, { value }) => sum + Number(value), 0),
      longestTaskMs: Math.max(0, ...tasks.map(({ duration }) => duration)),
    };
  });

/** Whether everything fits the width: a page that is pushed sideways is broken on a phone. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
