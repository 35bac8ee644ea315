// Vendors through the command line: no network, no key, refusals, limits and broken answers each end in one sentence and
// an exit code, and what one symbol lacks is told beside what the others gave.
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IngestSummary } from "../../lib/jobs/ingest.ts";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import { isoDay } from "../../lib/time.ts";
import { type Stack, startStack } from "../../localstack/embedded/stack.ts";
import { filesUnder } from "../files.ts";
import { alphaVantageStub, KEY, sentences } from "../sources/stubs/alpha-vantage.ts";
import { POLYGON_TEST_KEY, polygonStub } from "../sources/stubs/polygon.ts";
import type { StubAnswer, StubRequest } from "../sources/stubs/vendor-stub.ts";
import { openingSeconds, yahooStub } from "../sources/stubs/yahoo.ts";
import { type Ended, type Environment, equipoise, inProcess } from "./command.ts";

/** Time passes ten times as fast there. */
const HASTE = { NODE_OPTIONS: `--import=${new URL("haste.ts", import.meta.url)}` };
const DAYS = ["--from", "2024-01-02", "--to", "2024-01-31", "--min-days", "1"];
type Flags = [string, ...string[]];
const yahooFlags = (...tickers: string[]): Flags => [
  ...(["ingest", "--source", "yahoo", "--tickers", tickers.join(","), ...DAYS] as const),
];

let folder: string;
let stack: Stack;
let environment: Environment;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "equipoise-vendors-"));
  stack = await startStack({ home: join(folder, "home"), s3Port: 0, redisPort: 0, log: () => {} });
  environment = {
    ...HASTE,
    EQUIPOISE_HOME: join(folder, "home"),
    AWS_ENDPOINT_URL_S3: stack.s3.url,
    UPSTASH_REDIS_REST_URL: stack.redis.url,
  };
  Object.assign(process.env, environment, { NODE_OPTIONS: "", LOG_LEVEL: "silent" });
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

let buckets = 0;
/** On the stack of them all, in a bucket of its own. */
const run = (args: readonly string[], settings: Environment): Promise<Ended> =>
  equipoise(args, { ...environment, BUCKET: `vendors-${++buckets}`, ...settings });

/** An address of this machine where nobody listens. */
async function closedUrl(): Promise<string> {
  const server = createServer();
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  const { port } = server.address() as AddressInfo;
  await new Promise((closed) => server.close(closed));
  return `http://127.0.0.1:${port}`;
}

/** Every file of a home with the hash of its bytes. */
const contentsOf = (home: string): Map<string, string> =>
  new Map(
    filesUnder(home, "").map((path) => [
      path.slice(home.length + 1),
      createHash("sha256").update(readFileSync(path)).digest("hex"),
    ]),
  );

/** The keys of the objects that were stored since, told by the records they begin with. */
const addedTo = (home: string, before: ReadonlyMap<string, string>): string[] =>
  [...contentsOf(home).keys()]
    .filter((path) => !before.has(path) && path.includes("/objects/"))
    .map((path) => /^\{"key":"([^"]+)"/.exec(readFileSync(join(home, path), "utf8"))?.[1] ?? path);

describe("a newcomer without network", () => {
  /** Asks in vain, from a home as it stands. */
  async function unanswered(settings: Environment, home: string): Promise<void> {
    const before = contentsOf(home);
    const url = await closedUrl();
    const ended = await equipoise(yahooFlags("AAPL", "MSFT"), { ...settings, YAHOO_URL: url });
    expect(lineOf(ended)).toMatch(
      /^5 DEPENDENCY_DOWN: yahoo did not answer GET .*AAPL: fetch failed \(ECONNREFUSED\), in 6 attempts /,
    );
    const after = contentsOf(home);
    for (const [path, hash] of before) expect(after.get(path), path).toBe(hash);
    expect(addedTo(home, before), "only the record of the run").toEqual([
      expect.stringMatching(/^runs\/[^/]+\.json$/),
    ]);
  }

  it("gets one sentence and exit code 5, and no market changes, be there one or none", async () => {
    const homeIn = (name: string) => {
      const home = join(folder, name);
      return { home, settings: { ...HASTE, EQUIPOISE_HOME: home, S3_PORT: "0", REDIS_PORT: "0" } };
    };
    const [empty, seeded] = [homeIn("empty"), homeIn("seeded")];
    const seed = async () => {
      const flags = ["seed", "--tickers", "3", "--from", "2024-12-02", "--to", "2024-12-13"];
      expect(await equipoise(flags, seeded.settings)).toMatchObject({ code: 0, stderr: "" });
      await unanswered(seeded.settings, seeded.home);
    };
    await Promise.all([seed(), unanswered(empty.settings, empty.home)]);
  });
});

/** Of a failed command: the line on stderr. Neither it nor anything else may hold a key. */
function lineOf(ended: Ended): string {
  expect(ended.stdout).toBe("");
  expect(ended.stderr).toMatch(/^[^\n]+\n$/);
  for (const key of [POLYGON_TEST_KEY, KEY]) expect(ended.stderr).not.toContain(key);
  return `${ended.code} ${ended.stderr.trim()}`;
}

