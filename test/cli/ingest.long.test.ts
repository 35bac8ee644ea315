// Files as users bring them: good ones are loaded, broken ones end the job with nothing published, and bad rows are
// set aside with their reason.
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, it } from "vitest";
import { sessionsBetween } from "../../lib/market/sessions.ts";
import { isoDay } from "../../lib/time.ts";
import { type Stack, startStack } from "../../localstack/embedded/stack.ts";
import { type Ended, type Environment, equipoise, inProcess } from "./command.ts";

const HEADER = "date,ticker,open,high,low,close,volume,market_cap";
const DAYS = sessionsBetween(20240201, 20240331).map(isoDay);
const ROWS = DAYS.flatMap((day, i) =>
  ["AAA", "BBB", "CCC"].map((ticker, n) => {
    const close = 10 + n + i / 4;
    return `${day},${ticker},${close},${close + 1},${close - 1},${close},1000,${close * 1e6}`;
  }),
);
const GOOD = `${[HEADER, ...ROWS].join("\n")}\n`;

let folder: string;
let stack: Stack;
let environment: Environment;
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content);
  return join(folder, name);
};

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "equipoise-cli-"));
  const home = join(folder, "home");
  stack = await startStack({
    home,
    s3Port: 0,
    redisPort: 0,
    buckets: ["equipoise"],
    log: () => {},
  });
  environment = {
    EQUIPOISE_HOME: home,
    AWS_ENDPOINT_URL_S3: stack.s3.url,
    UPSTASH_REDIS_REST_URL: stack.redis.url,
  };
  Object.assign(process.env, environment, { LOG_LEVEL: "silent" });
});
afterAll(async () => {
  await stack.close();
  rmSync(folder, { recursive: true, force: true });
});

/** Each job has a bucket of its own, so that they run side by side. */
let buckets = 0;
const ingest = (...args: string[]): Promise<Ended> =>
  equipoise(["ingest", ...args], { ...environment, BUCKET: `ingest-${++buckets}` });

/** A job that fails, in this process: what it might publish lands in the bucket of them all. */
const refused = (...args: string[]): Promise<Ended> => inProcess("ingest", ...args);

async function expectNothingPublished(): Promise<void> {
  const { world } = await import("../../lib/world.ts");
  const published = await world.objects.list("images/market/");
  expect(published.filter(({ key }) => key.endsWith("manifest.json"))).toEqual([]);
}

const csv = (...paths: string[]) => [
  "--source",
  "csv",
  ...paths.flatMap((path) => ["--path", path]),
];

it("loads files and patterns, packed or not, and says what came of it", async () => {
  mkdirSync(join(folder, "many"));
  const half = ROWS.length / 2;
  writeFileSync(join(folder, "many", "1.csv"), `${[HEADER, ...ROWS.slice(0, half)].join("\n")}\n`);
  const second = `${[HEADER, ...ROWS.slice(half)].join("\n")}\n`;
  writeFileSync(join(folder, "many", "2.csv.gz"), gzipSync(second));
  const actions = file(
    "actions.csv",
    "date,ticker,action,value,new_ticker\n2024-03-01,AAA,split,2,\n",
  );
  const [plain, json] = await Promise.all([
    ingest(...csv(file("good.csv", GOOD))),
    ingest(...csv(join(folder, "many", "*")), "--actions", actions, "--json"),
  ]);
  expect(plain).toMatchObject({ code: 0, stderr: "" });
  expect(plain.stdout).toMatch(/market +2024-02-01 to 2024-03-28/);
  expect(plain.stdout).toMatch(/rows +120 taken of 120 read/);
  expect(JSON.parse(json.stdout)).toMatchObject({
    outcome: "committed",
    rows_accepted: 120,
    days: 40,
  });
});

it("ends with 2 and publishes nothing for a file that is not what it should be", async () => {
  const packed = gzipSync(GOOD);
  const broken = gzipSync(Buffer.alloc(50_000, GOOD)).subarray(0, 300);
  const cases: [string, string[]][] = [
    ["does not exist; expected a file or a pattern", csv(join(folder, "nothing.csv"))],
    [`no file matches "${join(folder, "*.nothing")}"`, csv(join(folder, "*.nothing"))],
    ["header", csv(file("header.csv", GOOD.replace("close", "price")))],
    ["whole gzip file", csv(file("cut.csv.gz", packed.subarray(0, packed.length - 20)))],
    ["whole gzip file", csv(file("cut-early.csv.gz", broken))],
    ["json", ["--source", "nasdaq-screener", "--path", file("raw.json", '[{"symbol": "A", ')]],
  ];
  const whole = await ingest(...cases.at(-1)![1]);
  expect(whole).toMatchObject({ code: 2, stdout: "" });
  for (const [line, args] of cases) {
    const ended = await refused(...args);
    expect(ended, line).toMatchObject({ code: 2, stdout: "" });
    expect(ended.stderr).toMatch(/^BAD_FILE: [^\n]*\n$/);
    expect(ended.stderr.toLowerCase()).toContain(line.toLowerCase());
  }
  await expectNothingPublished();
});

it("refuses a directory and lists what could be meant", async () => {
  const directory = join(folder, "directory");
  mkdirSync(directory);
  for (const name of ["b.csv.gz", "a.csv", "notes.txt"]) writeFileSync(join(directory, name), "");
  const { code, stderr } = await refused(...csv(directory));
  expect(code).toBe(2);
  expect(stderr).toContain(`it holds ${join(directory, "a.csv")}, ${join(directory, "b.csv.gz")}`);
  expect(stderr).not.toContain("notes.txt");
});

