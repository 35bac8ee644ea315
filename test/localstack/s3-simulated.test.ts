import { mkdtemp, readdir, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { PutObjectCommand } from "@aws-sdk/client-s3";
import { describe, expect, it } from "vitest";
import { diskFiles, type Files, memoryFiles } from "../../localstack/embedded/s3/files.ts";
import { BUCKET, direct } from "./s3-direct.ts";

const NOW_MS = Date.UTC(2024, 0, 31, 12);

/** Twelve writers race for one pointer over three rounds; answers each writer's status in order. */
async function race(files: Files): Promise<(number | undefined)[]> {
  const { client } = await direct({ files, nowMs: () => NOW_MS });
  client.config.systemClockOffset = NOW_MS - Date.now();
  const put = (Body: string, IfMatch?: string) =>
    client.send(new PutObjectCommand({ Bucket: BUCKET, Key: "pointer", Body, IfMatch }));
  let etag = (await put("start")).ETag;
  const statuses: (number | undefined)[] = [];
  for (let round = 0; round < 3; round++) {
    const answers = await Promise.allSettled(
      Array.from({ length: 12 }, (_, writer) => put(`${round}.${writer}`, etag)),
    );
    for (const answer of answers) {
      if (answer.status === "fulfilled") etag = answer.value.ETag;
      statuses.push(answer.status === "fulfilled" ? 200 : answer.reason.$metadata?.httpStatusCode);
    }
  }
  return statuses;
}

describe("S3 in memory", () => {
  it("repeats a race exactly", async () => {
    const first = await race(memoryFiles());
    expect(first.filter((status) => status === 200)).toHaveLength(3);
    expect(first.filter((status) => status === 412)).toHaveLength(33);
    for (let run = 0; run < 5; run++) expect(await race(memoryFiles())).toEqual(first);
  });

  it("opens again what an earlier handler stored", async () => {
    const files = memoryFiles();
    await race(files);
    const { client } = await direct({ files });
    const again = new PutObjectCommand({
      Bucket: BUCKET,
      Key: "pointer",
      Body: "x",
      IfNoneMatch: "*",
    });
    await expect(client.send(again)).rejects.toMatchObject({ name: "PreconditionFailed" });
  });
});

describe("files", () => {
  const both: [string, (directory: string) => Promise<Files>][] = [
    ["in memory", async () => memoryFiles()],
    ["on disk", diskFiles],
  ];

  it.each(both)("%s appear whole, replace each other and disappear", async (_, open) => {
    const directory = await mkdtemp(`${tmpdir()}/equipoise-files-`);
    const files = await open(directory);
    const read = async (name: string, from: number, to: number) => {
      const file = await files.open(name);
      const bytes = await file?.read(from, to);
      await file?.close();
      return bytes?.toString();
    };
    const staged = await files.stage([Buffer.from("one"), Buffer.from("two")]);
    expect(await files.open("a/b")).toBeUndefined();
    await staged.publish("a/b");
    expect(await read("a/b", 2, 5)).toBe("etw");
    expect(await read("a/b", 4, 99)).toBe("wo");
    expect(await read("a/b", 9, 12)).toBe("");

    const opened = await files.open("a/b");
    await (await files.stage([Buffer.from("three")])).publish("a/b");
    expect((await opened?.read(0, 9))?.toString(), "an open file is not changed").toBe("onetwo");
    await opened?.close();
    expect(await read("a/b", 0, 9)).toBe("three");

    await (await files.stage([Buffer.from("x")])).publish("a/c/d");
    await (await files.stage([Buffer.from("x")])).discard();
    expect(await files.names("a")).toEqual(["b", "c"]);
    expect(await files.names("")).toEqual(["a"]);
    expect(await files.names("absent")).toEqual([]);
    await files.remove("a/c");
    await files.remove("absent");
    expect(await files.names("a")).toEqual(["b"]);
    await rm(directory, { recursive: true });
  });

  it.each(both)("%s are not left behind when their source fails", async (_, open) => {
    const directory = await mkdtemp(`${tmpdir()}/equipoise-files-`);
    const files = await open(directory);
    async function* failing() {
      yield Buffer.from("half");
      throw new Error("source failed");
    }
    await expect(files.stage(failing())).rejects.toThrow("source failed");
    expect(
      (await readdir(directory, { recursive: true })).filter((name) => name !== ".staging"),
    ).toEqual([]);
    await rm(directory, { recursive: true });
  });
});
