import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { homeOwner, lockPath, takeHome } from "../../localstack/embedded/home.ts";

let home = "";
beforeEach(() => {
  home = join(mkdtempSync(join(tmpdir(), "home-")), "deep", "er");
});
afterEach(() => rmSync(join(home, "../.."), { recursive: true }));

/** A pid that no process has. */
const DEAD_PID = 2 ** 22 + 1;
/** A process that lives and is not ours: the one that started the tests. */
const LIVE_PID = process.ppid;

const take = (startedMs = 1) => takeHome(home, { startedMs });
const lockOf = (taken: ReturnType<typeof take>) => {
  if ("lock" in taken) return taken.lock;
  throw new Error(`the home is held by ${taken.owner.pid}`);
};
const leaveBehind = (owner: object) => {
  lockOf(take()).release();
  writeFileSync(lockPath(home), JSON.stringify(owner));
};

describe("home lock", () => {
  it("names process, start and ports while it is held, and goes when released", () => {
    const lock = lockOf(take(1234));
    const { pid } = process;
    expect(homeOwner(home)).toMatchObject({ pid, startedMs: 1234, ports: null });
    lock.publish({ s3: 4566, redis: null });
    expect(homeOwner(home)).toMatchObject({ pid, ports: { s3: 4566, redis: null } });
    lock.release();
    expect(homeOwner(home)).toBeUndefined();
    expect(readdirSync(home)).toEqual([]);
  });

  it("is given to one only", () => {
    const lock = lockOf(take());
    expect(take()).toMatchObject({ owner: { pid: process.pid } });
    lock.release();
    lockOf(take()).release();
  });

  it.each([
    ["of a dead process", { pid: DEAD_PID, startedMs: 0, ports: { s3: 1, redis: 2 }, nonce: "a" }],
    ["of an earlier life of this pid", { pid: process.pid, startedMs: 0, ports: null, nonce: "a" }],
    ["that is no lock", { something: "else" }],
  ])("is taken over from one %s", (_, left) => {
    leaveBehind(left);
    expect(homeOwner(home)).toBeUndefined();
    const lock = lockOf(take());
    expect(homeOwner(home)?.pid).toBe(process.pid);
    lock.release();
    expect(readdirSync(home)).toEqual([]);
  });

  it("is not taken over from a process that lives", () => {
    const owner = { pid: LIVE_PID, startedMs: 5, ports: { s3: 1, redis: 2 }, nonce: "a" };
    leaveBehind(owner);
    expect(take()).toEqual({ owner });
  });

  it("is taken over from an abandoned owner whose pid lives on, and from no other", () => {
    const owner = { pid: LIVE_PID, startedMs: 5, ports: { s3: 1, redis: 2 }, nonce: "a" };
    leaveBehind(owner);
    const other = { ...owner, nonce: "b" };
    expect(takeHome(home, { startedMs: 1, abandoned: other })).toEqual({ owner });
    lockOf(takeHome(home, { startedMs: 1, abandoned: owner })).release();
  });

  it("is left alone by the release of one that was replaced", () => {
    const lock = lockOf(take());
    const other = { pid: LIVE_PID, startedMs: 5, ports: null, nonce: "other" };
    writeFileSync(lockPath(home), JSON.stringify(other));
    lock.release();
    expect(JSON.parse(readFileSync(lockPath(home), "utf8"))).toEqual(other);
  });
});
