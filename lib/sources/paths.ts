/** The files on disk a user means by `--path`: names and patterns, in the order given. */
import { globSync, readdirSync, statSync } from "node:fs";
import { join, resolve } from "node:path";
import { AppError } from "../errors.ts";
import { type FileOrPath, type InputFile, localFile } from "./input-file.ts";

const PATTERN = /[*?[\]{}]/;
const SHOWN_FILES = 20;

/**
 * Expands patterns (`data/daily_*.csv.gz`, `**`, `{2021,2022}`) in byte order and drops what is named twice.
 * A name that exists is taken as it stands, also when it holds pattern characters. Files found already stay as they are.
 *
 * @throws AppError BAD_FILE for a directory (with the files in it), a missing file, a pattern that matches nothing
 */
export function expandPaths(values: readonly FileOrPath[]): InputFile[] {
  const found = new Map<string, InputFile>();
  for (const value of values) {
    if (typeof value !== "string") {
      found.set(value.name, found.get(value.name) ?? value);
      continue;
    }
    for (const path of filesOf(value)) {
      const whole = resolve(path);
      if (!found.has(whole)) found.set(whole, localFile(path));
    }
  }
  return [...found.values()];
}

function filesOf(value: string): string[] {
  const stat = value === "" ? undefined : statSync(value, { throwIfNoEntry: false });
  if (stat?.isDirectory()) throw isDirectory(value);
  if (stat) return [value];
  if (!PATTERN.test(value)) {
    throw new AppError("BAD_FILE", `"${value}" does not exist; expected a file or a pattern`, {
      file: value,
    });
  }
  const matches = globSync(value).filter(isFile);
  if (matches.length === 0) {
    throw new AppError("BAD_FILE", `no file matches "${value}"`, { file: value });
  }
  return matches.sort((a, b) => (a < b ? -1 : a > b ? 1 : 0));
}

const isFile = (path: string) => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

function isDirectory(folder: string): AppError {
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.(csv|json)(\.gz)?$/.test(entry.name))
    .map((entry) => join(folder, entry.name))
    .sort();
  const shown = files.slice(0, SHOWN_FILES).join(", ");
  const hint = files.length === 0 ? "it holds no .csv or .json file" : `it holds ${shown}`;
  return new AppError(
    "BAD_FILE",
    `"${folder}" is a directory; expected a file or a pattern: ${hint}`,
    {
      file: folder,
      files: files.slice(0, SHOWN_FILES),
      hint: `name the files, for example "${join(folder, "*.csv.gz")}"`,
    },
  );
}
