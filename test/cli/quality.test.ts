// The list of everything the checks and the quality gate changed or refused, as csv.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type Stack, startStack } from "../../localstack/embedded/stack.ts";
import { inProcess } from "./command.ts";
import { faultyPrices, SESSIONS } from "./faulty-prices.ts";

let home: string;
let stack: Stack;
let prices: string;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "equipoise-quality-"));
  stack = await startStack({ home, s3Port: 0, redisPort: 0, log: () => {} });
  Object.assign(process.env, {
    EQUIPOISE_HOME: home,
    AWS_ENDPOINT_URL_S3: stack.s3.url,
    UPSTASH_REDIS_REST_URL: stack.redis.url,
    LOG_LEVEL: "silent",
  });
  await (await import("../../lib/world.ts")).world.objects.ensureBucket();
  prices = join(home, "prices.csv");
  // One of no day at all, too.
  writeFileSync(prices, faultyPrices(["someday,DDD,1,1"]));
  const loaded = await inProcess(
    "ingest",
    ...["--source", "csv", "--path", prices, "--min-days", "1", "--gate", "on"],
  );
  expect(loaded.code, loaded.stderr).toBe(0);
}, 60_000);

afterAll(async () => {
  await stack.close();
  rmSync(home, { recursive: true, force: true });
});

const HEADER = "date,ticker,outcome,reason,field,delivered,used,detail,file,line";
const listed = async (...args: string[]) => {
  const { code, stdout, stderr } = await inProcess("quality", "--csv", ...args);
  expect(code, stderr).toBe(0);
  const [header, ...lines] = stdout.trimEnd().split("\n");
  expect(header).toBe(HEADER);
  return lines;
};

describe("quality --csv", () => {
  it("lists every repaired figure and refused row with who, when and why", async () => {
    const lines = await listed();
    expect(lines.map((line) => line.split(",").slice(0, 4).join(","))).toEqual([
      ",DDD,quarantined,BAD_DATE",
      "2024-01-10,CCC,quarantined,NO_PRICE",
      "2024-01-15,AAA,quarantined,NON_SESSION",
      "2024-01-24,AAA,repaired,power_of_ten",
    ]);
    expect(lines[1]!.endsWith(`,${prices},${2 * SESSIONS.length + 2}`)).toBe(true);
    expect(lines[3]).toMatch(/,market_cap,3450000000,345000000,"?30 M shares are 10\.000 times/);
  });

  it("lists the days asked for, open to either side", async () => {
    const days = async (...args: string[]) =>
      (await listed(...args)).map((line) => line.slice(0, 10));
    expect(await days("--start-date", "2024-01-11", "--end-date", "2024-01-20")).toEqual([
      "2024-01-15",
    ]);
    expect(await days("--start-date", "2024-01-16")).toEqual(["2024-01-24"]);
    expect(await days("--date", "2024-01-15")).toEqual(["2024-01-15"]);
    expect(await days("--date", "2024-01-16")).toEqual([]);
    // Who leaves the beginning open gets what has no day.
    expect(await days("--end-date", "2024-01-10")).toEqual([",DDD,quara", "2024-01-10"]);
  });

  it("says what is wrong with days it cannot tell of", async () => {
    const refused = async (...args: string[]) => {
      const { code, stderr } = await inProcess("quality", ...args);
      return [code, stderr.split(":")[0]];
    };
    expect(
      await refused("--csv", "--start-date", "2024-01-20", "--end-date", "2024-01-02"),
    ).toEqual([2, "REVERSED_RANGE"]);
    expect(await refused("--csv", "--date", "2024-01-13")).toEqual([3, "NO_TRADING_DAY"]);
    expect(await refused("--csv", "--date", "2023-06-01")).toEqual([2, "RANGE_OUTSIDE_DATA"]);
    expect(await refused("--start-date", "2024-01-02")).toEqual([2, "BAD_REQUEST"]);
    expect(await refused("--csv", "--json")).toEqual([2, "BAD_REQUEST"]);
    expect(await refused("--csv", "--date", "2024-01-02", "--end-date", "2024-01-20")).toEqual([
      2,
      "BAD_REQUEST",
    ]);
  });
});
