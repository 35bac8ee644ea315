// The page stays usable while what is behind it goes away and comes back.
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeApp } from "./harness.ts";
import { type OwnService, ownService } from "./own-service.ts";

describeApp("an open page", ({ open }) => {
  let own: OwnService;
  beforeAll(async () => {
    own = await ownService();
  });
  afterAll(() => own?.close());

  const asks = (path: string) =>
    fetch(path).then(
      ({ status }) => status,
      (error: Error) => error.message,
    );

  it("finds the service where it was after that was killed and started again", async () => {
    const { page } = await open("/", { url: own.url, expects: [/ERR_CONNECTION_REFUSED/] });
    await page.waitForLoadState("networkidle");
    await own.service.stop();
    expect(await page.evaluate(asks, "/index-performance")).toBe("Failed to fetch");
    await own.service.start();
    expect(await page.evaluate(asks, "/index-performance")).toBe(200);
    await page.reload();
    await page.locator("#main").waitFor();
  });

  it("says that the service does not answer, and goes on when it does again", async () => {
    const { page } = await open("/#/overview", {
      url: own.url,
      expects: [/ERR_CONNECTION_REFUSED/],
    });
    await page.getByText("in the range").waitFor();
    await own.service.stop();
    await page.getByRole("button", { name: "3M" }).click();
    await page.getByText("The service does not answer").waitFor();
    await own.service.start();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.getByText(/ 6\d sessions/).waitFor();
  });

  it("says that a part of it does not come, and shows it when it does", async () => {
    const { page } = await open("/#/overview", {
      url: own.url,
      expects: [/ERR_CONNECTION_REFUSED/],
    });
    await page.getByText("in the range").waitFor();
    await own.service.stop();
    await page.getByRole("link", { name: "Composition" }).click();
    await page.getByText("A part of it cannot be loaded").waitFor();
    await own.service.start();
    await page.getByRole("button", { name: "Try again" }).click();
    await page.locator("tbody tr").nth(99).waitFor();
  });

  it("keeps its other views when one of them fails", async () => {
    const { page } = await open("/#/operations", { url: own.url, expects: [/TypeError/, /at /] });
    await page.getByText("ingest simulate").waitFor();
    // An answer that no service of this version gives.
    const answers = /\/index-performance/;
    await page.route(answers, (route) => route.fulfill({ json: {} }));
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByText("The page has failed").waitFor();
    await page.getByRole("link", { name: "Composition" }).click();
    await page.locator("tbody tr").nth(99).waitFor();
    await page.unroute(answers);
    await page.reload();
    await page.getByRole("link", { name: "Overview" }).click();
    await page.getByText("in the range").waitFor();
  });

  it("is loaded anew when the service was renewed under it", async () => {
    const { page } = await open("/#/overview", { url: own.url, expects: [/404/] });
    await page.getByText("in the range").waitFor();
    // As after a deployment: the page names other files, and those of before are gone.
    await page.route(/composition-.*\.js$/, (route) => route.fulfill({ status: 404 }));
    await page.getByRole("link", { name: "Composition" }).click();
    await page.getByText("A part of it cannot be loaded").waitFor();
    await page.unroute(/composition-.*\.js$/);
    await page.route(
      (url) => url.pathname === "/",
      (route) => route.fulfill({ contentType: "text/html", body: "<script src=/app/other.js>" }),
      { times: 1 },
    );
    const loaded = page.waitForEvent("load");
    await page.getByRole("button", { name: "Try again" }).click();
    await loaded;
    await page.locator("tbody tr").nth(99).waitFor();
  });

  it("says what is down while the store is away", async () => {
    const expects = [/status of 50\d/, /ERR_/];
    const { page } = await open("/#/overview", { url: own.url, expects });
    await page.getByText("in the range").waitFor();
    await own.s3.stop();
    await page.getByRole("link", { name: "Data" }).click();
    await page.getByText("DEPENDENCY_DOWN").first().waitFor();
    await own.s3.start();
  });

  it("is still served without Redis and without S3, and told what is down", async () => {
    await own.redis.stop();
    await own.s3.stop();
    const { page } = await open("/", { url: own.url, expects: [/status of 50\d/, /ERR_/] });
    await page.locator("#main").waitFor();
    expect(await page.evaluate(asks, "/api/v1/health")).toBe(503);
    await page.getByText(/^store, .*: not up$/).waitFor({ state: "attached" });
    await page.getByRole("link", { name: "Data" }).click();
    for (const part of ["store", "cache"])
      await page
        .getByRole("listitem")
        .filter({ hasText: new RegExp(`^${part}down`) })
        .waitFor();
    await own.s3.start();
    await own.redis.start();
    await expect.poll(() => page.evaluate(asks, "/api/v1/health"), { timeout: 30_000 }).toBe(200);
  });
});
