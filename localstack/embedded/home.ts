/**
 * One embedded instance per home folder: `embedded.lock` names the process that runs it, since when and on which
 * ports. The file appears whole or not at all (it is linked into place), and goes with the process; what a killed
 * process leaves behind is taken over. Two processes that both believe to own a home would still meet at its ports.
 */
import { randomUUID } from "node:crypto";
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";

export type Ports = Readonly<{
  /** `null` for a part this instance does not run. */
  s3: number | null;
  redis: number | null;
}>;

export type HomeOwner = Readonly<{
  pid: number;
  startedMs: number;
  /** `null` until everything listens. */
  ports: Ports | null;
  /** Tells two owners with the same pid apart, as in a container that was started again. */
  nonce: string;
}>;

export type HomeLock = Readonly<{
  /** Tells others where this instance listens. */
  publish: (ports: Ports) => void;
  /** Removes the lock, if it is still ours. */
  release: () => void;
}>;

export type HomeTaken = Readonly<{ lock: HomeLock }> | Readonly<{ owner: HomeOwner }>;

const LOCK_NAME = "embedded.lock";

/** Locks this process holds now; one with our pid that is not among them is left over from a former life. */
const held = new Set<string>();

export const lockPath = (home: string) => join(home, LOCK_NAME);

/** Whether a process with this id exists; it may belong to another user. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

const isLive = ({ pid, nonce }: HomeOwner) =>
  pid === process.pid ? held.has(nonce) : isAlive(pid);

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}

function ownerIn(text: string): HomeOwner | undefined {
  try {
    const { pid, startedMs, ports, nonce } = JSON.parse(text) as HomeOwner;
    return typeof pid === "number" && typeof nonce === "string"
      ? { pid, startedMs, ports, nonce }
      : undefined;
  } catch {
    return undefined;
  }
}

/** Who runs the embedded parts of this home now; `undefined` when nobody does. */
export function homeOwner(home: string): HomeOwner | undefined {
  const owner = ownerIn(read(lockPath(home)) ?? "");
  return owner && isLive(owner) ? owner : undefined;
}

/** Creates the file with its whole content. @returns false when it is there already */
function createWhole(path: string, text: string): boolean {
  const draft = `${path}.${randomUUID()}`;
  writeFileSync(draft, text);
  try {
    linkSync(draft, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw error;
  } finally {
    rmSync(draft, { force: true });
  }
}

/**
 * Moves a lock nobody holds out of the way. Of several processes that try, the rename lets one have it; should
 * that one have caught the lock of a faster process instead, it puts it back.
 */
function clearStale(path: string, stale: string): void {
  const aside = `${path}.${randomUUID()}`;
  try {
    renameSync(path, aside);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return;
    throw error;
  }
  const text = read(aside);
  if (text !== undefined && text !== stale) createWhole(path, text);
  rmSync(aside, { force: true });
}

/**
 * Takes the home for this process, creating the folder when needed.
 * @param abandoned an owner found to be gone by other means (its ports are closed) although its pid is in use
 * @returns the lock, or the process that has it
 */
export function takeHome(
  home: string,
  { startedMs, abandoned }: Readonly<{ startedMs: number; abandoned?: HomeOwner | undefined }>,
): HomeTaken {
  mkdirSync(home, { recursive: true });
  const path = lockPath(home);
  const mine: HomeOwner = { pid: process.pid, startedMs, ports: null, nonce: randomUUID() };
  while (!createWhole(path, JSON.stringify(mine))) {
    const text = read(path);
    if (text === undefined) continue;
    const owner = ownerIn(text);
    if (owner && isLive(owner) && owner.nonce !== abandoned?.nonce) return { owner };
    clearStale(path, text);
  }
  held.add(mine.nonce);
  return { lock: lockOf(path, mine) };
}

function lockOf(path: string, mine: HomeOwner): HomeLock {
  const isOurs = () => ownerIn(read(path) ?? "")?.nonce === mine.nonce;
  const release = () => {
    process.off("exit", release);
    held.delete(mine.nonce);
    if (isOurs()) rmSync(path, { force: true });
  };
  process.once("exit", release);
  return {
    publish(ports) {
      const draft = `${path}.${randomUUID()}`;
      writeFileSync(draft, JSON.stringify({ ...mine, ports }));
      renameSync(draft, path);
    },
    release,
  };
}
