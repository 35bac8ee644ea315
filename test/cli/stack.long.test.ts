// A command needs no service: it brings S3 and Redis along, or shares those of another process.
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { localStack } from "../../cli/stack.ts";
import { probeS3 } from "../../localstack/embedded/probe.ts";
import { startLocal } from "../../localstack/start.ts";
import { equipoise } from "./command.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "equipoise-cli-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

const settings = () => ({ EQUIPOISE_HOME: home, S3_PORT: "0", REDIS_PORT: "0" });
const small = ["--from", "2024-12-02", "--to", "2024-12-13", "--json"];

it("two processes share a home, whichever ends first", async () => {
  // The one that started the parts may be done long before the other: that one then goes on with parts of its own.
  const ended = await Promise.all([
    equipoise(["seed", "--tickers", "3", ...small], { ...settings(), BUCKET: "first" }),
    equipoise(["seed", "--tickers", "40", ...small], { ...settings(), BUCKET: "second" }),
  ]);
  expect(ended.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
    { code: 0, stderr: "" },
    { code: 0, stderr: "" },
  ]);
  expect(existsSync(join(home, "embedded.lock"))).toBe(false);
});

it("what one process has stored the next one finds, until the home is emptied", async () => {
  await equipoise(["seed", "--tickers", "3", ...small], settings());
  const found = await equipoise(["changes", "--json"], settings());
  expect(JSON.parse(found.stdout)).toMatchObject({ index: "top100-ew" });
  const running = await startLocal({ ...settings() }, () => {});
  const refused = await equipoise(["reset"], settings());
  expect(refused).toMatchObject({ code: 5, stdout: "" });
  expect(refused.stderr).toMatch(new RegExp(`^PORT_TAKEN: process ${process.pid} .*s3 \\d+`));
  await running?.close();
  expect(await equipoise(["reset"], settings())).toMatchObject({ code: 0, stderr: "" });
  expect(existsSync(join(home, "s3"))).toBe(false);
});

it("takes the parts over, on the same ports, when the process that ran them ends", async () => {
  const owner = await startLocal({ ...settings() }, () => {});
  const environment: Record<string, string | undefined> = { ...settings() };
  const joined = await localStack(environment);
  const url = environment.AWS_ENDPOINT_URL_S3!;
  expect(url).toBe(owner?.s3.url);
  await owner?.close();
  await expect.poll(() => probeS3(url), { timeout: 3_000 }).toEqual({ state: "running" });
  await joined.close();
  expect(await probeS3(url)).toEqual({ state: "absent" });
});
