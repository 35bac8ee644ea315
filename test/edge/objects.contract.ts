/** What every `Objects` must do, whatever store stands behind it. */
import { describe, expect, it } from "vitest";
import type { ListedPart, Objects } from "../../lib/ports.ts";

export type ObjectsWorld = Readonly<{
  /** Objects in a bucket that exists and that nobody else writes to. */
  objects: Objects;
  /** Lets that much time pass on the clock the store checks links by. */
  sleep: (ms: number) => Promise<void>;
}>;

/** Titles of cases a store is known to fail, each with the reason. */
export type SkippedCases = Readonly<Record<string, string>>;

const ODD_KEYS = [
  "space and + plus",
  "per%20cent %2F",
  "../outside",
  "a/../../b/./c",
  "double//slash",
  "trailing/",
  "question?mark&amp;#hash",
  "quotes'\"`<tag>",
  "back\\slash",
  "ünïcode/日本/🦉",
  "tab\tand\nnewline",
  "long/".padEnd(1024 - "odd/".length, "x"),
];

/** Bytes that differ from place to place, so that a shifted or repeated block is seen. */
function pattern(bytes: number): Buffer {
  const body = Buffer.alloc(bytes);
  let state = 1;
  for (let i = 0; i < bytes; i++) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    body[i] = state >>> 24;
  }
  return body;
}

async function* pieces(body: Buffer, bytes: number): AsyncGenerator<Buffer> {
  for (let at = 0; at < body.length; at += bytes) yield body.subarray(at, at + bytes);
}

/** As many as sixteen at a time, so that a thousand writes do not open a thousand sockets. */
async function inTurns<Item>(items: readonly Item[], act: (item: Item) => Promise<unknown>) {
  const queue = [...items];
  const worker = async () => {
    for (let item = queue.shift(); item !== undefined; item = queue.shift()) await act(item);
  };
  await Promise.all(Array.from({ length: 16 }, worker));
}

const storedEtag = async (objects: Objects, key: string, text: string): Promise<string> => {
  const outcome = await objects.put(key, Buffer.from(text));
  if (outcome.outcome !== "stored") throw new Error(`"${key}" was not stored: ${outcome.outcome}`);
  return outcome.etag;
};

