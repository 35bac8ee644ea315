import {
  ListObjectsCommand,
  ListObjectsV2Command,
  type ListObjectsV2CommandInput,
  PutObjectCommand,
} from "@aws-sdk/client-s3";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { page } from "../../localstack/embedded/s3/listing.ts";
import { compareUtf8 } from "../../localstack/embedded/s3/order.ts";
import { BUCKET, direct } from "./s3-direct.ts";

const KEYS = [
  "images/index/2023.zst",
  "images/index/2024.zst",
  "images/index/manifest.json",
  "images/market/caps/2024.zst",
  "images/options.json",
  "images0",
  "Images/upper",
  "exports/a b+c.xlsx",
  "exports/ü.xlsx",
];

async function filled() {
  const { client } = await direct();
  for (const Key of KEYS)
    await client.send(new PutObjectCommand({ Bucket: BUCKET, Key, Body: Key }));
  const list = (options: Partial<ListObjectsV2CommandInput> = {}) =>
    client.send(new ListObjectsV2Command({ Bucket: BUCKET, ...options }));
  return { client, list };
}

type Listed = Awaited<ReturnType<Awaited<ReturnType<typeof filled>>["list"]>>;
const keysOf = ({ Contents = [] }: Listed) => Contents.map(({ Key }) => Key);
const prefixesOf = ({ CommonPrefixes = [] }: Listed) => CommonPrefixes.map(({ Prefix }) => Prefix);

describe("listing", () => {
  it("has every key in UTF-8 order", async () => {
    const { list } = await filled();
    const listed = await list();
    expect(keysOf(listed)).toEqual([...KEYS].sort(compareUtf8));
    expect(listed).toMatchObject({ KeyCount: KEYS.length, IsTruncated: false, MaxKeys: 1000 });
  });

  it("rolls keys up at a delimiter below the prefix", async () => {
    const { list } = await filled();
    const root = await list({ Delimiter: "/" });
    expect(keysOf(root)).toEqual(["images0"]);
    expect(prefixesOf(root)).toEqual(["Images/", "exports/", "images/"]);
    const images = await list({ Prefix: "images/", Delimiter: "/" });
    expect(keysOf(images)).toEqual(["images/options.json"]);
    expect(prefixesOf(images)).toEqual(["images/index/", "images/market/"]);
  });

  it.each([1, 2, 3])("goes on page by page of %i without loss or repetition", async (MaxKeys) => {
    const { list } = await filled();
    for (const options of [{}, { Delimiter: "/" }, { Delimiter: "/", Prefix: "images/" }]) {
      const whole = await list(options);
      const [keys, prefixes]: [unknown[], unknown[]] = [[], []];
      let token: string | undefined;
      do {
        const part = await list({
          ...options,
          MaxKeys,
          ...(token !== undefined && { ContinuationToken: token }),
        });
        expect(part.KeyCount).toBeLessThanOrEqual(MaxKeys);
        keys.push(...keysOf(part));
        prefixes.push(...prefixesOf(part));
        token = part.NextContinuationToken;
        expect(part.IsTruncated).toBe(token !== undefined);
      } while (token !== undefined);
      expect(keys).toEqual(keysOf(whole));
      expect(prefixes).toEqual(prefixesOf(whole));
    }
  });

  it("starts after a key, present or not", async () => {
    const { list } = await filled();
    const firstAfter = async (StartAfter: string) => keysOf(await list({ StartAfter }))[0];
    expect(await firstAfter("images/index/2023.zst")).toBe("images/index/2024.zst");
    expect(await firstAfter("images/index/2023")).toBe("images/index/2023.zst");
    expect(await firstAfter("zzz")).toBeUndefined();
  });

  it("encodes keys when asked", async () => {
    const { list } = await filled();
    const listed = await list({ Prefix: "exports/", EncodingType: "url" });
    expect(keysOf(listed)).toEqual(["exports/a%20b%2Bc.xlsx", "exports/%C3%BC.xlsx"]);
    expect(listed.EncodingType).toBe("url");
  });

  it("of no keys is empty and ends", async () => {
    const { list } = await filled();
    expect(await list({ MaxKeys: 0 })).toMatchObject({ KeyCount: 0, IsTruncated: false });
  });

  it("in version 1 goes on from a marker", async () => {
    const { client } = await filled();
    const first = await client.send(
      new ListObjectsCommand({ Bucket: BUCKET, Delimiter: "/", MaxKeys: 2 }),
    );
    expect(first.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["Images/", "exports/"]);
    expect(first).toMatchObject({ IsTruncated: true, NextMarker: "exports/" });
    const second = await client.send(
      new ListObjectsCommand({ Bucket: BUCKET, Delimiter: "/", Marker: first.NextMarker! }),
    );
    expect(second.CommonPrefixes?.map(({ Prefix }) => Prefix)).toEqual(["images/"]);
    expect(second.Contents?.map(({ Key }) => Key)).toEqual(["images0"]);
  });

  it("refuses a page size that is no number", async () => {
    const { list } = await filled();
    await expect(list({ MaxKeys: -1 })).rejects.toMatchObject({ name: "InvalidArgument" });
  });
});

describe("order of keys", () => {
  const text = fc.string({ unit: "grapheme-composite", maxLength: 6 });

  it("is that of their UTF-8 bytes", () => {
    const close = fc.constantFrom(
      "\u{d7ff}",
      "\u{e000}",
      "\u{ff61}",
      "\u{1f989}",
      "\u{10ffff}",
      "a",
    );
    const key = fc.oneof(
      text,
      fc.array(close, { maxLength: 4 }).map((parts) => parts.join("")),
    );
    fc.assert(
      fc.property(key, key, (a, b) => {
        const bytes = Buffer.compare(Buffer.from(a), Buffer.from(b));
        expect(Math.sign(compareUtf8(a, b))).toBe(bytes);
      }),
      { numRuns: 2000 },
    );
  });

  it("and pages agree with filtering the whole list", () => {
    const key = fc.array(fc.constantFrom("a", "b", "/", "é"), { maxLength: 5 });
    const keys = fc
      .uniqueArray(
        key.map((parts) => parts.join("")),
        { maxLength: 30 },
      )
      .map((found) => found.sort(compareUtf8));
    const prefix = fc.constantFrom("", "a", "a/", "b", "/");
    fc.assert(
      fc.property(keys, prefix, fc.integer({ min: 1, max: 4 }), (sorted, below, maxKeys) => {
        const entries = sorted
          .filter((each) => each.startsWith(below) && each !== "")
          .map((each) => {
            const end = each.indexOf("/", below.length);
            return end < 0 ? each : each.slice(0, end + 1);
          });
        const found: string[] = [];
        let after: string | undefined = "";
        while (after !== undefined) {
          const part = page(sorted, { prefix: below, delimiter: "/", after, maxKeys });
          found.push(...[...part.keys, ...part.commonPrefixes].sort(compareUtf8));
          after = part.next;
        }
        expect(found).toEqual([...new Set(entries)]);
      }),
      { numRuns: 1000 },
    );
  });
});
