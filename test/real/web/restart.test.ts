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
    await page.waitForFunction(() => document.querySelector("#app")?.children.length);
  });

  it("is still served without Redis and without S3, and told what is down", async () => {
    await own.redis.stop();
    await own.s3.stop();
    const { page } = await open("/", { url: own.url, expects: [/status of 50\d/, /ERR_/] });
    await page.waitForFunction(() => document.querySelector("#app")?.children.length);
    expect(await page.evaluate(asks, "/api/v1/health")).toBe(503);
    await own.s3.start();
    await own.redis.start();
    await expect.poll(() => page.evaluate(asks, "/api/v1/health"), { timeout: 30_000 }).toBe(200);
  });
});