export function objectsContract(
  name: string,
  world: () => ObjectsWorld,
  skip: SkippedCases = {},
): void {
  const test = (title: string, body: (world: ObjectsWorld) => Promise<void>) => {
    const reason = skip[title];
    if (reason === undefined) it(title, () => body(world()), 60_000);
    else it.skip(`${title} (skipped: ${reason})`, () => {});
  };

  describe(`Objects: ${name}`, () => {
    for (const bytes of [0, 1, 10_000_000])
      test(`keeps an object of ${bytes} bytes`, async ({ objects }) => {
        const key = `sizes/${bytes}`;
        const body = pattern(bytes);
        const put = await objects.put(key, body);
        const got = await objects.get(key);
        expect(got?.body.equals(body), "the same bytes come back").toBe(true);
        expect(put).toEqual({ outcome: "stored", etag: got?.etag });
        const { modifiedMs } = got!;
        expect(await objects.head(key)).toEqual({ key, bytes, etag: got?.etag, modifiedMs });
      });

    test("stores a view of a larger buffer and not its surroundings", async ({ objects }) => {
      const whole = new Uint8Array(pattern(1000));
      await objects.put("view", whole.subarray(100, 200));
      expect((await objects.get("view"))?.body).toEqual(Buffer.from(whole.subarray(100, 200)));
    });

    test("answers undefined for what is not there", async ({ objects }) => {
      expect(await objects.get("absent")).toBeUndefined();
      expect(await objects.head("absent")).toBeUndefined();
      expect(await objects.getIfChanged("absent", '"0123"')).toBeUndefined();
    });

    test("reads again only what changed", async ({ objects }) => {
      const first = await storedEtag(objects, "changing", "one");
      expect(await objects.getIfChanged("changing", first)).toBe("unchanged");
      const second = await storedEtag(objects, "changing", "two");
      expect(await objects.getIfChanged("changing", first)).toMatchObject({
        body: Buffer.from("two"),
        etag: second,
      });
    });

    test("creates with If-None-Match only once", async ({ objects }) => {
      const create = (text: string) => objects.put("once", Buffer.from(text), { ifNoneMatch: "*" });
      expect((await create("first")).outcome).toBe("stored");
      expect(await create("second")).toEqual({ outcome: "precondition_failed" });
      expect((await objects.get("once"))?.body.toString()).toBe("first");
    });

    test("replaces with If-Match only what the writer has seen", async ({ objects }) => {
      const replace = (text: string, ifMatch: string) =>
        objects.put("pointer", Buffer.from(text), { ifMatch });
      const first = await storedEtag(objects, "pointer", "one");
      expect((await replace("two", first)).outcome).toBe("stored");
      expect(await replace("three", first)).toEqual({ outcome: "precondition_failed" });
      expect((await objects.get("pointer"))?.body.toString()).toBe("two");
    });

    test("calls an absent object missing under If-Match", async ({ objects }) => {
      const ifMatch = await storedEtag(objects, "removed", "one");
      await objects.remove("removed");
      const outcome = await objects.put("removed", Buffer.from("two"), { ifMatch });
      expect(outcome).toEqual({ outcome: "missing" });
      expect(await objects.head("removed")).toBeUndefined();
    });

    for (const mode of ["If-Match", "If-None-Match"] as const)
      test(`lets exactly one of 16 racing ${mode} writers win`, async ({ objects }) => {
        for (let round = 0; round < 5; round++) {
          const key = `race/${mode}/${round}`;
          const condition =
            mode === "If-Match"
              ? { ifMatch: await storedEtag(objects, key, "before") }
              : { ifNoneMatch: "*" as const };
          const outcomes = await Promise.all(
            Array.from({ length: 16 }, (_, writer) =>
              objects.put(key, Buffer.from(`writer ${writer}`), condition),
            ),
          );
          const winners = outcomes.flatMap(({ outcome }, writer) =>
            outcome === "stored" ? [writer] : [],
          );
          expect(winners, "one writer wins").toHaveLength(1);
          const losses = outcomes.filter(({ outcome }) => outcome !== "stored");
          for (const { outcome } of losses)
            expect(["precondition_failed", "conflict"]).toContain(outcome);
          expect((await objects.get(key))?.body.toString()).toBe(`writer ${winners[0]}`);
        }
      });

    test("shows a reader whole bodies only while they are replaced", async ({ objects }) => {
      const bodies = ["a", "bb", "ccc"].map((text) => Buffer.alloc(text.length * 100_000, text));
      const etags: string[] = [];
      for (const [i, body] of bodies.entries()) {
        const put = await objects.put(`whole/${i}`, body);
        etags.push(put.outcome === "stored" ? put.etag : "");
      }
      await objects.put("whole", bodies[0]!);
      const seen = await Promise.all(
        Array.from({ length: 60 }, async (_, i) => {
          if (i % 3 === 0) await objects.put("whole", bodies[(i / 3) % 3]!);
          return objects.get("whole");
        }),
      );
      for (const got of seen) {
        const written = bodies.findIndex((body) => got?.body.equals(body));
        expect(etags[written], "the ETag is that of the bytes").toBe(got?.etag);
      }
    });

    test("lists what lies below a prefix in UTF-8 order", async ({ objects }) => {
      const keys = ["B", "a", "a/b", "a0", "é", "\u{ff61}", "\u{1f989}"].map((k) => `order/${k}`);
      for (const key of [...keys].reverse()) await objects.put(key, Buffer.from(key));
      await objects.put("order", Buffer.from("not below"));
      await objects.put("orders/1", Buffer.from("not below"));
      const listed = await objects.list("order/");
      expect(listed.map(({ key }) => key)).toEqual(keys);
      expect(listed[2]).toMatchObject({ bytes: 9, etag: (await objects.head(keys[2]!))?.etag });
      expect(await objects.list("nothing/")).toEqual([]);
    });

    test("lists more keys than fit a page, all of them or as many as are asked for", async ({
      objects,
    }) => {
      const keys = Array.from({ length: 1005 }, (_, i) => `many/${String(i).padStart(4, "0")}`);
      await inTurns(keys, (key) => objects.put(key, Buffer.from("x")));
      const list = async (part?: ListedPart) =>
        (await objects.list("many/", part)).map(({ key }) => key);
      expect(await list()).toEqual(keys);
      expect(await list({ after: keys[0]!, limit: 1001 })).toEqual(keys.slice(1, 1002));
    });

    test("lists what lies behind a key, and no more than is asked for", async ({ objects }) => {
      const keys = ["a", "b/1", "b/2", "c", "é", "\u{1f989}"].map((k) => `behind/${k}`);
      for (const key of keys) await objects.put(key, Buffer.from(key));
      await objects.put("behind0", Buffer.from("not below"));
      const list = async (part: ListedPart) =>
        (await objects.list("behind/", part)).map(({ key }) => key);
      expect(await list({ after: "behind/b/1" })).toEqual(keys.slice(2));
      expect(await list({ after: "behind/b" })).toEqual(keys.slice(1));
      expect(await list({ after: "behind/c", limit: 1 })).toEqual([keys[4]]);
      expect(await list({ limit: 2 })).toEqual(keys.slice(0, 2));
      expect(await list({ after: "behind/\u{1f989}" })).toEqual([]);
      expect(await list({ after: "aaa" })).toEqual(keys);
    });

    test("reads a range of an object", async ({ objects }) => {
      const body = pattern(5000);
      await objects.put("ranged", body);
      const read = async (offset: number, bytes: number) =>
        (await objects.get("ranged", { offset, bytes }))?.body;
      expect(await read(0, 1)).toEqual(body.subarray(0, 1));
      expect(await read(1234, 2000)).toEqual(body.subarray(1234, 3234));
      expect(await read(4999, 100)).toEqual(body.subarray(4999));
      expect(await objects.get("absent", { offset: 0, bytes: 1 })).toBeUndefined();
    });

    test("removes an object, and again without complaint", async ({ objects }) => {
      await objects.put("gone", Buffer.from("x"));
      await objects.remove("gone");
      await objects.remove("gone");
      expect(await objects.get("gone")).toBeUndefined();
    });

    for (const bytes of [0, 5, 8 * 1024 * 1024, 20_000_000])
      test(`streams an object of ${bytes} bytes`, async ({ objects }) => {
        const body = pattern(bytes);
        const key = `stream/${bytes}`;
        expect(await objects.putStream(key, pieces(body, 65_521))).toEqual({ bytes });
        expect((await objects.get(key))?.body.equals(body), "the same bytes").toBe(true);
      });

    for (const before of [3, 12_000_000])
      test(`shows nothing of a stream that fails after ${before} bytes`, async ({ objects }) => {
        const failure = new Error("the workbook could not be written");
        async function* failing() {
          yield* pieces(pattern(before), 1_000_000);
          throw failure;
        }
        await expect(objects.putStream("broken", failing())).rejects.toBe(failure);
        expect(await objects.head("broken")).toBeUndefined();
      });

    test("links to a download under its filename", async ({ objects }) => {
      const contentType = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";
      const body = pattern(5000);
      await objects.put("exports/1 a.xlsx", body, { contentType, contentDisposition: "inline" });
      const link = await objects.presignedGet("exports/1 a.xlsx", 'été "Q1".xlsx', 60);
      const response = await fetch(link);
      expect(response.status).toBe(200);
      expect(Buffer.from(await response.arrayBuffer()).equals(body)).toBe(true);
      expect(response.headers.get("content-type")).toBe(contentType);
      expect(response.headers.get("content-disposition")).toBe(
        `attachment; filename="_t_ Q1.xlsx"; filename*=UTF-8''%C3%A9t%C3%A9%20Q1.xlsx`,
      );
    });

    test("keeps the type and the filename of a stream", async ({ objects }) => {
      for (const bytes of [10, 9_000_000]) {
        const key = `typed/${bytes}`;
        await objects.putStream(key, pieces(pattern(bytes), 1_000_000), {
          contentType: "text/csv",
          contentDisposition: 'attachment; filename="stored.csv"',
        });
        const link = new URL(await objects.presignedGet(key, "linked.csv", 60));
        const response = await fetch(link, { headers: { range: "bytes=0-1" } });
        expect(response.headers.get("content-type")).toBe("text/csv");
        expect((await response.arrayBuffer()).byteLength).toBe(2);
      }
    });

    test("refuses a link that was tampered with", async ({ objects }) => {
      await objects.put("secret/1", Buffer.from("mine"));
      await objects.put("secret/2", Buffer.from("not yours"));
      const link = await objects.presignedGet("secret/1", "one.txt", 60);
      const signature = new URL(link).searchParams.get("X-Amz-Signature")!;
      const forgery = signature.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
      expect((await fetch(link.replace(signature, forgery))).status, "signature").toBe(403);
      expect((await fetch(link.replace("secret/1", "secret/2"))).status, "key").toBe(403);
      expect((await fetch(link.replace("Expires=60", "Expires=6000"))).status, "time").toBe(403);
      expect((await fetch(link, { method: "DELETE" })).status, "method").toBe(403);
      expect((await fetch(link.split("?")[0]!)).status, "no signature").toBe(403);
    });

    test("refuses a link whose time has passed", async ({ objects, sleep }) => {
      await objects.put("brief", Buffer.from("x"));
      const link = await objects.presignedGet("brief", "brief.txt", 1);
      expect((await fetch(link)).status).toBe(200);
      await sleep(2100);
      expect((await fetch(link)).status).toBe(403);
    });

    for (const odd of ODD_KEYS) {
      const shown = JSON.stringify(odd.slice(0, 30));
      test(`keeps an object whose key is ${shown}`, async ({ objects }) => {
        const key = `odd/${odd}`;
        const text = `body of ${key}`;
        const etag = await storedEtag(objects, key, text);
        expect((await objects.get(key))?.body.toString()).toBe(text);
        expect((await objects.list(key))[0]).toMatchObject({ key, etag });
        await objects.remove(key);
        expect(await objects.head(key)).toBeUndefined();
      });
    }
  });
}
