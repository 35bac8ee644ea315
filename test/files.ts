import { existsSync, readdirSync } from "node:fs";

/** Paths below `root` that end with `suffix`, sorted, with "/" between names; none when the folder does not exist. */
export function filesUnder(root: string, suffix: string): string[] {
  if (!existsSync(root)) return [];
  return readdirSync(root, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(suffix))
    .map((entry) => `${entry.parentPath}/${entry.name}`.replaceAll("\\", "/"))
    .filter((path) => !path.includes("/node_modules/"))
    .sort();
}
