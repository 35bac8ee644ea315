// Feeds of the market stream by the command line, over a log that runs already.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { decodeFrame, type Frame } from "../../lib/stream/frame.ts";
import { type Stack, startStack } from "../../localstack/embedded/stack.ts";
import { kinesisClient, readFrom } from "../localstack/kinesis-direct.ts";
import { KEY, polygonStandIn, trade } from "../sources/feeds/polygon-stand-in.ts";
import { type Environment, equipoise, inProcess } from "./command.ts";

let home: string;
let stack: Stack;
let environment: Environment;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "equipoise-feed-"));
  stack = await startStack({ home, s3Port: 0, redisPort: 0, log: () => {} });
  environment = {
    EQUIPOISE_HOME: home,
    AWS_ENDPOINT_URL_S3: stack.s3.url,
    UPSTASH_REDIS_REST_URL: stack.redis.url,
  };
}, 60_000);

afterAll(async () => {
  await stack.close();
  rmSync(home, { recursive: true, force: true });
});

/** All frames of a producer that the log holds. */
async function framesOf(producer: string): Promise<Frame[]> {
  const client = kinesisClient(stack.s3.url);
  const records = await readFrom(client, "ticks");
  client.destroy();
  return records
    .map(({ Data }) => decodeFrame(Uint8Array.from(Data!)))
    .filter((frame): frame is Frame => typeof frame !== "string" && frame.producer === producer);
}

const rowsOf = (frames: readonly Frame[]) => frames.reduce((sum, { rows }) => sum + rows, 0);

/** A feed that goes on until it is told to stop. */
function running(args: readonly string[], settings: Environment = {}) {
  const { PATH = "", HOME = "" } = process.env;
  const child = spawn(process.execPath, ["cli/bin.mjs", "feed", ...args], {
    env: { PATH, HOME, TZ: "UTC", ...environment, ...settings },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const texts = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const)
    child[name].setEncoding("utf8").on("data", (text: string) => {
      texts[name] += text;
    });
  const closed = once(child, "close");
  const stop = async (signal: "SIGINT" | "SIGTERM") => {
    child.kill(signal);
    const [code] = await closed;
    return { code: code as number | null, ...texts };
  };
  return { stop, texts };
}

describe("equipoise feed", () => {
  it("replays files into the log and ends with them", async () => {
    const lines = Array.from({ length: 500 }, (_, n) => `${1_700_000_000_000 + n},AAA,1.5,${n}`);
    const file = join(home, "trades.csv");
    writeFileSync(file, `time,symbol,price,size\n${lines.join("\n")}\n`);
    const args = ["feed", "--source", "replay", "--files", file, "--speed", "max"];
    const ended = await equipoise(args, environment);
    expect({ code: ended.code, stderr: ended.stderr }).toMatchObject({ code: 0 });
    expect(ended.stdout).toMatch(/replay {2}[\d,]+ ticks\/s {2}500 read {2}500 stored\n$/);
    const frames = await framesOf("replay/0");
    expect(rowsOf(frames)).toBe(500);
    expect(frames[0]).toMatchObject({ isLive: false, number: 1, symbols: ["AAA"] });
  });

  it("simulates until it is stopped, and stores what it has read first", async () => {
    const feed = running(["--source", "simulate", "--rate", "2000", "--symbols", "aaa,bbb"]);
    await expect
      .poll(async () => rowsOf(await framesOf("simulate/0")), { timeout: 15_000 })
      .toBeGreaterThan(500);
    const { code, stdout, stderr } = await feed.stop("SIGINT");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).toContain("stopping: what was read is stored first");
    const [, read, stored] = / ([\d,]+) read {2}([\d,]+) stored\n$/.exec(stdout)!;
    expect(read).toBe(stored);
    const frames = await framesOf("simulate/0");
    expect(rowsOf(frames)).toBe(Number(read!.replaceAll(",", "")));
    expect(frames.map(({ number }) => number)).toEqual(frames.map((_, at) => at + 1));
    expect(new Set(frames.flatMap(({ symbols }) => symbols))).toEqual(new Set(["AAA", "BBB"]));
    expect(frames.every(({ isLive, clockMs }) => isLive && clockMs !== null)).toBe(true);
    // Nothing waits on disk.
    expect(readdirSync(join(home, "feed-spill", "simulate"), { recursive: true })).toEqual([]);
  });

  it("listens to a vendor at the address of the settings", async () => {
    const vendor = await polygonStandIn();
    const settings = { POLYGON_API_KEY: KEY, POLYGON_WS_URL: vendor.url };
    const feed = running(["--source", "polygon", "--symbols", "AAPL", "--lanes", "3"], settings);
    const visitor = await vendor.visitor(1);
    await vendor.until(() => visitor.heard.length === 2);
    visitor.send([trade(), trade()]);
    const lanes = ["polygon/0", "polygon/1", "polygon/2"];
    const stored = async () => rowsOf((await Promise.all(lanes.map(framesOf))).flat());
    await expect.poll(stored, { timeout: 15_000 }).toBe(2);
    const { code, stderr } = await feed.stop("SIGTERM");
    expect({ code, stderr }).toMatchObject({ code: 0 });
    expect(stderr).not.toContain(KEY);
  });

  it("ends with what a vendor says of a wrong key", async () => {
    const vendor = await polygonStandIn();
    const settings = { ...environment, POLYGON_API_KEY: "wr0ng", POLYGON_WS_URL: vendor.url };
    const ended = await equipoise(["feed", "--source", "polygon"], settings);
    expect(ended.code).toBe(2);
    expect(ended.stderr).toMatch(/VENDOR_REFUSED: polygon refused the feed: auth_failed/);
    expect(ended.stderr).not.toContain("wr0ng");
  });

  it.each([
    [[], /--source is required; known are simulate, replay, polygon/],
    [["--source", "bloomberg"], /--source was "bloomberg"/],
    [["--source", "replay"], /needs files of trades/],
    [["--source", "replay", "--rate", "5"], /--rate means nothing to --source replay/],
    [["--source", "replay", "--files", "x.csv", "--symbols", "A"], /--symbols means nothing/],
    [["--source", "simulate", "--rate", "0"], /--rate must be a whole number from 1 up/],
    [["--source", "replay", "--files", "x.csv", "--speed", "0"], /--speed must be max or a number/],
    [["--source", "simulate", "--shape", "v"], /--shape must be flat or u/],
    [["--source", "simulate", "--lanes", "0"], /--lanes must be a whole number from 1 up/],
    [["--source", "finage", "--symbols", "A"], /finage needs a key: set FINAGE_API_KEY/],
    [["--source", "alpaca"], /alpaca needs a key/],
    [["--source", "fmp", "--symbols", "A"], /fmp needs a key/],
    [["--source", "alpha-vantage", "--symbols", "A"], /alpha-vantage needs a key/],
  ])("refuses %j", async (args, message) => {
    const { code, stderr } = await inProcess("feed", ...args);
    expect(stderr).toMatch(message);
    expect(code).toBe(2);
  });
});
