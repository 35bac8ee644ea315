// The commands against a stack that runs already: what they print, and the code they end with.
import { execFileSync } from "node:child_process";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3Objects } from "../../lib/edge/s3.ts";
import { type Stack, startStack } from "../../localstack/embedded/stack.ts";
import { bodyOf, call } from "../edge/call.ts";
import { type Ended, type Environment, equipoise, inProcess } from "./command.ts";

const SEED = ["seed", "--tickers", "30", "--from", "2024-11-01", "--to", "2024-12-31"];
const DECEMBER = ["--start-date", "2024-12-02", "--end-date", "2024-12-31"];

/** A Node before 24 on this machine, as npm may run on one; without it the test that needs it is skipped. */
const OLDER_NODE = (process.env.PATH ?? "")
  .split(delimiter)
  .map((folder) => join(folder, "node"))
  .find((file) => {
    if (!existsSync(file)) return false;
    const version = execFileSync(file, ["--version"], { encoding: "utf8" });
    return Number(/^v(\d+)/.exec(version)?.[1]) < 24;
  });

let home: string;
let stack: Stack;
let environment: Environment;
let seeded: Ended;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "equipoise-cli-"));
  stack = await startStack({ home, s3Port: 0, redisPort: 0, log: () => {} });
  environment = {
    EQUIPOISE_HOME: home,
    AWS_ENDPOINT_URL_S3: stack.s3.url,
    UPSTASH_REDIS_REST_URL: stack.redis.url,
  };
  seeded = await equipoise(SEED, environment);
  // The functions in this process read the same store.
  Object.assign(process.env, environment, { LOG_LEVEL: "silent" });
}, 60_000);

afterAll(async () => {
  await stack.close();
  rmSync(home, { recursive: true, force: true });
});

const run = (...args: string[]) => equipoise(args, environment);
/** Commands that ask different things run at once: each is a process that mostly starts. */
const all = (...commands: (readonly string[])[]) =>
  Promise.all(commands.map((args) => equipoise(args, environment)));

describe("help", () => {
  it("names every command, and each command its flags", async () => {
    const [plain, build, none, topic] = await all(
      ["--help"],
      ["build", "--help"],
      [],
      ["help", "seed"],
    );
    for (const name of ["ingest", "build", "performance", "export", "verify", "seed", "reset"]) {
      expect(plain?.stdout).toContain(`\n  ${name} `);
    }
    expect(build?.stdout).toContain("--max-stale-days");
    expect(topic?.stdout).toContain("--tickers");
    expect([plain, build, none, topic].map((ended) => ended?.code)).toEqual([0, 0, 2, 0]);
  });

  it.skipIf(OLDER_NODE === undefined)("is also given when started by an older Node", async () => {
    const ended = await equipoise(["--help"], {}, OLDER_NODE);
    expect(ended).toMatchObject({ code: 0, stderr: "" });
  });
});

describe("seed", () => {
  it("loads a simulated market and builds the default index over it", () => {
    expect(seeded).toMatchObject({ code: 0, stderr: "" });
    expect(seeded.stdout).toMatch(/market +2024-11-01 to 2024-12-31/);
    expect(seeded.stdout).toMatch(/index +top100-ew/);
    expect(seeded.stdout).toContain("SIMULATED_DATA");
  });

  it("changes nothing the second time, and refuses to mix in another simulation", async () => {
    const [name = "", ...flags] = SEED;
    const again = await inProcess(name, ...flags, "--json");
    const other = await inProcess(name, ...flags, "--seed", "8");
    expect(again.code).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      market: "kept",
      ingest: null,
      index: { days_built: 0 },
    });
    expect(other).toMatchObject({ code: 4, stdout: "" });
    expect(other.stderr).toMatch(/^MARKET_EXISTS: .*"seed":7.*\n$/);
  });
});

describe("reading commands", () => {
  it("print exactly the body of their endpoint with --json", async () => {
    const range = "start_date=2024-12-02&end_date=2024-12-31";
    const printed = [
      await run("performance", ...DECEMBER, "--benchmark", "cap_weighted", "--json"),
      await inProcess("composition", "--date", "2024-12-31", "--reserve", "2", "--json"),
      await inProcess("changes", ...DECEMBER, "--json"),
      await inProcess("universe", "--date", "2024-12-31", "--limit", "5", "--json"),
    ];
    const answers = [
      await call(
        (await import("../../functions/index/performance.ts")).handler,
        `GET /index-performance?${range}&benchmark=cap_weighted`,
      ),
      await call(
        (await import("../../functions/index/composition.ts")).handler,
        "GET /index-composition?date=2024-12-31&reserve=2",
      ),
      await call(
        (await import("../../functions/index/changes.ts")).handler,
        `GET /composition-changes?${range}`,
      ),
      await call(
        (await import("../../functions/market/universe.ts")).handler,
        "GET /api/v1/universe?date=2024-12-31&limit=5",
      ),
    ];
    expect(printed.map(({ stdout }) => stdout)).toEqual(answers.map(({ body }) => `${body}\n`));
  });

  it("print tables for people", async () => {
    const printed = async (name: string, ...args: string[]) =>
      (await inProcess(name, ...args)).stdout;
    const performed = await printed("performance", ...DECEMBER);
    const composed = await printed("composition", "--date", "2024-12-31", "--reserve", "1");
    const changed = await printed("changes");
    const listed = await printed("universe", "--date", "2024-12-31", "--limit", "2");
    expect(listed).toMatch(/^2024-12-31: \d+ securities, 2 shown\nticker +security/);
    expect(listed).toMatch(/\nmore: --cursor \S+\n/);
    expect(performed).toMatch(/^2024-12-31 +[\d,]+\.\d{4} +-?\d+\.\d\d %/m);
    expect(performed).toMatch(/^max_drawdown +-0\.\d{6}$/m);
    expect(composed).toMatch(/^ +1 +[A-Z]+ /m);
    expect(changed).toMatch(/^top100-ew: \d+ days with a change/);
    expect([performed, composed, changed].map((text) => text.includes("SIMULATED_DATA"))).toEqual([
      true,
      true,
      true,
    ]);
  });
});

