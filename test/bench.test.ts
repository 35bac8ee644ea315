/** Every bench, small: it runs, its figures are numbers, and what it compares agrees. Speed is `npm run bench`'s. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { capsDays } from "../bench/caps.ts";
import {
  demandClose,
  demandSame,
  type Figure,
  interleaved,
  isMet,
  median,
  ratios,
} from "../bench/harness.ts";
import { markdownTable, rounded, textTable, withFigures } from "../bench/report.ts";
import { benches, type Found, smallBenches } from "../bench/run.ts";
import { memoryObjects } from "../bench/stores.ts";

const folder = mkdtempSync(join(tmpdir(), "equipoise-bench-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Benches that compare nothing: what they measure has no other side. */
const WITHOUT_PEER = ["package"];

let found: Found;
beforeAll(async () => {
  found = await smallBenches(folder);
}, 120_000);

describe("benches", () => {
  it.each(benches())("%s runs small, and its sides agree", (name) => {
    const figures = found[name]!;
    expect(figures).not.toEqual([]);
    const wrong = figures.filter(
      ({ name: what, samples }) =>
        samples.length === 0 ||
        // A difference of two times may come out below zero once.
        !samples.every((x) => Number.isFinite(x) && (x > 0 || what.includes(", minus "))),
    );
    expect(wrong, "every sample is a positive number").toEqual([]);
    const checks = figures.flatMap(({ checked }) => checked ?? []);
    // A bench throws when its sides differ; one that names no check would not have looked.
    if (!WITHOUT_PEER.includes(name)) expect(checks).not.toEqual([]);
    expect(new Set(figures.map((figure) => figure.name)).size, "names are unique").toBe(
      figures.length,
    );
  });
});

const figure = (over: Partial<Figure>): Figure => ({
  name: "f",
  unit: "ms",
  samples: [1],
  ...over,
});

describe("figures", () => {
  it("are judged by their median", () => {
    expect(median([9, 1, 2])).toBe(2);
    expect(median([9, 1, 2, 4])).toBe(3);
    const samples = [9, 1, 2];
    expect(isMet(figure({ samples, target: { atMost: 2 } }))).toBe(true);
    expect(isMet(figure({ samples, target: { atMost: 1.9 } }))).toBe(false);
    expect(isMet(figure({ samples, target: { atLeast: 2.1 } }))).toBe(false);
    expect(isMet(figure({ samples }))).toBeUndefined();
    expect(isMet(figure({ samples: [], target: { atMost: 2 } }))).toBeUndefined();
  });

  it("are shown with three digits, their target and their verdict", () => {
    expect([1234.5, 12.34, 0.01234, 0].map(rounded)).toEqual(["1235", "12.3", "0.0123", "0.00"]);
    const shown = textTable([
      figure({ samples: [1, 2, 3], target: { atMost: 2 } }),
      figure({ name: "far | away", unit: "x", samples: [3], target: { atLeast: 4 } }),
      figure({ name: "absent", samples: [], skipped: "no data" }),
    ]).split("\n");
    expect(shown.map((line) => line.split(/ {2,}/))).toEqual([
      ["figure", "median", "min", "max", "n", "target", "verdict"],
      ["f", "2.00 ms", "1.00", "3.00", "3", "<= 2 ms", "met"],
      ["far | away", "3.00 x", "3.00", "3.00", "1", ">= 4 x", "behind"],
      ["absent", "0", "skipped: no data"],
    ]);
    expect(markdownTable([figure({ name: "a | b", checked: "equal" })]).split("\n")[2]).toBe(
      "| a \\| b | 1.00 ms | 1.00 | 1.00 | 1 |  |  | equal |",
    );
  });

  it("replace what stands between the markers of bench/README.md and nothing else", () => {
    const readme = readFileSync("bench/README.md", "utf8");
    const once = withFigures(readme, "FIRST");
    expect(once).toContain("FIRST");
    expect(withFigures(once, "SECOND")).toBe(once.replace("FIRST", "SECOND"));
    expect(once.startsWith(readme.slice(0, 200))).toBe(true);
    expect(() => withFigures("no markers", "X")).toThrow("in this order");
  });
});

describe("the harness", () => {
  it("takes turns, leaves warm-ups out and counts one sample per round", async () => {
    const order: string[] = [];
    const samples = await interleaved(
      { a: () => order.push("a"), b: () => order.push("b") },
      { rounds: 2, warmups: 1, calls: 2 },
    );
    expect(order.join("")).toBe("bbaaaabbbbaa");
    expect([samples.a.length, samples.b.length]).toEqual([2, 2]);
    expect(ratios([4, 9], [2, 3])).toEqual([2, 3]);
  });

  it("refuses to compare sides that differ, and says where", () => {
    expect(() => demandSame("lists", [1, 2, 3], [1, 2, 3])).not.toThrow();
    expect(() => demandSame("lists", [1, 2, 3], [1, 2, 4])).toThrow(/lists differ at character 5/);
    expect(() => demandClose("levels", [1, 2], [1, 2 + 1e-14], 1e-13)).not.toThrow();
    expect(() => demandClose("levels", [1, 2], [1, 2.1], 1e-13)).toThrow("levels differ at 1");
    expect(() => demandClose("levels", [1], [Number.NaN], 1)).toThrow("levels differ at 0");
    expect(() => demandClose("levels", [1], [1, 2], 1)).toThrow("1 values");
  });

  it("generates the same market every time, without equal caps on a day", () => {
    const [first, again] = [1, 2].map(() =>
      [...capsDays({ names: 50, days: 3 })].map(({ date, marketCap }) => [date, ...marketCap]),
    );
    expect(first).toEqual(again);
    for (const [, ...caps] of first!) expect(new Set(caps).size).toBe(50);
    expect(first!.map(([date]) => date)).toEqual([20150102, 20150105, 20150106]);
  });

  it("has objects in memory that keep S3's conditions", async () => {
    const objects = memoryObjects();
    const body = Buffer.from("one");
    expect(await objects.put("a", body, { ifMatch: '"x"' })).toEqual({ outcome: "missing" });
    const put = await objects.put("a", body, { ifNoneMatch: "*" });
    const etag = put.outcome === "stored" ? put.etag : "";
    expect(await objects.getIfChanged("a", etag)).toBe("unchanged");
    expect(await objects.put("a", body, { ifNoneMatch: "*" })).toEqual({
      outcome: "precondition_failed",
    });
    expect(await objects.put("a", Buffer.from("two"), { ifMatch: '"x"' })).toEqual({
      outcome: "precondition_failed",
    });
    expect((await objects.put("a", Buffer.from("two"), { ifMatch: etag })).outcome).toBe("stored");
    expect((await objects.get("a"))?.body.toString()).toBe("two");
  });
});
