// What people do with the app: find a change, read a day, compare, build, take a workbook home; by mouse, touch and keys.
import { readFileSync } from "node:fs";
import ExcelJS from "exceljs";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { storeOver } from "../../../bench/stores.ts";
import { s3Objects } from "../../../lib/edge/s3.ts";
import { YEAR_SCHEMA } from "../../../lib/index/schema.ts";
import { overflows, serious } from "./examine.ts";
import { describeApp, LOOKS } from "./harness.ts";
import { type OwnService, ownService } from "./own-service.ts";

const VIEWS = {
  overview: "#/overview",
  composition: "#/composition?index=top100-ew&date=2024-12-31",
  changes: "#/changes?index=top100-ew&from=2024-12-01&to=2024-12-31",
  membership: "#/changes?index=top100-ew&ticker=TIQY",
  build: "#/build",
  operations: "#/operations",
} as const;

/** Everything that was asked for is there. */
const settled = async (page: Page): Promise<void> => {
  await page.waitForFunction(
    () =>
      document.querySelector("main .answer, main .nothing") !== null &&
      document.querySelector(".waiting, .is-old, progress") === null,
  );
};

/** Stores a version of the bars, as a compaction does. */
async function folded({ s3Url }: OwnService, note: string): Promise<void> {
  const credentials = { accessKeyId: "test", secretAccessKey: "test" };
  const images = storeOver(
    s3Objects({ bucket: "equipoise", endpoint: s3Url, region: "us-east-1", credentials }),
  );
  await images.commit("bars", { id: note, note }, (draft) =>
    draft.edit(
      note.replace(" ", "/"),
      YEAR_SCHEMA,
      () => undefined,
      () => ({ rows: 0, from: 20240102, to: 20240102 }),
    ),
  );
  await images.close();
}

describeApp("every view", ({ open }) => {
  describe.each(Object.entries(VIEWS))("%s", (name, hash) => {
    it.each(LOOKS)("$width px wide, $scheme, can be read by everybody", async (look) => {
      const { page, screenshot } = await open(`/${hash}`, look);
      await settled(page);
      expect(await overflows(page)).toBe(false);
      // A wide screen has the elements and colours of a notebook, and takes the longest to examine.
      if (look.width < 2560) expect(await serious(page)).toEqual([]);
      await screenshot(name);
    });
  });

  it("is found again by its address, and by the browser's way back", async () => {
    const { page } = await open(`/${VIEWS.changes}`);
    await settled(page);
    await page.getByRole("link", { name: "2024-12-06" }).first().click();
    await settled(page);
    expect(new URL(page.url()).hash).toBe("#/composition?index=top100-ew&date=2024-12-06");
    await page.goBack();
    await settled(page);
    expect(new URL(page.url()).hash).toBe(VIEWS.changes);
    await page.getByText("Changes", { exact: true }).first().waitFor();
  });
});

