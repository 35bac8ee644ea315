import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { unzip, zip } from "../../../lib/edge/excel/zip.ts";
import { bytesOf } from "./sample.ts";

const options = { modifiedMs: Date.UTC(2024, 5, 30, 16, 20, 6), level: 6 };

async function* stream(...texts: string[]) {
  for (const text of texts) yield Buffer.from(text);
}

describe("zip", () => {
  it("gives every part back, streamed or not", async () => {
    const archive = await bytesOf(
      zip(
        [
          { name: "known.txt", body: Buffer.from("known") },
          { name: "folder/strömend.txt", body: stream("a".repeat(100_000), "b") },
          { name: "empty", body: stream() },
        ],
        options,
      ),
    );
    const parts = [...unzip(archive)].map(([name, body]) => [name, body.toString()]);
    expect(parts).toEqual([
      ["known.txt", "known"],
      ["folder/strömend.txt", `${"a".repeat(100_000)}b`],
      ["empty", ""],
    ]);
  });

  it("stamps parts with the time given, in UTC", async () => {
    const archive = await bytesOf(zip([{ name: "a", body: Buffer.from("a") }], options));
    expect(archive.readUInt16LE(10)).toBe((16 << 11) | (20 << 5) | 3);
    expect(archive.readUInt16LE(12)).toBe((44 << 9) | (6 << 5) | 30);
  });

  it.each([
    ["a streamed part", stream("a".repeat(600), "a".repeat(600))],
    ["a known part", Buffer.alloc(1200)],
  ])("refuses %s that passes the limit", async (_, body) => {
    await expect(
      bytesOf(zip([{ name: "long", body }], { ...options, limitBytes: 1000 })),
    ).rejects.toThrow(expect.objectContaining({ code: "PAYLOAD_TOO_LARGE" }));
  });

  it("passes on the failure of a part", async () => {
    const failing = (async function* () {
      yield Buffer.from("a");
      throw new Error("gone");
    })();
    await expect(bytesOf(zip([{ name: "a", body: failing }], options))).rejects.toThrow("gone");
  });

  it("is read by another unzip where there is one", async () => {
    const folder = mkdtempSync(join(tmpdir(), "zip-"));
    try {
      const file = join(folder, "a.zip");
      writeFileSync(file, await bytesOf(zip([{ name: "a", body: stream("hello") }], options)));
      let said: string;
      try {
        said = execFileSync("unzip", ["-p", file, "a"], { encoding: "utf8" });
      } catch (failure) {
        if ((failure as NodeJS.ErrnoException).code !== "ENOENT") throw failure;
        console.warn("skipped: no unzip command on this machine");
        return;
      }
      expect(said).toBe("hello");
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe("unzip", () => {
  it("refuses bytes that are no archive or were changed", async () => {
    expect(() => unzip(Buffer.from("no"))).toThrow(expect.objectContaining({ code: "BAD_FILE" }));
    const archive = await bytesOf(zip([{ name: "a", body: Buffer.from("hello hello") }], options));
    archive.writeUInt32LE(1, archive.lastIndexOf(Buffer.from([0x50, 0x4b, 1, 2])) + 16);
    expect(() => unzip(archive)).toThrow(expect.objectContaining({ code: "BAD_FILE" }));
  });
});
