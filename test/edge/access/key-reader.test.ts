import { describe, expect, it } from "vitest";
import { keyOf } from "../../../lib/access/key.ts";
import { USUAL } from "../../../lib/access/limit.ts";
import { keyObject, recordText } from "../../../lib/access/record.ts";
import { KEY_LIFE_MS, KEY_STALE_MS, keyReader } from "../../../lib/edge/access/key-reader.ts";
import { mapObjects } from "./objects.ts";

process.env.LOG_LEVEL ??= "silent";

const idOf = (number: number) => keyOf(Buffer.alloc(5, number), Buffer.alloc(20)).id;
const ID = idOf(1);
const text = (id: string, revokedMs: number | null = null) =>
  recordText({
    id,
    name: "n",
    scopes: ["read"],
    createdMs: 0,
    expiresMs: null,
    revokedMs,
    hash: "0".repeat(64),
    limit: USUAL,
  });

function open(keysMax?: number) {
  const objects = mapObjects();
  const time = { nowMs: 1_000_000 };
  const nowMs = () => time.nowMs;
  const reader = keyReader({ objects: () => objects, nowMs, ...(keysMax && { keysMax }) });
  objects.write(keyObject(ID), text(ID));
  return { objects, time, reader };
}

describe("the reader of keys", () => {
  it("asks the store once for many requests, also for those that come at once", async () => {
    const { objects, reader } = open();
    expect(reader.knows(ID)).toBe(false);
    await Promise.all(Array.from({ length: 20 }, () => reader.find(ID)));
    expect((await reader.find(ID))?.id).toBe(ID);
    expect(objects.asked).toMatchObject({ get: 1, getIfChanged: 0 });
    expect(reader.knows(ID)).toBe(true);
  });

  it("sees a revocation within its life, and reads the record again only when it changed", async () => {
    const { objects, time, reader } = open();
    await reader.find(ID);
    objects.write(keyObject(ID), text(ID, 5));
    time.nowMs += KEY_LIFE_MS - 1;
    expect((await reader.find(ID))?.revokedMs).toBeNull();
    time.nowMs += 1;
    expect((await reader.find(ID))?.revokedMs).toBe(5);
    time.nowMs += KEY_LIFE_MS;
    expect((await reader.find(ID))?.revokedMs).toBe(5);
    expect(objects.asked).toMatchObject({ get: 1, getIfChanged: 2 });
  });

  it("sees that a record was removed, and that one was made", async () => {
    const { objects, time, reader } = open();
    const other = idOf(2);
    await reader.find(ID);
    expect(await reader.find(other)).toBeUndefined();
    expect([reader.knows(ID), reader.knows(other)]).toEqual([true, false]);
    await objects.remove(keyObject(ID));
    objects.write(keyObject(other), text(other));
    expect(await reader.find(other), "an unknown id is remembered too").toBeUndefined();
    time.nowMs += KEY_LIFE_MS;
    expect(await reader.find(ID)).toBeUndefined();
    expect((await reader.find(other))?.id).toBe(other);
  });

  it("goes on with what it knows for a minute while the store is down, and then no longer", async () => {
    const { objects, time, reader } = open();
    await reader.find(ID);
    objects.down = true;
    time.nowMs += KEY_LIFE_MS + KEY_STALE_MS - 1;
    expect((await reader.find(ID))?.id).toBe(ID);
    time.nowMs += 1;
    await expect(reader.find(ID)).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    await expect(reader.find(idOf(3))).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    objects.down = false;
    expect((await reader.find(ID))?.id).toBe(ID);
  });

  it("neither lets in nor turns away whom a record stands for that is not whole, or another key's", async () => {
    const { objects, reader } = open();
    for (const [number, stored] of [
      "{}",
      text(ID),
      "",
      text(idOf(7)).replace("read", "root"),
    ].entries()) {
      const id = idOf(4 + number);
      objects.write(keyObject(id), stored);
      await expect(reader.find(id)).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
      objects.write(keyObject(id), text(id));
      expect((await reader.find(id))?.id).toBe(id);
    }
  });

  it("reads once more what was damaged on the way", async () => {
    const { objects, time, reader } = open();
    const { get } = objects;
    const damaged = (times: number) => {
      objects.get = async (key) => {
        const stored = await get(key);
        return stored && times-- > 0 ? { ...stored, body: stored.body.subarray(0, 40) } : stored;
      };
    };
    damaged(1);
    expect((await reader.find(ID))?.id).toBe(ID);
    const other = idOf(2);
    objects.write(keyObject(other), text(other));
    damaged(2);
    await expect(reader.find(other)).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect((await reader.find(other))?.id).toBe(other);
    objects.write(keyObject(other), text(other, 5));
    time.nowMs += KEY_LIFE_MS;
    damaged(2);
    objects.getIfChanged = (key) => objects.get(key);
    expect((await reader.find(other))?.revokedMs, "what is known holds a while").toBeNull();
  });

  it("is bounded", async () => {
    const { objects, reader } = open(10);
    for (let number = 1; number <= 30; number++) await reader.find(idOf(number));
    await reader.find(idOf(30));
    expect(objects.asked.get).toBe(30);
    await reader.find(idOf(1));
    expect(objects.asked.get).toBe(31);
  });
});
