import { symlinkSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { expandPaths } from "../../lib/sources/paths.ts";
import { folder } from "./folder.ts";

describe("expandPaths", () => {
  it("keeps the order given, sorts each pattern and drops repeats", () => {
    const root = folder({ "b.csv": "", "a.csv": "", "c.csv.gz": "", "deep/d.csv": "" });
    const names = (...values: string[]) =>
      expandPaths(values.map((value) => `${root}/${value}`)).map(({ name: path }) =>
        path.slice(root.length + 1),
      );
    expect(names("c.csv.gz", "*.csv", "./b.csv")).toEqual(["c.csv.gz", "a.csv", "b.csv"]);
    expect(names("**/*.csv")).toEqual(["a.csv", "b.csv", "deep/d.csv"]);
    expect(names("{b,c}.csv*")).toEqual(["b.csv", "c.csv.gz"]);
  });

  it("takes a file whose name looks like a pattern as it stands", () => {
    const root = folder({ "[1].csv": "", "1.csv": "" });
    expect(expandPaths([`${root}/[1].csv`])).toMatchObject([{ name: `${root}/[1].csv` }]);
  });

  it("refuses a directory and says which files it holds", () => {
    const root = folder({ "a.csv": "", "b.json.gz": "", "notes.txt": "" });
    expect(() => expandPaths([root])).toThrow(
      expect.objectContaining({
        code: "BAD_FILE",
        message: expect.stringMatching(/is a directory.*a\.csv, .*b\.json\.gz$/),
        details: expect.objectContaining({ files: [`${root}/a.csv`, `${root}/b.json.gz`] }),
      }),
    );
  });

  it("names what is missing", () => {
    const root = folder();
    symlinkSync(`${root}/nowhere`, `${root}/dangling.csv`);
    expect(() => expandPaths([`${root}/a.csv`])).toThrow(/a\.csv" does not exist/);
    expect(() => expandPaths([`${root}/*.tsv`])).toThrow(/no file matches ".*\*\.tsv"/);
    expect(() => expandPaths([`${root}/*.csv`])).toThrow(/no file matches/);
    expect(() => expandPaths([""])).toThrow(/"" does not exist/);
  });
});
