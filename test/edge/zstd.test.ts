import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { zstd } from "../../lib/edge/zstd.ts";

describe("packed bytes", () => {
  it.each([0, 1, 100_000])("come back, %i of them", async (length) => {
    const bytes = randomBytes(length);
    expect(Buffer.from(await zstd.unpack(await zstd.pack(bytes))).equals(bytes)).toBe(true);
  });

  it("take less room where they repeat", async () => {
    expect((await zstd.pack(new Uint8Array(100_000))).length).toBeLessThan(100);
  });

  it.each([
    ["none", Buffer.alloc(0)],
    ["others", Buffer.from("not packed by us")],
  ])("that are %s are a bad file", async (_, bytes) => {
    await expect(zstd.unpack(bytes)).rejects.toMatchObject({ code: "BAD_FILE" });
  });

  it("that end too early are a bad file", async () => {
    const packed = await zstd.pack(randomBytes(1000));
    await expect(zstd.unpack(packed.subarray(0, 500))).rejects.toMatchObject({ code: "BAD_FILE" });
  });
});
