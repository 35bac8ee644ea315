// The command that compares sources: how sources are named, what it prints and with which code it ends.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { stooqStub } from "../sources/stubs/stooq.ts";
import { equipoise, inProcess } from "./command.ts";

/** Vendors are asked with pauses between requests. */
const HASTE = { NODE_OPTIONS: `--import=${new URL("haste.ts", import.meta.url)}` };

let folder: string;
const file = (name: string, lines: readonly string[]) => {
  writeFileSync(join(folder, name), `${lines.join("\n")}\n`);
  return join(folder, name);
};

let traded: string;
let adjusted: string;
let actions: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "equipoise-reconcile-"));
  traded = file("traded.csv", [
    "date,ticker,close,volume",
    "2024-01-02,AAA,400,1000",
    "2024-01-03,AAA,101,4000",
    "2024-01-03,BBB,5,",
  ]);
  adjusted = file("adjusted.csv", [
    "Date,Symbol,Close,Adj Close,Volume",
    "2024-01-02,AAA,100,99,4000",
    "2024-01-03,AAA,101,100,4000",
  ]);
  actions = file("actions.csv", ["date,ticker,action,value", "2024-01-03,AAA,split,4"]);
});
afterAll(() => rmSync(folder, { recursive: true }));

const sources = (basis = ":splits") => [
  "--source",
  `ours=csv:${traded}`,
  "--source",
  `vendor=csv:${adjusted}${basis}`,
];

describe("equipoise reconcile", () => {
  it("prints tables for people and the report for programs, without S3 or Redis", async () => {
    // Nothing listens there: a command that asked for either would end with 5.
    const nowhere = { AWS_ENDPOINT_URL_S3: "http://127.0.0.1:1" };
    const [plain, json] = await Promise.all([
      equipoise(["reconcile", ...sources(), "--actions", actions], nowhere),
      equipoise(["reconcile", ...sources(), "--actions", actions, "--json"], nowhere),
    ]);
    expect(plain).toMatchObject({ code: 0, stderr: "" });
    expect(plain.stdout).toMatch(/^ours and vendor: 2 rows in common$/m);
    expect(plain.stdout).toMatch(/^close +2 +5\.0 bp +100\.00 % +0\.0 bp/m);
    expect(plain.stdout).toMatch(/^only in ours: 1 rows; 1 symbols vendor never has; /m);
    expect(json).toMatchObject({ code: 0, stderr: "" });
    const { sources: read, pairs } = JSON.parse(json.stdout);
    expect(read[1]).toMatchObject({ name: "vendor", basis: "splits", labels: "latest", rows: 2 });
    expect(pairs[0]).toMatchObject({ a: "ours", b: "vendor", rows_compared: 2 });
    expect(pairs[0].fields.volume).toMatchObject({ compared: 2, equal: 2, share: 1 });
  });

  it("ends with 1 when a pair agrees on less than it must", async () => {
    const { code, stdout } = await inProcess("reconcile", ...sources(), "--min-close-share", "0.9");
    expect(code).toBe(1);
    expect(stdout).toMatch(/^AAA +1 +2024-01-02 to 2024-01-02 +1 +4\.0000$/m);
    const tolerant = await inProcess(
      "reconcile",
      ...sources(),
      "--min-close-share",
      "0.9",
      "--close-bp",
      "30000",
    );
    expect(tolerant.code).toBe(0);
  });

  it("asks Stooq for bars on the basis of splits, and tells what it did not give", async () => {
    const bars = ["2024-01-02,1,1,1,100,4000", "2024-01-03,1,1,1,101,4000"];
    const stub = await stooqStub({ "aaa.us": bars });
    const { code, stdout, stderr } = await equipoise(
      [
        "reconcile",
        ...["--source", `ours=csv:${traded}`, "--source", "stooq=stooq:aaa,GONE"],
        ...["--actions", actions, "--from", "2024-01-01", "--to", "2024-01-31", "--json"],
      ],
      { ...HASTE, STOOQ_URL: stub.url, STOOQ_API_KEY: "K3Y" },
    );
    expect({ code, stderr }).toEqual({
      code: 0,
      stderr: expect.stringMatching(/^stooq did not give 1 of its tickers: GONE: .*\n$/),
    });
    const { sources: read, pairs } = JSON.parse(stdout);
    expect(read[1]).toMatchObject({ name: "stooq", basis: "splits", labels: "latest", rows: 2 });
    expect(pairs[0].fields.close).toMatchObject({ compared: 2, equal: 2 });
    expect(stub.requests[0]?.query).toEqual({
      s: "aaa.us",
      d1: "20240101",
      d2: "20240131",
      i: "d",
      apikey: "K3Y",
    });
    expect(stderr + stdout).not.toContain("K3Y");
  });

  it("ends with 5 and one line when Stooq cannot be reached", async () => {
    const ended = await equipoise(
      [
        "reconcile",
        ...["--source", `ours=csv:${traded}`, "--source", "stooq=stooq:AAA"],
        ...["--from", "2024-01-01", "--to", "2024-01-31"],
      ],
      { ...HASTE, STOOQ_URL: "http://127.0.0.1:1" },
    );
    expect(ended).toMatchObject({ code: 5, stdout: "" });
    expect(ended.stderr).toMatch(/^DEPENDENCY_DOWN: stooq .*\n$/);
  });

  it.each([
    [["--source", "ours=csv:x.csv"], /--source is given two or three times/],
    [["--source", "ours", "--source", "b=csv:x"], /must be NAME=KIND:PATH\[:BASIS\], was "ours"/],
    [
      ["--source", "a=excel:x", "--source", "b=csv:x"],
      /no kind "excel"; known are nasdaq-screener, csv, stooq/,
    ],
    [["--source", "a=csv:missing.csv", "--source", "b=csv:x"], /"missing.csv" does not exist/],
    [["--source", "a=stooq:AAA", "--source", "b=csv:x"], /--source a: stooq needs --from and --to/],
    [["--close-bp", "five"], /--close-bp must be a number from 0 up, was "five"/],
    [["--from", "2024-02-01", "--to", "2024-01-01"], /REVERSED_RANGE/],
    [["--from", "2025-01-01"], /RANGE_OUTSIDE_DATA: the sources have no row of the same ticker/],
  ])("ends with 2 and one line for %j", async (args, line) => {
    const given = args.includes("--source") ? args : [...sources(), ...args];
    const { code, stdout, stderr } = await inProcess("reconcile", ...given);
    expect({ code, stdout }).toEqual({ code: 2, stdout: "" });
    expect(stderr).toMatch(line);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });
});