describeApp("somebody who looks", ({ open }) => {
  it("finds who came on a known day, and when that was a member", async () => {
    const { page } = await open("/");
    await settled(page);
    await page.getByRole("link", { name: "Changes" }).click();
    await page.getByLabel("from").fill("2024-12-01");
    await settled(page);
    const row = page.getByRole("row", { name: /2024-12-06 2024-12-09 in TIQY returned/ });
    await row.getByRole("link", { name: "TIQY" }).click();
    await page.getByText("A member on 499 sessions, in 3 spells").waitFor();
    await page.getByRole("button", { name: "All changes" }).click();
    await page.getByRole("row", { name: /HEZD/ }).first().waitFor();
  });

  it("reads the ranges of the overview, and a day of it", async () => {
    const { page } = await open("/");
    await settled(page);
    await page.getByText("1,691.55").waitFor();
    await page.getByRole("button", { name: "3M" }).click();
    await page.getByText(/ 6\d sessions/).waitFor();
    expect(new URL(page.url()).hash).toContain("from=2024-09-30");
    await page.getByRole("button", { name: "Sharpe" }).hover();
    await page.getByText("Mean daily return above").waitFor();
  });

  it("sorts and searches members, whose contributions sum to the day's return", async () => {
    const { page } = await open(`/${VIEWS.composition}`);
    await settled(page);
    const ranks = () => page.locator("tbody tr td:first-child").allTextContents();
    expect((await ranks()).slice(0, 3)).toEqual(["1", "2", "3"]);
    await page.getByRole("button", { name: "Cap, USD" }).click();
    expect((await ranks())[0]).toBe("100");
    await page.getByLabel("Search members").fill("semicond");
    const names = await page.locator("tbody td.minor.text").allTextContents();
    expect(names.length).toBeGreaterThan(2);
    expect(names.filter((name) => !name.includes("Semiconductors"))).toEqual([]);
    const figures = await page.locator(".bar-value, .sum dd").allTextContents();
    const values = figures.map((text) => Number(text.replace(" %", "")));
    const total = values.pop()!;
    expect(values.reduce((sum, value) => sum + value, 0)).toBeCloseTo(total, 2);
  });

  it("takes the members as csv and as JSON", async () => {
    const { page } = await open(`/${VIEWS.composition}`);
    await settled(page);
    for (const [format, begins] of [
      ["CSV", "rank,ticker,name,market_cap"],
      ["JSON", '{"index":"top100-ew"'],
    ] as const) {
      const coming = page.waitForEvent("download");
      await page.getByRole("button", { name: format, exact: true }).click();
      const file = await coming;
      expect(file.suggestedFilename()).toBe(`top100-ew-2024-12-31.${format.toLowerCase()}`);
      expect(readFileSync(await file.path(), "utf8").slice(0, begins.length)).toBe(begins);
    }
  });

  it("uses nothing but keys", async () => {
    const { page } = await open("/");
    await settled(page);
    await page.keyboard.press("Tab");
    expect(await page.evaluate(() => document.activeElement?.textContent)).toBe("To the content");
    for (let step = 0; step < 3; step++) await page.keyboard.press("Tab");
    await page.keyboard.press("Enter");
    await settled(page);
    expect(new URL(page.url()).hash).toContain("#/composition");
    await page.getByRole("button", { name: "Ticker" }).focus();
    await page.keyboard.press("Enter");
    const sorted = await page.locator("tbody tr td:nth-child(3)").allTextContents();
    expect(sorted).toEqual(sorted.toSorted((a, b) => a.localeCompare(b)));
    const ring = await page.evaluate(() => getComputedStyle(document.activeElement!).outlineStyle);
    expect(ring).toBe("solid");
  });

  it("turns it light, and finds it light the next time", async () => {
    const { page } = await open("/");
    await settled(page);
    await page.getByRole("button", { name: "Show it light" }).click();
    expect(await page.evaluate(() => document.documentElement.dataset.theme)).toBe("light");
    await page.reload();
    await page.getByRole("button", { name: "Show it dark" }).waitFor();
  });

  it("is told in the server's words what an address asks in vain", async () => {
    const expects = [/status of 4\d\d/];
    const { page } = await open("/#/composition?index=top100-ew&date=2031-01-02", { expects });
    await page.getByRole("alert").first().waitFor();
    expect(await page.getByRole("alert").first().textContent()).toContain("2024-12-31");
    const { page: other } = await open("/#/overview?index=nobodys", { expects });
    await other.getByText("There is no index “nobodys”.").waitFor();
  });
});

