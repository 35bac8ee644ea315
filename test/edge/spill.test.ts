import { spawn } from "node:child_process";
import { once } from "node:events";
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { describe, expect, it, onTestFinished } from "vitest";
import { fileSpills } from "../../lib/edge/spill.ts";

function newFolder(): string {
  const root = mkdtempSync(join(tmpdir(), "spill-"));
  onTestFinished(() => rmSync(root, { recursive: true, force: true }));
  return root;
}

const notes: string[] = [];
const note = (event: string) => void notes.push(event);
const store = (folder: string, { bytesMax = 1e6, fileBytesMax = 200 } = {}) =>
  fileSpills({ folder, bytesMax, fileBytesMax, note });
const record = (n: number, length = 20) => Uint8Array.from({ length }, () => n);
const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".spill"))
    .map((name) => join(folder, name))
    .sort();

describe("a spill", () => {
  it("is a queue whatever is done with it, also over restarts", async () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("append" as const), count: fc.integer({ min: 1, max: 12 }) }),
      fc.record({ do: fc.constant("drop" as const), count: fc.integer({ min: 1, max: 15 }) }),
      fc.record({ do: fc.constant("restart" as const), count: fc.constant(0) }),
    );
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
        const folder = mkdtempSync(join(tmpdir(), "spill-"));
        let spills = await store(folder);
        let spill = await spills.open("test/0");
        let [next, oldest] = [1, 1];
        for (const { do: act, count } of steps) {
          if (act === "append") {
            const records = Array.from({ length: count }, () => record(next++ % 256));
            expect(await spill.append(records)).toBe(count);
          } else if (act === "drop") {
            const dropped = Math.min(count, next - oldest);
            await spill.drop(dropped);
            oldest += dropped;
          } else {
            await spills.close();
            spills = await store(folder);
            spill = await spills.open("test/0");
            // Of the first file those that were dropped are there again, and nothing else.
            const back = oldest - (next - spill.count());
            expect(back).toBeGreaterThanOrEqual(0);
            expect(back).toBeLessThan(7);
            oldest -= back;
          }
          expect(spill.count()).toBe(next - oldest);
          expect(spill.bytes()).toBe(20 * (next - oldest));
          const found = await spill.oldest(5, 70);
          expect(found.map(([n]) => n)).toEqual(
            Array.from({ length: found.length }, (_, at) => (oldest + at) % 256),
          );
          expect(found.length > 0).toBe(next > oldest);
          expect(found.length).toBeLessThanOrEqual(3);
        }
        await spills.close();
        rmSync(folder, { recursive: true });
      }),
      { numRuns: 40 },
    );
  });

  it("holds whole records alone, wherever the writer was ended", async () => {
    const folder = newFolder();
    const spills = await store(folder, { fileBytesMax: 1_000 });
    const spill = await spills.open("test/0");
    await spill.append([record(1), record(2), record(3)]);
    await spills.close();
    const [path] = filesOf(folder);
    const whole = readFileSync(path!);
    for (let length = whole.length; length >= 0; length--) {
      writeFileSync(path!, whole);
      truncateSync(path!, length);
      const again = await store(folder);
      const left = await again.open("test/0");
      expect(left.count()).toBe(Math.floor(length / 28));
      // What is written now is not hidden behind what was cut off.
      if (length > 0) {
        await left.append([record(9)]);
        await again.close();
        const third = await store(folder);
        const found = await third.open("test/0");
        expect(found.count()).toBe(Math.floor(length / 28) + 1);
        await found.drop(found.count());
        await third.close();
      } else await again.close();
      for (const file of filesOf(folder)) rmSync(file);
    }
    expect(notes).toContain("feed.spill_cut");
  });

  it("knows a record that is not what was written", async () => {
    const folder = newFolder();
    const spills = await store(folder);
    const spill = await spills.open("test/0");
    await spill.append([record(1), record(2)]);
    const [path] = filesOf(folder);
    const bytes = readFileSync(path!);
    bytes[30] = 77;
    writeFileSync(path!, bytes);
    await expect(spill.oldest(5, 1_000)).rejects.toMatchObject({ code: "BAD_FILE" });
    await spills.close();
  });

  it("takes no more than there is room for, of all spills together, and has it again", async () => {
    const spills = await store(newFolder(), { bytesMax: 28 * 5 });
    const [one, two] = [await spills.open("test/0"), await spills.open("test/1")];
    expect(await one.append([record(1), record(2), record(3)])).toBe(3);
    expect(await two.append([record(4), record(5), record(6)])).toBe(2);
    expect(await one.append([record(7)])).toBe(0);
    await one.drop(3);
    expect(await two.append([record(6)])).toBe(1);
    expect((await two.oldest(9, 1_000)).map(([n]) => n)).toEqual([4, 5, 6]);
    await spills.close();
  });

  it("leaves no file behind when it is empty", async () => {
    const folder = newFolder();
    const spills = await store(folder);
    const spill = await spills.open("test/0");
    await spill.append(Array.from({ length: 40 }, (_, n) => record(n)));
    expect(filesOf(folder).length).toBeGreaterThan(5);
    await spill.drop(40);
    expect(filesOf(folder)).toEqual([]);
    expect(await spill.oldest(5, 100)).toEqual([]);
    await spills.close();
  });

  it("has records larger than a file, and reads one at least", async () => {
    const spills = await store(newFolder(), { fileBytesMax: 50 });
    const spill = await spills.open("test/0");
    await spill.append([record(1, 500), record(2, 500)]);
    expect((await spill.oldest(5, 10)).map(({ length }) => length)).toEqual([500]);
    await spills.close();
  });

  it("says that the disk failed", async () => {
    const folder = newFolder();
    const spills = await store(folder);
    const spill = await spills.open("test/0");
    writeFileSync(join(folder, "test%2F0"), "in the way");
    await expect(spill.append([record(1)])).rejects.toMatchObject({ code: "DEPENDENCY_DOWN" });
    expect(spill.count()).toBe(0);
    rmSync(join(folder, "test%2F0"));
    expect(await spill.append([record(1)])).toBe(1);
    await spills.close();
  });
});

describe("a folder of spills", () => {
  it("names those that hold something", async () => {
    const folder = newFolder();
    const spills = await store(folder);
    await (await spills.open("a/0")).append([record(1)]);
    await spills.open("a/1");
    await (await spills.open("b/0")).append([record(1)]);
    await spills.close();
    const again = await store(folder);
    expect(await again.names()).toEqual(["a/0", "b/0"]);
    await again.close();
  });

  it("is held by one at a time", async () => {
    const folder = newFolder();
    const spills = await store(folder);
    await expect(store(folder)).rejects.toMatchObject({ code: "WRITE_CONFLICT" });
    await spills.close();
    await (await store(folder)).close();
  });

  it("is taken over from a process that was killed, and from nobody who lives", async () => {
    const folder = newFolder();
    const other = spawn("sleep", ["60"]);
    writeFileSync(join(folder, "lock"), String(other.pid));
    await expect(store(folder)).rejects.toThrow(new RegExp(`process ${other.pid}`));
    other.kill("SIGKILL");
    await once(other, "exit");
    await (await store(folder)).close();
  });
});
