/**
 * The app in the system's Chromium, as its users have it: every page is opened with a list of what must not happen (a
 * warning or error in the console, a failed request, one that goes elsewhere), and a test that ends with a fault on that
 * list fails. Caches, policy and compression are the real ones.
 */
import { existsSync, mkdirSync, mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, inject } from "vitest";
import { browserProgram } from "../browser.ts";
import { noted } from "./examine.ts";
import { slowed } from "./slowed.ts";
import { watched } from "./watch.ts";

const SCHEMES = ["dark", "light"] as const;

/** A phone, a notebook, a screen of 4K at twice the density of pixels; that one has no colours the others have not. */
export const LOOKS = [
  ...[390, 1280].flatMap((width) => SCHEMES.map((scheme) => ({ width, scheme }))),
  { width: 2560, scheme: "dark" },
] as const;

const HEIGHTS: Readonly<Record<number, number>> = { 390: 844, 1280: 800, 2560: 1440 };

export type Look = Readonly<{
  /** CSS pixels; 1280 unless told. Below 600 it is touched instead of clicked. */
  width?: number;
  height?: number;
  scheme?: (typeof SCHEMES)[number];
  /** How many times slower than the machine of bench/README.md; unless told, as fast as this one is. */
  slowdown?: number;
  /** Whose service; the shared one unless told. */
  url?: string;
  /** Faults that the test causes on purpose. */
  expects?: readonly RegExp[];
  /** What to note the coming of, a selector by name; see {@link comings}. */
  notes?: Readonly<Record<string, string>>;
  /** Origins beside the service's that the page may go to, as that of exported workbooks. */
  alsoAt?: readonly string[];
}>;

export type Opened = Readonly<{
  page: Page;
  /** Addresses it has asked for, in order. */
  asked: readonly string[];
  /** What must not have happened, in order; those that were expected are left out. */
  faults: readonly string[];
  /** A picture of the whole page, "overview" -> "<folder>/overview-390-dark.png". */
  screenshot: (name: string) => Promise<string>;
}>;

export type Browsing = Readonly<{
  /** A new visitor, with nothing in cache, at a path of the service; waits until the page has loaded. */
  open: (path: string, look?: Look) => Promise<Opened>;
}>;

/** The address of the shared service. */
export const serviceUrl = (): string => inject("serviceUrl")!;

/** `describe` for the app in a browser; skipped where there is none. */
export const describeApp = (name: string, tests: (browsing: Browsing) => void): void => {
  describe.skipIf(!browserProgram())(name, () => tests(browsing()));
};

let folder: string | undefined;

/** Where pictures go: EQUIPOISE_SCREENSHOTS, or a temporary folder that is told. */
function pictures(): string {
  if (folder) return folder;
  folder = process.env.EQUIPOISE_SCREENSHOTS ?? mkdtempSync(join(tmpdir(), "equipoise-screens-"));
  mkdirSync(folder, { recursive: true });
  console.log(`screenshots are in ${folder}`);
  return folder;
}

/** Where the program lies; nobody looks it up for us. */
function pathOf(program: string): string {
  const folders = (process.env.PATH ?? "").split(delimiter).map((each) => join(each, program));
  return folders.find((path) => existsSync(path)) ?? program;
}

function browsing(): Browsing {
  let browser: Browser;
  let visits: { context: BrowserContext; faults: readonly string[] }[] = [];

  beforeAll(async () => {
    browser = await chromium.launch({
      executablePath: pathOf(browserProgram()!),
      // No name leads anywhere but here: whatever the page asks for elsewhere fails, and is a fault.
      args: [
        "--no-sandbox",
        "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",
      ],
    });
  });
  afterAll(() => browser?.close());
  afterEach(async () => {
    const ended = visits;
    visits = [];
    await Promise.all(ended.map(({ context }) => context.close()));
    expect(ended.flatMap(({ faults }) => faults)).toEqual([]);
  });

  const open = async (path: string, look: Look = {}): Promise<Opened> => {
    const { width = 1280, scheme = "dark", url = serviceUrl(), expects = [], alsoAt = [] } = look;
    const context = await browser.newContext({
      viewport: { width, height: look.height ?? HEIGHTS[width] ?? 800 },
      colorScheme: scheme,
      locale: "en-US",
      // Far from the exchange and from UTC: a page that forgets the zone shows it.
      timezoneId: "Pacific/Auckland",
      baseURL: url,
      acceptDownloads: true,
      ...(width < 600 && { hasTouch: true, isMobile: true }),
    });
    const page = await context.newPage();
    const { asked, faults } = watched(page, [url, ...alsoAt], expects);
    visits.push({ context, faults });
    if (look.notes) await noted(page, look.notes);
    if (look.slowdown) await slowed(page, look.slowdown);
    await page.goto(path, { waitUntil: "load" });
    const screenshot = async (name: string) => {
      const file = join(pictures(), `${name}-${width}-${scheme}.png`);
      await page.screenshot({ path: file, fullPage: true });
      return file;
    };
    return { page, asked, faults, screenshot };
  };
  return { open };
}
