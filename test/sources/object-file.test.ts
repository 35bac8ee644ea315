// Markets that lie in a bucket: the same readers, over the embedded S3.
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { s3Objects } from "../../lib/edge/s3.ts";
import { s3Files } from "../../lib/edge/s3-files.ts";
import type { ObjectFiles } from "../../lib/ports.ts";
import { marketSource, withObjects } from "../../lib/sources/market-source.ts";
import { objectsNamed } from "../../lib/sources/object-file.ts";
import { type S3Server, startS3 } from "../../localstack/embedded/s3/server.ts";
import { flat, folder, readAllOf } from "./folder.ts";

const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const HEADER = "date,ticker,close,market_cap";
const day = (date: string, close: number) => `${HEADER}\n${date},AAA,${close},1000\n`;

let root: string;
let server: S3Server;
let files: ObjectFiles;
const put = async (bucket: string, contents: Readonly<Record<string, string | Uint8Array>>) => {
  const objects = s3Objects({ bucket, endpoint: server.url, credentials: CREDENTIALS });
  await objects.ensureBucket();
  for (const [key, content] of Object.entries(contents)) {
    await objects.put(key, Buffer.from(content));
  }
};

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), "equipoise-objects-"));
  server = await startS3({ port: 0, root });
  files = s3Files({ endpoint: server.url, credentials: CREDENTIALS });
  await put("market", {
    "daily/2023.csv": day("2023-01-03", 1),
    "daily/2024.csv.gz": gzipSync(day("2024-01-02", 2)),
    "daily/2024.csv.gz.sha256": "abc",
    "daily/": "",
    "daily/deep/2022.csv": day("2022-01-03", 0.5),
    "daily-old/2020.csv": day("2020-01-02", 3),
    "odd/[1].csv": day("2023-01-03", 4),
    "odd/1.csv": day("2023-01-03", 5),
    "notes/readme.txt": "nothing to load",
    "top.csv": day("2023-01-03", 6),
  });
});
afterAll(async () => {
  await server.close();
  await rm(root, { recursive: true });
});

const named = async (path: string) =>
  (await objectsNamed(`s3://market/${path}`, files)).map(({ name }) =>
    name.slice("s3://market/".length),
  );

