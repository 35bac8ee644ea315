// Keys by the command line, against a stack that runs already.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { parsedKey } from "../../lib/access/key.ts";
import { type Stack, startStack } from "../../localstack/embedded/stack.ts";
import { equipoise, inProcess } from "./command.ts";

let home: string;
let stack: Stack;

beforeAll(async () => {
  home = mkdtempSync(join(tmpdir(), "equipoise-keys-"));
  stack = await startStack({ home, s3Port: 0, redisPort: 0, log: () => {} });
  Object.assign(process.env, {
    EQUIPOISE_HOME: home,
    AWS_ENDPOINT_URL_S3: stack.s3.url,
    UPSTASH_REDIS_REST_URL: stack.redis.url,
    LOG_LEVEL: "silent",
  });
  await (await import("../../lib/world.ts")).world.objects.ensureBucket();
});

afterAll(async () => {
  await stack.close();
  rmSync(home, { recursive: true, force: true });
});

const keys = (...args: string[]) => inProcess("keys", ...args);
const create = (...args: string[]) =>
  keys("create", "--name", "an analyst", "--scopes", "read,build", ...args);

describe("keys", () => {
  it("are made, listed and ended, and shown once", async () => {
    const ended = await equipoise(
      ["keys", "create", "--name", "an analyst", "--scopes", "build,read"],
      {
        AWS_ENDPOINT_URL_S3: stack.s3.url,
        UPSTASH_REDIS_REST_URL: stack.redis.url,
      },
    );
    expect(ended.code, ended.stderr).toBe(0);
    const key = ended.stdout.trimEnd();
    const parsed = parsedKey(key);
    if (parsed.kind !== "key") throw new Error(`standard output holds no key: ${ended.stdout}`);
    expect(ended.stderr).toContain("shown this once");
    expect(ended.stderr).not.toContain(key.slice(12));

    const listed = await keys("list");
    expect(listed.stdout).toMatch(new RegExp(`^${parsed.id} +an analyst +read,build +valid `, "m"));
    expect(listed.stdout).not.toContain(key.slice(12));
    expect(await keys("revoke", parsed.id)).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(new RegExp(`^${parsed.id} is revoked \\(`)),
    });
    expect((await keys("revoke", parsed.id)).stdout).toMatch(" was revoked (");
    expect((await keys("list")).stdout).toMatch(new RegExp(`^${parsed.id} .* revoked `, "m"));
  });

  it("tell programs everything but the hash", async () => {
    const limits = ["--rate", "2.5", "--burst", "7", "--quota", "none", "--expires", "2090-01-02"];
    const { stdout } = await create(...limits, "--json");
    const { key, ...told } = JSON.parse(stdout);
    expect(parsedKey(key)).toMatchObject({ kind: "key", id: told.id });
    expect(told).toEqual({
      id: expect.any(String),
      name: "an analyst",
      scopes: ["read", "build"],
      standing: "valid",
      created_at: expect.any(String),
      expires_at: "2090-01-02T00:00:00.000Z",
      revoked_at: null,
      rate_per_second: 2.5,
      burst: 7,
      quota_per_day: null,
    });
    const { keys: all } = JSON.parse((await keys("list", "--json")).stdout);
    expect(all).toContainEqual(told);
    const { stdout: ended } = await keys("revoke", told.id, "--json");
    expect(JSON.parse(ended)).toMatchObject({ id: told.id, standing: "revoked" });
  });

  it.each<[number, RegExp, string[]]>([
    [2, /known are create, list, revoke/, []],
    [2, /"delete" is nothing to do with keys/, ["delete"]],
    [2, /--name is required/, ["create", "--scopes", "read"]],
    [2, /--scopes is required/, ["create", "--name", "x"]],
    [
      2,
      /--scopes must be of read, build, trade, admin/,
      ["create", "--name", "x", "--scopes", "all"],
    ],
    [
      2,
      /--expires must lie in the future/,
      ["create", "--name", "x", "--scopes", "read", "--expires", "2020-01-01"],
    ],
    [
      2,
      /--expires must be a day/,
      ["create", "--name", "x", "--scopes", "read", "--expires", "soon"],
    ],
    [
      2,
      /--rate must be a number from/,
      ["create", "--name", "x", "--scopes", "read", "--rate", "0"],
    ],
    [
      2,
      /--quota must be a whole number/,
      ["create", "--name", "x", "--scopes", "read", "--quota", "1e99"],
    ],
    [
      2,
      /--burst must be at most/,
      ["create", "--name", "x", "--scopes", "read", "--rate", "1", "--burst", "9999"],
    ],
    [2, /--name belongs to keys create/, ["list", "--name", "x"]],
    [2, /"abc" is not a flag/, ["list", "abc"]],
    [2, /needs the id/, ["revoke"]],
    [2, /"b" is not a flag/, ["revoke", "a", "b"]],
    [3, /UNKNOWN_KEY: there is no key with the id "aaaaaaaa"/, ["revoke", "aaaaaaaa"]],
  ])("end with %i and say %s", async (code, line, args) => {
    const ended = await keys(...args);
    expect(ended.stderr).toMatch(line);
    expect(ended).toMatchObject({ code, stdout: "" });
  });

  it("do not repeat a key that was pasted in place of its id", async () => {
    const { key } = JSON.parse((await create("--json")).stdout);
    const ended = await keys("revoke", key);
    expect([ended.code, ended.stderr.includes(key.slice(12))]).toEqual([2, false]);
  });
});
