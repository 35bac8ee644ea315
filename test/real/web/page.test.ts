// The app opens in a browser: nothing to complain of at any width, nothing from elsewhere, within its budget.
import { gzipSync } from "node:zlib";
import { expect, it } from "vitest";
import { overflows, serious } from "./examine.ts";
import { describeApp, LOOKS, serviceUrl } from "./harness.ts";

describeApp("the page at /", ({ open }) => {
  it.each(LOOKS)("opens $width px wide, $scheme, and can be read", async (look) => {
    const { page, screenshot } = await open("/", look);
    await page.locator("#main").waitFor();
    expect(await overflows(page)).toBe(false);
    expect(await serious(page)).toEqual([]);
    await screenshot("first-view");
  });

  it("loads no more than 200 kB of scripts for its first view, as gzip, charts and all", async () => {
    const { page, asked } = await open("/");
    await page.waitForLoadState("networkidle");
    const scripts = asked.filter((url) => url.endsWith(".js"));
    expect(scripts.length).toBeGreaterThan(0);
    const texts = await Promise.all(scripts.map(async (url) => (await fetch(url)).text()));
    const bytes = texts.reduce((sum, text) => sum + gzipSync(text, { level: 9 }).length, 0);
    expect(bytes).toBeLessThanOrEqual(200_000);
  });

  it("asks for nothing twice: a second visit loads its files from the browser's cache", async () => {
    const { page } = await open("/");
    await page.waitForLoadState("networkidle");
    await page.goto("/docs");
    await page.goto("/");
    await page.waitForLoadState("networkidle");
    const loaded = await page.evaluate(() =>
      performance
        .getEntriesByType("resource")
        .map((entry) => entry as PerformanceResourceTiming)
        .filter(({ name }) => /\.(js|css)$/.test(name))
        .map(({ transferSize }) => transferSize),
    );
    expect(loaded.length).toBeGreaterThan(0);
    expect(loaded.filter((bytes) => bytes > 0)).toEqual([]);
  });

  it("leads to /docs, which lists every call", async () => {
    const { page } = await open("/docs");
    await page.waitForSelector(".opblock");
    const { paths } = (await (await fetch(`${serviceUrl()}/openapi.json`)).json()) as {
      paths: Record<string, object>;
    };
    const calls = Object.values(paths).flatMap((methods) => Object.keys(methods));
    expect(await page.locator(".opblock").count()).toBe(calls.length);
  });
});

describeApp("what the page may do", ({ open }) => {
  const page = () => fetch(`${serviceUrl()}/`);

  it("is told by a policy that lets nothing in but this service's files", async () => {
    const policy = (await page()).headers.get("content-security-policy") ?? "";
    expect(policy.split("; ")).toEqual(
      expect.arrayContaining(["default-src 'none'", "script-src 'self'", "style-src 'self'"]),
    );
    expect(policy).not.toMatch(/unsafe|\*|https?:/);
  });

  it("keeps scripts and styles out that somebody brought into it", async () => {
    const { page, faults } = await open("/", { expects: [/Content Security Policy/] });
    const ran = await page.evaluate(() => {
      const script = document.createElement("script");
      script.textContent = "window.wasRun = true";
      const style = document.createElement("style");
      style.textContent = "body { display: none }";
      document.body.append(script, style);
      return ["wasRun" in window, getComputedStyle(document.body).display];
    });
    expect(ran).toEqual([false, "block"]);
    expect(faults).toEqual([]);
  });

  it("ends at this service: another host is refused before it is asked", async () => {
    const { page } = await open("/", { expects: [/Content Security Policy/, /elsewhere|failed:/] });
    const refused = page.evaluate(() => fetch("https://example.com/"));
    await expect(refused).rejects.toThrow("Failed to fetch");
  });
});

describeApp("the watch over a page", ({ open }) => {
  it("notes warnings, errors, failures and requests that go elsewhere", async () => {
    const expects = [/warning: look/, /thrown: .*oops/, /elsewhere/, /failed/, /error: .*404/];
    const seen: string[] = [];
    const noting = expects.map((one) =>
      Object.assign(new RegExp(one), {
        test: (text: string) => one.test(text) && !!seen.push(text),
      }),
    );
    const { page } = await open("/", { expects: noting });
    await page.evaluate(() => {
      console.warn("look");
      setTimeout(() => {
        throw new Error("oops");
      });
      return fetch("/app/none.js");
    });
    await page.goto("https://example.com/").catch(() => undefined);
    for (const one of expects)
      expect(
        seen.some((text) => one.test(text)),
        String(one),
      ).toBe(true);
  });
});

describeApp("what a page is like", ({ open }) => {
  it("is told when people cannot use it, or must push it sideways", async () => {
    const { page } = await open("/", { width: 390 });
    await page.evaluate(() => {
      const button = document.createElement("button");
      const wide = document.createElement("div");
      button.id = "nameless";
      Object.assign(wide.style, { width: "2000px", height: "1px" });
      document.body.append(button, wide);
    });
    expect(await serious(page)).toEqual([
      expect.stringMatching(/^button-name \(critical\) #nameless/),
    ]);
    expect(await overflows(page)).toBe(true);
  });
});

describeApp("a file that is not there", () => {
  it("is a problem the browser can read", async () => {
    const answer = await fetch(`${serviceUrl()}/app/none.js`);
    expect(answer.status).toBe(404);
    expect(answer.headers.get("content-type")).toBe("application/problem+json");
    expect(await answer.json()).toMatchObject({ code: "UNKNOWN_ROUTE", routes: ["GET /"] });
  });
});
