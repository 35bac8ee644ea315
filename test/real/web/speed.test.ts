// How the app feels: a table that sorts within a frame, ten years of levels that are drawn and panned without a stutter.
import type { Page } from "playwright-core";
import { expect, it } from "vitest";
import { comings, opening } from "./examine.ts";
import { framesDuring } from "./frames.ts";
import { describeApp } from "./harness.ts";

const FRAME_MS = 1000 / 60;
/** Sessions of ten years. */
const TEN_YEARS = 2520;
/** Their middle is what counts. */
const VISITS = 5;

/** Ten years of levels, in place of what the service says: its market has two. */
async function withTenYears(page: Page): Promise<void> {
  await page.route(/\/index-performance\?/, async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as {
      days: { date: string }[];
      benchmark: { days: object[] };
    };
    const dates: string[] = [];
    for (let day = Date.UTC(2015, 0, 1); dates.length < TEN_YEARS; day += 86_400_000) {
      const weekday = new Date(day).getUTCDay();
      if (weekday > 0 && weekday < 6) dates.push(new Date(day).toISOString().slice(0, 10));
    }
    const levels = (phase: number) =>
      dates.map((date, at) => ({
        ...body.days[at % body.days.length],
        date,
        level: 1000 + at + 80 * Math.sin(at / 9 + phase),
      }));
    body.days = levels(0);
    body.benchmark.days = levels(1);
    await route.fulfill({ json: body });
  });
}

describeApp("the app", ({ open }) => {
  /** How a new visitor's page comes up four times slower. */
  async function visit() {
    const notes = { usableMs: ".figures dd", chartMs: ".chart-frame canvas" };
    const { page } = await open("/", { slowdown: 4, notes });
    await page.waitForLoadState("networkidle");
    await page.locator(".chart-frame canvas").first().waitFor();
    const { usableMs, chartMs } = await comings(page);
    const seen = { ...(await opening(page)), usableMs: usableMs!, chartMs: chartMs! };
    await page.close();
    return seen;
  }

  it("can be used within two seconds on a processor four times slower", async () => {
    // The first visit also loads the functions of a service that was just started.
    await visit();
    const visits: Awaited<ReturnType<typeof visit>>[] = [];
    for (let turn = 0; turn < VISITS; turn++) visits.push(await visit());
    const middle = (figure: keyof (typeof visits)[number]) =>
      visits.map((each) => each[figure]).sort((a, b) => a - b)[VISITS >> 1];
    console.table(visits);
    expect(middle("firstPaintMs")).toBeGreaterThan(0);
    expect(middle("firstPaintMs")).toBeLessThanOrEqual(1_000);
    expect(middle("usableMs")).toBeGreaterThan(0);
    expect(middle("usableMs")).toBeLessThanOrEqual(2_000);
    expect(Math.max(...visits.map(({ layoutShift }) => layoutShift))).toBeLessThanOrEqual(0.05);
  });

  it("sorts a hundred rows, and the time it takes is told", async () => {
    const { page } = await open("/#/composition?index=top100-ew&date=2024-12-31");
    await page.locator("tbody tr").nth(99).waitFor();
    await page.getByRole("button", { name: "CSV" }).waitFor();
    await page.waitForLoadState("networkidle");
    const times = await page.evaluate(async () => {
      const button = [...document.querySelectorAll<HTMLElement>("thead button")][4]!;
      const taken: number[] = [];
      for (let turn = 0; turn < 21; turn++) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const begun = performance.now();
        button.click();
        // Rows are in their new order when React has handled the click.
        document.body.getBoundingClientRect();
        taken.push(performance.now() - begun);
      }
      return taken.sort((a, b) => a - b);
    });
    const medianMs = times[10]!;
    console.log({ sortMedianMs: medianMs, sortMaxMs: times.at(-1), frameMs: FRAME_MS });
    expect(medianMs).toBeLessThanOrEqual(FRAME_MS);
  });

  it("draws ten years of daily levels, and pans them at fifty frames a second", async () => {
    const { page } = await open("/docs");
    await withTenYears(page);
    await page.goto("/#/overview");
    await page.getByText(`${TEN_YEARS} sessions`).waitFor();
    const box = (await page.locator(".chart-frame").boundingBox())!;
    const middle = box.y + box.height / 3;
    await page.mouse.move(box.x + box.width / 2, middle);
    for (let notch = 0; notch < 8; notch++) await page.mouse.wheel(0, -240);
    await page.mouse.down();
    const pans: number[] = [];
    // Whatever else the machine does takes frames away and adds none: the best of three counts.
    for (let turn = 0; turn < 3; turn++) {
      const gaps = await framesDuring(page, async () => {
        for (let step = 0; step < 120; step++) {
          await page.mouse.move(box.x + box.width / 2 + 300 * Math.sin(step / 10), middle);
        }
      });
      expect(gaps.length).toBeGreaterThan(30);
      pans.push((1000 * gaps.length) / gaps.reduce((sum, gap) => sum + gap, 0));
    }
    await page.mouse.up();
    console.log({ framesPerSecond: pans });
    expect(Math.max(...pans)).toBeGreaterThanOrEqual(50);
  });
});
