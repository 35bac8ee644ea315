/** One process holds a folder of spills: two feeds of one name would write into each other's files. */
import { open, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { AppError } from "../errors.ts";

/** Folders of this process. In a container every process has the number of the one before, so a number alone tells nothing. */
const held = new Set<string>();

/** @returns what lets go of it. @throws AppError WRITE_CONFLICT */
export async function takeLock(folder: string): Promise<() => Promise<void>> {
  const path = join(folder, "lock");
  for (let attempt = 1; ; attempt++) {
    try {
      const file = await open(path, "wx");
      await file.writeFile(String(process.pid));
      await file.close();
      held.add(path);
      return async () => {
        held.delete(path);
        await rm(path, { force: true });
      };
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST" || attempt > 2) throw error;
      const holder = Number(await readFile(path, "utf8").catch(() => "")) || 0;
      if (held.has(path) || (holder !== process.pid && isAlive(holder)))
        throw taken(folder, holder);
      // A process that was killed left it behind.
      await rm(path, { force: true });
    }
  }
}

function isAlive(pid: number): boolean {
  if (pid === 0) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const taken = (folder: string, holder: number) =>
  new AppError(
    "WRITE_CONFLICT",
    `a feed of this name runs already (process ${holder}): it holds "${folder}"`,
    { folder, process: holder },
  );
