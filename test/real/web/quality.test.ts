// What the gate did to a market with faults, seen in the page; and a page over a market without an index.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import { faultyPrices, SESSIONS } from "../../cli/faulty-prices.ts";
import { overflows, serious } from "./examine.ts";
import { describeApp, LOOKS } from "./harness.ts";
import { type OwnService, ownService } from "./own-service.ts";

describeApp("a market with faults", ({ open }) => {
  let own: OwnService;
  let folder: string;
  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), "equipoise-faulty-"));
    const path = join(folder, "prices.csv");
    writeFileSync(path, faultyPrices());
    const wanted = ["--source", "csv", "--path", path, "--min-days", "1", "--gate", "on"];
    own = await ownService({}, ["ingest", ...wanted]);
  });
  afterAll(async () => {
    await own?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  const section = "Days with something to tell";

  it("shows which days have something to tell, and each row with the reason", async () => {
    const { page } = await open("/#/operations", { url: own.url });
    const days = page.getByRole("region", { name: section });
    await days.getByRole("link", { name: "2024-01-24" }).click();
    const repaired = days.getByRole("row", { name: /repaired AAA/ });
    await repaired.waitFor();
    const cells = await repaired.getByRole("cell").allTextContents();
    expect(cells.slice(0, 5)).toEqual([
      "repaired",
      "AAA",
      "market cap: power of ten",
      "3,450,000,000",
      "345,000,000",
    ]);
    expect(cells[5]).toMatch(/30 M shares are 10\.000 times/);
    expect(page.url()).toContain("date=2024-01-24");
  });

  it("shows a refused row as it came, and where it stands", async () => {
    const { page } = await open("/#/operations?date=2024-01-10", { url: own.url });
    const refused = page.getByRole("row", { name: /quarantined CCC no price/ });
    await refused.waitFor();
    expect(await refused.textContent()).toContain("2024-01-10,CCC,,1000000");
    expect(await refused.textContent()).toContain(`line ${2 * SESSIONS.length + 2}`);
    await page.getByRole("button", { name: "Close" }).click();
    await refused.waitFor({ state: "detached" });
  });

  it("says in the service's words what is wrong with a day", async () => {
    const { page } = await open("/#/operations?date=2024-02-30", {
      url: own.url,
      expects: [/status of 400/],
    });
    await page.getByRole("alert").getByText("2024-02-30").waitFor();
  });

  it.each(LOOKS)("can be read $width px wide, $scheme", async (look) => {
    const { page, screenshot } = await open("/#/operations?date=2024-01-24", {
      url: own.url,
      ...look,
    });
    await page.getByRole("row", { name: /repaired AAA/ }).waitFor();
    expect(await overflows(page)).toBe(false);
    expect(await serious(page)).toEqual([]);
    await screenshot("quality");
  });

  it("leads from nothing to the first index", async () => {
    const { page } = await open("/#/overview", { url: own.url });
    await page.getByRole("link", { name: "Build one" }).click();
    await expect.poll(() => page.getByLabel("First day").inputValue()).toBe("2024-01-02");
    await page.getByLabel("Names").fill("2");
    await page.getByRole("button", { name: "Build", exact: true }).click();
    await page.getByRole("link", { name: /^top2-ew/ }).click();
    await page.getByText("in the range").waitFor();
    // A month is all there is, and more.
    const ranges = page.getByRole("group", { name: "Range" });
    const chosen = ranges.getByRole("button", { pressed: true });
    expect(await chosen.allTextContents()).toEqual(["All"]);
  });
});
