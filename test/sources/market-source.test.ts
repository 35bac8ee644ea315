import { utimesSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { marketSource } from "../../lib/sources/market-source.ts";
import { flat, folder } from "./folder.ts";

const day = (date: string, close: number) => `date,ticker,close\n${date},AAA,${close}\n`;
const csvIn = (root: string) => marketSource({ source: "csv", paths: [join(root, "*.csv")] });
const closes = async (source: ReturnType<typeof marketSource>, file?: number) =>
  (await flat(source.rows(() => {}, file))).map(({ close }) => close);

describe("a source of files", () => {
  it("is read in one go or file by file, and counts the bytes of those before", async () => {
    const root = folder({ "a.csv": day("2024-01-02", 1), "b.csv": day("2024-01-03", 2) });
    const source = csvIn(root);
    expect(source.files).toEqual([join(root, "a.csv"), join(root, "b.csv")]);
    expect(await closes(source)).toEqual([1, 2]);
    expect(source.doneUnits()).toBe(source.totalUnits);
    expect(await closes(source, 0)).toEqual([1]);
    expect(source.doneUnits()).toBe(source.totalUnits / 2);
    expect(await closes(source, 1)).toEqual([2]);
    expect(source.doneUnits()).toBe(source.totalUnits);
  });

  it("has another print once a file was written again", () => {
    const root = folder({ "a.csv": day("2024-01-02", 1) });
    const before = csvIn(root).print;
    expect(csvIn(root).print).toBe(before);
    utimesSync(join(root, "a.csv"), 1e9, 1e9);
    expect(csvIn(root).print).not.toBe(before);
  });

  it("refuses a file that is not there before anything is read", () => {
    const paths = [join(folder(), "nothing.csv")];
    expect(() => marketSource({ source: "nasdaq-screener", paths })).toThrow("does not exist");
  });
});

describe("a simulation", () => {
  it("says which one it is, and cannot be read by the file", () => {
    const sessions = [20240102, 20240103];
    const source = marketSource({ source: "simulate", seed: 7, tickers: 3, sessions });
    expect(source.origin).toEqual({ seed: 7, tickers: 3, first_session: 20240102 });
    expect([source.files, source.print]).toEqual([undefined, undefined]);
  });
});