describeApp("somebody who builds", ({ open }) => {
  let own: OwnService;
  beforeAll(async () => {
    own = await ownService();
  });
  afterAll(() => own?.close());

  it("sees an index come, compares it, and opens its workbook", async () => {
    const { page } = await open("/#/build", { url: own.url, alsoAt: [own.s3Url] });
    await page.getByText("Two indices").waitFor();
    await page.getByLabel("Names").fill("25");
    // The second year waits until somebody has seen that the first one stands.
    const { promise: seen, resolve: go } = Promise.withResolvers<void>();
    await page.route(/build-index$/, async (route, request) => {
      if (request.postDataJSON().end_date === "2024-12-31") await seen;
      await route.continue();
    });
    await page.getByRole("button", { name: "Build" }).click();
    await page.getByText("step 2 of 2, stands to 2023-12-29").waitFor();
    go();
    await page.getByText("502 sessions of 25 names").waitFor();
    await page.getByRole("columnheader", { name: "top25-ew" }).waitFor();
    const coming = page.waitForEvent("download");
    await page.getByRole("button", { name: "Workbook" }).click();
    const file = await coming;
    const workbook = new ExcelJS.Workbook();
    await workbook.xlsx.readFile(await file.path());
    expect(workbook.worksheets.map(({ name }) => name)).toContain("Performance");
    expect(workbook.getWorksheet("Performance")!.rowCount).toBeGreaterThan(500);
  });

  it("reads what is wrong with the rules, in the server's words", async () => {
    const { page } = await open("/#/build", { url: own.url, expects: [/status of 4\d\d/] });
    await page.getByRole("textbox", { name: "Id" }).fill("top10-ew");
    await page.getByLabel("Names").fill("11");
    await page.getByRole("button", { name: "Build" }).click();
    const alert = page.getByRole("alert");
    await alert.waitFor();
    expect(await alert.textContent()).toContain("RESERVED_INDEX_ID");
  });

  it("builds of the countries that were named", async () => {
    const { page } = await open("/#/build", { url: own.url, expects: [/status of 4\d\d/] });
    await page.getByLabel("Countries").fill("Atlantis, Lemuria");
    await page.getByLabel("Names").fill("3");
    const sent = page.waitForRequest(/build-index$/);
    await page.getByRole("button", { name: "Build" }).click();
    expect((await sent).postDataJSON()).toMatchObject({
      index: { size: 3, universe: { countries: ["Atlantis", "Lemuria"] } },
    });
    await page.getByRole("alert").or(page.locator(".built")).waitFor();
  });

  it("goes back to an earlier version of the index, when asked twice", async () => {
    const rules = { start_date: "2024-12-30", end_date: "2024-12-31", index: { size: 7 } };
    await fetch(`${own.url}/build-index`, { method: "POST", body: JSON.stringify(rules) });
    const { page } = await open("/#/operations", { url: own.url });
    // The last of the page to come: nothing moves any more.
    await page.getByText("ingest simulate").waitFor();
    await page.getByRole("button", { name: "index", exact: true }).click();
    await page.getByRole("button", { name: "Go back" }).first().click();
    await page.getByRole("button", { name: /Really go back/ }).click();
    await page.getByText(/rollback to \d+/).waitFor();
  });

  it("sees the versions of bars, and no way back to one of them", async () => {
    const { page } = await open("/#/operations", { url: own.url });
    await page.getByText("ingest simulate").waitFor();
    await page.getByRole("button", { name: "bars", exact: true }).click();
    await page.getByText("None yet.").waitFor();
    for (const note of ["fold one", "fold two"]) await folded(own, note);
    await page.reload();
    await page.getByText("ingest simulate").waitFor();
    await page.getByRole("button", { name: "bars", exact: true }).click();
    await page.getByText("fold one").waitFor();
    await page.getByText("fold two").waitFor();
    expect(await page.getByRole("button", { name: "Go back" }).count()).toBe(0);
  });
});

describeApp("somebody without a key", ({ open }) => {
  let own: OwnService;
  beforeAll(async () => {
    own = await ownService({ ACCESS: "keys" });
  });
  afterAll(() => own?.close());

  it("is told that one is wanted, and what is wrong with a wrong one", async () => {
    const { page } = await open("/", { url: own.url, expects: [/status of 401/] });
    await page.getByText("UNAUTHORIZED").waitFor();
    await page.getByRole("button", { name: "Key" }).click();
    await page.getByRole("textbox", { name: "API key" }).fill("eq_nonsense");
    await page.getByRole("button", { name: "Use it" }).click();
    await page
      .getByText(/not an API key|mistyped/)
      .first()
      .waitFor();
    expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain(
      "eq_nonsense",
    );
  });

  it("sees everything once a good one was entered, and may do what that may", async () => {
    const key = (await own.command("keys", "create", "--name", "desk", "--scopes", "read")).trim();
    const { page } = await open("/", { url: own.url, expects: [/status of 40[13]/] });
    await page.getByText("UNAUTHORIZED").waitFor();
    await page.getByRole("button", { name: "Key" }).click();
    await page.getByRole("textbox", { name: "API key" }).fill(key);
    await page.getByRole("button", { name: "Use it" }).click();
    await page.getByText("in the range").waitFor();
    await page.getByRole("link", { name: "Data" }).click();
    await page.getByText("ingest simulate").waitFor();
    // A plain link would be refused.
    expect(await page.getByRole("link", { name: "figures for Prometheus" }).count()).toBe(0);
    await page.getByRole("link", { name: "Build" }).click();
    await page.getByRole("button", { name: "Build", exact: true }).click();
    await page.getByText("FORBIDDEN").waitFor();
    expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain(
      key,
    );
  });
});