describe("a name in a bucket", () => {
  it("means one object, whatever else begins like it", async () => {
    expect(await named("daily/2024.csv.gz")).toEqual(["daily/2024.csv.gz"]);
    expect(await named("odd/[1].csv")).toEqual(["odd/[1].csv"]);
  });

  it("means the csv and json below a prefix, and no neighbour that begins like it", async () => {
    const below = ["daily/2023.csv", "daily/2024.csv.gz", "daily/deep/2022.csv"];
    expect(await named("daily/")).toEqual(below);
    expect(await named("daily")).toEqual(below);
    expect(await named("")).toHaveLength(7);
  });

  it("means what a pattern matches", async () => {
    expect(await named("daily*/*.csv*")).toEqual([
      "daily-old/2020.csv",
      "daily/2023.csv",
      "daily/2024.csv.gz",
      "daily/2024.csv.gz.sha256",
    ]);
    expect(await named("daily/**/*.csv")).toEqual(["daily/2023.csv", "daily/deep/2022.csv"]);
    expect(await named("odd/?.csv")).toEqual(["odd/1.csv"]);
  });

  it.each([
    ["s3://", "names no bucket"],
    ["s3:///daily", "names no bucket"],
    ["s3://Market/daily", 'names "Market", which no bucket is called'],
    ["s3://market/nothing/", "is no object, and none lies below it; expected s3://bucket/key"],
    ["s3://market/dail", 'is no object, and none lies below it (there is "daily-old/2020.csv", '],
    ["s3://market/daily/*.json", 'matches no object (there is "daily/2023.csv", '],
    [
      "s3://market/notes/",
      'holds no .csv or .json object, packed or not (there is "notes/readme.txt")',
    ],
    ["s3://absent/daily/", 'names the bucket "absent", which does not exist'],
  ])("%s is refused: it %s", async (name, wrong) => {
    await expect(objectsNamed(name, files)).rejects.toMatchObject({
      code: "BAD_FILE",
      message: expect.stringContaining(`"${name}" ${wrong}`),
      details: { file: name },
    });
  });

  it("is refused when its keys are", async () => {
    const stranger = s3Files({
      endpoint: server.url,
      credentials: { ...CREDENTIALS, secretAccessKey: "wrong" },
    });
    await expect(objectsNamed("s3://market/daily/", stranger)).rejects.toMatchObject({
      code: "BAD_FILE",
      message: expect.stringMatching(
        /^"s3:\/\/market\/daily\/" may not be read \(403 .*s3:ListBucket/,
      ),
    });
  });
});

const csvOf = async (...paths: string[]) =>
  marketSource({ source: "csv", ...(await withObjects({ paths }, files)) });

describe("a source in a bucket", () => {
  it("is read like one on disk, between files on disk, packed or not, in one go or file by file", async () => {
    const local = folder({ "a.csv": day("2021-01-04", 7) });
    const source = await csvOf(
      `${local}/a.csv`,
      "s3://market/daily/{2023.csv,2024.csv.gz}",
      "s3://market/top.csv",
      "s3://market/daily/2023.csv",
    );
    expect(source.files).toEqual([
      `${local}/a.csv`,
      "s3://market/daily/2023.csv",
      "s3://market/daily/2024.csv.gz",
      "s3://market/top.csv",
    ]);
    const closes = async (file?: number) =>
      (await flat(source.rows(() => {}, file))).map(({ close }) => close);
    expect(await closes()).toEqual([7, 1, 2, 6]);
    expect(source.doneUnits()).toBe(source.totalUnits);
    expect(await closes(2)).toEqual([2]);
    expect(source.doneUnits()).toBeLessThan(source.totalUnits);
  });

  it("names the object and the line of what it refuses", async () => {
    await put("faulty", { "a.csv": `${HEADER}\n2024-01-02,AAA,ten,1\n`, "b.csv": "date,ticker\n" });
    const [faulty, wrong] = [await csvOf("s3://faulty/a.csv"), await csvOf("s3://faulty/b.csv")];
    const { refused } = await readAllOf(faulty.rows);
    expect(refused).toMatchObject([{ file: "s3://faulty/a.csv", line: 2, reason: "BAD_NUMBER" }]);
    await expect(readAllOf(wrong.rows)).rejects.toThrow(
      /^"s3:\/\/faulty\/b\.csv" has the header "date,ticker"; expected /,
    );
  });

  it("ends with a packed object that is not whole", async () => {
    const packed = gzipSync(Buffer.alloc(50_000, day("2024-01-02", 2)));
    await put("faulty", { "cut.csv": packed.subarray(0, packed.length - 20) });
    await expect(readAllOf((await csvOf("s3://faulty/cut.csv")).rows)).rejects.toMatchObject({
      code: "BAD_FILE",
      message: expect.stringContaining("expected a whole gzip file"),
    });
  });

  it("has another print once an object was written again with another content", async () => {
    await put("printed", { "a.csv": day("2024-01-02", 1) });
    const print = async () => (await csvOf("s3://printed/")).print;
    const before = await print();
    await put("printed", { "a.csv": day("2024-01-02", 1) });
    expect(await print()).toBe(before);
    await put("printed", { "a.csv": day("2024-01-02", 2) });
    expect(await print()).not.toBe(before);
  });

  it("finds the small files too, and the list of captures above raw ones", async () => {
    const raw = JSON.stringify([{ symbol: "A", lastsale: "$1", volume: "", marketCap: "" }]);
    await put("raw", {
      "captures.csv":
        "session_date,exchange,captured_at_utc,rows\n2021-01-29,amex,2021-01-30T21:36:25+00:00,1\n",
      "year/captured_2021-01-30T213625Z_x/amex.json": raw,
      "captured_2021-02-02T213625Z_x/amex.json": raw,
      "facts/securities.csv": "ticker,valid_from,valid_to\nA,,\n",
    });
    const source = marketSource({
      source: "nasdaq-screener",
      ...(await withObjects(
        { paths: ["s3://raw/**/*.json"], securities: ["s3://raw/facts/"] },
        files,
      )),
    });
    const { rows } = await readAllOf(source.rows);
    expect(rows.map(({ date }) => date)).toEqual([20210202, 20210129]);
    const { securities, captures } = await source.facts();
    expect(securities.map(({ ticker }) => ticker)).toEqual(["A"]);
    expect(captures.map(({ session }) => session)).toEqual([20210202, 20210129]);
  });
});
