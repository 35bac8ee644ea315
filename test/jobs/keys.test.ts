import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { hashOf, parsedKey } from "../../lib/access/key.ts";
import { USUAL } from "../../lib/access/limit.ts";
import { keyObject } from "../../lib/access/record.ts";
import { createKey, listKeys, revokeKey } from "../../lib/jobs/keys.ts";
import type { Objects } from "../../lib/ports.ts";
import { type MapObjects, mapObjects } from "../edge/access/objects.ts";

const WANTED = { name: "n", scopes: ["read"], expiresMs: null, limit: USUAL } as const;

function open() {
  const store: MapObjects = mapObjects();
  const time = { nowMs: 1_000 };
  const world = {
    objects: store as unknown as Objects,
    nowMs: () => time.nowMs,
    randomBytes: (length: number) => randomBytes(length) as Uint8Array,
  };
  return { store, time, world };
}

describe("making a key", () => {
  it("stores everything of it but the key", async () => {
    const { store, world } = open();
    const { key, record } = await createKey(world, WANTED);
    expect(parsedKey(key)).toMatchObject({ kind: "key", id: record.id });
    const stored = store.text(keyObject(record.id))!;
    expect(JSON.parse(stored)).toMatchObject({ name: "n", hash: hashOf(key), revoked_at: null });
    expect(stored).not.toContain(key.slice(12));
  });

  it("never replaces a key: an id that is taken is made anew, some times", async () => {
    const { store, world } = open();
    const first = await createKey(world, WANTED);
    let draws = 0;
    const sameId = (length: number) =>
      length === 5 && draws++ < 2 ? bytesOf(first.record.id) : randomBytes(length);
    const second = await createKey({ ...world, randomBytes: sameId }, WANTED);
    expect([draws, second.record.id === first.record.id]).toEqual([3, false]);
    expect(store.text(keyObject(first.record.id))).toContain(first.record.hash);
    const always = (length: number) =>
      length === 5 ? bytesOf(first.record.id) : randomBytes(length);
    await expect(createKey({ ...world, randomBytes: always }, WANTED)).rejects.toMatchObject({
      code: "WRITE_CONFLICT",
    });
  });
});

/** The bytes an id was made of. */
const bytesOf = (id: string): Uint8Array => {
  const bits = [...id].map((letter) =>
    "abcdefghijklmnopqrstuvwxyz234567".indexOf(letter).toString(2).padStart(5, "0"),
  );
  return Uint8Array.from(bits.join("").match(/.{8}/g)!, (byte) => Number.parseInt(byte, 2));
};

describe("listing keys", () => {
  it("names them the oldest first, and what is damaged apart", async () => {
    const { store, time, world } = open();
    expect(await listKeys(world)).toEqual({ keys: [], damaged: [] });
    const made: string[] = [];
    for (let i = 0; i < 40; i++) {
      time.nowMs += 1;
      made.push((await createKey(world, WANTED)).record.id);
    }
    store.write(keyObject(made[3]!), "{}");
    const { keys, damaged } = await listKeys(world);
    expect(keys.map(({ id }) => id)).toEqual(made.filter((_, i) => i !== 3));
    expect(damaged).toEqual([keyObject(made[3]!)]);
  });
});

describe("revoking a key", () => {
  it("marks it once, and keeps the first time", async () => {
    const { time, world } = open();
    const { record } = await createKey(world, WANTED);
    time.nowMs = 2_000;
    expect(await revokeKey(world, record.id)).toEqual({
      record: { ...record, revokedMs: 2_000 },
      wasRevoked: false,
    });
    time.nowMs = 3_000;
    expect(await revokeKey(world, record.id)).toMatchObject({
      record: { revokedMs: 2_000 },
      wasRevoked: true,
    });
  });

  it("loses no change that somebody else makes at the same time", async () => {
    const { store, world } = open();
    const { record } = await createKey(world, WANTED);
    const object = keyObject(record.id);
    store.beforePut = () => {
      store.beforePut = () => {};
      store.write(object, store.text(object)!.replace('"n"', '"renamed"'));
    };
    const { record: revoked } = await revokeKey(world, record.id);
    expect(revoked).toMatchObject({ name: "renamed", revokedMs: 1_000 });
    expect(JSON.parse(store.text(object)!)).toMatchObject({ name: "renamed" });
  });

  it("ends when others write every time", async () => {
    const { store, world } = open();
    const { record } = await createKey(world, WANTED);
    const object = keyObject(record.id);
    store.beforePut = () => store.write(object, store.text(object)!);
    await expect(revokeKey(world, record.id)).rejects.toMatchObject({ code: "WRITE_CONFLICT" });
  });

  it("says when there is no such key, or when its record is damaged", async () => {
    const { store, world } = open();
    for (const id of ["aaaaaaaa", "../../images", ""])
      await expect(revokeKey(world, id)).rejects.toMatchObject({ code: "UNKNOWN_KEY" });
    store.write(keyObject("aaaaaaaa"), "{}");
    await expect(revokeKey(world, "aaaaaaaa")).rejects.toMatchObject({ code: "BAD_FILE" });
  });
});