describe("build", () => {
  it("takes the rules of an index as flags, and answers as the endpoint does", async () => {
    const rules = ["--size", "5", "--rebalance", "monthly", "--one-per-issuer", "false"];
    const own = [...rules, "--return-type", "total", "--countries", "United States,Bermuda"];
    const built = await inProcess("build", "--id", "five", ...own, ...DECEMBER, "--json");
    expect(built).toMatchObject({ code: 0, stderr: "" });
    const target = { start_date: "2024-12-02", end_date: "2024-12-31", index: "five" };
    const { handler } = await import("../../functions/index/build.ts");
    const answer = bodyOf(
      await call(handler, "POST /build-index", { body: JSON.stringify(target) }),
    );
    const { build_ms: _, days_built: days, ...body } = JSON.parse(built.stdout);
    expect(days).toBe(21);
    expect(answer).toMatchObject({ ...body, days_built: 0 });
  });
});

describe("exit codes", () => {
  it("say whose turn it is, with one line that says why", async () => {
    const commands: [number, string, string[]][] = [
      [2, "BAD_REQUEST: there is no command", ["rebuild"]],
      [2, "RANGE_OUTSIDE_DATA", ["build", "--start-date", "2010-01-04"]],
      [
        3,
        "previous_trading_day 2024-12-24; next_trading_day 2024-12-26",
        ["composition", "--date", "2024-12-25"],
      ],
      [2, "RESERVED_INDEX_ID", ["build", "--id", "top50-ew", "--size", "3", ...DECEMBER]],
      [3, "UNKNOWN_INDEX", ["performance", "--index", "nobody"]],
      [4, "INDEX_EXISTS", ["build", "--id", "top100-ew", "--size", "3", ...DECEMBER]],
    ];
    for (const [i, [code, line, args]] of commands.entries()) {
      const [name = "", ...flags] = args;
      // The first two as a terminal has them: the others end as their code in the same process.
      const ended = await (i < 2 ? equipoise(args, environment) : inProcess(name, ...flags));
      expect(ended).toMatchObject({ code, stdout: "" });
      expect(ended.stderr).toContain(line);
      expect(ended.stderr.trimEnd().split("\n")).toHaveLength(1);
    }
  });

  it("5 when something else listens where S3 should be, or a setting is wrong 2", async () => {
    const stranger = createServer((_, response) => response.end("hello"));
    await new Promise<void>((resolve) => stranger.listen(0, "127.0.0.1", resolve));
    const { port } = stranger.address() as AddressInfo;
    const foreign = { EQUIPOISE_HOME: join(home, "none"), S3_PORT: String(port), REDIS_PORT: "0" };
    const [taken, bad] = await Promise.all([
      equipoise(["changes"], foreign),
      equipoise(["changes"], { ...environment, PORT: "many" }),
    ]);
    stranger.close();
    expect(taken).toMatchObject({ code: 5, stdout: "" });
    expect(taken.stderr).toMatch(/^PORT_TAKEN: .*S3/);
    expect(bad).toMatchObject({ code: 2, stdout: "" });
    expect(bad.stderr).toContain('PORT must be a whole number from 0 to 65535, was "many"');
  });
});

describe("export", () => {
  it("saves the workbook, or prints its link", async () => {
    const folder = mkdtempSync(join(home, "out-"));
    const saved = await run("export", ...DECEMBER, "--output", folder);
    const linked = await inProcess("export", ...DECEMBER, "--json");
    expect(saved).toMatchObject({ code: 0, stderr: "" });
    expect(readdirSync(folder)).toEqual(["top100-ew_2024-12-02_2024-12-31.xlsx"]);
    const bytes = readFileSync(join(folder, "top100-ew_2024-12-02_2024-12-31.xlsx"));
    expect(bytes.subarray(0, 2).toString()).toBe("PK");
    const answer = JSON.parse(linked.stdout);
    expect(answer).toMatchObject({
      bytes: bytes.length,
      url: expect.stringContaining(stack.s3.url),
    });
  });
});

describe("verify", () => {
  it("finds everything in order, and names a part that was damaged", async () => {
    const good = await inProcess("verify");
    expect(good.code).toBe(0);
    expect(good.stdout).toMatch(/^(\d) of \1 indices are what their market gives$/m);
    const bucket = { ...environment, BUCKET: "damaged" };
    const span = ["--from", "2024-12-02", "--to", "2024-12-06"];
    await equipoise(["seed", "--tickers", "3", ...span], bucket);
    const credentials = { accessKeyId: "test", secretAccessKey: "test" };
    const objects = s3Objects({ bucket: "damaged", endpoint: stack.s3.url, credentials });
    const parts = (await objects.list("images/market/")).filter(({ key }) => key.endsWith(".zst"));
    for (const { key } of parts) await objects.put(key, Buffer.from("damaged"));
    const bad = await equipoise(["verify"], bucket);
    expect(bad.code).toBe(1);
    expect(bad.stdout).toMatch(/^WRONG {2}market\/caps\/2024-12: it must have \d+ bytes, was 7$/m);
  });
});
