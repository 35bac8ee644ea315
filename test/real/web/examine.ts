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

/**
 * Notes in the page when something that a selector finds was first painted. Asking for it from outside would put the
 * asker's scripts, as slow as the page's, into the figure.
 */
export const noted = (page: Page, selectors: Readonly<Record<string, string>>): Promise<unknown> =>
  page.addInitScript((wanted) => {
    const left = new Map(Object.entries(wanted));
    const seen = new MutationObserver(() => {
      for (const [name, selector] of left) {
        if (!document.querySelector(selector)) continue;
        left.delete(name);
        requestAnimationFrame(() => setTimeout(() => performance.mark(name)));
      }
      if (left.size === 0) seen.disconnect();
    });
    seen.observe(document, { childList: true, subtree: true });
  }, selectors);

/** When what was to be noted was painted, ms from the navigation. */
export const comings = (page: Page): Promise<Record<string, number>> =>
  page.evaluate(() =>
    Object.fromEntries(
      performance.getEntriesByType("mark").map(({ name, startTime }) => [name, startTime]),
    ),
  );

/** Whether everything fits the width: a page that is pushed sideways is broken on a phone. */
export const overflows = (page: Page): Promise<boolean> =>
  page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement;
    return scrollWidth > clientWidth;
  });