describe("a vendor with a key", () => {
  const flags = (source: string): Flags => [
    ...(["ingest", "--source", source, "--tickers", "AAA", ...DAYS] as const),
  ];

  it("ends with 2 and names the setting when the key is missing", async () => {
    const missing: Ended[] = [];
    for (const args of [
      flags("polygon"),
      flags("alpha-vantage"),
      [...yahooFlags("AAA"), "--shares", "sec-edgar"] satisfies Flags,
    ]) {
      missing.push(await inProcess(...args));
    }
    expect(missing.map(lineOf)).toEqual([
      expect.stringMatching(/^2 VENDOR_REFUSED: polygon needs a key: set POLYGON_API_KEY to /),
      expect.stringMatching(
        /^2 VENDOR_REFUSED: alpha-vantage needs a key: set ALPHA_VANTAGE_API_KEY/,
      ),
      expect.stringMatching(/^2 VENDOR_REFUSED: sec-edgar must know who asks: set SEC_CONTACT to /),
    ]);
  });

  it("ends with what the vendor said when it refuses the key or its limit is used up", async () => {
    const polygon = await polygonStub({});
    const alphaVantage = await alphaVantageStub({
      daily: {},
      instead: () => ({ json: sentences.aDay }),
    });
    const ended = await Promise.all([
      run(flags("polygon"), { POLYGON_API_KEY: "wr0ng", POLYGON_URL: polygon.url }),
      run(flags("alpha-vantage"), {
        ALPHA_VANTAGE_API_KEY: KEY,
        ALPHA_VANTAGE_URL: alphaVantage.url,
      }),
    ]);
    const lines = ended.map(lineOf);
    expect(lines.join()).not.toContain("wr0ng");
    expect(lines).toEqual([
      expect.stringMatching(/^2 VENDOR_REFUSED: polygon refused .* 401 .*POLYGON_API_KEY/),
      expect.stringMatching(
        /^5 DEPENDENCY_DOWN: alpha-vantage did not answer .*429.* 25 requests per day/,
      ),
    ]);
  });
});

const SESSIONS = sessionsBetween(20240102, 20240131);
const CHART = {
  bars: SESSIONS.map(
    (date, at) => [isoDay(date), 10 + at, 11 + at, 9 + at, 10 + at, 1000] as const,
  ),
};
const QUOTE = { regularMarketTime: openingSeconds("2024-01-31"), marketCap: 3e9, exchange: "NMS" };

/** Yahoo that knows AAA and BBB, and answers for others as it is told. */
const yahooWith = (instead: (request: StubRequest, ticker: string) => StubAnswer | undefined) =>
  yahooStub({
    charts: { AAA: CHART, BBB: CHART },
    quotes: { AAA: QUOTE, BBB: QUOTE },
    instead: (request) => instead(request, request.path.split("/").at(-1)!),
  });

const summaryOf = ({ code, stdout, stderr }: Ended): IngestSummary => {
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  return JSON.parse(stdout);
};

describe("a vendor that answers in its moods", () => {
  it("is asked again when it is busy or broken, and what each symbol lacks is told", async () => {
    const faults: Readonly<Record<string, StubAnswer>> = {
      GARBAGE: { text: '{"chart":{"result":[{' },
      SCHEMA: { json: { chart: { result: [{ meta: {}, prices: [] }], error: null } } },
      CUT: { fault: "cut" },
    };
    const times: number[] = [];
    const { url } = await yahooWith((_, ticker) => {
      if (ticker !== "AAA") return faults[ticker];
      times.push(Date.now());
      if (times.length === 1) return { status: 429, headers: { "retry-after": "5" } };
      return times.length === 2 ? { status: 500, text: "oops" } : undefined;
    });
    const flags = [...yahooFlags("AAA", "GARBAGE", "SCHEMA", "CUT", "GONE", "BBB"), "--json"];
    const summary = summaryOf(await run(flags, { YAHOO_URL: url }));
    expect(summary).toMatchObject({
      outcome: "committed",
      available: { first: "2024-01-02", last: "2024-01-31" },
      rows_accepted: 2 * SESSIONS.length,
      rows_read: 2 * SESSIONS.length,
    });
    const told = summary.first_failures.slice(0, 4);
    expect(told.map(({ ticker, reason }) => `${ticker} ${reason}`)).toEqual(
      ["GARBAGE", "SCHEMA", "CUT", "GONE"].map((ticker) => `${ticker} VENDOR_ANSWER`),
    );
    expect(times[1]! - times[0]!, "five seconds of a hasty clock").toBeGreaterThanOrEqual(490);
  });

  it("ends with one sentence when nothing of it is right, and when it dies half way", async () => {
    const dead = (answer: StubAnswer) => (_: StubRequest, ticker: string) =>
      ticker === "AAA" ? undefined : answer;
    const stubs = await Promise.all([
      yahooWith(() => ({ text: "<html>Will be right back</html>" })),
      yahooWith(dead({ fault: "refuse" })),
    ]);
    const ended = await Promise.all(
      stubs.map(({ url }) => run(yahooFlags("AAA", "BBB"), { YAHOO_URL: url })),
    );
    expect(ended.map(lineOf)).toEqual([
      expect.stringMatching(/^5 VENDOR_ANSWER: yahoo answered .* wrongly: /),
      expect.stringMatching(/^5 DEPENDENCY_DOWN: yahoo did not answer .*BBB: fetch failed /),
    ]);
  });

  it("is not asked for days of which it knows nothing", async () => {
    const line = lineOf(await inProcess("ingest", "--source", "nasdaq-api", ...DAYS));
    expect(line).toMatch(/^2 BAD_REQUEST: nasdaq-api knows no day but today, /);
  });
});