it("sets bad rows aside with file, line and reason, and takes none of them when told to be strict", async () => {
  const lines = [...ROWS];
  lines.splice(
    2,
    0,
    "2024-02-30,AAA,1,1,1,1,1,1",
    "2024-02-01,DDD,1,1,1,ten,1,1",
    "2024-02-01,DDD,1,1,1,-1,1,1",
    "2024-02-19,DDD,1,1,1,1,1,1",
    "2024-02-01,DDD,1,1",
  );
  lines.push(ROWS[0]!);
  const bad = file("bad.csv", `${[HEADER, ...lines].join("\n")}\n`);
  const lenient = await ingest(...csv(bad));
  const strict = await refused(...csv(bad), "--strict");
  expect(lenient.code).toBe(0);
  expect(lenient.stdout).toMatch(
    /quarantined +6: 1 BAD_DATE, 1 BAD_NUMBER, 1 NEGATIVE_PRICE, 1 SHORT_ROW, 1 NON_SESSION, 1 DUPLICATE_ROW/,
  );
  expect(lenient.stdout).toContain(
    `${bad} line 4: the date is no day of the form YYYY-MM-DD (BAD_DATE)`,
  );
  expect(strict).toMatchObject({ code: 2, stdout: "" });
  await expectNothingPublished();
  expect(strict.stderr).toBe(
    `BAD_FILE: ${bad} line 4: the date is no day of the form YYYY-MM-DD (BAD_DATE)\n`,
  );
});

it("publishes nothing below the sessions a market must have: by flag, by setting, else 30", async () => {
  const good = file("days.csv", GOOD);
  const few = [...csv(good), "--from", "2024-03-01"];
  const short = await refused(...few);
  const taken = await ingest(...few, "--min-days", "20");
  const [byEnvironment, byFlag] = await Promise.all([
    equipoise(["ingest", ...few], { ...environment, BUCKET: "ingest-few", MIN_DAYS: "20" }),
    equipoise(["ingest", ...few, "--min-days", "21"], { ...environment, MIN_DAYS: "20" }),
  ]);
  expect(short.code).toBe(2);
  await expectNothingPublished();
  expect(short.stderr).toMatch(
    /^TOO_FEW_SESSIONS: the market would hold 20 sessions, at least 30 /,
  );
  expect(taken.code).toBe(0);
  expect(taken.stdout).toMatch(/market +2024-03-01 to 2024-03-28/);
  expect(byEnvironment, "the setting is the default of the flag").toMatchObject({ code: 0 });
  expect(byFlag, "the flag wins over the setting").toMatchObject({ code: 2 });
  expect(byFlag.stderr).toMatch(/holds? 20 sessions, at least 21 /);
});

it("loads files that lie in a bucket, and says what is wrong with a name that means none", async () => {
  const { world } = await import("../../lib/world.ts");
  await world.objects.put("daily/good.csv.gz", gzipSync(GOOD));
  const taken = await ingest(...csv("s3://equipoise/daily/"));
  const missing = await refused(...csv("s3://equipoise/weekly/"));
  expect(taken).toMatchObject({ code: 0, stderr: "" });
  expect(taken.stdout).toMatch(/rows +120 taken of 120 read/);
  expect(missing).toMatchObject({ code: 2, stdout: "" });
  expect(missing.stderr).toMatch(
    /^BAD_FILE: "s3:\/\/equipoise\/weekly\/" is no object, and none lies below it; expected /,
  );
});

it("lets a higher source's values stand, by flag or by setting, and counts them", async () => {
  const bucket = { ...environment, BUCKET: "ingest-ranked" };
  const capture = file(
    "capture.csv",
    [
      "session_date,exchange,symbol,last,net_change,pct_change,volume,market_cap",
      ...DAYS.map((day) => `${day},NYSE,AAA,99,0,0,7,700`),
    ].join("\n"),
  );
  const few = ["--min-days", "1", "--gate", "off"];
  const ranks = "csv,nasdaq-screener;market_cap:nasdaq-screener,csv";
  const screener = ["ingest", "--source", "nasdaq-screener", "--path", capture, ...few];
  await equipoise(["ingest", ...csv(file("ranked.csv", GOOD)), ...few], bucket);
  const flagged = await equipoise([...screener, "--precedence", ranks], bucket);
  const setting = { ...bucket, SOURCE_PRECEDENCE: ranks };
  const set = await equipoise([...screener, "--json"], setting);
  expect(flagged).toMatchObject({ code: 0, stderr: "" });
  expect(flagged.stdout).toMatch(/kept +of higher sources 80: 40 close, 40 volume/);
  expect(JSON.parse(set.stdout)).toMatchObject({
    outcome: "unchanged",
    kept_by_precedence: { close: 40, volume: 40, market_cap: 0 },
  });
  const wrong = await refused(...csv(file("wrong.csv", GOOD)), "--precedence", "csv,,yahoo");
  expect(wrong).toMatchObject({ code: 2, stdout: "" });
  expect(wrong.stderr).toMatch(/^BAD_REQUEST: the precedence "csv,,yahoo" names the source ""; /);
});
