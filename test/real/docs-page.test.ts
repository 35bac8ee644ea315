// The page at /docs in a browser: it shows every call, sends what it shows, and asks nobody but this service.
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { ROUTES } from "../../lib/schemas/routes.ts";
import { isoDay } from "../../lib/time.ts";
import { MARKET, service } from "../functions/service.ts";
import { browserProgram, openPage, type Page } from "./browser.ts";

const program = browserProgram();
if (!program) console.log("test/real/docs-page.test.ts is skipped: no Chromium is installed");

describe.skipIf(!program)("GET /docs in a browser", () => {
  const { request } = service();
  let server: Server;
  let page: Page;
  let origin: string;

  beforeAll(async () => {
    const json = {
      start_date: isoDay(MARKET.sessions[0]!),
      end_date: isoDay(MARKET.sessions.at(-1)!),
      index: "top5-ew",
    };
    expect((await request("POST /build-index", { json })).status).toBe(200);
    server = createServer(async ({ method, url }, response) => {
      const { status, headers, text } = await request(`${method} ${url}`);
      response.writeHead(status, headers).end(text);
    }).listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    page = await openPage(program!);
    await page.open(`${origin}/docs`);
    await page.until("document.querySelectorAll('.opblock').length > 0");
  }, 120_000);
  afterAll(async () => {
    await page?.close();
    server?.closeAllConnections();
    server?.close();
  });

  it("shows every call and finds no fault with the document", async () => {
    expect(await page.value("document.querySelectorAll('.opblock').length")).toBe(ROUTES.length);
    expect(await page.value("document.querySelector('.errors-wrapper') === null")).toBe(true);
  });

  it("sends a call and shows its answer", { timeout: 120_000 }, async () => {
    const call = "#operations-Index-listIndices";
    const steps = [".opblock-summary-control", ".try-out__btn", ".execute"];
    for (const step of steps) {
      await page.until(`document.querySelector('${call} ${step}') !== null`);
      await page.value(`document.querySelector('${call} ${step}').click()`);
    }
    const live = `document.querySelector('${call} .live-responses-table tbody .response')`;
    await page.until(`${live} !== null`);
    const shown = await page.value<string>(`${live}.innerText`);
    expect(shown).toMatch(/^200/);
    expect(shown).toContain("top5-ew");
  });

  it("asks this service alone, and its policy forbids it nothing", () => {
    expect(page.asked.filter((url) => !url.startsWith(origin) && !url.startsWith("data:"))).toEqual(
      [],
    );
    expect(page.asked).toContain(`${origin}/openapi.json`);
    expect(page.complaints).toEqual([]);
  });
});
